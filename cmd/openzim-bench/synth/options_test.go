package synth

import (
	"strings"
	"testing"
)

func TestOptionsOutOfRange(t *testing.T) {
	for _, test := range []struct {
		name string
		o    Options
		want string
	}{
		{"no entries", Options{}, "entries is 0, want 1 to"},
		{"negative", Options{Entries: -5}, "entries is -5, want 1 to 4294967231"},
		{"minor", Options{Entries: 1, Minor: 4}, "minor is 4, want 1 to 3"},
		{"no text left", Options{Entries: 1, Redirects: 50, Images: 45}, "images is 45, want 0 to 40"},
		{"mean", Options{Entries: 1, MeanBytes: 1}, "mean bytes is 1"},
		{"cluster", Options{Entries: 1, ClusterBytes: 1}, "cluster bytes is 1"},
		{"distinct", Options{Entries: 1, Distinct: -1}, "distinct is -1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.o.withDefaults()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestOptionsEveryMistakeAtOnce(t *testing.T) {
	_, err := Options{Minor: 9, MeanBytes: 1}.withDefaults()
	for _, field := range []string{"entries", "minor", "mean bytes"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("got %v, want it to name %q", err, field)
		}
	}
}
