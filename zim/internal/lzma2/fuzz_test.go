package lzma2

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"github.com/ulikunitz/xz"
)

const fuzzLimit = 1 << 16

// decodeBothWays decodes src in one call and again in small windows and steps, wants the same
// outcome, and returns it.
func decodeBothWays(t *testing.T, src []byte) (out []byte, done bool, err error) {
	var whole, parts Decoder
	out, used, err := whole.Decode(nil, src, noLimit, fuzzLimit)
	if len(out) > fuzzLimit || cap(out) > fuzzLimit || used > len(src) {
		t.Fatalf("%d bytes, capacity %d, used %d of %d", len(out), cap(out), used, len(src))
	}
	if (err == nil) != whole.Done() {
		t.Fatalf("%v, but done is %v", err, whole.Done())
	}
	again, err2 := inSteps(&parts, src)
	if !bytes.Equal(out, again) || whole.Done() != parts.Done() || classOf(err) != classOf(err2) {
		t.Fatalf("at once: %d bytes, %v; in steps: %d bytes, %v", len(out), err, len(again), err2)
	}
	return out, whole.Done(), err
}

// inSteps decodes src 1000 bytes of output at a time, through a window that grows.
func inSteps(d *Decoder, src []byte) ([]byte, error) {
	var out []byte
	for from, window := 0, 1; ; {
		var used int
		var err error
		want, end := min(len(out)+1000, fuzzLimit+1), min(from+window, len(src))
		out, used, err = d.Decode(out, src[from:end], want, fuzzLimit)
		from += used
		switch {
		case d.Done():
			return out, err
		case errors.Is(err, ErrMore) && end < len(src):
			window *= 2
		case err != nil:
			return out, err
		}
	}
}

// classOf returns the error that a caller decides by.
func classOf(err error) error {
	for _, class := range []error{ErrMore, ErrCorrupt, ErrLimit, ErrUnsupported} {
		if errors.Is(err, class) {
			return class
		}
	}
	return err
}

// framed reports whether the sizes in the chunk headers lead exactly to the end of data.
// ulikunitz/xz reads a chunk's next header wherever its last symbol ended.
func framed(data []byte) bool {
	for len(data) > 0 && data[0] != controlEnd {
		n := headerSize(data[0])
		if len(data) < n {
			return false
		}
		if data[0] < controlLZMA {
			n += int(binary.BigEndian.Uint16(data[1:])) + 1
		} else {
			n += int(binary.BigEndian.Uint16(data[3:])) + 1
		}
		data = data[min(n, len(data)):]
	}
	return len(data) == 1
}

// FuzzLZMA2 holds bare LZMA2 data against ulikunitz/xz.
func FuzzLZMA2(f *testing.F) {
	text := testdata(f, "text")
	f.Add(encode(f, nil, text))
	f.Add(encode(f, nil, text[:80], noise(60), text[:90]))
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, data []byte) {
		theirs, rest, errTheirs := oracle(data, fuzzLimit)
		toTheEnd := errTheirs == nil && len(theirs) <= fuzzLimit
		if toTheEnd {
			data = data[:len(data)-rest] // what follows the end is not LZMA2
		}
		out, done, err := decodeBothWays(t, stream([2]byte{}, blockSpec{lzma2: data}))
		if n := min(len(out), len(theirs)); !bytes.Equal(out[:n], theirs[:n]) {
			t.Fatalf("different bytes within %d", n)
		}
		if toTheEnd && framed(data) && (!done || len(out) != len(theirs)) {
			t.Fatalf("ours: %d bytes, %v; theirs: %d bytes, to the end", len(out), err, len(theirs))
		}
	})
}

// FuzzXZContainer reads any bytes as an xz stream. What ulikunitz/xz reads to the end we must
// read alike, or call unsupported.
func FuzzXZContainer(f *testing.F) {
	names, err := filepath.Glob("testdata/*.xz")
	if err != nil || len(names) == 0 {
		f.Fatal("no streams in testdata", err)
	}
	for _, name := range names {
		f.Add(testdata(f, filepath.Base(name)))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		out, done, err := decodeBothWays(t, src)
		r, errTheirs := xz.ReaderConfig{DictCap: 1 << 20, SingleStream: true}.NewReader(bytes.NewReader(src))
		if errTheirs != nil {
			return
		}
		theirs, errTheirs := io.ReadAll(io.LimitReader(r, fuzzLimit+1))
		if errTheirs != nil || len(theirs) > fuzzLimit || errors.Is(err, ErrUnsupported) {
			return
		}
		if errors.Is(err, ErrMore) && bytes.HasPrefix(theirs, out) {
			return // for them a stream may end early, and a chunk too
		}
		if !done || !bytes.Equal(out, theirs) {
			t.Fatalf("ours: %d bytes, %v; theirs: %d bytes, to the end", len(out), err, len(theirs))
		}
	})
}
