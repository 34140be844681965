package article

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// long is a page with a table of 60 rows and sections around it.
func long() string {
	var b strings.Builder
	b.WriteString("<h1>T</h1><p>lead one</p><p>lead two</p><h2 id=a>A</h2><h3 id=b>B</h3><p>b one</p><p>b two</p><table><tr><th>n<th>word")
	for i := range 60 {
		fmt.Fprintf(&b, "<tr><td>%d<td>word%d", i, i)
	}
	b.WriteString("</table><h2 id=c>C</h2><p>c<dl><dt id=term>t<dd>d</dl>")
	return b.String()
}

func TestLongTables(t *testing.T) {
	d := parse(t, long())
	text := d.Markdown(View{TableRows: 40}, d.Whole())
	if !strings.Contains(text, "|9|word9|\n\n(… 50 more rows; #table-1 has all)\n\n## C") {
		t.Errorf("cut table:\n%s", text)
	}
	all := ""
	for r, done := d.Whole(), false; !done; { // the same by pages, which may begin inside the table
		page, next, end := d.MarkdownPage(View{TableRows: 40}, r, 60)
		all += page + "\n"
		r.From, done = next, end
	}
	if n := strings.Count(all, "more rows"); n != 1 || strings.Contains(all, "word10|") {
		t.Errorf("pages of it say %d times that rows are left out:\n%s", n, all)
	}
	p, ok := d.Locate("table-1", 0)
	if !ok || p.Table != 0 || strings.Count(d.Text(p.Range), "word") != 61 {
		t.Errorf("the table by its anchor: %+v, %v", p, ok)
	}
	x := d.TableDocument(0, "WORD5 5")
	if diff := cmp.Diff("|n|word|\n|-|-|\n|5|word5|\n|50|word50|\n|51|word51|\n|52|word52|\n|53|word53|\n|54|word54|\n|55|word55|\n|56|word56|\n|57|word57|\n|58|word58|\n|59|word59|", x.Text(x.Whole())); diff != "" {
		t.Errorf("rows found: -want +got:\n%s", diff)
	}
}

func TestLocate(t *testing.T) {
	d := parse(t, long())
	for _, tt := range []struct {
		anchor string
		n      int
		want   string // beginning of the text
	}{
		{"", 0, "lead one\n\nlead two"},
		{"", 1, "lead two"},
		{"a", 0, "## A {#a}\n\n### B"},
		{"b", 1, "b one"},
		{"b", 2, "b two"},
		{"b", 999, "### B {#b}"},
		{"term", 0, "**t**\n: d"},
	} {
		p, ok := d.Locate(tt.anchor, tt.n)
		if text := d.Text(p.Range); !ok || !strings.HasPrefix(text, tt.want) {
			t.Errorf("%q~%d: %v, %.60q", tt.anchor, tt.n, ok, text)
		}
	}
	if _, ok := d.Locate("nowhere", 0); ok {
		t.Error("nowhere was found")
	}
	for i := range d.Blocks { // every block has a place that leads to it
		anchor, n := d.Position(i)
		if p, ok := d.Locate(anchor, n); !ok || p.Range.From.Block != i {
			t.Errorf("block %d: %q~%d leads to %d, %v", i, anchor, n, p.Range.From.Block, ok)
		}
	}
	if r, widened := d.Own(1); !widened || !strings.Contains(d.Text(r), "b two") {
		t.Errorf("an empty section: %v, %q", widened, d.Text(r))
	}
	if r, widened := d.Own(2); widened || strings.Contains(d.Text(r), "## C") {
		t.Errorf("a section alone: %v, %q", widened, d.Text(r))
	}
}

// A target of the caller's choice, and what no target may do to the text.
func TestTargets(t *testing.T) {
	d := parse(t, `<p><a href=B>b]</a> <a href=C>c</a><table><tr><th><a href="D|E">d</a><th>x<tr><td>1<td>2</table>`)
	got := d.Markdown(View{Links: true, Target: func(l *Link) string {
		if l.Path == "A/C" {
			return "a\nb"
		}
		return "wiki/" + l.Path
	}}, d.Whole())
	if diff := cmp.Diff("[b\\]](wiki/A/B) c\n\n|[d](wiki/A/D\\|E)|x|\n|-|-|\n|1|2|", got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestProfilesByName(t *testing.T) {
	for _, p := range Profiles() {
		if got, ok := ProfileNamed(strings.ToUpper(p.Name())); !ok || got != p {
			t.Errorf("%s: %v, %v", p.Name(), got, ok)
		}
		d, err := Parse(t.Context(), []byte("<p>a<p>b"), &Options{Profile: p, Scraper: "mwoffliner 1.17"})
		if err != nil || d.Profile != p.Name() || d.Why != "the operator chose it" || d.Text(d.Whole()) != "a\n\nb" {
			t.Errorf("%s: %v %+v", p.Name(), err, d)
		}
	}
	if _, ok := ProfileNamed("nobody"); ok {
		t.Error("a profile of no name was found")
	}
	for scraper, want := range map[string]string{"mwoffliner 1.17.4": "mediawiki", "Sotoki 3": "stackexchange", "zimit 2": "mediawiki", "zimwriterfs-3": "mediawiki", "warc2zim 2": "mediawiki"} {
		d, err := Parse(t.Context(), []byte(`<div class="mw-parser-output"><p>a</div>`), &Options{Scraper: scraper})
		if err != nil || d.Profile != want {
			t.Errorf("%s: %v %s", scraper, err, d.Profile)
		}
	}
}
