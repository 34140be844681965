package synth

import (
	"bytes"
	"strings"
	"testing"
)

func TestSyllablesOrder(t *testing.T) {
	for i, a := range syllables {
		for j, b := range syllables {
			if i != j && strings.HasPrefix(b, a) {
				t.Errorf("%q begins %q: names would not come out in order", a, b)
			}
		}
	}
}

// Paths and titles must rise strictly, or the archive is not one.
func TestNamesRise(t *testing.T) {
	for _, n := range []uint64{1, 2, 1000, 20_000} {
		nm := newNames(n, 7)
		var path, title []byte
		for i := range n {
			next := nm.appendPath(nil, i)
			nextTitle := appendTitle(nil, next)
			if len(nextTitle) == 0 {
				nextTitle = next
			}
			if bytes.Compare(path, next) >= 0 || bytes.Compare(title, nextTitle) >= 0 {
				t.Fatalf("entry %d of %d: %q after %q", i, n, next, path)
			}
			path, title = next, nextTitle
		}
	}
}

func TestNamesRiseAtTheEdges(t *testing.T) {
	nm := newNames(maxEntries, 1)
	for _, i := range []uint64{0, 1, maxEntries / 2, maxEntries - 2} {
		a, b := nm.appendPath(nil, i), nm.appendPath(nil, i+1)
		if bytes.Compare(a, b) >= 0 {
			t.Errorf("entry %d: %q is not below %q", i, a, b)
		}
	}
}

func TestTitle(t *testing.T) {
	for _, test := range []struct{ path, want string }{
		{"Baba", ""},
		{"Baba_co", "Baba co"},
		{"Baba_co_du", "Baba co du"},
	} {
		if got := string(appendTitle(nil, []byte(test.path))); got != test.want {
			t.Errorf("title of %q: got %q, want %q", test.path, got, test.want)
		}
	}
}
