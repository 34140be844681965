package eval

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The questions by hand are whole, and asked of those archives that are there.
func TestFactSets(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"a_wikipedia_en_ray_charles_maxi_2019-08.zim", "good/x_Book_about_Aviation.zim"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, f)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sets, err := factSets(dir)
	if !errors.Is(err, ErrNoData) || len(sets) != 2 {
		t.Fatalf("%d sets, %v", len(sets), err)
	}
	n := 0
	for _, s := range sets {
		n += len(s.Questions)
		for _, q := range s.Questions {
			if q.Query == "" || q.Pattern == nil || q.Pattern.MatchString(q.Query) {
				t.Errorf("%s: %+v", s.Name, q)
			}
		}
	}
	if n < 40 {
		t.Errorf("%d questions", n)
	}
	if _, err := factSets(""); !errors.Is(err, ErrNoData) {
		t.Errorf("no folder: %v", err)
	}
}

// An answer counts where its expression is met, in the passages that are looked at.
func TestPatternAnswers(t *testing.T) {
	q := Question{Paragraph: -1, Pattern: regexp.MustCompile("Percy May.*d")}
	m := Gold{}.Measure(q, Record{Results: []Passage{{Text: "It is a song."}, {Text: "Percy Mayfield wrote it."}}})
	if m["answer@1"] != 0 || m["answer@3"] != 1 || m[S1C] != 1 {
		t.Errorf("got %v", m)
	}
}
