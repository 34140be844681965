package match

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestDecodePlace(t *testing.T) {
	for _, row := range []struct {
		name  string
		value string
		want  Place
		ok    bool
	}{
		{"Paris", "\x01\xf4\xc5\xd0\x00\x00", Place{48.85, 2.35}, true},
		{"degrees alone", "\x01\xf4", Place{48, 2}, true},
		{"nothing", "", Place{}, false},
		{"one byte", "\x01", Place{}, false},
		{"seven bytes", "\x01\xf4\xc5\xd0\x00\x00\x00", Place{}, false},
		{"no such longitude", "\xff\xff", Place{}, false},
		{"the south pole", "\x00\x00", Place{-90, 0}, true},
	} {
		got, ok := DecodePlace([]byte(row.value))
		if ok != row.ok || math.Abs(got.Latitude-row.want.Latitude) > 1e-4 || math.Abs(got.Longitude-row.want.Longitude) > 1e-4 {
			t.Errorf("%s: got %v, %v, want %v, %v", row.name, got, ok, row.want, row.ok)
		}
	}
}

func TestDistance(t *testing.T) {
	paris, london := Place{48.8566, 2.3522}, Place{51.5074, -0.1278}
	if d := paris.Distance(london); math.Abs(d-343_600) > 1000 {
		t.Errorf("Paris to London: %.0f m", d)
	}
	if d := (Place{0, 10}).Distance(Place{0, 370}); d > 1 {
		t.Errorf("once around: %v m", d)
	}
	if d := (Place{90, 0}).Distance(Place{-90, 0}); math.Abs(d-math.Pi*earthRadius) > 1 {
		t.Errorf("pole to pole: %v m", d)
	}
}

func TestFilterValue(t *testing.T) {
	src := newMemory(true, "x", "x", "x", "x")
	values := memoryValues{"\x01\xf4", "b", "", "d"}
	for _, row := range []struct {
		name string
		keep func([]byte) bool
		want []uint32
	}{
		{"range", InRange([]byte("b"), []byte("c")), []uint32{2}},
		{"no upper bound", InRange([]byte("b"), nil), []uint32{2, 4}},
		{"distance", WithinDistance(Place{48, 3}, 100_000), []uint32{1}},
	} {
		hits, err := (&Search{Limit: 9}).Top(t.Context(), src, FilterValue(Term("x"), values, row.keep))
		if err != nil || !slices.Equal(docs(hits), row.want) {
			t.Errorf("%s: got %v, %v, want %v", row.name, docs(hits), err, row.want)
		}
	}
}

// TestDifferentialPlaces reads what Xapian writes.
func TestDifferentialPlaces(t *testing.T) {
	needOracle(t, "xapian")
	out, err := exec.Command(debianPython, filepath.Join("testdata", "oracle", "places.py")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var rows [][4]any
	if err := json.Unmarshal(out, &rows); err != nil {
		t.Fatal(err)
	}
	paris := Place{48.85, 2.35}
	for _, row := range rows {
		stored, err := hex.DecodeString(row[0].(string))
		if err != nil {
			t.Fatal(err)
		}
		got, ok := DecodePlace(stored)
		want := Place{row[1].(float64), row[2].(float64)}
		if !ok || math.Abs(got.Latitude-want.Latitude) > 1e-9 || math.Abs(got.Longitude-want.Longitude) > 1e-9 {
			t.Fatalf("%x: got %v, %v, want %v", stored, got, ok, want)
		}
		if d, far := paris.Distance(got), row[3].(float64); math.Abs(d-far) > 0.01 {
			t.Fatalf("%v: got %v m, want %v m", got, d, far)
		}
	}
}
