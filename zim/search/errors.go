package search

import (
	"github.com/openzim-mcp/openzim-mcp/policy"
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
