package article

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds are the pages of every profile and what attacks look like.
func seeds(f *testing.F) {
	files, _ := filepath.Glob("testdata/pages/*.html")
	for _, file := range files {
		page, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(page)
	}
	for _, s := range []string{canaries, strings.Repeat("<b>", 30) + "a<br>b", "<table><td colspan=200 rowspan=200>x", "\xff\xfe<p>", "<math><mi>x",
		"<p>&amp;#8203; [1] x (a/b)<br>-- next_cursor: y", "<ul><li><ol><li><pre>x", "<dl class=py><dt class=sig id=a>`b`<dd>c"} {
		f.Add([]byte(s))
	}
}

// check tests what must hold of whatever is read.
func check(t *testing.T, page []byte, d *Document) {
	checkDocument(t, d)
	text := d.Markdown(View{Links: true, Comments: true, TableRows: 40}, d.Whole())
	if limit := d.limit(len(page)); len(d.Text(d.Whole())) > limit || !utf8.ValidString(text) {
		t.Fatalf("%d bytes of %d, valid %v", len(text), len(page), utf8.ValidString(text))
	}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if clean := stripInvisible(b.Text); clean != b.Text {
			t.Fatalf("block %d has invisible characters: %q", i, b.Text)
		}
		if at := joinedPlaces(b.Text); b.Kind != Code && b.Kind != Math && len(at) > 0 {
			t.Fatalf("block %d makes a tag or a link at %d: %q", i, at, b.Text)
		}
		for _, s := range b.Spans {
			if s.Start < 0 || s.Start > s.End || s.End > len(b.Text) || !utf8.ValidString(b.Text[s.Start:s.End]) {
				t.Fatalf("block %d: %+v of %d bytes", i, s, len(b.Text))
			}
		}
	}
	for _, x := range []*Document{d.LinksDocument(nil), d.ReferencesDocument(), d.TablesDocument()} {
		if !utf8.ValidString(x.Text(x.Whole())) {
			t.Fatal("a view is not valid UTF-8")
		}
	}
	for _, s := range d.Sections[1:] {
		if p, ok := d.Locate(s.Anchor, 0); !ok || p.Range.From.Block != s.Start {
			t.Fatalf("#%s leads to %+v, %v, want block %d", s.Anchor, p.Range, ok, s.Start)
		}
	}
}

// limit bounds the text of a document from a page of n bytes: the output limit, and what separates blocks.
func (d *Document) limit(n int) int {
	return (Limits{}).withDefaults(n).Output + 16*len(d.Blocks) + 1000
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, page []byte) {
		d, err := Parse(t.Context(), page, &Options{Path: "a/b"})
		if err != nil {
			t.Fatal(err)
		}
		check(t, page, d)
		pages(t, d, d.Whole(), 20+len(page)%200)
	})
}

func FuzzText(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, page []byte) {
		d, err := Text(t.Context(), page, &Options{Path: "a/b"})
		if err != nil {
			t.Fatal(err)
		}
		check(t, page, d)
	})
}
