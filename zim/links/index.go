package links

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// An Index is a link graph that can be asked. It keeps its header alone in memory, and may be used by many goroutines at once.
type Index struct {
	r      io.ReaderAt
	size   int64
	header Header
}

// NewIndex reads the header of a graph of so many bytes, which it borrows. It fails with [ErrFormat], [ErrVersion] or an I/O
// error.
func NewIndex(r io.ReaderAt, size int64) (*Index, error) {
	if size < headerSize {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, size)
	}
	b := make([]byte, headerSize)
	if _, err := r.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	h, err := parseHeader(b, size)
	if err != nil {
		return nil, err
	}
	return &Index{r: r, size: size, header: h}, nil
}

// Header returns what the graph says of itself.
func (x *Index) Header() Header { return x.header }

// Inbound returns how many pages lead to an entry; 0 for one that the archive does not have. It is one read of four bytes.
func (x *Index) Inbound(entry uint32) (int, error) {
	if entry >= x.header.Entries {
		return 0, nil
	}
	var b [4]byte
	if err := x.read(b[:], x.header.counts+4*int64(entry)); err != nil {
		return 0, err
	}
	return int(binary.LittleEndian.Uint32(b[:])), nil
}

// Rows returns the pages that lead to an entry, at most limit of them, from the one of rank from on: by falling number of
// links, then by the section of the first link, then by path. It fails with [ErrFormat] on damage.
func (x *Index) Rows(entry uint32, from, limit int) ([]Row, error) {
	all, err := x.Inbound(entry)
	if err != nil || from < 0 || from >= all || limit <= 0 {
		return nil, err
	}
	block, err := x.find(entry, uint32(from))
	if err != nil {
		return nil, err
	}
	limit = min(limit, all-from)
	rows := make([]Row, 0, min(limit, 1024))
	for ; block < x.header.Blocks && len(rows) < limit; block++ {
		done, err := x.collect(block, entry, from, limit, &rows)
		if err != nil || done {
			return rows, err
		}
	}
	return rows, nil
}

// collect adds the rows of a block that are wanted. done says that those of the entry are at their end.
func (x *Index) collect(block, entry uint32, from, limit int, rows *[]Row) (done bool, err error) {
	d, err := x.entry(block)
	if err != nil || d.target > entry {
		return true, err
	}
	raw, err := x.block(d)
	if err != nil {
		return false, err
	}
	r := rowReader{b: raw, last: d.target}
	rank := int64(d.rank)
	for last := d.target; ; rank++ {
		e, ok, bad := r.next()
		if bad {
			return false, fmt.Errorf("%w: block %d", ErrFormat, block)
		}
		if !ok {
			return false, nil
		}
		if e.target != last {
			last, rank = e.target, 0
		}
		switch {
		case e.target > entry:
			return true, nil
		case e.target == entry && rank >= int64(from):
			if *rows = append(*rows, e.Row); len(*rows) == limit {
				return true, nil
			}
		}
	}
}

// A dirRow is a block's place.
type dirRow struct {
	target, rank uint32
	off          int64
	size         uint32
}

// entry reads one row of the directory.
func (x *Index) entry(block uint32) (d dirRow, err error) {
	var b [dirEntry]byte
	if err := x.read(b[:], x.header.directory+dirEntry*int64(block)); err != nil {
		return d, err
	}
	le := binary.LittleEndian
	d = dirRow{target: le.Uint32(b[0:]), rank: le.Uint32(b[4:]), off: int64(le.Uint64(b[8:])), size: le.Uint32(b[16:])}
	if d.off < headerSize || d.off > x.header.directory || int64(d.size) > x.header.directory-d.off || d.size > 2*maxBlock {
		return d, fmt.Errorf("%w: place of block %d", ErrFormat, block)
	}
	return d, nil
}

// find returns the last block that begins at or before a row: the one that has it, if any has.
func (x *Index) find(entry, rank uint32) (uint32, error) {
	lo, hi := uint32(0), x.header.Blocks // the answer is before hi, and blocks before lo begin at or before the row
	for lo < hi {
		mid := lo + (hi-lo)/2
		d, err := x.entry(mid)
		if err != nil {
			return 0, err
		}
		if d.target > entry || d.target == entry && d.rank > rank {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return max(lo, 1) - 1, nil
}

// decoder is shared: it keeps a few small states, and none of what it decoded.
var decoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBlock), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic("links: zstd: " + err.Error()) // the options are constants
	}
	return d
})

// block reads and decompresses one.
func (x *Index) block(d dirRow) ([]byte, error) {
	stored := make([]byte, d.size)
	if err := x.read(stored, d.off); err != nil {
		return nil, err
	}
	raw, err := decoder().DecodeAll(stored, make([]byte, 0, blockTarget+maxRow))
	if err != nil || len(raw) > maxBlock {
		return nil, fmt.Errorf("%w: the block at %d", ErrFormat, d.off)
	}
	return raw, nil
}

// read fills b. A file that has become shorter is damaged.
func (x *Index) read(b []byte, off int64) error {
	n, err := x.r.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it ends at %d", ErrFormat, off+int64(n))
	}
	return err
}
