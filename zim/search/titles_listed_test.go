package search

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func listedArchive(titles ...string) zimtest.Archive {
	a := zimtest.Archive{Minor: 1}
	for i, t := range titles {
		a.Entries = append(a.Entries, zimtest.Page(fmt.Sprintf("C/%03d", i), t, "<p>x"))
	}
	return a
}

// The words of titles are those of front articles and redirects, each with the titles that have it.
func TestWordsOfTitles(t *testing.T) {
	a := listedArchive("Old lighthouse", "Lighthouses, old and new", "Harbour")
	a.Entries = append(a.Entries, zimtest.Redirect("C/Vieux_phare", "C/000"), zimtest.Entry{Path: "C/style.css", MIME: "text/css", Data: []byte("x")})
	z := reader(t, a.Bytes())
	w, err := readTitles(t.Context(), z)
	if err != nil {
		t.Fatal(err)
	}
	st := newStems("eng")
	for word, want := range map[string]int{"old": 2, "lighthouse": 2, "harbour": 1, "phare": 1, "style": 0, "nowhere": 0} {
		if got := len(w.alike(word, st)); got != want {
			t.Errorf("%s: %d titles, want %d", word, got, want)
		}
	}
	if got := len(w.of("lighthouse")); got != 1 {
		t.Errorf("the word itself is in %d titles", got)
	}
	best := w.best([][]uint32{w.alike("old", st), w.alike("lighthouse", st)}, []float64{1, 1}, 10)
	var titles []string
	for _, i := range best {
		e, err := z.Entry(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		titles = append(titles, e.Title())
	}
	if d := cmp.Diff([]string{"Old lighthouse", "Lighthouses, old and new"}, titles); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// What is held is counted, bounded for all archives together, and given back.
func TestMemoryOfTitles(t *testing.T) {
	x := NewIndexes(nil)
	a := reader(t, listedArchive("One title", "Another title").Bytes())
	l := newTitleList(x, a)
	w, err := l.get(t.Context())
	if err != nil || w.size <= 0 || x.listed.Load() != w.size {
		t.Fatalf("%d bytes held, %d counted, %v", w.size, x.listed.Load(), err)
	}
	if again, err := l.get(t.Context()); again != w || err != nil {
		t.Errorf("made anew, or %v", err)
	}
	l.close()
	if x.listed.Load() != 0 {
		t.Errorf("%d bytes left", x.listed.Load())
	}
	x.listed.Store(listedBytes)
	full := newTitleList(x, a)
	if _, err := full.get(t.Context()); !errors.Is(err, errNoTitles) || x.listed.Load() != listedBytes {
		t.Errorf("without room: %v, %d counted", err, x.listed.Load())
	}
}

func TestWordsOfTitlesEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := newTitleList(NewIndexes(nil), reader(t, listedArchive("One").Bytes()))
	if _, err := l.get(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := l.get(t.Context()); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

// A leading article is that of the archive's language.
func TestWithoutArticle(t *testing.T) {
	for _, tt := range []struct{ language, title, want string }{
		{"eng", "the lighthouse", "lighthouse"}, {"eng", "a tale", "tale"}, {"deu", "die welle", "welle"}, {"ger", "der turm", "turm"}, {"fra", "le phare", "phare"},
		{"fra", "the phare", "the phare"}, {"", "the lighthouse", "lighthouse"}, {"eng", "the", "the"}, {"xyz", "an apple", "apple"}, {"nld", "het huis", "huis"},
	} {
		if got := (&shelf{language: tt.language}).withoutArticle(tt.title); got != tt.want {
			t.Errorf("%s: %q: got %q, want %q", tt.language, tt.title, got, tt.want)
		}
	}
}

// A title that stands in the question counts by how much of it that is, an owner twice.
func TestSpansOfTitles(t *testing.T) {
	s := &shelf{stems: newStems("eng")}
	for _, tt := range []struct {
		query string
		idf   []float64
		title string
		want  float64
	}{
		{"Berlin Germany", []float64{1, 1}, "Berlin", 0.5},
		{"Berlin Germany", []float64{1, 1}, "Nazi Germany", 0},
		{"plato's cave", []float64{1, 1}, "Plato", 2.0 / 3},
		{"plato's cave", []float64{1, 1}, "Cave", 1.0 / 3},
		{"history of the Rome empire", []float64{1, 1, 2}, "History of Rome", 0},
		{"the history of Rome please", []float64{1, 2, 1}, "History of Rome", 0.75},
		{"tides in brest", []float64{1, 3}, "The Brest", 0.75},
		{"tides in brest", []float64{1, 3}, "In", 0},
	} {
		s.matcher = nil
		if got := s.titleMatcher(readQuestion(tt.query), tt.idf).span(tt.title); got != tt.want {
			t.Errorf("%q in %q: got %v, want %v", tt.title, tt.query, got, tt.want)
		}
	}
}
