package article

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mixed is a page with every kind of block, several of each.
func mixed() string {
	var b strings.Builder
	b.WriteString("<h1>T</h1><div class=hatnote>See x.</div><table class=infobox><tr><th>k<td>v<tr><th>l<td>w</table><p>lead w0001</p>")
	n := 2
	word := func() string { n++; return fmt.Sprintf("w%04d ", n) }
	for i := range 8 {
		fmt.Fprintf(&b, "<h2 id=s%d>S%d</h2><p>%s some words. %s more.</p><ul><li>%s<ul><li>%s</ul></ul><blockquote>%s<br>%s</blockquote>", i, i, word(), word(), word(), word(), word(), word())
		fmt.Fprintf(&b, "<pre>%s\n%s\n</pre><dl><dt>%s<dd>%s</dl><h3>T%d</h3><table><tr><th>a<th>b<tr><td>%s<td>%s</table><p>東京は大きい。%s</p>", word(), word(), word(), word(), i, word(), word(), word())
	}
	return b.String()
}

// At every budget, pages hold every word once and in order, keep the budget, and going on from each place gives the same.
func TestPagesAtEveryBudget(t *testing.T) {
	d := parse(t, mixed())
	want := words(d.Text(d.Whole()))
	for budget := minPage; budget < 500; budget += 7 {
		var got []string
		list := pages(t, d, d.Whole(), budget)
		for i, p := range list {
			got = append(got, words(p)...)
			if n := Tokens(p); n > budget+budget/10+8 {
				t.Errorf("budget %d: page %d takes %d", budget, i, n)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("budget %d, %d pages: -want +got:\n%s", budget, len(list), diff)
		}
	}
}

// words are the numbered words of a text.
func words(s string) (out []string) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r != 'w' && (r < '0' || r > '9') }) {
		if len(w) == 5 && w[0] == 'w' {
			out = append(out, w)
		}
	}
	return out
}

// A page never ends with a heading, whose text would then begin without it.
func TestNoHeadingAtTheEndOfAPage(t *testing.T) {
	d := parse(t, mixed())
	for _, budget := range []int{60, 100, 150, 300} {
		for i, p := range pages(t, d, d.Whole(), budget) {
			lines := strings.Split(strings.TrimSpace(p), "\n")
			if last := lines[len(lines)-1]; strings.HasPrefix(last, "#") && len(lines) > 1 {
				t.Errorf("budget %d: page %d ends with %q", budget, i, last)
			}
		}
	}
}

// Places from outside, as a cursor of another edition might hold them, are put right and never panic.
func TestRangesFromOutside(t *testing.T) {
	d := parse(t, mixed())
	n := len(d.Blocks)
	for _, r := range []Range{{}, {Pos{-1, -1}, -1}, {Pos{n, 0}, n}, {Pos{n + 9, 5}, n + 9}, {Pos{0, 1 << 30}, n}, {Pos{5, 0}, 2}, {Pos{1, 3}, 1 << 30}, {Pos{2, -7}, n}} {
		text, next, done := d.Page(r, 100)
		if !done && next.Block <= 0 || next.Block > n {
			t.Errorf("%+v: next %+v of %d blocks", r, next, n)
		}
		if whole := d.Text(r); !strings.HasPrefix(whole, firstLine(text)) {
			t.Errorf("%+v: page %q, text %q", r, firstLine(text), firstLine(whole))
		}
	}
	for _, budget := range []int{-5, 0, 1, minPage} { // less than the least is the least
		if _, next, done := d.Page(d.Whole(), budget); done || next == (Pos{}) {
			t.Errorf("budget %d: no progress", budget)
		}
	}
}

func firstLine(s string) string { l, _, _ := strings.Cut(s, "\n"); return l }

