package eval

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// flat is what matters of questions.
func flat(list []Question) []string {
	var out []string
	for _, q := range list {
		s := q.Kind + ": " + q.Query + " -> " + strings.Join(q.Docs, " or ")
		if q.Anchor != "" {
			s += "#" + q.Anchor
		}
		out = append(out, s)
	}
	return out
}

func TestScanArchive(t *testing.T) {
	s, err := ScanArchive(t.Context(), manual(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		got  []Question
		want []string
	}{
		{"links", s.E4(100), []string{
			"link: Operating system -> manual/lib/os.html",
			"link: System things -> manual/lib/sys.html",
			"link: next -> manual/genindex.html or manual/index.html or manual/lib/os.html or manual/lib/sys.html"}},
		{"titles, redirects and headings", s.E5(100), []string{
			"title: Contents -> manual/index.html", "title: Index -> manual/genindex.html", "title: os -> manual/lib/os.html", "title: sys -> manual/lib/sys.html",
			"redirect: POSIX layer -> manual/lib/os.html",
			"heading: os Files -> manual/lib/os.html#files", "heading: sys Exit -> manual/lib/sys.html#exit"}},
		{"symbols", s.E11(100), []string{"symbol: SELECT DISTINCT -> manual/lib/sys.html#select", "symbol: os.open -> manual/lib/os.html#os.open"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := slices.DeleteFunc(slices.Clone(tt.want), func(w string) bool { return strings.Count(w, " or ") >= maxTargets })
			if d := cmp.Diff(flat(tt.got), want); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
	var ids []string
	for _, q := range slices.Concat(s.E4(100), s.E5(100), s.E6(100), s.E11(100)) {
		ids = append(ids, q.ID)
	}
	slices.Sort(ids)
	if n := len(ids); n != len(slices.Compact(ids)) {
		t.Error("ids are not unique")
	}
}

func TestSample(t *testing.T) {
	list := make([]int, 100)
	for i := range list {
		list[i] = i
	}
	a, b := sample(list, 10, "a"), sample(list, 10, "b")
	if len(a) != 10 || !slices.IsSorted(a) || !slices.Equal(a, sample(list, 10, "a")) || slices.Equal(a, b) {
		t.Errorf("got %v and %v", a, b)
	}
	if got := sample(list, 1000, "a"); len(got) != 100 {
		t.Errorf("of fewer: got %d", len(got))
	}
}

func TestMistype(t *testing.T) {
	titles := []string{"Photosynthesis", "Ray Charles", "Фотосинтез растений", "氧气是一种元素", "C++11", "8.1. Numeric Types"}
	letters := alphabets(titles)
	for _, title := range titles {
		for n := 1; n <= 2; n++ {
			got, ok := mistype(title, n, letters)
			if title == "C++11" {
				if ok {
					t.Errorf("%q has one letter, got %q", title, got)
				}
				continue
			}
			if !ok {
				t.Errorf("%q, %d errors: got none", title, n)
				continue
			}
			if again, _ := mistype(title, n, letters); again != got {
				t.Errorf("%q: got %q, then %q", title, got, again)
			}
			if d := edits([]rune(title), []rune(got)); d < 1 || d > n {
				t.Errorf("%q to %q is %d edits, want 1 to %d", title, got, d, n)
			}
			if []rune(got)[0] != []rune(title)[0] {
				t.Errorf("%q to %q: the first character changed", title, got)
			}
			for _, r := range got {
				if unicode.IsLetter(r) && !slices.Contains(letters[scriptOf(unicode.ToLower(r))], unicode.ToLower(r)) {
					t.Errorf("%q to %q: %q is no letter of the titles", title, got, r)
				}
			}
			if digits(got) != digits(title) {
				t.Errorf("%q to %q: a digit changed", title, got)
			}
		}
	}
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// edits is the optimal string alignment distance.
func edits(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestUnanswerable(t *testing.T) {
	docs := []Document{{ID: "en/A", Title: "Whales", HTML: "<p>the whale eats krill in the cold sea</p>"},
		{ID: "en/B", Title: "Sea", HTML: "<p>the sea is cold</p>"}, {ID: "en/C", Title: "Cold", HTML: "<p>the cold is in the sea</p>"}}
	questions := []Question{{ID: "1", Query: "Does the Whale eat krill, whale?", Docs: []string{"en/A"}, Lang: "en", Paragraph: 0, Answers: []string{"yes"}}}
	got := madeUp(questions, docs, 10)[0]
	if !got.NoAnswer || got.Kind != kindMadeUp || got.ID != "madeup:1" {
		t.Errorf("got %+v", got)
	}
	if d := cmp.Diff(got.Replaced, []string{"does", "eat"}); d != "" { // in no document, so the heaviest
		t.Errorf("replaced: got -, want +:\n%s", d)
	}
	if strings.Contains(strings.ToLower(got.Query), "does") || !strings.Contains(got.Query, "the Whale") || !strings.HasSuffix(got.Query, ", whale?") {
		t.Errorf("query: got %q", got.Query)
	}
	if again := madeUp(questions, docs, 10)[0]; again.Query != got.Query {
		t.Errorf("got %q, then %q", got.Query, again.Query)
	}
	if q := absent(questions, map[string]string{"en/A": "e10-1"}, 10)[0]; q.Archive != "e10-1" || !q.NoAnswer || q.Query != questions[0].Query {
		t.Errorf("absent: got %+v", q)
	}
	if q := questions[0]; q.NoAnswer || q.ID != "1" {
		t.Errorf("the original changed: %+v", q)
	}
}
