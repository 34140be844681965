package library

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A State is how far the background verification of an archive has come.
type State uint8

const (
	Unknown State = iota // not verified: not asked for, not begun, or ended by an error of the system
	Running
	Good
	DamageFound
)

// String returns the word that clients see.
func (s State) String() string {
	return [...]string{"unknown", "running", "good", "damaged"}[min(s, DamageFound)]
}

// A generation is one opened state of one file. It closes when the library and every caller have let go of it.
type generation struct {
	archive *zim.Archive
	meta    Meta
	stamps  []stamp // of the parts as they were opened
	opened  time.Time
	refs    atomic.Int64  // callers, and one for the library
	retired chan struct{} // closed when the library lets go
	once    sync.Once
	verdict atomic.Pointer[verdict]
}

// A verdict is what verification found.
type verdict struct {
	state State
	done  bool // not to be sought again for these bytes
}

// settled is the verdict to begin with when the same bytes are opened again.
func (v *verdict) settled() *verdict {
	if v.done {
		return v
	}
	return &verdict{}
}

// newGeneration takes over an open archive, with one reference for the library.
func newGeneration(a *zim.Archive, m Meta, stamps []stamp) *generation {
	g := &generation{archive: a, meta: m, stamps: stamps, opened: time.Now(), retired: make(chan struct{})}
	g.refs.Store(1)
	g.verdict.Store(&verdict{})
	return g
}

// acquire counts a caller in, unless the generation has closed.
func (g *generation) acquire() bool {
	for {
		n := g.refs.Load()
		if n == 0 {
			return false
		}
		if g.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// release counts a caller, or the library, out; the last one closes.
func (g *generation) release() {
	if g.refs.Add(-1) == 0 {
		g.archive.Close() // its error says nothing: the files were only read
	}
}

// retire lets go for the library. Calls under way finish on the open archive.
func (g *generation) retire() {
	g.once.Do(func() {
		close(g.retired)
		g.release()
	})
}

// alive returns ctx cut short by the retirement: for background work, not for callers.
func (g *generation) alive(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-g.retired:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// sameStamps reports whether two looks at one archive saw the same bytes, as far as a stamp can tell.
func sameStamps(a, b []stamp) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// inPlace reports whether the files under two looks are the same ones: what was open over a would read b.
func inPlace(a, b []stamp) bool {
	for i := range min(len(a), len(b)) {
		if a[i].sameFile(b[i]) {
			return true
		}
	}
	return false
}
