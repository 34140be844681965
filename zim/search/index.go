package search

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// An indexPlace is where an archive keeps an index.
type indexPlace struct {
	namespace byte
	path      string
}

// What errors call the two kinds of index.
const (
	fullTextPart = "full-text index"
	titlePart    = "title index"
)

var (
	// Archives of 2016 to 2019 have the full text in the second place.
	fullTextPlaces = []indexPlace{{'X', "fulltext/xapian"}, {'Z', "/fulltextIndex/xapian"}}
	titlePlaces    = []indexPlace{{'X', "title/xapian"}}
)

// An archiveIndex is an open index of an archive and what its metadata say. It is safe for
// concurrent use.
type archiveIndex struct {
	glassSource
	side     *sideIndex // it is in a sidecar, and x is nil
	a        *zim.Archive
	part     string // what errors call it
	start    int64  // where it begins in the archive
	shared   *Indexes
	broken   atomic.Bool // damage was met, and counted
	language string      // of the stemmer; "" if nothing was stemmed
	stop     match.StopWords
	slots    map[string]uint32 // value slots by name
	data     string            // what document data are: "" or "fullPath"

	newNamespaces bool // of the archive
	runs          runTerms
}

// openIndex opens the first of the indexes at l's places that can be read. It fails with a
// [noIndex] where there is none, and with a [zim.FormatError] where one is damaged.
func openIndex(ctx context.Context, l *lazyIndex) (*archiveIndex, error) {
	none := &noIndex{part: l.part}
	for _, at := range l.places {
		stored, reason, err := find(ctx, l.a, at)
		if err != nil {
			return nil, err
		}
		if reason != "" {
			none.reasons = append(none.reasons, reason)
			continue
		}
		x, err := glass.New(ctx, stored, stored.Size(), &l.shared.opts)
		if errors.Is(err, glass.ErrUnsupported) {
			none.reasons = append(none.reasons, fmt.Sprintf("%s: %v", at, err))
			continue
		}
		if err != nil {
			return nil, indexError(err, l.part, stored.Offset())
		}
		ix := &archiveIndex{glassSource: glassSource{x: x}, a: l.a, part: l.part, start: stored.Offset(), shared: l.shared, newNamespaces: l.a.Info().NewNamespaces}
		if err := ix.describe(ctx); err != nil {
			x.Close()
			return nil, indexError(err, l.part, ix.start)
		}
		return ix, nil
	}
	return nil, none
}

// find returns the bytes of the index at a place, or the reason why there is none: only what
// lies in an archive as it is can be searched without decompressing all of it.
func find(ctx context.Context, a *zim.Archive, at indexPlace) (stored zim.Stored, reason string, err error) {
	e, err := a.LookupNS(ctx, at.namespace, at.path)
	if errors.Is(err, zim.ErrNotFound) {
		return zim.Stored{}, at.String() + " does not exist", nil
	} else if err != nil {
		return zim.Stored{}, "", err
	}
	item, err := e.Item()
	if errors.Is(err, zim.ErrIsRedirect) {
		return zim.Stored{}, at.String() + " is a redirect", nil
	} else if err != nil {
		return zim.Stored{}, "", err
	}
	stored, ok, err := item.Stored(ctx)
	if err == nil && !ok {
		reason = at.String() + " is compressed"
	}
	return stored, reason, err
}

// String returns the place as zimdump and others write it.
func (at indexPlace) String() string { return string(at.namespace) + "/" + at.path }

// describe reads the metadata.
func (ix *archiveIndex) describe(ctx context.Context) error {
	language, err := ix.x.Metadata(ctx, "language")
	if err != nil {
		return err
	}
	if language == nil { // before 2017: the archive's
		if language, err = ix.a.Metadata(ctx, "Language"); err != nil && !errors.Is(err, zim.ErrNotFound) {
			return err
		}
	}
	ix.language = string(language)
	stop, err := ix.x.Metadata(ctx, "stopwords")
	if err != nil {
		return err
	}
	ix.stop = match.ParseStopWords(string(stop))
	data, err := ix.x.Metadata(ctx, "data")
	if err != nil {
		return err
	}
	ix.data = string(data)
	slots, err := ix.x.Metadata(ctx, "valuesmap")
	ix.slots = parseSlots(string(slots))
	return err
}

// parseSlots reads a valuesmap, as in title:0;wordcount:1. What is odd in it is left out.
func parseSlots(valuesmap string) map[string]uint32 {
	slots := map[string]uint32{}
	for _, pair := range strings.Split(valuesmap, ";") {
		name, number, _ := strings.Cut(pair, ":")
		if n, err := strconv.ParseUint(number, 10, 32); err == nil && name != "" && len(slots) < 64 {
			slots[name] = uint32(n)
		}
	}
	return slots
}

// values returns a reader of a value by its name, nil if the index has none.
func (ix *archiveIndex) values(ctx context.Context, name string) match.Values {
	slot, ok := ix.slots[name]
	if !ok {
		return nil
	}
	return ix.x.Values(ctx, slot, nil)
}
