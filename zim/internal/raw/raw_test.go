package raw

import (
	"errors"
	"math"
	"testing"
)

func TestReader(t *testing.T) {
	r := NewReader([]byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0fab\x00c\x00"), 100)
	if got := r.Uint8(); got != 0x01 {
		t.Errorf("Uint8 = %#x", got)
	}
	if got := r.Uint16(); got != 0x0302 {
		t.Errorf("Uint16 = %#x", got)
	}
	if got := r.Uint32(); got != 0x07060504 {
		t.Errorf("Uint32 = %#x", got)
	}
	if got := r.Uint64(); got != 0x0f0e0d0c0b0a0908 {
		t.Errorf("Uint64 = %#x", got)
	}
	if got := string(r.CString(2)); got != "ab" {
		t.Errorf("CString = %q", got)
	}
	if r.Offset() != 118 || r.Len() != 2 || r.Err() != nil {
		t.Errorf("at %d, %d left, %v; want 118, 2, nil", r.Offset(), r.Len(), r.Err())
	}
}

// TestSticky shows that every method returns zero after the first error, and that the error stays.
func TestSticky(t *testing.T) {
	r := NewReader([]byte{1, 2, 3, 0}, 0)
	r.Uint64()
	if r.Uint8() != 0 || r.Uint16() != 0 || r.Uint32() != 0 || r.Uint64() != 0 || r.Bytes(1) != nil || r.CString(9) != nil {
		t.Error("a method returned data after an error")
	}
	if r.Len() != 0 || r.Offset() != 0 || !errors.Is(r.Err(), ErrShort) {
		t.Errorf("Len %d, Offset %d, Err %v", r.Len(), r.Offset(), r.Err())
	}
}

func TestCStringLimits(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		limit    int
		want     error
	}{
		{"empty string", "\x00", 0, nil},
		{"ends at the limit", "abc\x00", 3, nil},
		{"one over the limit", "abcd\x00", 3, ErrNoEnd},
		{"bytes end first", "abc", 3, ErrShort},
		{"no bytes", "", 3, ErrShort},
	} {
		r := NewReader([]byte(tc.in), 0)
		r.CString(tc.limit)
		if !errors.Is(r.Err(), tc.want) {
			t.Errorf("%s: got %v, want %v", tc.name, r.Err(), tc.want)
		}
	}
}

// TestBytesDoNotGrow shows that appending to what Bytes returns cannot overwrite what follows.
func TestBytesDoNotGrow(t *testing.T) {
	b := []byte{1, 2, 3, 4}
	r := NewReader(b, 0)
	_ = append(r.Bytes(2), 9)
	if b[2] != 3 {
		t.Error("the byte behind was overwritten")
	}
}

func TestWithin(t *testing.T) {
	const most = math.MaxUint64
	for _, tc := range []struct {
		off, n, size uint64
		want         bool
	}{
		{0, 0, 0, true}, {0, 1, 0, false}, {4, 4, 8, true}, {4, 5, 8, false}, {8, 0, 8, true}, {9, 0, 8, false},
		{most, 1, most, false}, {most, most, most, false}, {1, most, most, false}, {0, most, most, true},
	} {
		if got := Within(tc.off, tc.n, tc.size); got != tc.want {
			t.Errorf("Within(%d, %d, %d) = %v", tc.off, tc.n, tc.size, got)
		}
	}
}

func TestTable(t *testing.T) {
	const most = math.MaxUint64
	for _, tc := range []struct {
		off, n, width, size uint64
		want                bool
	}{
		{0, 1, 8, 8, true}, {1, 1, 8, 8, false}, {80, 2, 8, 96, true}, {80, 2, 8, 95, false},
		{0, most, 8, most, false}, {most, 0, 8, most, true}, {97, 0, 4, 96, false},
	} {
		if got := Table(tc.off, tc.n, tc.width, tc.size); got != tc.want {
			t.Errorf("Table(%d, %d, %d, %d) = %v", tc.off, tc.n, tc.width, tc.size, got)
		}
	}
}
