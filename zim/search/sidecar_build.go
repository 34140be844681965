package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

// TextSchema is the version of full-text sidecars that is written and read. It is raised when terms are made in another way.
const TextSchema = 1

// BuildOptions bounds what building a full-text sidecar may cost. The zero value is the default; nil means defaults.
type BuildOptions struct {
	Workers    int   // pages read at once; 0 means GOMAXPROCS. The outcome is the same
	BatchBytes int64 // of pages that a worker holds at once; 0 means 4 MiB. Memory is about 16 times that for each worker
	// Progress is told how far the build is, often, by one goroutine at a time; nil means nobody is told.
	Progress func(BuildProgress)
}

// BuildProgress says how far a build is.
type BuildProgress struct {
	Clusters, AllClusters uint32 // of the archive, in the order in which they are read
	Articles              uint32 // indexed so far, those of an earlier build that is continued included
	Bytes                 int64  // of pages read by this build
	Merging               bool   // all pages were read
}

// Built says what a build made.
type Built struct {
	Articles   uint32 // indexed
	Unreadable uint64 // entries left out because they are damaged
	Language   string // of the stemmer; empty if words are not reduced
	Bytes      int64  // of the sidecar's files
	Resumed    bool   // an earlier build was continued
}

// ErrNoText says that an archive has no page with text to index.
var ErrNoText = errors.New("the archive has no page with text")

const (
	batchBytes = 4 << 20
	// fanIn is how many segments of one level become one of the next. As it hangs on their numbers alone which do, the
	// outcome is the same in whatever order they are made.
	fanIn = 32
)

// A segment is a part of the index while it is built: some articles in a row, in the order of the clusters.
type segment struct {
	Level  int          `json:"level"`
	Number uint64       `json:"number"` // within the level
	From   uint64       `json:"from"`   // items passed over before, of all that have text
	To     uint64       `json:"to"`     // and after it
	Terms  sidecar.File `json:"terms"`  // none when the segment has no documents
	Docs   sidecar.File `json:"docs"`
	Detail indexDetail  `json:"detail"`
}

// A textBuild is a full-text sidecar that is being built.
type textBuild struct {
	a        *zim.Archive
	opts     BuildOptions
	language string
	scraper  string

	mu       sync.Mutex // guards what follows, and the manifest
	build    *sidecar.Build
	segments []segment
	merging  map[[2]uint64]bool // level and number of what is being made of others
	progress BuildProgress
}

// BuildText builds the full-text sidecar of an archive in dir, or goes on building it where an earlier build was broken off.
// Searches use it once it is whole. It fails with [ErrNoText], with a [*sidecar.Error] while another process builds, with
// ctx's error, or an I/O error; what was done until then is kept but for the first.
func BuildText(ctx context.Context, a *zim.Archive, dir string, opts *BuildOptions) (Built, error) {
	key, err := sidecar.KeyOf(ctx, a)
	if err != nil {
		return Built{}, err
	}
	build, err := sidecar.Begin(dir, sidecar.Text, TextSchema, key)
	if err != nil {
		return Built{}, err
	}
	defer build.Close()
	b := &textBuild{a: a, build: build, merging: map[[2]uint64]bool{}}
	if opts != nil {
		b.opts = *opts
	}
	b.opts.Workers = cmp.Or(b.opts.Workers, runtime.GOMAXPROCS(0))
	b.opts.BatchBytes = cmp.Or(b.opts.BatchBytes, batchBytes)
	b.progress.AllClusters = a.Info().Clusters
	if err := b.describe(ctx); err != nil {
		return Built{}, err
	}
	b.resume()
	if err := b.run(ctx); err != nil {
		return Built{}, err
	}
	built, err := b.finish(ctx)
	if errors.Is(err, ErrNoText) {
		build.Discard()
	}
	return built, err
}

// describe reads what the archive says of its language and of who made it.
func (b *textBuild) describe(ctx context.Context) error {
	for name, to := range map[string]*string{"Language": &b.language, "Scraper": &b.scraper} {
		text, err := b.a.Metadata(ctx, name)
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil { // else the pages are read without it
			*to = string(text)
		}
	}
	b.language = sidecarLanguage(b.language)
	return nil
}

// resume takes over the segments of an earlier build whose files are whole.
func (b *textBuild) resume() {
	var all []segment
	if !b.build.Detail(&all) {
		return
	}
	files := b.build.Files()
	for _, s := range all {
		if s.Detail.Docs == 0 || slices.Contains(files, s.Terms) && slices.Contains(files, s.Docs) {
			b.segments = append(b.segments, s)
			b.progress.Articles += s.Detail.Docs
		}
	}
}

// A pages is the work of one segment.
type pages struct {
	number   uint64
	from, to uint64
	cluster  uint32 // of the last one
	list     []page
	bytes    int64
	left     uint64
}

