package glass

import (
	"errors"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// A bitWriter is the other side of bitReader.
type bitWriter struct {
	b []byte
	n int
}

func (w *bitWriter) write(v uint64, n int) {
	for i := range n {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[len(w.b)-1] |= byte(v>>i&1) << (w.n % 8)
		w.n++
	}
}

func (w *bitWriter) encode(v, m uint64) {
	width := bits.Len64(m - 1)
	spare := uint64(1)<<width - m
	mid := (m - spare) / 2
	switch {
	case spare == 0:
		w.write(v, width)
	case v < mid:
		w.write(v, width-1)
		w.write(0, 1)
	case v >= mid+spare:
		w.write(v-mid-spare, width-1)
		w.write(1, 1)
	default:
		w.write(v, width-1)
	}
}

func (w *bitWriter) interpolate(list []uint32) {
	for len(list) > 2 {
		mid, end := (len(list)-1)/2, len(list)-1
		w.encode(uint64(list[mid]-list[0])-uint64(mid), uint64(list[end]-list[0])-uint64(end)+1)
		w.interpolate(list[:mid+1])
		list = list[mid:]
	}
}

// packPositions encodes positions as the position table has them.
func packPositions(list []uint32) []byte {
	last := uint64(list[len(list)-1])
	tag := appendVarint(nil, last)
	if len(list) == 1 {
		return tag
	}
	w := &bitWriter{b: tag}
	w.n = 8 * len(tag)
	first := uint64(list[0])
	w.encode(first, last)
	w.encode(uint64(len(list)-2), last-first)
	w.interpolate(list)
	return w.b
}

func TestPositionsRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		n, spread := 1+r.IntN(200), uint32(1)<<r.IntN(22)
		list := make([]uint32, n)
		at := 1 + r.Uint32N(spread) // from 0 on, 0 and 1 are stored as 1 alone is: Xapian reads that, too
		for i := range list {
			list[i] = at
			at += 1 + r.Uint32N(spread)
		}
		got, err := appendPositions(nil, packPositions(list), 1<<16, 0)
		if err != nil || !slices.Equal(got, list) {
			t.Fatalf("%v: %v, %v", list, got, err)
		}
	}
}

func TestPositionsDamage(t *testing.T) {
	for _, tc := range []struct {
		name, tag string
		want      error
	}{
		{"empty", "", ErrCorrupt},
		{"33 bits", varints(1 << 32), ErrCorrupt},
		{"more than one up to 0", varints(0) + "\x00", ErrCorrupt},
		{"bits end", varints(1<<30) + "\x00", ErrCorrupt},
		{"bits end in the list", string(packPositions([]uint32{1, 1000, 30000, 1 << 20, 1 << 30})[:12]), ErrCorrupt},
		{"millions in a few bytes", string(packPositions(dense(100000)[:70000])), ErrTooLarge},
	} {
		if _, err := appendPositions(nil, []byte(tc.tag), 1<<16, 0); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.name, err, tc.want)
		}
	}
}

// dense returns 1, 2, ..., n, which takes a few bytes only.
func dense(n int) []uint32 {
	list := make([]uint32, n)
	for i := range list {
		list[i] = uint32(i) + 1
	}
	return list
}
