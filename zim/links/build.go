package links

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// Options bounds a build. The zero value is the default; nil means defaults.
type Options struct {
	// Memory bounds the links that are sorted at once, in bytes. What comes to it are about 24 MiB for each worker (a page, its
	// tree, the addresses it remembers), the cache of the archive, and 4 MiB while merging. 0 means 64 MiB.
	Memory int64

	Workers int            // pages read at once; 0 means GOMAXPROCS
	Dir     string         // where parts wait; they have no names. "" means the system's directory for such files
	Article article.Limits // of what one page may cost
	Scraper string         // the archive's metadatum

	// Room is asked before so many bytes are written, and for a start what any graph of the archive takes. Its error ends the
	// build. nil is [Space] of Dir.
	Room func(bytes int64) error

	// Progress is told now and then how far the build is, never twice at once. nil tells nobody.
	Progress func(Progress)
}

// Progress is how far a build is.
type Progress struct {
	Writing     bool  // all pages were read; rows are being written
	Done, Total int64 // items looked at, or rows written; Total is 0 when it is not known
}

// Stats says what a build has found.
type Stats struct {
	Header
	Links    uint64 // on all pages, to entries that the archive has
	Missing  uint64 // targets of pages that the archive lacks
	Damaged  uint64 // pages that could not be read, which have no rows
	Parts    int    // runs that were merged; 0 when all fitted into memory
	Spilled  int64  // bytes that waited on disk
	FileSize int64
}

// Build writes the link graph of an archive to an empty file. It reads every page once, in the order of the clusters. Memory is
// bounded by [Options.Memory] and does not grow with the archive. Pages that are damaged are left out and counted. It fails with
// ctx's error, with what Room says, and with errors of reading and writing; the file is then not a graph.
func Build(ctx context.Context, a *zim.Archive, f *os.File, opts *Options) (Stats, error) {
	b := newBuild(a, opts)
	defer b.runs.close()
	if err := b.o.Room(8 * int64(a.Info().Entries)); err != nil { // the counts, once apart and once in the file
		return Stats{}, err
	}
	if err := b.read(ctx); err != nil {
		return Stats{}, err
	}
	return b.write(ctx, f)
}

type build struct {
	a    *zim.Archive
	o    Options
	mu   sync.Mutex // held while a run is written
	runs runs

	pages, links, missing, damaged atomic.Uint64
}

func newBuild(a *zim.Archive, opts *Options) *build {
	b := &build{a: a}
	if opts != nil {
		b.o = *opts
	}
	if b.o.Memory <= 0 {
		b.o.Memory = 64 << 20
	}
	if b.o.Workers <= 0 {
		b.o.Workers = runtime.GOMAXPROCS(0)
	}
	if b.o.Room == nil {
		b.o.Room = Space(cmp.Or(b.o.Dir, os.TempDir()))
	}
	if b.o.Progress == nil {
		b.o.Progress = func(Progress) {}
	}
	b.runs = runs{dir: b.o.Dir, room: b.o.Room}
	return b
}

// A page is what a worker gets. Its bytes are the worker's own.
type page struct {
	index uint32
	path  string
	data  []byte
}

// read fills the runs.
func (b *build) read(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan page, b.o.Workers)
	spare := make(chan []byte, 2*b.o.Workers+1) // buffers of pages that were read
	var workers sync.WaitGroup
	for range b.o.Workers {
		workers.Go(func() {
			w := &worker{b: b, resolve: resolver{a: b.a}, pile: newPile(int(b.o.Memory) / b.o.Workers)}
			if err := w.run(ctx, work, spare); err != nil {
				cancel(err)
			}
		})
	}
	err := b.feed(ctx, work, spare)
	close(work)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// feed hands the pages to the workers.