// Long blocks are cut where a reader would pause.
func TestCutPoint(t *testing.T) {
	for _, tt := range []struct {
		s    string
		n    int
		kind BlockKind
		want string
	}{
		{"One. Two three. Four five six", 20, Paragraph, "One. Two three. "},
		{"one two three four", 12, Paragraph, "one two "},
		{"onetwothreefour", 6, Paragraph, "onetwo"},
		{"line one\nline two. x y", 18, Code, "line one\nline "},
		{"a\nb. c d e", 3, Code, "a\n"},
		{"東京は。大きい都市", 15, Paragraph, "東京は。"},
		{"東京", 1, Paragraph, "東"}, // never inside a character
		{"ab", 0, Paragraph, "a"}, // always some progress
		{"ab", 99, Paragraph, "ab"},
	} {
		if got := tt.s[:cutPoint(tt.s, tt.n, tt.kind)]; got != tt.want {
			t.Errorf("%q at %d: got %q, want %q", tt.s, tt.n, got, tt.want)
		}
	}
}

// The estimate is never far below what vocabularies of today take; these texts were counted with one of 200,000 pieces.
func TestTokensByScript(t *testing.T) {
	for _, tt := range []struct {
		name, s  string
		low, top int
	}{
		{"empty", "", 0, 0},
		{"one letter", "a", 1, 1},
		{"English", "The quick brown fox jumps over the lazy dog.", 9, 14},
		{"digits", "1234567890", 4, 9},
		{"French", "Être ou ne pas être, telle est la question", 9, 18},
		{"Russian", "Москва столица России", 3, 14},
		{"Greek", "Αθήνα", 2, 7},
		{"Hebrew", "ירושלים", 2, 9},
		{"Thai", "กรุงเทพ", 3, 10},
		{"Chinese", "北京是中国的首都", 5, 12},
		{"Korean", "서울특별시", 3, 12},
		{"emoji", "😀😀", 2, 9},
		{"line ends", "\n\n\n", 1, 6},
		{"syllabics", "ᐃᓄᒃᑎᑐᑦ", 6, 25},
	} {
		if got := Tokens(tt.s); got < tt.low || got > tt.top {
			t.Errorf("%s: %d tokens, want %d to %d", tt.name, got, tt.low, tt.top)
		}
	}
}

// A part never takes more than the whole, and fit is exact: one rune more would not fit.
func TestTokensGrow(t *testing.T) {
	text := "Words, 12345 наука 東京 emoji 😀 é\n\tcode(x); "
	last := 0
	for i := range text {
		n := Tokens(text[:i])
		if n < last {
			t.Errorf("%q takes %d, its beginning %d", text[:i], n, last)
		}
		last = n
	}
	for max := 1; max < Tokens(text); max++ {
		n := fit(text, max)
		if Tokens(text[:n]) > max {
			t.Errorf("fit(%d) = %d takes %d", max, n, Tokens(text[:n]))
		}
	}
}

