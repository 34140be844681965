package api

import (
	"context"
	"sync"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// facts are what library tells of an open archive beyond its header.
type facts struct {
	fullText, titles bool
	counts           zim.Counts
	counted          bool // counts could be read
}

// factCache keeps the facts of archives for as long as each stays open, since every list of archives needs them and some
// cost reads. It is safe for concurrent use.
type factCache struct {
	mu   sync.Mutex
	byID map[factKey]facts
}

type factKey struct {
	uuid   zim.UUID
	ref    string
	opened time.Time
}

// maxFacts bounds the cache; a full one is emptied, which costs a few reads again.
const maxFacts = 20_000

// load returns what is known, false when nothing is.
func (c *factCache) load(k factKey) (facts, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.byID[k]
	return f, ok
}

// store keeps f. Keys of archives that were closed stay until the cache is emptied; they are small.
func (c *factCache) store(k factKey, f facts) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil || len(c.byID) >= maxFacts {
		c.byID = map[factKey]facts{}
	}
	c.byID[k] = f
}

// factKeyOf tells one opening of an archive from the next: a file may be replaced by one with the same UUID and name.
func factKeyOf(st library.Status) factKey { return factKey{st.Info.UUID, st.Ref(), st.Opened} }

// factsOf reads the facts of an archive that is served. It fails with the library's errors or ctx.Err(); a count that
// cannot be read is only left out. When the archive was replaced since st was read, they are those of its successor.
func (s *Surface) factsOf(ctx context.Context, st library.Status) (facts, error) {
	if f, ok := s.facts.load(factKeyOf(st)); ok {
		return f, nil
	}
	a, st, release, err := s.lib.AcquireStatus(st.Ref())
	if err != nil {
		return facts{}, err
	}
	defer release()
	f := facts{fullText: a.HasFullText(ctx), titles: a.HasTitleIndex(ctx)}
	f.counts, err = a.Counts(ctx)
	f.counted = err == nil
	if ctx.Err() != nil {
		return facts{}, ctx.Err()
	}
	s.facts.store(factKeyOf(st), f)
	return f, nil
}
