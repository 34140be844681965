package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// parsed reads a page as fetch does.
func parsed(t testing.TB, html string) *article.Document {
	t.Helper()
	d, err := article.Parse(context.Background(), []byte(html), nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// many is n words, of which the first is w.
func many(w string, n int) string { return w + strings.Repeat(" word", n-1) }

// cuts shows how a document is cut: the first word of each block of a passage.
func cuts(d *article.Document) [][]string {
	var out [][]string
	for _, p := range passages(d) {
		var firsts []string
		for _, b := range d.Blocks[p.start:p.end] {
			first, _, _ := strings.Cut(strings.Trim(strings.Fields(b.Text + " .")[0], "|*:"), "|")
			firsts = append(firsts, first)
		}
		out = append(out, firsts)
	}
	return out
}

// Passages are whole blocks of one section: short ones are joined, what belongs together stays together.
func TestPassages(t *testing.T) {
	p := func(w string, n int) string { return "<p>" + many(w, n) + "</p>" }
	for _, tt := range []struct {
		name, html string
		want       [][]string
	}{
		{"nothing", "", nil},
		{"headings alone", "<h1>Title</h1><h2>One</h2><h2>Two</h2>", nil},
		{"one paragraph", p("a", 20), [][]string{{"a"}}},
		{"short ones are joined", p("a", 50) + p("b", 50) + p("c", 50), [][]string{{"a", "b", "c"}}},
		{"full ones are not", p("a", 100) + p("b", 100) + p("c", 100), [][]string{{"a"}, {"b"}, {"c"}}},
		{"a long one is alone", p("a", 100) + p("b", 900) + p("c", 100), [][]string{{"a"}, {"b"}, {"c"}}},
		{"a short end goes to the one before", p("a", 150) + p("b", 20), [][]string{{"a", "b"}}},
		{"a short beginning goes to the one behind", p("a", 20) + p("b", 150), [][]string{{"a", "b"}}},
		{"a short end of what is long enough", p("a", 320) + p("b", 20), [][]string{{"a"}, {"b"}}},
		{"sections are apart", p("lead", 10) + "<h2>One</h2>" + p("a", 10) + "<h2>Two</h2>" + p("b", 10), [][]string{{"lead"}, {"a"}, {"b"}}},
		{"subsections too", "<h2>One</h2>" + p("a", 10) + "<h3>Sub</h3>" + p("b", 10), [][]string{{"a"}, {"b"}}},
		{"a list stays with the line before it", p("intro:", 10) + "<ul><li>" + many("a", 60) + "<li>" + many("b", 60) + "</ul>", [][]string{{"intro", "a", "b"}}},
		{"also an item that is too much for it", p("intro:", 10) + "<ul><li>" + many("a", 200) + "<li>" + many("b", 60) + "</ul>", [][]string{{"intro", "a"}, {"b"}}},
		{"items are not split", "<ul><li>" + many("a", 100) + "<li>" + many("b", 100) + "</ul>", [][]string{{"a"}, {"b"}}},
		{"code stays with the sentence before it", p("run:", 10) + "<pre>" + many("x", 180) + "</pre>" + p("c", 100), [][]string{{"run", "x"}, {"c"}}},
		{"the header of a table with its rows", "<table><tr><th>name<th>size</tr><tr><td>a<td>" + many("w", 60) + "</tr><tr><td>b<td>1</tr></table>", [][]string{{"name", "a", "b"}}},
		{"and with a row that is long", "<table><tr><th>name<th>size</tr><tr><td>a<td>" + many("w", 200) + "</tr><tr><td>b<td>" + many("w", 200) + "</tr></table>", [][]string{{"name", "a"}, {"b"}}},
		{"a term does not end a passage", p("a", 120) + "<dl><dt>term<dd>" + many("b", 60) + "</dl>", [][]string{{"a"}, {"term", "b"}}},
		{"terms that share a definition", p("a", 140) + "<dl><dt>one<dt>two<dd>" + many("b", 60) + "</dl>", [][]string{{"a"}, {"one", "two", "b"}}},
		{"a second definition of a term", "<dl><dt>term<dd>" + many("b", 100) + "<dd>" + many("c", 100) + "<dt>other<dd>" + many("d", 60) + "</dl>", [][]string{{"term", "b", "c"}, {"other", "d"}}},
		{"a definition that is code", p("a", 120) + "<dl><dt>term<dd><pre>" + many("x", 60) + "</pre></dl>", [][]string{{"a"}, {"term", "x"}}},
		{"a long definition", p("a", 120) + "<dl><dt>term<dd>" + many("b", 600) + "</dl>", [][]string{{"a"}, {"term", "b"}}},
		{"terms alone are names", "<dl><dt>" + many("a", 100) + "<dt>" + many("b", 100) + "<dt>" + many("c", 100) + "</dl>", [][]string{{"a"}, {"b"}, {"c"}}},
		{"an introduction does not end a passage", p("a", 120) + p("so:", 1) + "<ul><li>" + many("b", 60) + "<li>" + many("c", 60) + "</ul>", [][]string{{"a"}, {"so", "b", "c"}}},
		{"nor does a bold one", p("a", 120) + "<p><b>So:</b></p><pre>" + many("x", 60) + "</pre>", [][]string{{"a"}, {"So", "x"}}},
		{"nor an item that introduces", "<ul><li>" + many("a", 120) + "<li>so:<ul><li>" + many("b", 60) + "</ul></ul>", [][]string{{"a"}, {"so", "b"}}},
		{"an introduction of a term", p("a", 120) + p("these:", 1) + "<dl><dt>term<dd>" + many("b", 60) + "</dl>", [][]string{{"a"}, {"these", "term", "b"}}},
		{"a long introduction of what is long", p("a", 250) + p(many("b", 199)+" so:", 1) + "<pre>" + many("x", 200) + "</pre>", [][]string{{"a"}, {"b"}, {"x"}}},
		{"a header of a table does not end a passage", p("a", 140) + "<table><caption>sizes</caption><tr><th>name<th>size</tr><tr><td>b<td>" + many("w", 60) + "</tr></table>", [][]string{{"a"}, {"sizes", "name", "b"}}},
		{"a term with its definition", "<dl><dt>term<dd>" + many("a", 170) + "<dt>other<dd>" + many("b", 170) + "</dl>", [][]string{{"term", "a"}, {"other", "b"}}},
	} {
		if diff := cmp.Diff(tt.want, cuts(parsed(t, tt.html))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}

// checkCut checks what holds of every cut: all text is in one passage, in order, in one section, and bounded.
func checkCut(t *testing.T, name string, d *article.Document) int {
	t.Helper()
	list := passages(d)
	at := 0
	left := func(to int) {
		for ; at < to; at++ {
			if k := d.Blocks[at].Kind; k != article.Heading && k != article.Comment {
				t.Errorf("%s: block %d (%q) is in no passage", name, at, d.Blocks[at].Text)
			}
		}
	}
	for i := range list {
		p := &list[i]
		if p.start < at || p.end <= p.start || p.end > len(d.Blocks) || p.doc != d {
			t.Fatalf("%s: passage %d to %d behind %d, of %d blocks", name, p.start, p.end, at, len(d.Blocks))
		}
		left(p.start)
		at = p.end
		words, longest := 0, 0
		for k := p.start; k < p.end; k++ {
			b := &d.Blocks[k]
			longest = max(longest, countWords(b.Text))
			if b.Kind == article.Heading || b.Kind == article.Comment || b.Section != d.Blocks[p.start].Section {
				t.Errorf("%s: passage %d to %d: block %d is of another kind or section", name, p.start, p.end, k)
			}
			words += countWords(b.Text)
		}
		if words != p.words || words > passageMost && words-longest >= 2*passageSmall {
			t.Errorf("%s: passage %d to %d: %d words, counted %d", name, p.start, p.end, p.words, words)
		}
		checkPart(t, name, p)
		checkEnds(t, name, p)
	}
	left(len(d.Blocks))
	return len(list)
}

// checkEnds checks that a passage neither ends before what its end is about nor begins behind what its beginning is about,
// unless both together are too long.
func checkEnds(t *testing.T, name string, p *passage) {
	t.Helper()
	d := p.doc
	if p.end == len(d.Blocks) || d.Blocks[p.end].Kind == article.Heading || d.Blocks[p.end].Kind == article.Comment || d.Blocks[p.end].Section != p.last().Section {
		return
	}
	next := passage{doc: d, start: p.end, end: p.end + 1, words: countWords(d.Blocks[p.end].Text)}
	if described(d, p.end-1) && p.words < passageSmall || (isDescription(next.first()) || introduces(p, &next)) && p.words+next.words < passageFull {
		t.Errorf("%s: passage %d to %d ends with %q before %q", name, p.start, p.end, p.last().Text, next.first().Text)
	}
}

// checkPart checks that a passage opens where it says.
func checkPart(t *testing.T, name string, p *passage) {
	t.Helper()
	part := p.part()
	place, ok := p.doc.Locate(part.Anchor, part.Block)
	if !ok || place.Range.From.Block > p.start || place.Range.To < p.end {
		t.Errorf("%s: passage %d to %d at %q, block %d: opens %+v, %v", name, p.start, p.end, part.Anchor, part.Block, place.Range, ok)
	}
	if part.Range != (article.Range{From: article.Pos{Block: p.start}, To: p.end}) || part.Text != strings.TrimSpace(part.Text) {
		t.Errorf("%s: passage %d to %d: %+v", name, p.start, p.end, part)
	}
	in := p.doc.Blocks[p.start].Section
	if (in == 0) != (len(part.Section) == 0) || in > 0 && part.Section[len(part.Section)-1] != p.doc.Sections[in].Title {
		t.Errorf("%s: passage %d to %d: sections %q", name, p.start, p.end, part.Section)
	}
}

// Generated pages, of any nesting, are cut without holes and overlaps, however they are read.
func TestCutsOfGeneratedPages(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	n := 0
	for i := range 300 {
		page := randomPage(random)
		name := fmt.Sprintf("page %d", i)
		n += checkCut(t, name, parsed(t, page))
		text, err := article.Text(t.Context(), []byte(page), nil)
		if err != nil {
			t.Fatal(err)
		}
		n += checkCut(t, name+" as text", text)
	}
	if n < 2000 {
		t.Errorf("only %d passages", n)
	}
}

// randomPage is a page of headings, paragraphs, lists, tables, definitions, code and quotations.
func randomPage(random *rand.Rand) string {
	var b strings.Builder
	text := func() string {
		if random.IntN(6) == 0 {
			return strings.Repeat("北京是首都。", 1+random.IntN(60))
		}
		return many(fmt.Sprintf("w%d", random.IntN(50)), 1+random.IntN([]int{5, 60, 400}[random.IntN(3)]))
	}
	for range random.IntN(30) {
		switch random.IntN(9) {
		case 0, 1:
			fmt.Fprintf(&b, "<h%d id=s%d>%s</h%[1]d>", 1+random.IntN(5), random.IntN(99), many("Title", 1+random.IntN(4)))
		case 2, 3:
			fmt.Fprintf(&b, "<p>%s</p>", text())
		case 4:
			fmt.Fprintf(&b, "<ul><li>%s<ol><li>%s<li>%s</ol><li>%s</ul>", text(), text(), text(), text())
		case 5:
			fmt.Fprintf(&b, "<table><caption>%s</caption><tr><th>a<th>b</tr><tr><td>%s<td>%s</tr><tr><td>%s<td>x</tr></table>", text(), text(), text(), text())
		case 6:
			fmt.Fprintf(&b, "<dl><dt>%s<dd>%s<dd>%s</dl>", text(), text(), text())
		case 7:
			fmt.Fprintf(&b, "<pre>%s</pre>", text())
		case 8:
			fmt.Fprintf(&b, "<blockquote><p>%s</p></blockquote>", text())
		}
	}
	return b.String()
}

// goodArchives returns the files of real archives, or skips.
func goodArchives(t testing.TB) []string {
	t.Helper()
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "zims")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "good", "*.zim"))
	if len(files) == 0 {
		t.Skip("no real archives: set ZIM_TEST_DATA_DIR to a directory that holds good/*.zim")
	}
	return files
}

// So are real pages.
func TestCutsOfRealPages(t *testing.T) {
	pages, cut := 0, 0
	for _, file := range goodArchives(t) {
		a, err := zim.Open(file, nil)
		if err != nil {
			continue // first parts of split archives
		}
		n := 0
		for e, err := range a.Articles(t.Context()) {
			if n++; err != nil || n > 8 {
				break
			}
			h, item, err := hitOf(t.Context(), "", e, Near)
			if err != nil {
				continue
			}
			page, err := item.Bytes(t.Context())
			if err != nil {
				t.Errorf("%s, %s: %v", file, e.Path(), err)
				continue
			}
			for how, read := range map[string]func(context.Context, []byte, Hit, *article.Options) (*article.Document, error){"parsed": parsePage, "as text": textOfPage} {
				if d, err := read(t.Context(), page, h, &article.Options{Path: h.Path}); err == nil {
					cut += checkCut(t, filepath.Base(file)+", "+e.Path()+", "+how, d)
					pages++
				}
			}
		}
		a.Close()
	}
	t.Logf("%d passages of %d readings", cut, pages)
	if cut < 3000 {
		t.Errorf("only %d passages: the archives are not what they were", cut)
	}
}

// Words are counted by spaces, and by characters where there are none.
func TestCountWords(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, " ": 0, "one": 1, "one two\tthree\nfour": 4, " a  b ": 2, "don't - stop": 3, "été à Paris": 3,
		"北京是首都": 2, "北京 is a city": 4, "กรุงเทพ": 3, "서울은 한국의 수도": 4, "水": 0, "\xff\xfe a": 2, "| a | b |": 5,
	} {
		if got := countWords(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

// A section path leads from the top to the section, and leaves out those beside it.
func TestSectionPath(t *testing.T) {
	d := parsed(t, "<h1>T</h1><p>lead</p><h2>A</h2><p>a</p><h3>A1</h3><p>a1</p><h4>A1x</h4><p>a1x</p><h2>B</h2><p>b</p><h4>B1</h4><p>b1</p><h3>B2</h3><p>b2</p>")
	var got []string
	for _, p := range passages(d) {
		got = append(got, p.render()+": "+strings.Join(p.sectionPath(), " > "))
	}
	want := []string{"lead: ", "a: A", "a1: A > A1", "a1x: A > A1 > A1x", "b: B", "b1: B > B1", "b2: B > B2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
