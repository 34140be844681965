package main

import (
	"bytes"
	"context"
	"embed"
	"path"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/fidelity"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

//go:embed fidelity/pages/*.html
var edgePages embed.FS

// edgeCorpus is an archive in memory of the hand-written pages, which hold what archives at hand do not: mathematics, newer
// markup, spans. What they link to is there, too.
func edgeCorpus(ctx context.Context) (*corpus, error) {
	var a zimtest.Archive
	a.Minor = 1
	files, err := edgePages.ReadDir("fidelity/pages")
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	var wanted []string
	for _, f := range files {
		b, err := edgePages.ReadFile(path.Join("fidelity/pages", f.Name()))
		if err != nil {
			return nil, err
		}
		id := "C/pages/" + f.Name()
		a.Entries = append(a.Entries, zimtest.Page(id, f.Name(), string(b)))
		have[id] = true
		wanted = append(wanted, linked(b, id)...)
	}
	for _, p := range wanted {
		if !have["C/"+p] && p != "" {
			have["C/"+p] = true
			a.Entries = append(a.Entries, zimtest.Entry{Path: "C/" + p, MIME: "text/plain", Data: []byte(p), Front: zimtest.FrontNo})
		}
	}
	raw, err := a.Build()
	if err != nil {
		return nil, err
	}
	arc, err := zim.NewReader(bytes.NewReader(raw), int64(len(raw)), nil)
	if err != nil {
		return nil, err
	}
	c := &corpus{name: "edge pages", archive: arc, close: arc.Close}
	return c, c.draw(ctx, 0, 0)
}

// linked lists the paths that a page's links lead to.
func linked(page []byte, id string) (out []string) {
	p, _ := fidelity.Extract(page, fidelity.Options{})
	for _, l := range p.Links() {
		if to, _, ok := addressed(id, p.Base, l.Href, true); ok {
			out = append(out, to)
		}
	}
	return out
}
