package article

import (
	"strconv"
	"testing"
)

// An index of strings answers as a map does, before and after it is emptied.
func TestStringIndex(t *testing.T) {
	var x stringIndex
	for round, n := range []int{5, 3000, 0, 100, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 40} {
		want := map[string]int{}
		for i := range n {
			k := strconv.Itoa(i * (round + 7))
			if _, ok := x.get(k); ok {
				t.Fatalf("round %d: %q is there before it was added", round, k)
			}
			x.add(k, i)
			want[k] = i
		}
		for k, v := range want {
			if got, ok := x.get(k); !ok || got != v {
				t.Fatalf("round %d: %q: got %d, %v, want %d", round, k, got, ok, v)
			}
		}
		if _, ok := x.get("none"); ok {
			t.Errorf("round %d: found what was never added", round)
		}
		x.empty()
	}
	if len(x.slots) > 1024+64*40 {
		t.Errorf("%d slots are kept after small pages", len(x.slots))
	}
}