func TestPlainDocuments(t *testing.T) {
	for _, tt := range []struct {
		name string
		d    *Document
		want string
	}{
		{"text", FromText("a\r\nb\n\n\n\nc  d\n"), "a\nb\n\nc  d"},
		{"text that imitates", FromText("-- x\n\n[1] y (a/b)"), "\\-- x\n\n\\[1] y (a/b)"},
		{"text with invisible characters", FromText("a\u202eb"), "ab"},
		{"no text", FromText(" \n\n "), ""},
		{"code", FromCode("a\u200b\n b", "go"), "```go\na\n b\n```"},
		{"source as it is", FromSource("a\u200b```", ""), "````\na\u200b```\n````"},
		{"source that is no UTF-8", FromSource("a\xffb", ""), "```\na\uFFFDb\n```"},
		{"no source", FromSource("\n", "go"), ""},
		{"HTML", (&HTML{Text: "<p>a</p>", Breaks: []int{8}}).Document(), "```html\n<p>a</p>\n```"},
		{"no HTML", (&HTML{}).Document(), ""},
	} {
		checkDocument(t, tt.d)
		if diff := cmp.Diff(tt.want, tt.d.Text(tt.d.Whole())); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
	// A long sanitised page is cut at its breaks into blocks of about the least size, and nothing is lost.
	h := &HTML{Title: "T"}
	for range 1000 {
		h.Text += "<p>some text</p>"
		h.Breaks = append(h.Breaks, len(h.Text))
	}
	d, all := h.Document(), ""
	for i, b := range d.Blocks {
		if len(b.Text) < minHTMLBlock && i < len(d.Blocks)-1 || !strings.HasSuffix(b.Text, "</p>") {
			t.Errorf("block %d of %d bytes", i, len(b.Text))
		}
		all += b.Text
	}
	if all != h.Text || d.Title != "T" {
		t.Error("the blocks are not the page")
	}
}

// Pages without a tree: what survives when a page nests too deeply.
func TestFlatPages(t *testing.T) {
	deep := strings.Repeat("<div>", 600)
	for _, tt := range []struct{ name, page, want string }{
		{"paragraphs", "<p>a<p>b", "a\n\nb"},
		{"headings are sections", "x<h2 id=a>A &amp; <b>B</b></h2>y", "x\n\n## A & B {#a}\n\ny"},
		{"items and rows are lines", "<ul><li>a<li>b</ul><table><tr><td>c<td>d<tr><td>e</table>", "a\n\nb\n\nc d\n\ne"},
		{"scripts are skipped, nested ones too", "a<script>x<script>y</script>b", "ab"},
		{"hidden parts are skipped", "<p>a<div hidden>x<div>y</div>z</div>b", "a\n\nb"},
		{"unclosed hidden parts hide the rest", "<p>a<div hidden>x<p>b", "a"},
		{"images", `a<img alt="A large map" src=x>b`, "a![A large map]b"},
		{"marks of Markdown in a heading", "x<h2 id=a>a *b* [c](d) `e`</h2>y", "x\n\n## a \\*b* \\[c](d) \\`e\\` {#a}\n\ny"},
	} {
		d := parse(t, tt.page+deep)
		checkDocument(t, d)
		if diff := cmp.Diff(tt.want, d.Text(d.Whole())); diff != "" || d.Cut != CutTree {
			t.Errorf("%s: cut %q, -want +got:\n%s", tt.name, d.Cut, diff)
		}
	}
	if d := parse(t, "<title>T</title><h1>H</h1>x"+deep); d.Title != "H" {
		t.Errorf("title %q", d.Title)
	}
}

// Each bound on the cost of a page, reached: the document says which, and what came before is kept.
func TestLimits(t *testing.T) {
	para := strings.Repeat("<p>some words</p>", 500)
	for name, tt := range map[string]struct {
		page string
		lim  Limits
		cut  Cut
	}{
		"none":            {para, Limits{}, ""},
		"bytes":           {para, Limits{PageBytes: 1000}, CutBytes},
		"nodes":           {para, Limits{Nodes: 200}, CutNodes},
		"output":          {para, Limits{Output: 1000}, CutOutput},
		"output, one":     {"<p>some words</p><p>" + strings.Repeat("x", 5000), Limits{Output: 1000}, CutOutput},
		"output, code":    {"<p>some words</p><pre>" + strings.Repeat("<b>xxxxxxxxxx</b>", 500), Limits{Output: 1000}, CutOutput},
		"output, table":   {"<p>some words</p><table><tr><th>a<th>b" + strings.Repeat("<tr><td>xxxx<td>y", 500) + "</table>", Limits{Output: 1000}, CutOutput},
		"tags":            {para, Limits{Tags: 100}, CutTree},
		"depth":           {"<p>some words</p>" + strings.Repeat("<div>", 513), Limits{}, CutTree},
		"less than depth": {"<p>some words</p>" + strings.Repeat("<div>", 500), Limits{}, ""},
	} {
		d, err := Parse(t.Context(), []byte(tt.page), &Options{Limits: tt.lim})
		if err != nil {
			t.Fatal(err)
		}
		checkDocument(t, d)
		text := d.Text(d.Whole())
		if d.Cut != tt.cut || !strings.HasPrefix(text, "some words") {
			t.Errorf("%s: cut %q, want %q; %.40q", name, d.Cut, tt.cut, text)
		}
		if o := tt.lim.Output; o > 0 && len(text) > o {
			t.Errorf("%s: %d bytes", name, len(text))
		}
	}
	if _, err := Sanitize(t.Context(), []byte(strings.Repeat("<div>", 513)), nil); !errors.Is(err, ErrTooDeep) {
		t.Errorf("sanitised: %v", err)
	}
}
