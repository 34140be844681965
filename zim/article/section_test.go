package article

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outlineOf is "anchor|title|level" of each section but the lead.
func outlineOf(d *Document) []string {
	out := []string{}
	for _, s := range d.Sections[1:] {
		out = append(out, s.Anchor+"|"+s.Title+"|"+itoa(s.Level))
	}
	return out
}

// Where a heading's anchor comes from, best first.
func TestAnchors(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		want       []string
	}{
		{"id of the heading", `<h2 id=a>A</h2>x`, []string{"a|A|2"}},
		{"id of a span in it", `<h2><span class=mw-headline id=a>A</span></h2>x`, []string{"a|A|2"}},
		{"name of a link in it", `<h2><a name=a></a>A</h2>x`, []string{"a|A|2"}},
		{"id of the section it opens", `<section id=a><h2>A</h2>x</section>`, []string{"a|A|2"}},
		{"id of a section two levels up", `<section id=a><div><h2>A</h2>x</div></section>`, []string{"a|A|2"}},
		{"not of a section it does not open", `<section id=a><p>y</p><h2>A</h2>x</section>`, []string{"_1|A|2"}},
		{"not of a section with text before it", `<section id=a>y<h2>A</h2>x</section>`, []string{"_1|A|2"}},
		{"an empty element before it", `<p>y</p><span id=a></span><h2>A</h2>x`, []string{"a|A|2"}},
		{"not an element with text between", `<span id=a></span>y<h2>A</h2>x`, []string{"_1|A|2"}},
		{"an empty element behind text", `y<span id=a></span><h2>A</h2>x`, []string{"a|A|2"}},
		{"an empty element that ends a division", `<div>y<a name=a></a></div><h2>A</h2>x`, []string{"a|A|2"}},
		{"its number", `<h2>A</h2>x<h2>B</h2>y`, []string{"_1|A|2", "_2|B|2"}},
		{"the heading before what it holds", `<section id=c><h2 id=a><span id=b>A</span></h2>x</section>`, []string{"a|A|2"}},
		{"three of one id", `<h2 id=a>A</h2>x<h2 id=a>B</h2>y<h2 id=a>C</h2>z`, []string{"a|A|2", "a_2|B|2", "a_3|C|2"}},
		{"an id that another would be numbered to", `<h2 id=a>A</h2>x<h2 id=a_2>B</h2>y<h2 id=a>C</h2>z`, []string{"a|A|2", "a_2|B|2", "a_2_2|C|2"}},
		{"invisible characters", "<h2 id='a\u200b\u202eb'>A</h2>x", []string{"ab|A|2"}},
		{"a long id", `<h2 id=` + strings.Repeat("x", 501) + `>A</h2>x`, []string{"_1|A|2"}},
		{"a later h1 is a section", `<h1>T</h1>x<h1 id=a>A</h1>y`, []string{"a|A|2"}},
		{"levels", `<h2 id=a>A</h2>x<h6 id=b>B</h6>y<h3 id=c>C</h3>z`, []string{"a|A|2", "b|B|6", "c|C|3"}},
		{"a section of which something was left out", `<div class=rst-content><h2 id=a>A</h2><p hidden>y</p><h2 id=b>B</h2>x`, []string{"b|B|2"}},
		{"a section without text on a wiki", `<div class=mw-parser-output><h2 id=a>A</h2><h2 id=b>B</h2>x`, []string{"b|B|2"}},
		{"a section without text elsewhere", `<h2 id=a>A</h2><h2 id=b>B</h2>x`, []string{"a|A|2", "b|B|2"}},
		{"unless one below it has some", `<h2 id=a>A</h2><h3 id=b>B</h3>x`, []string{"a|A|2", "b|B|3"}},
		{"a heading without text is none", `<h2 id=a><img src=x></h2>x`, []string{}},
		{"a hidden heading is none", `<h2 id=a style="display:none">A</h2>x`, []string{}},
		{"in a cell of a table it is text", `<table><tr><th>a<th>b<tr><td><h2 id=c>C</h2>x<td>y</table>`, []string{}},
		{"line ends and marks in a title", "<h2 id=a><b>A</b>\n<i>b</i><br>c</h2>x", []string{"a|A b c|2"}},
	} {
		d := parse(t, tt.page)
		checkDocument(t, d)
		if diff := cmp.Diff(tt.want, outlineOf(d)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}

// Every anchor leads to its own section, and every other spelling of it to the first that fits.
func TestFind(t *testing.T) {
	d := parse(t, `<h2 id="Early_life"><a name=el></a>Early life</h2>x<section id=work><h2 id=Works>Works</h2>y</section><h2 id=early-life>Other</h2>z<h2 id=É>École</h2>w`)
	for anchor, want := range map[string]int{
		"Early_life": 1, "el": 1, "_1": 1, "early life": 1, "EARLY_LIFE": 1, " Early life ": 1,
		"early-life": 3, // exactly, though the first fits when folded
		"Works":      2, "work": 2, "works": 2, "_2": 2,
		"Other": 3, "école": 4, "é": 4,
	} {
		if got, ok := d.Find(anchor); !ok || got != want {
			t.Errorf("Find(%q) = %d, %v, want %d", anchor, got, ok, want)
		}
	}
	for _, anchor := range []string{"", "_9", "Early", "Worksx"} {
		if got, ok := d.Find(anchor); ok {
			t.Errorf("Find(%q) = %d, want none", anchor, got)
		}
	}
	if _, ok := parse(t, "").Find("x"); ok {
		t.Error("an empty page has a section")
	}
}

// The bounds of sections nest, and together they are the document.
func TestSectionBounds(t *testing.T) {
	d := parse(t, `lead<h2 id=a>A</h2>a1<h3 id=b>B</h3>b1<h4 id=c>C</h4>c1<h3 id=d>D</h3>d1<h2 id=e>E</h2>e1`)
	own, whole := []string{}, []string{}
	for i, s := range d.Sections {
		own = append(own, strings.ReplaceAll(d.Text(Range{Pos{Block: s.Start}, s.Own}), "\n\n", " "))
		whole = append(whole, strings.ReplaceAll(d.Text(d.Within(i)), "\n\n", " "))
	}
	wantOwn := []string{"lead", "## A {#a} a1", "### B {#b} b1", "#### C {#c} c1", "### D {#d} d1", "## E {#e} e1"}
	wantWhole := []string{"lead", strings.Join(wantOwn[1:5], " "), strings.Join(wantOwn[2:4], " "), wantOwn[3], wantOwn[4], wantOwn[5]}
	if diff := cmp.Diff(wantOwn, own); diff != "" {
		t.Errorf("own: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(wantWhole, whole); diff != "" {
		t.Errorf("whole: -want +got:\n%s", diff)
	}
}

// Outline lines are "#anchor  title  ~tokens", and the estimates of sections of one level add up to the text.
func TestOutline(t *testing.T) {
	d := parse(t, `lead<h2 id=a>A</h2>`+strings.Repeat("<p>Some words here.</p>", 30)+`<h3 id=b>B</h3><p>x<h2 id=c>C</h2>`+strings.Repeat("<p>Some words here.</p>", 60))
	lines := d.Outline()
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "#a  A  ~") || !strings.HasPrefix(lines[1], "  #b  B  ~") || !strings.HasPrefix(lines[2], "#c  C  ~") {
		t.Fatalf("got %q", lines)
	}
	for i, line := range lines {
		_, size, _ := strings.Cut(line, "~")
		if got := Tokens(d.Text(d.Within(i + 1))); size == "" || got > 2*atoi(size) || atoi(size) > 2*got+2 {
			t.Errorf("%q, but the section takes %d", line, got)
		}
	}
	if got := parse(t, "<p>x").Outline(); got == nil || len(got) != 0 {
		t.Errorf("without sections: %#v, want an empty list", got)
	}
}

func atoi(s string) (n int) {
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func TestTitle(t *testing.T) {
	for _, tt := range []struct{ name, page, title, heading string }{
		{"h1 before title", `<title>T - Site</title><h1>T</h1>x`, "T", "T"},
		{"title alone", `<title>T</title><p>x`, "T", ""},
		{"neither", `<p>x`, "", ""},
		{"hidden h1", `<title>T</title><h1 hidden>H</h1>x`, "T", ""},
		{"empty h1", `<title>T</title><h1></h1>x`, "T", ""},
		{"h1 outside the content", `<body class=mediawiki><h1>H</h1><div id=content><p>x</div>`, "H", "H"},
		{"title of a drawing", `<svg><title>S</title></svg><p>x`, "", ""},
		{"marks and line ends", "<h1><b>A</b>\n<i>b</i></h1>x", "A b", "A b"},
		{"hostile characters", "<title>a\u202eb\u200bc</title>x", "abc", ""},
		{"long", `<title>` + strings.Repeat("é", 400) + `</title>x`, strings.Repeat("é", maxTitle-1) + "…", ""},
	} {
		d := parse(t, tt.page)
		if d.Title != tt.title || d.Heading != tt.heading {
			t.Errorf("%s: title %q, heading %q; want %q, %q", tt.name, d.Title, d.Heading, tt.title, tt.heading)
		}
	}
}

// The title that the profile names comes before an h1 of the text, which is a section like any other. Without one, the first h1 is
// the title.
func TestTitleOfTheProfile(t *testing.T) {
	const start = `<title>x</title><meta name=generator content="https://github.com/kiwix/sotoki/"><body class=question>`
	for _, tt := range []struct{ name, page, title, section string }{
		{"before an h1", `<h2 class=title>Q</h2><div id=question><div class=body><p>a<h1 id=p>P</h1><p>b</div></div>`, "Q", "P"},
		{"no other", `<div id=question><div class=body><h1 id=p>P</h1><p>b<h1 id=r>R</h1><p>c</div></div>`, "P", "R"},
		{"behind an h1", `<div id=question><div class=body><h1 id=p>P</h1><p>b</div></div><h2 class=title>Q</h2><p>c`, "P", "Q"},
		{"hidden h1 first", `<h1 hidden>H</h1><h2 class=title>Q</h2><div class=body><h1>P</h1><p>b</div>`, "Q", "P"},
	} {
		parsed := parse(t, start+tt.page)
		text, err := Text(t.Context(), []byte(start+tt.page), &Options{Path: "dir/page"})
		if err != nil {
			t.Fatal(err)
		}
		for from, d := range map[string]*Document{"Parse": parsed, "Text": text} {
			if got := d.Sections[len(d.Sections)-1].Title; d.Title != tt.title || got != tt.section || len(d.Sections) != 2 {
				t.Errorf("%s, %s: title %q, last of %d sections %q; want %q and %q", tt.name, from, d.Title, len(d.Sections), got, tt.title, tt.section)
			}
		}
	}
}

// What an editor writes for a picture until somebody says more is left out.
func TestPlaceholderOfAnAlt(t *testing.T) {
	d := parse(t, `<p>a <img src=x.png alt="enter image description here"> <img src=y.png alt="a description"> <img src=z.png alt="alt text">`)
	if got, want := d.Text(d.Whole()), "a ![a description]"; got != want || len(d.Images) != 1 {
		t.Errorf("got %q and %d images, want %q and one", got, len(d.Images), want)
	}
}
