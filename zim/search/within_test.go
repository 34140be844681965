package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lighthouse is a page on one thing.
const lighthouse = `<h1>Lighthouse of Kermorvan</h1><p>The lighthouse of Kermorvan stands on a headland in the west.</p>
<h2 id="History">History</h2><p>It was built in 1849 by Charles-Marie Mazé. A keeper lived in the tower until 1994.</p>
<h2 id="Light">Light</h2><p>The lamp turns once in five seconds. It is seen from 22 nautical miles.</p>
<h3 id="Lens">Lens</h3><p>The lens by Fresnel was ground in Paris of crown glass.</p>
<h2 id="Visitors">Visitors</h2><p>Visitors climb 91 steps. The tower is open in summer.</p>
<table><tr><th>Month<th>Visitors</tr><tr><td>July<td>4200</tr><tr><td>August<td>5100</tr></table>`

// found lists the sections of the passages that answer, best first.
func found(t *testing.T, html, query, language string, limit int) (sections []string, all int) {
	t.Helper()
	parts, all, err := Within(t.Context(), parsed(t, html), query, language, limit)
	if err != nil || parts == nil {
		t.Fatalf("%s: %v, %v", query, parts, err)
	}
	for _, p := range parts {
		sections = append(sections, p.Anchor)
		if p.Covered < 0 || p.Covered > 1 || p.Text == "" {
			t.Errorf("%s: %+v", query, p)
		}
	}
	return sections, all
}

// Questions on one page lead to the passage that answers them.
func TestWithin(t *testing.T) {
	for _, tt := range []struct {
		query string
		want  string // section of the best
	}{
		{"Who built it, and in which year?", "History"},
		{"When did the last keeper live there?", "History"},
		{"How far is the lamp seen", "Light"},
		{"frensel lens", "Lens"},
		{"how many steps are there", "Visitors"},
		{"visitors in august", "Visitors"},
		{"maze", "History"},
		{"history", "History"},
		{"kermorvan headland", ""},
	} {
		got, _ := found(t, lighthouse, tt.query, "eng", 3)
		if len(got) == 0 || got[0] != tt.want {
			t.Errorf("%s: got %q, want %q first", tt.query, got, tt.want)
		}
	}
}

// Operators select; what is left is counted.
func TestWithinSelects(t *testing.T) {
	for _, tt := range []struct {
		query string
		want  []string
		all   int
	}{
		{`"crown glass"`, []string{"Lens"}, 1},
		{`"glass crown"`, nil, 0},
		{`tower -keeper`, []string{"Visitors"}, 1},
		{`tower "open in summer"`, []string{"Visitors"}, 1},
		{`-tower`, nil, 0},
		{"zeppelin", nil, 0},
		{"", nil, 0},
		{"???", nil, 0},
	} {
		got, all := found(t, lighthouse, tt.query, "eng", 10)
		if diff := cmp.Diff(tt.want, got); diff != "" || all != tt.all {
			t.Errorf("%s: %d, -want +got:\n%s", tt.query, all, diff)
		}
	}
	whole, all := found(t, lighthouse, "tower lamp lens", "eng", 10)
	for limit := range len(whole) + 1 {
		got, n := found(t, lighthouse, "tower lamp lens", "eng", limit)
		if n != all || !slices.Equal(got, whole[:limit]) {
			t.Errorf("limit %d: %q of %d, want the first of %q and %d", limit, got, n, whole, all)
		}
	}
}

// What is quoted or excluded in a script without spaces is found in the middle of a run.
func TestWithinWithoutSpaces(t *testing.T) {
	const page = "<h2 id=b>b</h2><p>今天北京的天气很好。</p><h2 id=s>s</h2><p>今天上海的天气很好。</p><h2 id=t>t</h2><p>วันนี้อากาศในกรุงเทพดีมาก</p>"
	for query, want := range map[string][]string{
		"上海天气": {"s", "b"}, "“北京”": {"b"}, "“京北”": nil, "天气 -上海": {"b"}, "“北京的天气” 好": {"b"}, "กรุงเทพ": {"t"}, "“กรุงเทพ”": {"t"}, "อากาศ -เชียงใหม่": {"t"},
	} {
		got, _ := found(t, page, query, "", 10)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", query, diff)
		}
	}
}

// Who has left gets an error, however small the page.
func TestWithinCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("gone"))
	for _, html := range []string{lighthouse, strings.Repeat("<h2>x</h2><p>tower</p>", 500)} {
		if _, _, err := Within(ctx, parsed(t, html), "tower", "eng", 5); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
}

// A long page is read to its end.
func TestWithinALongPage(t *testing.T) {
	var b strings.Builder
	for i := range 600 {
		fmt.Fprintf(&b, "<h2 id=s%d>Part %[1]d</h2><p>The buoy of number%[1]d is painted in red and lies off the shore of the island.</p>", i)
	}
	got, all := found(t, b.String(), "Where is the buoy number577?", "eng", 1)
	if len(got) != 1 || got[0] != "s577" || all != 600 {
		t.Errorf("got %q of %d", got, all)
	}
}

// Words stand in a row or they do not.
func TestInRow(t *testing.T) {
	words := strings.Fields("a b a b c")
	for row, want := range map[string]bool{"a": true, "a b c": true, "b c": true, "a c": false, "b a b c d": false, "c": true, "a b a b c": true, "a b a b c c": false, "": true} {
		if got := inRow(words, strings.Fields(row)); got != want {
			t.Errorf("%q: got %v", row, got)
		}
	}
	if inRow(nil, []string{"a"}) {
		t.Error("a word in nothing")
	}
}
