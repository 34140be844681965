package article

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// benchPages are the hand-written pages of encyclopedia and manual, each grown to about 100 KB by repeating its content.
func benchPages(b *testing.B) (pages [][]byte, size int) {
	for _, name := range []string{"mediawiki-sections", "mediawiki-parsoid", "sphinx", "docbook"} {
		page, err := os.ReadFile(filepath.Join("testdata/pages", name+".html"))
		if err != nil {
			b.Fatal(err)
		}
		before, body, _ := strings.Cut(string(page), "</h1>")
		if body == "" {
			before, body, _ = strings.Cut(string(page), `<div class="refsect1"`)
			body = `<div class="refsect1"` + body
		}
		content, after, _ := strings.Cut(body, "</body>")
		grown := before + "</h1>" + strings.Repeat(content, 100_000/len(content)) + "</body>" + after
		pages, size = append(pages, []byte(grown)), size+len(grown)
	}
	return pages, size
}

// bench runs one act over all pages.
func bench(b *testing.B, act func(page []byte) error) {
	pages, size := benchPages(b)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range pages {
			if err := act(p); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// The floor: what the parser alone takes.
func BenchmarkParserAlone(b *testing.B) {
	bench(b, func(p []byte) error { _, err := html.Parse(bytes.NewReader(p)); return err })
}

// The floor of Text: what the tokenizer alone takes.
func BenchmarkTokenizerAlone(b *testing.B) {
	bench(b, func(p []byte) error {
		for z := html.NewTokenizer(bytes.NewReader(p)); z.Next() != html.ErrorToken; {
		}
		return nil
	})
}

func BenchmarkParse(b *testing.B) {
	bench(b, func(p []byte) error { _, err := Parse(b.Context(), p, nil); return err })
}

func BenchmarkText(b *testing.B) {
	bench(b, func(p []byte) error { _, err := Text(b.Context(), p, nil); return err })
}

// The pages are parsed once; MB/s are of their HTML.
func BenchmarkRender(b *testing.B) {
	docs := map[*byte]*Document{}
	var out int
	bench(b, func(p []byte) error {
		d := docs[&p[0]]
		if d == nil {
			var err error
			if d, err = Parse(b.Context(), p, nil); err != nil {
				return err
			}
			docs[&p[0]] = d
		}
		out += len(d.Text(d.Whole()))
		return nil
	})
}