func (b *build) feed(ctx context.Context, work chan<- page, spare <-chan []byte) error {
	total := int64(b.items(ctx))
	done := int64(0)
	for it, err := range b.a.ByCluster(ctx) {
		if err != nil {
			if ctx.Err() == nil && lasting(err) {
				b.damaged.Add(1)
				continue
			}
			return err
		}
		if done++; done%256 == 0 {
			b.o.Progress(Progress{Done: done, Total: total})
		}
		if !IsPage(it) {
			continue
		}
		var buf []byte
		select {
		case buf = <-spare:
		default:
		}
		data, err := it.AppendTo(ctx, buf[:0])
		switch {
		case err != nil && ctx.Err() == nil && lasting(err):
			b.damaged.Add(1)
			continue
		case err != nil:
			return err
		}
		select {
		case work <- page{it.Entry().Index(), it.Entry().Path(), data}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// items is about how many items the archive has.
func (b *build) items(ctx context.Context) (n uint64) {
	counter, err := b.a.Counter(ctx)
	if err != nil {
		return uint64(b.a.Info().Entries)
	}
	for _, c := range counter {
		n += c
	}
	return n
}

// A worker reads pages.
type worker struct {
	b       *build
	resolve resolver
	pile    *pile
}

func (w *worker) run(ctx context.Context, work <-chan page, spare chan<- []byte) error {
	for p := range work {
		if ctx.Err() != nil {
			continue // the feeder ends by itself
		}
		if err := w.page(ctx, p); err != nil {
			return err
		}
		select {
		case spare <- p.data:
		default:
		}
	}
	return w.spill()
}

// page adds the rows of one page.
func (w *worker) page(ctx context.Context, p page) error {
	doc, err := w.parse(ctx, p)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.b.damaged.Add(1)
		return nil
	}
	list, missing, err := w.resolve.edges(ctx, p.index, doc)
	if err != nil {
		return err
	}
	w.b.pages.Add(1)
	w.b.missing.Add(uint64(missing))
	for i := range list {
		if w.pile.full(&list[i]) {
			if err := w.spill(); err != nil {
				return err
			}
		}
		w.pile.add(&list[i])
		w.b.links.Add(uint64(list[i].Count))
	}
	return nil
}

// parse reads a page. A panic is that page's failure: one page must not cost the graph of all others.
func (w *worker) parse(ctx context.Context, p page) (doc *article.Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("links: %v\n%s", r, debug.Stack())
		}
	}()
	return article.Parse(ctx, p.data, &article.Options{Path: p.path, Scraper: w.b.o.Scraper, Limits: w.b.o.Article})
}

// spill makes a run of the pile.
func (w *worker) spill() error {
	w.pile.sort() // what takes long is not done one at a time
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	return w.b.runs.write(w.pile)
}

// write merges the runs into the file.
func (b *build) write(ctx context.Context, f *os.File) (Stats, error) {
	parts := len(b.runs.files)
	if err := b.runs.compact(); err != nil {
		return Stats{}, err
	}
	if err := b.o.Room(b.runs.bytes + 8*int64(b.a.Info().Entries)); err != nil { // blocks are smaller than the runs
		return Stats{}, err
	}
	m, err := b.runs.merge()
	if err != nil {
		return Stats{}, err
	}
	info := b.a.Info()
	h := Header{UUID: info.UUID, Entries: info.Entries, Pages: uint32(b.pages.Load())}
	w, err := newWriter(f, b.o.Dir, h)
	if err != nil {
		return Stats{}, err
	}
	defer w.close()
	for {
		if w.header.Rows%65536 == 0 {
			if ctx.Err() != nil {
				return Stats{}, ctx.Err()
			}
			b.o.Progress(Progress{Writing: true, Done: int64(w.header.Rows)})
		}
		e, ok, err := m.next()
		if err != nil {
			return Stats{}, err
		}
		if !ok {
			break
		}
		if err := w.add(&e); err != nil {
			return Stats{}, err
		}
	}
	if h, err = w.finish(); err != nil {
		return Stats{}, err
	}
	return Stats{Header: h, Links: b.links.Load(), Missing: b.missing.Load(), Damaged: b.damaged.Load(),
		Parts: parts, Spilled: b.runs.bytes, FileSize: h.counts + 4*int64(h.Entries)}, nil
}
