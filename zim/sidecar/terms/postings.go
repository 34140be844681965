package terms

import (
	"context"
	"fmt"
	"runtime/debug"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Postings walks the documents that have a term, as [match.Postings] says. It is for one goroutine.
type Postings struct {
	ctx  context.Context
	it   segment.PostingsIterator
	old  segment.PostingsIterator // its memory may be used again
	docs uint32
	most uint32

	doc, wdf uint32
	over     bool
	err      error
}

// open begins at the beginning of a list.
func (p *Postings) open(list segment.PostingsList) (err error) {
	defer debug.SetPanicOnFault(faults())
	defer contain(&err)
	p.it, p.old = list.Iterator(true, true, false, p.old), nil
	return nil
}

// DocID returns the document it stands on.
func (p *Postings) DocID() uint32 { return p.doc }

// WDF returns how often that has the term.
func (p *Postings) WDF() uint32 { return p.wdf }

// Err returns what ended the walk early: an [*Error], or the end of the context.
func (p *Postings) Err() error { return p.err }

// contain ends the walk after a panic. It is deferred, and sets back what faults has set.
func (p *Postings) contain(faults bool) {
	debug.SetPanicOnFault(faults)
	if r := recover(); r != nil {
		p.fail(panicked(r))
	}
}

func (p *Postings) fail(err error) {
	p.err, p.over = err, true
}

// Next moves to the next document.
func (p *Postings) Next() bool {
	defer p.contain(faults())
	return p.to(p.doc + 1)
}

// Seek moves to the first document from doc on. It never moves back.
func (p *Postings) Seek(doc uint32) bool {
	defer p.contain(faults())
	return p.seek(doc)
}

func (p *Postings) seek(doc uint32) bool {
	if p.over {
		return false
	}
	return p.doc > 0 && p.doc >= doc || p.to(max(doc, 1))
}

// to moves to the first document from doc on, which lies behind where it stands. Numbers begin with 1, and in the file
// with 0.
func (p *Postings) to(doc uint32) bool {
	if p.over {
		return false
	}
	found, err := p.it.Advance(uint64(doc - 1))
	if err != nil {
		p.fail(asDamage(err))
		return false
	}
	if found == nil {
		p.over = true
		return false
	}
	n, wdf := found.Number(), found.Frequency()
	if n >= uint64(p.docs) || n < uint64(doc-1) || wdf == 0 || wdf > uint64(p.most) {
		p.fail(&Error{Reason: fmt.Sprintf("a list has document %d of %d, %d times", n, p.docs, wdf)})
		return false
	}
	p.doc, p.wdf = uint32(n)+1, uint32(wdf)
	return true
}

// Read stores the next postings, and returns how many.
func (p *Postings) Read(docs, wdfs []uint32) int {
	defer p.contain(faults())
	if err := p.ctx.Err(); err != nil {
		p.fail(err)
	}
	n := 0
	for n < len(docs) && p.to(p.doc+1) {
		docs[n], wdfs[n] = p.doc, p.wdf
		n++
	}
	return n
}

// Meet stores the places in docs of those that have the term, and how often they do.
func (p *Postings) Meet(docs, at, wdfs []uint32) int {
	defer p.contain(faults())
	n := 0
	for i, doc := range docs {
		if !p.seek(doc) {
			break
		}
		if p.doc == doc {
			at[n], wdfs[n] = uint32(i), p.wdf
			n++
		}
	}
	return n
}

// Add adds how often each of len(sums) documents from first on has the term, and sets a bit for those that do.
func (p *Postings) Add(first uint32, sums []uint32, set []uint64) (next uint32) {
	next = 1<<32 - 1 // also after a panic
	defer p.contain(faults())
	if err := p.ctx.Err(); err != nil {
		p.fail(err)
	}
	for ok := p.seek(first); ok; ok = p.to(p.doc + 1) {
		i := p.doc - first
		if i >= uint32(len(sums)) {
			return p.doc
		}
		sums[i] += p.wdf
		set[i/64] |= 1 << (i % 64)
	}
	return next
}
