package search

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// An indexPlace is where an archive keeps an index.
type indexPlace struct {
	namespace byte
	path      string
}

var (
	// Archives of 2016 to 2019 have the full text in the second place.
	fullTextPlaces = []indexPlace{{'X', "fulltext/xapian"}, {'Z', "/fulltextIndex/xapian"}}
	titlePlaces    = []indexPlace{{'X', "title/xapian"}}
)

// An archiveIndex is an index of an archive and what its metadata say.
type archiveIndex struct {
	glassSource
	language string // of the stemmer; "" if nothing was stemmed
	stop     match.StopWords
	slots    map[string]uint32 // value slots by name
	data     string            // what document data are: "" or "fullPath"
}

// openIndex opens the first of the indexes at places. It fails with [zim.ErrNoIndex] where
// there is none that can be read, and with a [zim.FormatError] where one is damaged.
func openIndex(ctx context.Context, a *zim.Archive, places []indexPlace, part string, cache *glass.Cache) (*archiveIndex, error) {
	for _, at := range places {
		x, start, err := indexAt(ctx, a, at, cache)
		if errors.Is(err, zim.ErrNotFound) {
			continue
		}
		if err == nil {
			ix := &archiveIndex{glassSource: glassSource{x: x}}
			if err = ix.describe(ctx, a); err == nil {
				return ix, nil
			}
		}
		return nil, indexError(err, part, start)
	}
	return nil, fmt.Errorf("%s: %w", part, zim.ErrNoIndex)
}

// indexAt opens the index at a place, and returns where in the archive it begins.
func indexAt(ctx context.Context, a *zim.Archive, at indexPlace, cache *glass.Cache) (*glass.Index, int64, error) {
	e, err := a.LookupNS(ctx, at.namespace, at.path)
	if err != nil {
		return nil, 0, err
	}
	item, err := e.Item()
	if errors.Is(err, zim.ErrIsRedirect) {
		return nil, 0, zim.ErrNotFound
	} else if err != nil {
		return nil, 0, err
	}
	loc, ok, err := item.Location(ctx)
	if err != nil {
		return nil, 0, err
	}
	// In a compressed cluster it counts as none. One that goes on in the next part of a split
	// archive has no location either, and is read.
	if !ok && a.Info().Parts == 1 {
		return nil, 0, zim.ErrNotFound
	}
	// The index is read as long as the archive is open, not as long as this call takes.
	content, err := item.Open(context.WithoutCancel(ctx))
	if err != nil {
		return nil, 0, err
	}
	x, err := glass.New(ctx, content, content.Size(), &glass.Options{Cache: cache})
	if errors.Is(err, glass.ErrUnsupported) {
		return nil, 0, fmt.Errorf("%w of a known format (%v)", zim.ErrNoIndex, err)
	}
	return x, loc.Offset, err
}

// indexError tells where in the archive an index is damaged.
func indexError(err error, part string, start int64) error {
	var g *glass.Error
	if !errors.As(err, &g) || !errors.Is(g.Kind, glass.ErrCorrupt) {
		return err
	}
	return &zim.FormatError{Offset: start + g.Offset, Part: part, Entry: -1, Cluster: -1, Reason: g.Part + ": " + g.Reason, Kind: zim.ErrCorrupt}
}

// describe reads the metadata.
func (ix *archiveIndex) describe(ctx context.Context, a *zim.Archive) error {
	language, err := ix.x.Metadata(ctx, "language")
	if err != nil {
		return err
	}
	if language == nil { // before 2017: the archive's
		if language, err = a.Metadata(ctx, "Language"); err != nil && !errors.Is(err, zim.ErrNotFound) {
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
