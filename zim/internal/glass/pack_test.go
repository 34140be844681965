package glass

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// edges are integers around every power of two.
func edges() (list []uint64) {
	for i := range 64 {
		list = append(list, 1<<i-1, 1<<i, 1<<i+1)
	}
	return append(list, math.MaxUint64)
}

func TestSortable(t *testing.T) {
	for _, tc := range []struct {
		v    uint64
		want string
	}{
		{0, "\x00\x00"}, {300, "\x01\x2c"}, {0x7FFF, "\x7f\xff"}, {0x8000, "\x80\x80\x00"}, {0x3FFFFF, "\xbf\xff\xff"},
		{0x400000, "\xc0\x40\x00\x00"}, {0x1FFFFFFF, "\xdf\xff\xff\xff"}, {0x20000000, "\xe0\x20\x00\x00\x00"},
		{math.MaxUint64, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff"},
	} {
		if got := string(appendSortable(nil, tc.v)); got != tc.want {
			t.Errorf("%d: got %x, want %x", tc.v, got, tc.want)
		}
	}
}

func TestSortableRoundTripAndOrder(t *testing.T) {
	list := edges()
	for range 2000 {
		list = append(list, rand.Uint64()>>rand.IntN(64))
	}
	for i, v := range list {
		b := appendSortable(nil, v)
		if got, n := sortable(append(b, 7)); got != v || n != len(b) {
			t.Fatalf("%d: read as %d in %d bytes of %x", v, got, n, b)
		}
		if w := list[(i+1)%len(list)]; (v < w) != (bytes.Compare(b, appendSortable(nil, w)) < 0) {
			t.Fatalf("%d and %d do not order as their bytes", v, w)
		}
	}
}

func TestSortableRefuses(t *testing.T) {
	for _, s := range []string{"", "\x00", "\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00", "\x80\x00", "\xfe\x01", "\x80\x00\x01", "\xc0\x00\x80\x00"} {
		if v, n := sortable([]byte(s)); n != 0 {
			t.Errorf("%x: read as %d", s, v)
		}
	}
}

func TestEscape(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"", ""}, {"cat", "cat"}, {"\x00", "\x00\xff"}, {"a\x00b", "a\x00\xffb"}, {"\x00\x00", "\x00\xff\x00\xff"}, {"a\xff", "a\xff"},
	} {
		got := appendEscaped(nil, []byte(tc.in))
		if string(got) != tc.want {
			t.Errorf("%q: got %q, want %q", tc.in, got, tc.want)
		}
		for _, end := range []string{"", "\x00", "\x00\x01\x02"} {
			s, rest, ended := appendUnescaped(nil, append(got, end...))
			if string(s) != tc.in || ended != (end != "") || end != "" && string(rest) != end[1:] {
				t.Errorf("%q with end %q: read as %q, rest %q, ended %v", tc.in, end, s, rest, ended)
			}
		}
	}
}

func TestUnpackerSticks(t *testing.T) {
	u := unpacker{b: []byte{0x80}}
	if u.varint() != 0 || u.byte() != 0 || u.bytes(1) != nil || u.string() != nil || u.boolean() || u.uint32() != 0 || !u.bad {
		t.Error("an unpacker went on after an error")
	}
	for _, s := range []string{"", "\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"} {
		if v, n := uvarint([]byte(s)); n != 0 {
			t.Errorf("%x: read as %d", s, v)
		}
	}
	if u = (unpacker{b: []byte(varints(1 << 32))}); u.uint32() != 0 || !u.bad {
		t.Error("33 bits were read as 32")
	}
	if u = (unpacker{b: []byte("2")}); u.boolean() || !u.bad {
		t.Error("2 was read as a boolean")
	}
}

func TestUintLast(t *testing.T) {
	if got := appendUintLast(nil, 0); len(got) != 0 {
		t.Errorf("0 is %x", got)
	}
	if got := appendUintLast(nil, 0x010203); !bytes.Equal(got, []byte{3, 2, 1}) {
		t.Errorf("0x010203 is %x", got)
	}
}
