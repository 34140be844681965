package links

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// A writer makes the file from edges in order. The header is written last: a file that was not finished is none.
type writer struct {
	f      *os.File
	w      *bufio.Writer
	zip    *zstd.Encoder
	header Header
	off    int64

	directory, counts *spool

	block  []byte
	packed []byte
	first  edge   // of the block
	rank   uint32 // of first
	last   uint32 // target of the row before
	n      uint32 // rows of last so far
	next   uint32 // entry whose count comes next
}

// newWriter begins a file. Parts of it wait in dir until the end.
func newWriter(f *os.File, dir string, h Header) (*writer, error) {
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(maxBlock), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	w := &writer{f: f, w: bufio.NewWriterSize(f, 256<<10), zip: zip, header: h, off: headerSize}
	if w.directory, err = newSpool(dir); err != nil {
		return nil, err
	}
	if w.counts, err = newSpool(dir); err != nil {
		w.directory.close()
		return nil, err
	}
	_, err = w.w.Write(make([]byte, headerSize))
	return w, err
}

// close lets go of the parts.
func (w *writer) close() {
	w.directory.close()
	w.counts.close()
	w.zip.Close()
}

// add writes the next row.
func (w *writer) add(e *edge) error {
	if e.target != w.last || w.header.Rows == 0 {
		if err := w.settle(e.target); err != nil {
			return err
		}
		w.header.Targets++
	}
	if len(w.block) == 0 {
		w.first, w.rank = *e, w.n
		w.last = e.target
	}
	w.block = appendRow(w.block, e, w.last)
	w.last = e.target
	w.n++
	w.header.Rows++
	if len(w.block) < blockTarget {
		return nil
	}
	return w.flush()
}

// settle writes the count of the target at hand, and zeros for the entries before the next one.
func (w *writer) settle(next uint32) error {
	for ; w.next < next; w.next++ {
		n := uint32(0)
		if w.next == w.last {
			n = w.n
		}
		if err := w.counts.uint32(n); err != nil {
			return err
		}
	}
	w.n = 0
	return nil
}

// flush writes the block at hand.
func (w *writer) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	w.packed = w.zip.EncodeAll(w.block, w.packed[:0])
	le := binary.LittleEndian
	row := le.AppendUint32(nil, w.first.target)
	row = le.AppendUint32(row, w.rank)
	row = le.AppendUint64(row, uint64(w.off))
	row = le.AppendUint32(row, uint32(len(w.packed)))
	if _, err := w.directory.w.Write(row); err != nil {
		return err
	}
	w.header.Blocks++
	w.off += int64(len(w.packed))
	w.block = w.block[:0]
	_, err := w.w.Write(w.packed)
	return err
}

// finish writes directory, counts and header.
func (w *writer) finish() (Header, error) {
	if err := errors.Join(w.flush(), w.settle(w.header.Entries)); err != nil {
		return Header{}, err
	}
	w.header.directory = w.off
	w.header.counts = w.off + int64(w.header.Blocks)*dirEntry
	if err := errors.Join(w.directory.copyTo(w.w), w.counts.copyTo(w.w), w.w.Flush()); err != nil {
		return Header{}, err
	}
	if _, err := w.f.WriteAt(w.header.bytes(), 0); err != nil {
		return Header{}, err
	}
	_, err := w.f.Seek(0, io.SeekEnd)
	return w.header, err
}
