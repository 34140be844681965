package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// What is asked, by the names of its lists.
const (
	fullList    = "full"
	suggestList = "suggest"
)

// How many words and items are drawn to find terms that many documents have.
const (
	drawnTitles = 2000
	drawnItems  = 100
	drawnWords  = 4000
)

// A searchPlan is what every peer is asked.
type searchPlan struct {
	dir    string
	info   zim.Info
	lists  map[string][]string // queries by the name of their list; none where there is no index
	source map[string]string   // where each list is from
	words  []string            // candidates for terms that many documents have
	offset int64               // of the full-text index in the file, -1 where it is not in one piece
}

// newSearchPlan reads the queries, or makes them from titles, which gives the same ones in every run.
func newSearchPlan(ctx context.Context, f searchFlags, dir string) (*searchPlan, error) {
	arc, err := zim.Open(f.file, nil)
	if err != nil {
		return nil, err
	}
	defer arc.Close()
	p := &searchPlan{dir: dir, info: arc.Info(), lists: make(map[string][]string), source: make(map[string]string), offset: indexOffset(ctx, arc)}
	if !arc.HasFullText(ctx) && !arc.HasTitleIndex(ctx) {
		return nil, fmt.Errorf("%s has neither a full-text nor a title index: there is nothing to measure", f.file)
	}
	titles, err := drawTitles(ctx, arc, drawnTitles)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(5, 6))
	if arc.HasFullText(ctx) {
		if err := p.load(fullList, f.queries, f.number, func() string { return someWords(r, titles) }); err != nil {
			return nil, err
		}
		if p.words, err = drawWords(ctx, arc, append(titles, p.lists[fullList]...)); err != nil {
			return nil, err
		}
	}
	if arc.HasTitleIndex(ctx) {
		if err := p.load(suggestList, f.suggest, f.number, func() string { return beginning(r, titles) }); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// load takes a list from a file, or makes it.
func (p *searchPlan) load(list, file string, n int, next func() string) error {
	if file == "" {
		p.source[list] = "made from titles"
		for range n {
			p.lists[list] = append(p.lists[list], next())
		}
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	p.source[list] = filepath.Base(file)
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && len(p.lists[list]) < n {
			p.lists[list] = append(p.lists[list], line)
		}
	}
	if len(p.lists[list]) == 0 {
		return fmt.Errorf("%s holds no query: it wants one a line", file)
	}
	return nil
}

// write writes queries to where peers load them.
func (p *searchPlan) write(list []string) (string, error) {
	name := filepath.Join(p.dir, "queries")
	return name, peer.WritePaths(name, list)
}

// drawTitles draws entries that readers see.
func drawTitles(ctx context.Context, arc *zim.Archive, n int) ([]string, error) {
	r := rand.New(rand.NewPCG(1, 2))
	ns := byte('A')
	if arc.Info().NewNamespaces {
		ns = 'C'
	}
	var titles []string
	for tries := 0; len(titles) < n && tries < 20*n && arc.Info().Entries > 0; tries++ {
		e, err := arc.Entry(ctx, r.Uint32N(arc.Info().Entries))
		if err != nil {
			return nil, err
		}
		if e.Namespace() == ns && strings.IndexFunc(e.Title(), unicode.IsLetter) >= 0 {
			titles = append(titles, e.Title())
		}
	}
	if len(titles) == 0 {
		return nil, errors.New("no entry with a title was drawn: name files with --queries and --suggest")
	}
	return titles, nil
}

// someWords returns one to four neighbouring words of a title.
func someWords(r *rand.Rand, titles []string) string {
	words := strings.Fields(titles[r.IntN(len(titles))])
	n := 1 + r.IntN(min(4, len(words)))
	from := r.IntN(len(words) - n + 1)
	return strings.Join(words[from:from+n], " ")
}

// beginning returns what somebody has typed of a title: its first characters, most often a few.
func beginning(r *rand.Rand, titles []string) string {
	runes := []rune(titles[r.IntN(len(titles))])
	n := 1 + r.IntN(min(len(runes), 12))
	return string(runes[:n])
}

// drawWords returns words of texts and of some items. Marks and names of tags among them are no harm: what
// documents do not have counts nothing.
func drawWords(ctx context.Context, arc *zim.Archive, texts []string) ([]string, error) {
	seen := make(map[string]bool)
	add := func(text []byte) {
		for _, w := range bytes.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) }) {
			if len(seen) < drawnWords {
				seen[strings.ToLower(string(w))] = true
			}
		}
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range drawnItems {
		e, err := arc.Entry(ctx, r.Uint32N(arc.Info().Entries))
		if err != nil {
			return nil, err
		}
		it, err := e.Item()
		if mime, _ := it.MIMEType(); err != nil || !strings.HasPrefix(mime, "text/html") {
			continue
		}
		b, err := it.Bytes(ctx)
		if err != nil {
			return nil, err
		}
		add(b[:min(len(b), 4096)])
	}
	for _, t := range texts {
		add([]byte(t))
	}
	words := make([]string, 0, len(seen))
	for w := range seen {
		words = append(words, w)
	}
	slices.Sort(words)
	return words, nil
}

// indexOffset is where the full-text index lies in the file, for who opens it there.
func indexOffset(ctx context.Context, arc *zim.Archive) int64 {
	if arc.Info().Parts > 1 {
		return -1
	}
	for _, at := range []struct {
		ns   byte
		path string
	}{{'X', "fulltext/xapian"}, {'Z', "/fulltextIndex/xapian"}} {
		e, err := arc.LookupNS(ctx, at.ns, at.path)
		if err != nil {
			continue
		}
		it, err := e.Item()
		if err != nil {
			continue
		}
		if loc, ok, err := it.Location(ctx); err == nil && ok {
			return loc.Offset
		}
	}
	return -1
}
