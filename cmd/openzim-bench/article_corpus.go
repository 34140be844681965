package main

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A corpus is a sample of an archive's HTML pages.
type corpus struct {
	name    string
	file    string // empty when it lies in memory
	scraper string
	archive *zim.Archive
	paths   []zim.Entry // drawn
	total   int         // pages the archive has, redirects left out
	known   *article.Furniture
	close   func() error
}

// archiveFiles lists the archives to read, sorted: files as named, and in directories everything that may be one.
func archiveFiles(files, dirs []string) ([]string, error) {
	list := slices.Clone(files)
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "damaged": // what cannot be read is no matter of fidelity
				return filepath.SkipDir
			case d.IsDir():
			case strings.HasSuffix(name, ".zim"), strings.HasSuffix(name, ".zimaa"), strings.HasSuffix(name, ".zim.embedded"):
				list = append(list, name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// openCorpus opens an archive and draws sample of its HTML pages; 0 means all.
func openCorpus(ctx context.Context, name string, sample int, seed uint64) (*corpus, error) {
	a, done, err := openArchive(name)
	if err != nil {
		return nil, err
	}
	c := &corpus{name: filepath.Base(name), archive: a, close: done}
	if s, err := a.Metadata(ctx, "Scraper"); err == nil {
		c.scraper = string(s)
	}
	if err := c.draw(ctx, sample, seed); err != nil {
		return nil, errors.Join(err, done())
	}
	if err := c.learn(ctx); err != nil {
		return nil, errors.Join(err, done())
	}
	return c, nil
}

// learn finds what the pages repeat, by some that are spread over the sample.
func (c *corpus) learn(ctx context.Context) error {
	var pages [][]byte
	step := max(1, len(c.paths)/article.LearnPages)
	for i := 0; i < len(c.paths) && len(pages) < article.LearnPages; i += step {
		if it, err := c.paths[i].Item(); err == nil {
			if b, err := it.Bytes(ctx); err == nil {
				pages = append(pages, b)
			}
		}
	}
	known, err := article.Learn(ctx, pages, &article.Options{Scraper: c.scraper})
	c.known = known
	return err
}

// openArchive opens a file, a split set, or an archive within another file.
func openArchive(name string) (*zim.Archive, func() error, error) {
	if !strings.HasSuffix(name, ".embedded") {
		a, err := zim.Open(name, nil)
		if err != nil {
			return nil, nil, err
		}
		return a, a.Close, nil
	}
	f, err := os.Open(filepath.Clean(name))
	if err != nil {
		return nil, nil, err
	}
	a, err := embedded(f)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return a, func() error { return errors.Join(a.Close(), f.Close()) }, nil
}

// embedded opens an archive that lies in f from embeddedAt on, with something behind it.
func embedded(f *os.File) (*zim.Archive, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return zim.NewReader(&shifted{f}, st.Size()-embeddedAt-embeddedTail, nil)
}

// What stands before and behind the archive in the files of that kind that are in circulation for tests.
const (
	embeddedAt   = 8
	embeddedTail = 6
)

type shifted struct{ f *os.File }

func (s *shifted) ReadAt(p []byte, off int64) (int, error) { return s.f.ReadAt(p, off+embeddedAt) }

// draw lists the HTML front articles and keeps a sample of them, in the archive's order.
func (c *corpus) draw(ctx context.Context, sample int, seed uint64) error {
	if err := c.drawFrom(ctx, c.archive.Articles(ctx), sample, seed); err != nil || c.total > 0 {
		return err
	}
	return c.drawFrom(ctx, c.archive.Entries(ctx, 0), sample, seed) // the archive does not tell its articles apart
}

func (c *corpus) drawFrom(ctx context.Context, entries iter.Seq2[zim.Entry, error], sample int, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, seed))
	seen := map[uint32]bool{}
	for e, err := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err != nil || e.IsRedirect() || seen[e.Index()] {
			continue
		}
		seen[e.Index()] = true
		it, err := e.Item()
		if err != nil {
			continue
		}
		if m, err := it.MIMEType(); err != nil || !strings.HasPrefix(m, "text/html") {
			continue
		}
		c.total++
		switch { // every page has the same chance, however many there are
		case sample == 0 || len(c.paths) < sample:
			c.paths = append(c.paths, e)
		default:
			if i := rng.IntN(c.total); i < sample {
				c.paths[i] = e
			}
		}
	}
	slices.SortFunc(c.paths, func(a, b zim.Entry) int { return int(a.Index()) - int(b.Index()) })
	return nil
}
