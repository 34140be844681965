package lzma2

import (
	"bytes"
	"errors"
	"testing"
)

// header is a body for blockSpec, padded to a length that a block header can have.
func header(fields ...byte) []byte {
	for len(fields)%4 != 3 {
		fields = append(fields, 0)
	}
	return fields
}

func TestBlockHeader(t *testing.T) {
	const id = filterLZMA2
	text := testdata(t, "text")
	data := encode(t, nil, text)
	size := func(n int) []byte { return []byte{byte(n) | 0x80, byte(n >> 7)} }
	packed, unpacked := size(len(data)), size(len(text))

	rows := []struct {
		name string
		body []byte
		err  error
	}{
		{"plain", header(0, id, 1, 28), nil},
		{"smallest dictionary", header(0, id, 1, 0), nil},
		{"dictionary of 4 GiB - 1", header(0, id, 1, 40), nil},
		{"long padding", append(header(0, id, 1, 28), make([]byte, 1000)...), nil},
		{"both sizes", header(0xc0, packed[0], packed[1], unpacked[0], unpacked[1], id, 1, 28), nil},
		{"compressed size", header(0x40, packed[0], packed[1], id, 1, 28), nil},
		{"uncompressed size", header(0x80, unpacked[0], unpacked[1], id, 1, 28), nil},

		{"dictionary code 41", header(0, id, 1, 41), ErrUnsupported},
		{"reserved flag", header(0x04, id, 1, 28), ErrUnsupported},
		{"two filters", header(1, 4, 0, id, 1, 28), ErrUnsupported},
		{"delta alone", header(0, 3, 1, 0), ErrUnsupported},
		{"filter id of two bytes", header(0, id|0x80, 1, 1, 28), ErrUnsupported},
		{"no property", header(0, id, 0), ErrUnsupported},
		{"two properties", header(0, id, 2, 28, 0), ErrUnsupported},
		{"padding not zero", header(0, id, 1, 28, 0, 1), ErrUnsupported},

		{"compressed size 0", header(0x40, 0, id, 1, 28), ErrCorrupt},
		{"compressed size wrong", header(0x40, packed[0]^1, packed[1], id, 1, 28), ErrCorrupt},
		{"uncompressed size wrong", header(0x80, unpacked[0]^1, unpacked[1], id, 1, 28), ErrCorrupt},
		{"uncompressed size 0", header(0x80, 0, id, 1, 28), ErrCorrupt},
		{"size in a longer form", header(0x80, unpacked[0], unpacked[1]|0x80, 0, id, 1, 28), ErrCorrupt},
		{"size of ten bytes", header(0x80, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1, id, 1, 28), ErrCorrupt},
		{"size runs out of the header", []byte{0x80, 0x81, 0x81}, ErrCorrupt},
		{"no room for the filter", []byte{0xc0, 1, 1}, ErrCorrupt},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			src := stream([2]byte{0, byte(checkCRC32)}, blockSpec{row.body, data, text})
			var d Decoder
			_, _, err := d.Decode(nil, src, noLimit, noLimit)
			if !errors.Is(err, row.err) || d.Done() != (row.err == nil) {
				t.Errorf("got %v, done %v, want %v", err, d.Done(), row.err)
			}
		})
	}
}

func TestStreamHeader(t *testing.T) {
	text := testdata(t, "text")
	one := blockSpec{lzma2: encode(t, nil, text), plain: text}
	change := func(at int, v byte) []byte {
		b := crc32Stream(one.lzma2, text)
		b[at] ^= v
		return b
	}
	rows := []struct {
		name string
		src  []byte
		err  error
	}{
		{"no check", stream([2]byte{0, 0}, one), nil},
		{"CRC32", stream([2]byte{0, 1}, one), nil},
		{"CRC64", stream([2]byte{0, 4}, one), nil},
		{"no block", stream([2]byte{0, 1}), nil},
		{"SHA-256", stream([2]byte{0, 10}, one), ErrUnsupported},
		{"unknown check", stream([2]byte{0, 2}, one), ErrUnsupported},
		{"reserved bits beside the check", stream([2]byte{0, 0x11}, one), ErrUnsupported},
		{"first flag byte", stream([2]byte{1, 1}, one), ErrUnsupported},
		{"magic", change(0, 1), ErrCorrupt},
		{"end of the magic", change(5, 1), ErrCorrupt},
		{"CRC32 of the flags", change(8, 1), ErrCorrupt},
		{"flags without their CRC32", change(7, 1), ErrCorrupt},
		{"CRC32 of the block header", change(20, 1), ErrCorrupt},
		{"first byte alone wrong", []byte{0x28}, ErrCorrupt}, // zstd's
		{"nothing", nil, ErrMore},
		{"half a magic", streamMagic[:3], ErrMore},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var d Decoder
			_, _, err := d.Decode(nil, row.src, noLimit, noLimit)
			if !errors.Is(err, row.err) || d.Done() != (row.err == nil) {
				t.Errorf("got %v, done %v, want %v", err, d.Done(), row.err)
			}
		})
	}
}

func TestBlockEnd(t *testing.T) {
	raw := func(n int) blockSpec { // n bytes, so 4+n of LZMA2 data
		plain := bytes.Repeat([]byte{'x'}, n)
		return blockSpec{lzma2: append(append([]byte{1, 0, byte(n - 1)}, plain...), 0), plain: plain}
	}
	for n := 1; n <= 8; n++ {
		b := raw(n)
		mustDecode(t, crc32Stream(b.lzma2, b.plain), b.plain)
		for pad := range -len(b.lzma2) & 3 {
			src := crc32Stream(b.lzma2, b.plain)
			src[streamHeaderSize+12+len(b.lzma2)+pad] = 1
			var d Decoder
			if _, _, err := d.Decode(nil, src, noLimit, noLimit); !errors.Is(err, ErrCorrupt) {
				t.Errorf("%d bytes, padding byte %d: got %v, want ErrCorrupt", n, pad, err)
			}
		}
	}
	empty := blockSpec{lzma2: []byte{0}}
	mustDecode(t, stream([2]byte{0, 4}, empty, raw(3), empty, empty), []byte("xxx"))
}
