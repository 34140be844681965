package search

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/links"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

// graphs holds the link graphs of archives: each is opened when a search first needs it and closed with its archive. It may be
// used by many goroutines at once.
type graphs struct {
	mu   sync.Mutex
	held map[*zim.Archive]*heldGraph
}

// A heldGraph is what is known of one archive's graph.
type heldGraph struct {
	mu     sync.Mutex
	file   *links.File
	err    error // why there is none
	looked time.Time
	closed bool
}

// lookAgain is how long a missing graph is taken as missing: one may be built while the archive is served.
const lookAgain = 10 * time.Second

// of returns the graph of an archive. It fails with a [*sidecar.Error] when there is none that fits, or with an I/O error.
func (g *graphs) of(ctx context.Context, a *zim.Archive, where sidecar.Where) (*links.File, error) {
	h := g.hold(a)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return nil, zim.ErrClosed
	case h.file != nil || h.err != nil && time.Since(h.looked) < lookAgain:
		return h.file, h.err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// A few small reads under the lock, at most every ten seconds: others that need the graph have to wait for it anyway.
	h.looked = time.Now()
	h.file, h.err = openGraph(ctx, a, where)
	return h.file, h.err
}

// hold returns the place of an archive's graph.
func (g *graphs) hold(a *zim.Archive) *heldGraph {
	g.mu.Lock()
	h := g.held[a]
	if h == nil {
		h = &heldGraph{}
		if g.held == nil {
			g.held = map[*zim.Archive]*heldGraph{}
		}
		g.held[a] = h
		defer a.OnClose(func() { g.forget(a) }) // not under the lock: a closed archive calls back at once
	}
	g.mu.Unlock()
	return h
}

// forget closes an archive's graph.
func (g *graphs) forget(a *zim.Archive) {
	g.mu.Lock()
	h := g.held[a]
	delete(g.held, a)
	g.mu.Unlock()
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.file != nil {
		h.file.Close()
		h.file = nil
	}
}

// openGraph looks for the sidecar where it is to be. An archive without a file has none.
func openGraph(ctx context.Context, a *zim.Archive, where sidecar.Where) (*links.File, error) {
	absent := &sidecar.Error{Kind: sidecar.Links, Err: sidecar.ErrAbsent}
	if a.File() == "" && where.Dir == "" {
		return nil, absent
	}
	key, err := sidecar.KeyOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return links.Open(ctx, where.Path(a.File(), key, sidecar.Links), a)
}

// graph returns the link graph of an archive, nil when there is none that can be used.
func (e *Engine) graph(ctx context.Context, a *zim.Archive) *links.File {
	f, err := e.graphs.of(ctx, a, e.indexes.place())
	if err != nil {
		return nil
	}
	return f
}

// place says where the sidecars of archives lie.
func (x *Indexes) place() sidecar.Where { return x.sidecars }

// noGraph reports that err says that an archive has no sidecar of a kind, or none that fits and is sound.
func noGraph(err error) bool {
	var s *sidecar.Error
	return errors.As(err, &s)
}
