package lzma2

import (
	"bytes"
	"errors"
	"testing"
)

func TestTruncatedAnywhere(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	for n := range len(src) {
		d.Reset()
		out, _, err := d.Decode(nil, src[:n], noLimit, noLimit)
		if !errors.Is(err, ErrMore) || d.Done() || !bytes.HasPrefix(plain, out) {
			t.Fatalf("at %d: %d bytes, %v, done %v", n, len(out), err, d.Done())
		}
	}
}

// What is decoded to its end despite a flipped bit has to be right, for there is a check. A
// block's size byte turned to zero looks like the index, so whole blocks may be missing.
func TestEveryBitFlipped(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	limit := len(plain) + 100
	for i := range src {
		for bit := range 8 {
			damaged := bytes.Clone(src)
			damaged[i] ^= 1 << bit
			d.Reset()
			out, used, err := d.Decode(nil, damaged, noLimit, limit)
			if len(out) > limit || cap(out) > limit || used > len(src) {
				t.Fatalf("byte %d bit %d: %d bytes, used %d", i, bit, len(out), used)
			}
			if (err == nil) != d.Done() || d.Done() && !bytes.Equal(out, plain) && damaged[i] != 0 {
				t.Fatalf("byte %d bit %d: done %v with wrong bytes, %v", i, bit, d.Done(), err)
			}
			if d.Done() && len(out) != 0 && len(out) != len(plain)-500 && len(out) != len(plain) {
				t.Fatalf("byte %d bit %d: done after %d bytes, inside a block", i, bit, len(out))
			}
		}
	}
}

// Damage in the real encoder's streams: every byte set to 52 values, with 0 and 255.
func TestEveryByteChanged(t *testing.T) {
	plain := testdata(t, "text")
	for _, name := range []string{"crc32.xz", "sizes.xz"} {
		src := testdata(t, name)
		var d Decoder
		whole, used, err := d.Decode(nil, src, noLimit, noLimit)
		if err != nil || !bytes.Equal(whole, plain) {
			t.Fatal(err)
		}
		dst := make([]byte, 0, 2*len(plain))
		for i := range used + 1 {
			old := src[i]
			for v := 0; v < 256; v += 5 {
				src[i] = byte(v)
				d.Reset()
				out, _, err := d.Decode(dst, src, noLimit, cap(dst))
				if d.Done() && v == 0 && len(out)%700 == 0 {
					continue // looks like the index; blocks of sizes.xz hold 700 bytes
				}
				if byte(v) == old != (err == nil) || err == nil && !bytes.Equal(out, plain) {
					t.Fatalf("%s byte %d set to %d: %d bytes, %v", name, i, v, len(out), err)
				}
			}
			src[i] = old
		}
	}
}

func TestErrorStays(t *testing.T) {
	src, plain := mixed(t)
	damaged := bytes.Clone(src)
	damaged[20] ^= 1 // in the block header
	var d Decoder
	out, used, first := d.Decode(nil, damaged, noLimit, noLimit)
	if !errors.Is(first, ErrCorrupt) {
		t.Fatal(first)
	}
	if _, _, err := d.Decode(out, src[used:], noLimit, noLimit); !errors.Is(err, first) {
		t.Errorf("got %v, want the same error again", err)
	}
	d.Reset()
	if out, _, err := d.Decode(nil, src, noLimit, noLimit); err != nil || !bytes.Equal(out, plain) {
		t.Errorf("after Reset: %v", err)
	}
}

// A check that does not match is an error even for who asked for no more than the content.
func TestCheckIsSeenAtTheEnd(t *testing.T) {
	text := testdata(t, "text")
	src := crc32Stream(encode(t, nil, text), append([]byte("not "), text...))
	var d Decoder
	out, _, err := d.Decode(nil, src, len(text), len(text))
	if !errors.Is(err, ErrCorrupt) || !bytes.Equal(out, text) {
		t.Errorf("got %d bytes, %v; want all and ErrCorrupt", len(out), err)
	}
	d.Reset()
	if _, _, err = d.Decode(nil, src, len(text)-1, len(text)); err != nil {
		t.Errorf("one byte less: %v", err)
	}
}
