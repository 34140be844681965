package article

import (
	"bytes"
	"golang.org/x/net/html"
	"os"
	"path/filepath"
	"testing"
)

func pagesOf(b *testing.B) [][]byte {
	var out [][]byte
	fs, _ := filepath.Glob(os.Getenv("PAGES") + "/*.html")
	for _, f := range fs {
		p, _ := os.ReadFile(f)
		out = append(out, p)
	}
	return out
}
func BenchmarkXParse(b *testing.B) {
	ps := pagesOf(b)
	n := 0
	for _, p := range ps {
		n += len(p)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		for _, p := range ps {
			Parse(b.Context(), p, nil)
		}
	}
}
func BenchmarkXText(b *testing.B) {
	ps := pagesOf(b)
	n := 0
	for _, p := range ps {
		n += len(p)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		for _, p := range ps {
			Text(b.Context(), p, nil)
		}
	}
}
func BenchmarkXWalk(b *testing.B) {
	ps := pagesOf(b)
	n := 0
	var roots []*html.Node
	for _, p := range ps {
		n += len(p)
		r, _ := html.Parse(bytes.NewReader(p))
		roots = append(roots, r)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		for i, r := range roots {
			w := newWalker(b.Context(), &Document{}, "x", Limits{}.withDefaults(len(ps[i])))
			w.run(r, &Options{})
		}
	}
}
func BenchmarkXHTML(b *testing.B) {
	ps := pagesOf(b)
	n := 0
	for _, p := range ps {
		n += len(p)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		for _, p := range ps {
			html.Parse(bytes.NewReader(p))
		}
	}
}
