package lzma2

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

// The streams in testdata are the xz program's; make.sh there says how it was called.
func TestStreamsOfXZ(t *testing.T) {
	text := testdata(t, "text")
	rows := []struct {
		name  string
		plain []byte
		err   error
	}{
		{"crc32", text, nil},
		{"crc64", text, nil},
		{"none", text, nil},
		{"blocks", text, nil},
		{"sizes", text, nil}, // sizes in the block headers
		{"lc0lp4pb0", text, nil},
		{"lc4lp0pb4", text, nil},
		{"lc1lp2pb1", text, nil},
		{"dict4k", text, nil},
		{"empty", nil, nil},
		{"noise", testdata(t, "noise"), nil},
		{"zeros", make([]byte, 5_000_000), nil},
		{"streams", text, nil}, // only the first of two counts
		{"sha256", nil, ErrUnsupported},
		{"delta", nil, ErrUnsupported},
		{"x86", nil, ErrUnsupported},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			src := testdata(t, row.name+".xz")
			if row.err == nil {
				mustDecode(t, src, row.plain)
				return
			}
			var d Decoder
			if out, _, err := d.Decode(nil, src, noLimit, noLimit); !errors.Is(err, row.err) || len(out) > 0 {
				t.Errorf("got %d bytes and %v, want %v", len(out), err, row.err)
			}
		})
	}
}

func TestEveryProperty(t *testing.T) {
	text := testdata(t, "text")
	for lc := range 5 {
		for lp := range 5 - lc {
			for pb := range 5 {
				t.Run(fmt.Sprintf("lc%d lp%d pb%d", lc, lp, pb), func(t *testing.T) {
					data := encode(t, &lzma.Properties{LC: lc, LP: lp, PB: pb}, text)
					mustDecode(t, crc32Stream(data, text), text)
				})
			}
		}
	}
}

func TestShapesOfContent(t *testing.T) {
	text, hiss := testdata(t, "text"), noise(200_000)
	rows := []struct {
		name  string
		parts [][]byte
	}{
		{"one byte", [][]byte{{7}}},
		{"one byte in each chunk", bytes.Split(text[:200], nil)},
		{"run of one byte", [][]byte{bytes.Repeat([]byte{9}, 100_000)}},
		{"periods", [][]byte{bytes.Repeat([]byte("ab"), 999), bytes.Repeat([]byte("abc"), 999), bytes.Repeat([]byte("abcdefg"), 99)}},
		{"noise", [][]byte{hiss}},
		{"noise twice", [][]byte{hiss[:70_000], hiss[:70_000]}},
		{"text after noise", [][]byte{hiss[:5000], text, text}},
		{"over 2 MiB", [][]byte{bytes.Repeat(text, 2500)}},
		{"long distance", [][]byte{text, hiss, text}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			plain := bytes.Join(row.parts, nil)
			mustDecode(t, crc32Stream(encode(t, nil, row.parts...), plain), plain)
		})
	}
}

func TestAgainstWholeXZWriter(t *testing.T) {
	text := bytes.Repeat(testdata(t, "text"), 20)
	for _, check := range []byte{xz.CRC32, xz.CRC64} {
		var buf bytes.Buffer
		w, err := xz.WriterConfig{CheckSum: check, BlockSize: 5000}.NewWriter(&buf)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = w.Write(text); err != nil {
			t.Fatal(err)
		}
		if err = w.Close(); err != nil {
			t.Fatal(err)
		}
		mustDecode(t, buf.Bytes(), text)
	}
}

func TestMixedChunks(t *testing.T) {
	src, plain := mixed(t)
	mustDecode(t, src, plain)
}

func TestBehindWhatDstHolds(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	out, _, err := d.Decode([]byte("before "), src, noLimit, noLimit)
	if want := append([]byte("before "), plain...); err != nil || !d.Done() || !bytes.Equal(out, want) {
		t.Errorf("got %d bytes, %v; want %d", len(out), err, len(want))
	}
}

func TestResetAnywhere(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	for n := 0; n < len(plain); n += 37 {
		if _, _, err := d.Decode(nil, src, n, noLimit); err != nil {
			t.Fatal(err)
		}
		d.Reset()
		if d.Done() {
			t.Fatal("done after Reset")
		}
		out, _, err := d.Decode(nil, src, noLimit, noLimit)
		if err != nil || !bytes.Equal(out, plain) {
			t.Fatalf("after Reset at %d: %d bytes, %v", n, len(out), err)
		}
		d.Reset()
	}
}

func TestNoAllocation(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	dst := make([]byte, 0, len(plain))
	got := testing.AllocsPerRun(10, func() {
		d.Reset()
		if _, _, err := d.Decode(dst, src, len(plain), len(plain)); err != nil {
			t.Error(err)
		}
	})
	if got != 0 {
		t.Errorf("%v allocations, want 0", got)
	}
}
