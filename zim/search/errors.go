package search

import (
	"errors"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// NotFound says that an archive, an entry or an edition is not there.
type NotFound struct {
	What       string             // "archive", "entry", "main page", "edition" or "address"
	Archive    policy.ArchiveName // where it was looked for; "" means in all archives
	Asked      string             // what the caller gave
	Candidates []string           // nearest archive names, or ids of the nearest entries; at most three
}

// Error returns a sentence without file names, fit for clients.
func (e *NotFound) Error() string {
	if e.Archive != "" && e.What != "archive" {
		return "no such " + e.What + " in " + string(e.Archive)
	}
	return "no such " + e.What
}

// Ambiguous says that a title or an address fits several entries equally well.
type Ambiguous struct {
	Asked   string
	Options []Hit // at least two, in the order of [Engine.Titles]
}

// Error returns a sentence without file names, fit for clients.
func (e *Ambiguous) Error() string { return "several entries fit equally well" }

// maxCandidates bounds what a NotFound offers.
const maxCandidates = 3

// A noIndex is a [zim.ErrNoIndex] that says what was looked for in vain.
type noIndex struct {
	part    string
	reasons []string // one for each place
}

// Error returns a sentence without file names.
func (e *noIndex) Error() string {
	return "archive has no " + e.part + " that can be read: " + strings.Join(e.reasons, "; ")
}

// Unwrap returns [zim.ErrNoIndex].
func (e *noIndex) Unwrap() error { return zim.ErrNoIndex }

// indexError tells where in the archive an index is damaged that begins at start. A bound
// that is passed is damage, too: no writer makes an index that does. Other errors stay.
func indexError(err error, part string, start int64) error {
	var g *glass.Error
	switch {
	case errors.As(err, &g) && (g.Kind == glass.ErrCorrupt || g.Kind == glass.ErrTooLarge):
		return &zim.FormatError{Offset: start + g.Offset, Part: part, Entry: -1, Cluster: -1, Reason: g.Part + ": " + g.Reason, Kind: zim.ErrCorrupt}
	case errors.Is(err, glass.ErrClosed): // it closes with the archive
		return zim.ErrClosed
	}
	return err
}

// failed returns what callers see of an error of the index, and counts an index that turns
// out to be damaged.
func (ix *archiveIndex) failed(err error) error {
	if err == nil {
		return nil
	}
	if ix.side != nil {
		return ix.sideFailed(err)
	}
	err = indexError(err, ix.part, ix.start)
	var damage *zim.FormatError
	if errors.As(err, &damage) && damage.Part == ix.part && !ix.broken.Swap(true) {
		ix.shared.damaged.Add(1)
	}
	return err
}