// A page is an item that was read.
type page struct {
	entry uint32
	hit   Hit
	text  []byte
}

// run reads all pages and makes segments of them.
func (b *textBuild) run(ctx context.Context) error {
	if err := b.mergeDue(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	work := make(chan *pages)
	g.Go(func() error {
		defer close(work)
		return b.read(ctx, work)
	})
	for range b.opts.Workers {
		g.Go(func() error {
			w := newTermWriter(b.language)
			for p := range work {
				if err := b.index(ctx, w, p); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// read hands out the pages of the archive, but for those in segments that are there already. Where a segment ends hangs on
// the sizes of the pages alone.
func (b *textBuild) read(ctx context.Context, work chan<- *pages) error {
	done := b.done()
	p := &pages{}
	at := uint64(0)
	send := func() error {
		p.to = at
		next := &pages{number: p.number + 1, from: at}
		select {
		case work <- p:
		case <-ctx.Done():
			return ctx.Err()
		}
		p = next
		return nil
	}
	for it, err := range b.a.ByCluster(ctx) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if !isDamage(err) {
				return err
			}
			p.left++
			continue
		}
		h, ok := textHit(it)
		if !ok {
			continue
		}
		if s, ok := done[at]; ok { // what was read of p before this is empty: its end is where that one begins
			if at > p.from {
				if err := send(); err != nil {
					return err
				}
			}
			p.number, p.from, p.left = s.next, s.to, 0
		}
		at++
		if at <= p.from {
			continue
		}
		p.cluster = it.Cluster()
		text, err := firstBytes(ctx, it, pageMost)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			p.list, p.bytes = append(p.list, page{it.Entry().Index(), h, text}), p.bytes+int64(len(text))
		case isDamage(err):
			p.left++
		default:
			return err
		}
		if p.bytes >= b.opts.BatchBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if at > p.from || p.left > 0 {
		return send()
	}
	return nil
}

// A covered is what a segment that is there covers: to which item, and the number of the next segment of the lowest level.
type covered struct{ to, next uint64 }

// done returns what earlier builds have made, by the first item.
func (b *textBuild) done() map[uint64]covered {
	done := map[uint64]covered{}
	for _, s := range b.segments {
		next := s.Number + 1
		for range s.Level {
			next *= fanIn
		}
		done[s.From] = covered{s.To, next}
	}
	return done
}

// textHit describes an item of the content that has text to index.
func textHit(it zim.Item) (Hit, bool) {
	e := it.Entry()
	if ns := e.Namespace(); ns != 'C' && ns != 'A' {
		return Hit{}, false
	}
	h := Hit{Namespace: e.Namespace(), Path: e.Path(), Title: e.Title()}
	mime, err := it.MIMEType()
	if err == nil {
		h.MIME = mime
	}
	return h, err == nil && h.readable() && (isPage(mime) || strings.HasPrefix(mime, "text/plain") || strings.HasPrefix(mime, "text/markdown"))
}

// index makes a segment of some pages.
func (b *textBuild) index(ctx context.Context, w *termWriter, p *pages) error {
	s := segment{Number: p.number, From: p.from, To: p.to}
	s.Detail.Left = p.left
	var rows []byte
	for i := range p.list {
		doc, err := b.page(ctx, w, &p.list[i], &s.Detail)
		if err != nil {
			return err
		}
		if doc != nil {
			rows = putRow(rows, *doc)
		}
		p.list[i].text = nil
	}
	if s.Detail.Docs > 0 {
		name := fmt.Sprintf("0-%d", p.number)
		if err := w.batch.Write(b.build.Path(name + ".tmp")); err != nil {
			return err
		}
		var err error
		if s.Terms, err = b.build.Adopt(name+".tmp", name+".terms"); err != nil {
			return err
		}
		if s.Docs, err = b.build.Write(name+".docs", func(to io.Writer) error { _, err := to.Write(rows); return err }); err != nil {
			return err
		}
	}
	return b.add(ctx, s, func(at *BuildProgress) {
		at.Clusters, at.Bytes, at.Articles = max(at.Clusters, p.cluster+1), at.Bytes+p.bytes, at.Articles+s.Detail.Docs
	})
}

// page indexes one page; nil when it has no text. A page on which the article reader panics is left out like a damaged one.
func (b *textBuild) page(ctx context.Context, w *termWriter, p *page, d *indexDetail) (doc *indexedDoc, err error) {
	defer func() {
		if r := recover(); r != nil {
			w.batch.Drop()
			d.Left++
			doc, err = nil, nil
		}
	}()
	parsed, err := textOfPage(ctx, p.text, p.hit, &article.Options{Path: p.hit.Path, Scraper: b.scraper})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, nil
	}
	row, most, ok := w.add(p.entry, p.hit.Title, parsed)
	if !ok {
		return nil, nil
	}
	d.note(row, most)
	return &row, nil
}
