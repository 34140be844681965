package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// entry returns the entry of a document; ok is false when its data name none that the
// archive has: such a match is to be left out and counted.
func (ix *archiveIndex) entry(ctx context.Context, doc uint32) (e zim.Entry, ok bool, err error) {
	if ix.side != nil {
		e, ok, err = ix.side.entry(ctx, ix.a, doc)
		return e, ok, ix.failed(err)
	}
	data, err := ix.x.Data(ctx, doc, nil)
	if err != nil {
		return zim.Entry{}, false, ix.failed(err)
	}
	ns, path, ok := ix.entryOf(string(data))
	if !ok {
		return zim.Entry{}, false, nil
	}
	e, err = ix.a.LookupNS(ctx, ns, path)
	if errors.Is(err, zim.ErrNotFound) {
		return zim.Entry{}, false, nil
	}
	return e, err == nil, err
}

// entryOf splits document data to namespace and path.
func (ix *archiveIndex) entryOf(data string) (ns byte, path string, ok bool) {
	if ix.newNamespaces && ix.data != "" && ix.data != "fullPath" {
		return 'C', data, data != ""
	}
	if ix.newNamespaces && (len(data) < 2 || data[1] != '/') { // some early writers left the namespace out
		return 'C', data, data != ""
	}
	if len(data) < 3 || data[1] != '/' {
		return 0, "", false
	}
	return data[0], data[2:], true
}

const (
	titleTerms    = 8      // of a title that are looked for together, the rarest
	titleCompared = 1000   // documents whose data are compared with a path
	titlePassed   = 100000 // documents with the rarest of these terms
)

// document returns the docid of an entry, the first if it is there twice. An index cannot be
// asked for it, so it looks where the rarest words of the entry's title are, and compares
// paths. ok is false when it is not there: the entry may not be in the index, be there with
// another title, or share its title with more than 1,000 others.
func (ix *archiveIndex) document(ctx context.Context, e zim.Entry) (doc uint32, ok bool, err error) {
	terms, err := ix.titleTerms(ctx, e.Title())
	for n := len(terms); n > 0 && err == nil && !ok; n = min(n-1, 1) { // at last by the rarest alone
		doc, ok, err = ix.among(ctx, terms[:n], e)
	}
	return doc, ok, ix.failed(err)
}

// titleTerms returns the rarest terms of a title that the index has.
func (ix *archiveIndex) titleTerms(ctx context.Context, title string) ([]string, error) {
	folded := match.Fold(title)
	if ix.side != nil {
		folded = plain(title)
	}
	forms := []string{folded} // titles of signs alone are one term
	for w := range match.Words(folded, true) {
		if w.Unbroken {
			for g := range match.Grams(w.Term) {
				forms = append(forms, g.Term)
			}
		} else if ix.part == fullTextPart {
			forms = append(forms, stem.New(ix.language).Stem(w.Term))
		} else {
			forms = append(forms, w.Term)
		}
		if len(forms) > maxCompatWords {
			break
		}
	}
	slices.Sort(forms)
	var terms []match.Expansion
	for _, form := range slices.Compact(forms) {
		st, err := ix.term(ctx, form)
		if err != nil {
			return nil, err
		}
		if st.TF > 0 {
			terms = append(terms, match.Expansion{Term: form, TermStats: st})
		}
	}
	slices.SortFunc(terms, func(a, b match.Expansion) int {
		return cmp.Or(cmp.Compare(a.TF, b.TF), strings.Compare(a.Term, b.Term))
	})
	var rarest []string
	for _, t := range terms[:min(len(terms), titleTerms)] {
		rarest = append(rarest, t.Term)
	}
	return rarest, nil
}

// among looks for an entry among the documents that have all the terms.
func (ix *archiveIndex) among(ctx context.Context, terms []string, e zim.Entry) (doc uint32, ok bool, err error) {
	if ix.side != nil {
		return ix.side.among(ctx, terms, e)
	}
	lists := make([]*glass.Postings, len(terms))
	for i, t := range terms {
		if lists[i], err = ix.x.Postings(ctx, []byte(t), nil); err != nil {
			return 0, false, err
		}
	}
	var data []byte
	compared, passed := 0, 0
	for lists[0].Next() && compared < titleCompared && passed < titlePassed {
		passed++
		doc = lists[0].DocID()
		if in, err := inAll(lists[1:], doc); err != nil || !in {
			if err != nil {
				return 0, false, err
			}
			continue
		}
		compared++
		if data, err = ix.x.Data(ctx, doc, data[:0]); err != nil {
			return 0, false, err
		}
		if ns, path, named := ix.entryOf(string(data)); named && ns == e.Namespace() && path == e.Path() {
			return doc, true, nil
		}
	}
	return 0, false, lists[0].Err()
}

// inAll reports whether a document is in all lists. Docids ascend from call to call.
func inAll(lists []*glass.Postings, doc uint32) (bool, error) {
	for _, l := range lists {
		if !l.Seek(doc) || l.DocID() != doc {
			return false, l.Err()
		}
	}
	return true, nil
}
