package lzma2

import (
	"bytes"
	"errors"
	"testing"
)

// feeds is what a caller does who grows its window: it hands over what is not used yet and
// adds some bytes after each ErrMore.
func feeds(d *Decoder, dst, src []byte, window, more, want, limit int) ([]byte, error) {
	from := 0
	for {
		out, used, err := d.Decode(dst, src[from:min(window, len(src))], want, limit)
		dst, from = out, from+used
		if !errors.Is(err, ErrMore) || window >= len(src) {
			return dst, err
		}
		window += more
	}
}

func TestSplitAnywhere(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	for cut := range len(src) + 1 {
		d.Reset()
		out, used, err := d.Decode(nil, src[:cut], noLimit, noLimit)
		if used > cut || !bytes.HasPrefix(plain, out) {
			t.Fatalf("cut %d: used %d, %d bytes", cut, used, len(out))
		}
		if cut < len(src) && !errors.Is(err, ErrMore) {
			t.Fatalf("cut %d: got %v, want ErrMore", cut, err)
		}
		out, _, err = d.Decode(out, src[used:], noLimit, noLimit)
		if err != nil || !d.Done() || !bytes.Equal(out, plain) {
			t.Fatalf("cut %d: %d bytes, %v", cut, len(out), err)
		}
	}
}

func TestWindowGrows(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	for more := 1; more < 50; more += 3 {
		d.Reset()
		out, err := feeds(&d, nil, src, 0, more, noLimit, noLimit)
		if err != nil || !d.Done() || !bytes.Equal(out, plain) {
			t.Fatalf("by %d: %d bytes, %v", more, len(out), err)
		}
	}
}

func TestStopAtEveryLength(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	for want := range len(plain) + 1 {
		d.Reset()
		out, used, err := d.Decode(nil, src, want, noLimit)
		if err != nil || !bytes.Equal(out, plain[:want]) {
			t.Fatalf("want %d: got %d bytes, %v", want, len(out), err)
		}
		if d.Done() != (want == len(plain)) {
			t.Fatalf("want %d: done %v", want, d.Done())
		}
		out, _, err = d.Decode(out, src[used:], len(plain), noLimit)
		if err != nil || !d.Done() || !bytes.Equal(out, plain) {
			t.Fatalf("after %d: got %d bytes, %v", want, len(out), err)
		}
	}
}

func TestByteByByte(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	var out []byte
	var err error
	for used, n := 0, 0; !d.Done(); {
		if out, n, err = d.Decode(out, src[used:], len(out)+1, len(plain)); err != nil {
			t.Fatal(err)
		}
		used += n
	}
	if !bytes.Equal(out, plain) {
		t.Error("wrong bytes")
	}
}

func TestEveryLimit(t *testing.T) {
	src, plain := mixed(t)
	canary := bytes.Repeat([]byte{0xa5}, len(plain)+10)
	dst := make([]byte, len(canary))
	var d Decoder
	for limit := range len(plain) + 2 {
		copy(dst, canary)
		d.Reset()
		out, used, err := d.Decode(dst[:0], src, noLimit, limit)
		if tight := limit < len(plain); tight != errors.Is(err, ErrLimit) || tight == d.Done() {
			t.Fatalf("limit %d: %v, done %v", limit, err, d.Done())
		}
		if !bytes.Equal(out, plain[:min(limit, len(plain))]) {
			t.Fatalf("limit %d: wrong bytes, %d of them", limit, len(out))
		}
		if !bytes.Equal(dst[len(out):], canary[len(out):]) {
			t.Fatalf("limit %d: wrote behind its output", limit)
		}
		out, _, err = d.Decode(out, src[used:], noLimit, len(plain))
		if err != nil || !bytes.Equal(out, plain) {
			t.Fatalf("limit raised from %d: %v", limit, err)
		}
	}
}

func TestCapacityStaysBelowLimit(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	for limit := range len(plain) {
		d.Reset()
		if out, _, _ := d.Decode(nil, src, noLimit, limit); cap(out) > limit {
			t.Fatalf("limit %d: capacity %d", limit, cap(out))
		}
	}
}

// A chunk of a few bytes may claim 2 MiB.
func TestClaimIsNotAllocated(t *testing.T) {
	src := stream([2]byte{}, blockSpec{lzma2: []byte{0xff, 0xff, 0xff, 0, 19, 93,
		0, 0xff, 0xff, 0xff, 0xfe, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}})
	var d Decoder
	out, _, err := d.Decode(nil, src, noLimit, noLimit)
	if !errors.Is(err, ErrCorrupt) || cap(out) > growStep {
		t.Errorf("capacity %d, %v; want at most %d and ErrCorrupt", cap(out), err, growStep)
	}
}

// An xz bomb: 5 MB of zeros in 856 bytes.
func TestBombStopsAtLimit(t *testing.T) {
	var d Decoder
	out, _, err := d.Decode(nil, testdata(t, "zeros.xz"), noLimit, 10_000)
	if !errors.Is(err, ErrLimit) || len(out) != 10_000 || cap(out) > 10_000 {
		t.Errorf("got %d bytes, capacity %d, %v", len(out), cap(out), err)
	}
}

func TestDstMustComeBack(t *testing.T) {
	src, _ := mixed(t)
	var d Decoder
	out, used, err := d.Decode(nil, src, 100, noLimit)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = d.Decode(out[:50], src[used:], 200, noLimit); !errors.Is(err, errMisuse) {
		t.Errorf("got %v, want errMisuse", err)
	}
	if _, _, err = d.Decode(out, src[used:], 200, noLimit); err != nil {
		t.Errorf("the right dst: %v", err)
	}
}

func TestDoneUsesNoMore(t *testing.T) {
	src, plain := mixed(t)
	var d Decoder
	out, used, err := d.Decode(nil, src, noLimit, noLimit)
	if err != nil {
		t.Fatal(err)
	}
	out, used, err = d.Decode(out, src[used:], noLimit, noLimit)
	if used != 0 || err != nil || len(out) != len(plain) {
		t.Errorf("used %d, %v, %d bytes", used, err, len(out))
	}
}
