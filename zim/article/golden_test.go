package article

import (
	cmdline "flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = cmdline.Bool("update", false, "write the golden files anew")

// One page for each profile and each generation of its markup, with all that is made of it. Read the differences before
// updating: every line is a promise.
func TestPagesOfEveryProfile(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		t.Run(name, func(t *testing.T) {
			page, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			opts := &Options{Path: "dir/" + name, Scraper: map[string]string{"gutenberg": "gutenberg2zim 2", "devdocs": "devdocs2zim 0.2"}[name]}
			d, err := Parse(t.Context(), page, opts)
			if err != nil {
				t.Fatal(err)
			}
			checkDocument(t, d)
			golden := strings.TrimSuffix(file, ".html") + ".golden"
			got := everything(d)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if text, err := Text(t.Context(), page, opts); err != nil || name != "crawl" && cmp.Diff(headings(d), headings(text)) != "" {
				t.Errorf("Text, %v: -Parse +Text:\n%s", err, cmp.Diff(headings(d), headings(text)))
			}
		})
	}
}

// everything is what a document holds, in all views.
func everything(d *Document) string {
	var b strings.Builder
	view := func(name string, doc *Document, v View) {
		if text := doc.Markdown(v, doc.Whole()); text != "" {
			fmt.Fprintf(&b, "\n== %s\n%s\n", name, text)
		}
	}
	fmt.Fprintf(&b, "profile %s: %s\nkind %s, title %q, lang %q, dir %q\n", d.Profile, d.Why, d.Kind, d.Title, d.Lang, d.Dir)
	for _, f := range []struct{ name, value string }{{"canonical", d.Canonical}, {"redirect", d.Redirect}, {"description", d.Description},
		{"coordinates", d.Coordinates}, {"license", d.License}, {"cut", string(d.Cut)}} {
		if f.value != "" {
			fmt.Fprintf(&b, "%s: %s\n", f.name, f.value)
		}
	}
	for _, x := range d.Dropped {
		fmt.Fprintf(&b, "dropped %d %s\n", x.Count, x.Rule)
	}
	for _, i := range d.Images {
		fmt.Fprintf(&b, "image %+v\n", i)
	}
	for _, c := range d.Choices() {
		fmt.Fprintf(&b, "choice %s: %s\n", c.Title, c.Gloss)
	}
	view("text", d, View{})
	view("with links and comments", d, View{Links: true, Comments: true})
	b.WriteString("\n== outline\n")
	for _, l := range d.Lines() { // without the estimate of tokens, which other tests are about
		fmt.Fprintf(&b, "%s#%s  %s: %s\n", strings.Repeat("  ", l.Level-2), l.Anchor, l.Title, l.First)
	}
	view("links", d.LinksDocument(nil), View{})
	if len(d.References) > 0 {
		view("references", d.ReferencesDocument(), View{})
	}
	if len(d.Tables) > 0 {
		view("tables", d.TablesDocument(), View{})
	}
	return b.String()
}

// headings are the sections with their levels and all their anchors.
func headings(d *Document) (out []string) {
	for _, s := range d.Sections[1:] {
		out = append(out, fmt.Sprintln(s.Level, s.Title, s.Anchor, s.Aliases))
	}
	return out
}
