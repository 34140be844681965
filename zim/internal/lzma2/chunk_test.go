package lzma2

import (
	"bytes"
	"errors"
	"testing"
)

// backReference is LZMA2 data of two chunks: an uncompressed one, and behind it one that copies
// from it. second is where the second begins.
func backReference(t *testing.T) (data []byte, second int, plain []byte) {
	hiss := noise(4000)
	data = encode(t, nil, hiss, hiss)
	second = 3 + len(hiss)
	if data[0] != controlRawDict || data[second]&^0x1f != controlProps {
		t.Fatalf("the encoder wrote chunks %#x and %#x", data[0], data[second])
	}
	return data, second, append(bytes.Clone(hiss), hiss...)
}

func TestChunkRules(t *testing.T) {
	data, second, plain := backReference(t)
	change := func(at int, v byte) []byte {
		b := bytes.Clone(data)
		b[at] = v
		return b
	}
	high := data[second] & 0x1f
	text := testdata(t, "text")
	two := encode(t, nil, text, text) // two compressed chunks
	third := 6 + int(two[3])<<8 + int(two[4]) + 1

	rows := []struct {
		name string
		data []byte
		err  error
	}{
		{"as written", data, nil},
		{"end at once", []byte{0}, nil},
		{"control byte 3", []byte{3, 0, 0, 'x', 0}, ErrCorrupt},
		{"control byte 127", []byte{0x7f, 0, 0, 'x', 0}, ErrCorrupt},
		{"control byte 3 later", change(second, 3), ErrCorrupt},
		{"first chunk uncompressed without reset", change(0, controlRaw), ErrCorrupt},
		{"first chunk compressed without reset", data[second:], ErrCorrupt},
		{"no properties after a dictionary reset", change(second, controlState|high), ErrCorrupt},
		{"nor a state after it", change(second, controlLZMA|high), ErrCorrupt},
		{"match reaches behind a dictionary reset", change(second, controlDict|high), ErrCorrupt},
		{"property byte 225", change(second+5, 225), ErrCorrupt},
		{"lc + lp above 4", change(second+5, 3+9*2), ErrCorrupt},
		{"properties with pb 4", change(second+5, 224), ErrCorrupt}, // lc 8, lp 4
		{"first byte of the range decoder", change(second+6, 1), ErrCorrupt},
		{"one compressed byte less", change(second+4, data[second+4]-1), ErrCorrupt},
		{"one compressed byte more", change(second+4, data[second+4]+1), ErrCorrupt},
		{"one uncompressed byte less", change(second+2, data[second+2]-1), ErrCorrupt},
		{"one uncompressed byte more", change(second+2, data[second+2]+1), ErrCorrupt},
		{"four compressed bytes", []byte{0xe0, 0, 0, 0, 3, 93, 0, 0, 0, 0, 0}, ErrCorrupt},
		{"chunk of the last state", two, nil},
		{"first symbol is a match", []byte{0xe0, 0, 9, 0, 5, 93, 0, 0xff, 0xff, 0xff, 0, 0, 0}, ErrCorrupt},
	}
	if two[third]&^0x1f != controlLZMA {
		t.Fatalf("the encoder wrote %#x for the second chunk", two[third])
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var d Decoder
			out, _, err := d.Decode(nil, stream([2]byte{}, blockSpec{lzma2: row.data}), noLimit, len(plain)+9)
			if !errors.Is(err, row.err) || d.Done() != (row.err == nil) {
				t.Errorf("got %v after %d bytes, want %v", err, len(out), row.err)
			}
		})
	}
}

// The second block begins with no dictionary, whatever the first one left behind.
func TestBlocksStandAlone(t *testing.T) {
	data, second, plain := backReference(t)
	half := len(plain) / 2
	first := append(bytes.Clone(data[:second]), 0)
	src := stream([2]byte{0, 1},
		blockSpec{lzma2: first, plain: plain[:half]},
		blockSpec{lzma2: data[second:], plain: plain[half:]})
	var d Decoder
	out, _, err := d.Decode(nil, src, noLimit, noLimit)
	if !errors.Is(err, ErrCorrupt) || !bytes.Equal(out, plain[:half]) {
		t.Errorf("got %d bytes, %v; want the first block and ErrCorrupt", len(out), err)
	}
}

func TestCopyMatch(t *testing.T) {
	hiss := noise(200)
	for distance := 1; distance < 40; distance++ {
		for n := range 80 {
			for behind := range 45 {
				got := bytes.Clone(hiss[:distance+n+behind])
				want := bytes.Clone(got)
				for i := range n {
					want[distance+i] = want[i]
				}
				copyMatch(got, distance, distance, n)
				if !bytes.Equal(got[:distance+n], want[:distance+n]) {
					t.Fatalf("distance %d, length %d, %d bytes behind", distance, n, behind)
				}
			}
		}
	}
}
