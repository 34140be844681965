package terms

import (
	"context"
	"fmt"
	"runtime/debug"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v16"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// An Index is an open file of terms. It is safe for concurrent use. Nothing may use it, or what it gave, after Close.
type Index struct {
	seg  segment.Segment
	docs uint32
	most uint32 // no wdf is greater
}

// Open opens a file that holds so many documents; no term occurs in one more often than most. The file should have been
// compared with its checksum: a decoder can be led to ask for any amount of memory. It fails with an [*Error] where the
// file is damaged, or an I/O error.
func Open(name string, docs, most uint32) (x *Index, err error) {
	defer debug.SetPanicOnFault(faults())
	defer contain(&err)
	s, err := new(zap.ZapPlugin).Open(name)
	if err != nil {
		return nil, err
	}
	if n := s.Count(); n != uint64(docs) {
		s.Close()
		return nil, &Error{Reason: fmt.Sprintf("it holds %d documents instead of %d", n, docs)}
	}
	// The dictionaries are read under a lock of the segment, which a panic would leave locked for ever. Once read they are
	// kept: what comes later cannot fail there.
	for _, name := range fieldNames {
		if _, err := s.Dictionary(name); err != nil {
			s.Close()
			return nil, asDamage(err)
		}
	}
	return &Index{seg: s, docs: docs, most: most}, nil
}

// Close gives the file back.
func (x *Index) Close() error { return x.seg.Close() }

// Docs returns how many documents there are. Their numbers are 1 to that.
func (x *Index) Docs() uint32 { return x.docs }

// Term returns how many documents have a term in a field.
func (x *Index) Term(f Field, term string) (match.TermStats, error) {
	_, st, err := x.find(f, term)
	return st, err
}

// find returns the list of a term; nil when there is none.
func (x *Index) find(f Field, term string) (list segment.PostingsList, st match.TermStats, err error) {
	defer debug.SetPanicOnFault(faults())
	defer contain(&err)
	dict, err := x.seg.Dictionary(fieldNames[f])
	if err != nil {
		return nil, st, asDamage(err)
	}
	list, err = dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, st, asDamage(err)
	}
	n := list.Count()
	if n > uint64(x.docs) {
		return nil, st, &Error{Reason: fmt.Sprintf("a list has %d of %d documents", n, x.docs)}
	}
	if n > 0 {
		st = match.TermStats{TF: uint32(n), CF: n, MaxWDF: x.most}
	}
	return list, st, nil
}

// Postings returns the documents that have a term in a field. reuse may be an earlier one that is not needed any more.
func (x *Index) Postings(ctx context.Context, f Field, term string, reuse match.Postings) (*Postings, match.TermStats, error) {
	list, st, err := x.find(f, term)
	if err != nil {
		return nil, st, err
	}
	p, ok := reuse.(*Postings)
	if !ok {
		p = new(Postings)
	}
	*p = Postings{ctx: ctx, docs: x.docs, most: x.most, old: p.it}
	if st.TF > 0 {
		err = p.open(list)
	} else {
		p.over = true
	}
	return p, st, err
}
