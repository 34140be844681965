package zimtest

import (
	"encoding/binary"
	"hash/crc32"
	"hash/crc64"
)

// Check types of an xz stream (xz file format 1.2.1, 3.4).
const (
	CheckNone   byte = 0
	CheckCRC32  byte = 1 // what ZIM writers use
	CheckCRC64  byte = 4
	CheckSHA256 byte = 10
)

// dict64MiB is the dictionary size real archives declare, as LZMA2 writes it.
const dict64MiB byte = 28

// XZStream wraps p as real archives do: one block, CRC32, a declared dictionary of 64 MiB.
// The LZMA2 chunks hold p as it is, which every decoder takes and needs no encoder.
func XZStream(p []byte) []byte { return XZBlocks(CheckCRC32, p) }

// XZBlocks returns an xz stream with one block for each of ps and the check given. For
// [CheckSHA256], which our reader does not take, the check bytes are zero.
func XZBlocks(check byte, ps ...[]byte) []byte {
	flags := []byte{0, check}
	out := append([]byte{0xFD, '7', 'z', 'X', 'Z', 0}, flags...)
	out = appendCRC32(out, flags)
	index := appendVarint([]byte{0}, uint64(len(ps)))
	for _, p := range ps {
		start := len(out)
		out = append(out, xzBlockHeader()...)
		out = append(out, LZMA2Stored(p)...)
		unpadded := len(out) - start
		for (len(out)-start)%4 != 0 {
			out = append(out, 0)
		}
		sum := xzCheck(check, p)
		out = append(out, sum...)
		index = appendVarint(index, uint64(unpadded+len(sum)))
		index = appendVarint(index, uint64(len(p)))
	}
	for len(index)%4 != 0 {
		index = append(index, 0)
	}
	index = appendCRC32(index, index)
	out = append(out, index...)
	tail := binary.LittleEndian.AppendUint32(nil, uint32(len(index)/4-1))
	tail = append(tail, flags...)
	out = appendCRC32(out, tail)
	return append(append(out, tail...), 'Y', 'Z')
}

// xzBlockHeader names one filter, LZMA2, and no sizes: 12 bytes with the CRC32.
func xzBlockHeader() []byte {
	h := []byte{2, 0, 0x21, 1, dict64MiB, 0, 0, 0}
	return appendCRC32(h, h)
}

// LZMA2Stored returns p as uncompressed LZMA2 chunks of at most 64 KiB, with the end mark.
func LZMA2Stored(p []byte) []byte {
	var out []byte
	for control := byte(1); len(p) > 0; control = 2 {
		n := min(len(p), 1<<16)
		out = append(out, control, byte((n-1)>>8), byte(n-1))
		out = append(out, p[:n]...)
		p = p[n:]
	}
	return append(out, 0)
}

func xzCheck(check byte, p []byte) []byte {
	switch check {
	case CheckNone:
		return nil
	case CheckCRC32:
		return appendCRC32(nil, p)
	case CheckCRC64:
		return binary.LittleEndian.AppendUint64(nil, crc64.Checksum(p, crc64.MakeTable(crc64.ECMA)))
	}
	return make([]byte, 32)
}

func appendCRC32(b, of []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(of))
}

// appendVarint appends v as xz does: 7 bits a byte, low ones first.
func appendVarint(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }
