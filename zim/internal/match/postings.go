package match

import "context"

// A TermStats is what an index says of a term. An absent term has zeros.
type TermStats struct {
	TF     uint32 // documents with the term
	CF     uint64 // sum of its wdf over them
	MaxWDF uint32 // it occurs in no document more often
}

// Postings walks the documents that hold a term, by ascending docid. Before the first
// move it stands nowhere. Errors stick: Err tells them from the end of the list. One is
// for one goroutine.
type Postings interface {
	Next() bool                   // to the next document, at first to the first one
	Seek(doc uint32) bool         // to the first document from doc on, never back
	Read(docs, wdfs []uint32) int // the next postings, stored in both; 0 at the end
	// Meet stores the places in docs, and the wdf, of those that hold the term, and returns
	// how many do. docs ascend from where the list stands on; it is left at the last or behind.
	Meet(docs, at, wdfs []uint32) int
	// Add adds the wdf of the len(sums) documents from first on, and sets a bit for each. It
	// moves to the first posting behind them, and returns its docid, at the end 1<<32 - 1.
	Add(first uint32, sums []uint32, set []uint64) (next uint32)
	DocID() uint32 // where it stands
	WDF() uint32   // how often the document there holds the term
	Err() error    // what ended the walk early
}

// Lengths gives the length of a document, the sum of the wdf of all its terms.
type Lengths interface {
	// Page returns the lengths of a row of documents that doc is one of, and the first of
	// them; 0 for those that do not exist, and after an error. They are not to be changed.
	Page(doc uint32) (lengths []uint32, first uint32)
	Err() error
}

// Positions gives where in a document a term stands, ascending; nothing where that is not
// known. The slice is good until the next call.
type Positions interface {
	At(doc uint32) []uint32
	Err() error
}

// Values gives a document's value, nil if it has none. The bytes are good until the next
// call. Docids should ascend.
type Values interface {
	Value(doc uint32) []byte
	Err() error
}

// An Expansion is a term that a prefix stands for.
type Expansion struct {
	Term string
	TermStats
}

// A Source is the index that a search reads. Postings, Lengths and Positions are of one
// search, and for one goroutine. Postings and Positions may be made of the memory of reuse,
// which is not needed any more: one of any Source, or nil.
type Source interface {
	Size() Size
	HasPositions() bool
	Postings(ctx context.Context, term string, reuse Postings) (Postings, TermStats, error)
	Positions(ctx context.Context, term string, reuse Positions) Positions
	Lengths(ctx context.Context) Lengths
	// Expand returns the terms that begin with prefix: the limit most frequent of them, in
	// any order, in the way of [Frequent]; all of them if limit is 0. all is false if there
	// are so many under the prefix that not every one of them was looked at.
	Expand(ctx context.Context, prefix string, limit int) (terms []Expansion, all bool, err error)
}

// A Size is what an index says of itself.
type Size struct {
	Docs     uint32 // documents
	LastDoc  uint32 // greatest docid
	Length   uint64 // sum of their lengths
	Shortest uint32 // the least length that is not 0
	Longest  uint32 // no length is greater
}
