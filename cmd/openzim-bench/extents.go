package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// An extent is one zstd frame inside the archive.
type extent struct{ offset, length int64 }

var errNotZstd = errors.New("no zstd clusters in a single file")

// zstdExtents finds the frames of the archive's zstd clusters, by number, for a decoder that knows nothing of
// archives. It reads the tables itself and trusts them: it is for archives that the reader has opened.
func zstdExtents(name string) ([]extent, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 80)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, err
	}
	clusters := int(binary.LittleEndian.Uint32(head[28:]))
	table := make([]byte, 8*clusters)
	if _, err := f.ReadAt(table, int64(binary.LittleEndian.Uint64(head[48:]))); err != nil {
		return nil, err
	}
	var list []extent
	for c := range clusters {
		pos := int64(binary.LittleEndian.Uint64(table[8*c:]))
		var info [1]byte
		if _, err := f.ReadAt(info[:], pos); err != nil {
			return nil, err
		}
		if info[0]&0x0f != 5 {
			continue
		}
		n, err := frameLength(io.NewSectionReader(f, pos+1, 1<<40))
		if err != nil {
			return nil, fmt.Errorf("cluster %d: %w", c, err)
		}
		list = append(list, extent{pos + 1, n})
	}
	if len(list) == 0 {
		return nil, errNotZstd
	}
	return list, nil
}

// frameLength walks the block headers of the zstd frame at r's start (RFC 8878, section 3.1.1).
func frameLength(r io.ReaderAt) (int64, error) {
	var head [5]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return 0, err
	}
	if binary.LittleEndian.Uint32(head[:]) != 0xFD2FB528 {
		return 0, errors.New("not a zstd frame")
	}
	flags := head[4]
	pos := 5 + int64([]int{0, 1, 2, 4}[flags&3]) + int64([]int{0, 2, 4, 8}[flags>>6])
	switch {
	case flags&0x20 == 0:
		pos++ // window
	case flags>>6 == 0:
		pos++ // content size of one byte
	}
	for {
		var b [4]byte
		if _, err := r.ReadAt(b[:3], pos); err != nil {
			return 0, err
		}
		block := binary.LittleEndian.Uint32(b[:])
		size := int64(block >> 3)
		if block>>1&3 == 1 { // a byte repeated
			size = 1
		}
		pos += 3 + size
		if block&1 == 1 {
			break
		}
	}
	if flags&4 != 0 {
		pos += 4 // checksum
	}
	return pos, nil
}

// writeExtents writes the list the C program reads.
func writeExtents(name string, list []extent) error {
	var b []byte
	for _, e := range list {
		b = fmt.Appendf(b, "%d %d\n", e.offset, e.length)
	}
	return os.WriteFile(name, b, 0o600)
}
