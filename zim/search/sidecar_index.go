package search

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar/terms"
)

// A sideIndex is the full-text index in a sidecar, as package match reads it. It is safe for concurrent use.
type sideIndex struct {
	t      *terms.Index
	rows   sidecar.Reader // of documents
	detail indexDetail
	id     uint64 // among all of the process
	shared *Indexes
}

var sideIndexes atomic.Uint64

// openSide opens the full-text sidecar of an archive, if there is one that fits it. It reads all of it once, to compare
// the checksums: what decodes it was not made for bytes that nobody vouches for.
func openSide(ctx context.Context, x *Indexes, a *zim.Archive) (*archiveIndex, error) {
	key, err := sidecar.KeyOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return openSideIn(ctx, x, a, key, x.sidecars.Path(a.File(), key, sidecar.Text))
}

// openSideIn opens the one in a directory.
func openSideIn(ctx context.Context, x *Indexes, a *zim.Archive, key sidecar.Key, dir string) (*archiveIndex, error) {
	s, err := sidecar.Open(dir, sidecar.Text, TextSchema, key)
	if err != nil {
		return nil, err
	}
	var d indexDetail
	words, ok := s.File(termsFile)
	docs, ok2 := s.File(docsFile)
	if json.Unmarshal(s.Detail, &d) != nil || !ok || !ok2 || !d.plausible(docs.Size) {
		return nil, sidecar.Text.Damage("its manifest contradicts itself")
	}
	if err := s.Check(ctx); err != nil {
		return nil, err
	}
	t, err := terms.Open(s.Path(words), d.Docs, d.Most)
	if err != nil {
		return nil, sideError(err)
	}
	rows, err := s.Reader(docs)
	if err != nil {
		t.Close()
		return nil, err
	}
	side := &sideIndex{t: t, rows: rows, detail: d, id: sideIndexes.Add(1), shared: x}
	return &archiveIndex{a: a, part: fullTextPart, shared: x, language: d.Language, side: side, newNamespaces: a.Info().NewNamespaces}, nil
}

// plausible reports whether the numbers can be those of an index with so many bytes of documents.
func (d *indexDetail) plausible(size int64) bool {
	docs := uint64(d.Docs)
	return docs > 0 && docs*docRow == uint64(size) && d.Docs < 1<<31 && d.Most > 0 &&
		d.Shortest <= d.Longest && d.Length >= docs*uint64(d.Shortest) && d.Length <= docs*uint64(d.Longest) && len(d.Language) < 16
}

// sideError makes damage of a sidecar of what its readers complain of.
func sideError(err error) error {
	var e *terms.Error
	switch {
	case errors.As(err, &e):
		return sidecar.Text.Damage("%s", e.Reason)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return sidecar.Text.Damage("a file ends too early")
	}
	return err
}

func (s *sideIndex) close() {
	s.shared.lengths.drop(s.id)
	s.t.Close()
	s.rows.Close()
}

// Size returns what the manifest says.
func (s *sideIndex) Size() match.Size {
	d := &s.detail
	return match.Size{Docs: d.Docs, LastDoc: d.Docs, Length: d.Length, Shortest: d.Shortest, Longest: d.Longest}
}

// expand returns the most frequent terms under a prefix; all is false when there are too many to look at.
func (s *sideIndex) expand(ctx context.Context, prefix string, limit int) (list []match.Expansion, all bool, err error) {
	all = true
	w := s.t.Walk(terms.Body)
	for ok := w.Seek(prefix); ok && strings.HasPrefix(w.Term(), prefix); ok = w.Next() {
		if all = len(list) < walkedTerms; !all || len(list)%1024 == 0 && ctx.Err() != nil {
			break
		}
		list = append(list, match.Expansion{Term: w.Term(), TermStats: w.Stats()})
	}
	if err := errors.Join(w.Err(), ctx.Err()); err != nil {
		return nil, false, err
	}
	list, err = match.FrequentContext(ctx, list, limit)
	return list, all, err
}

// entry returns the entry of a document.
func (s *sideIndex) entry(ctx context.Context, a *zim.Archive, doc uint32) (zim.Entry, bool, error) {
	if doc == 0 || doc > s.detail.Docs {
		return zim.Entry{}, false, nil
	}
	row, err := readRow(s.rows, doc)
	if err != nil {
		return zim.Entry{}, false, sideError(err)
	}
	if row.entry >= a.Info().Entries {
		return zim.Entry{}, false, sidecar.Text.Damage("document %d is entry %d, which the archive does not have", doc, row.entry)
	}
	e, err := a.Entry(ctx, row.entry)
	return e, err == nil, err
}

// among looks for an entry among the documents that have all the terms, of which the first is the rarest.
func (s *sideIndex) among(ctx context.Context, list []string, e zim.Entry) (doc uint32, ok bool, err error) {
	lists := make([]match.Postings, len(list))
	for i, t := range list {
		if lists[i], _, err = s.t.Postings(ctx, terms.Body, t, nil); err != nil {
			return 0, false, err
		}
	}
	for n := 0; lists[0].Next() && n < titlePassed; n++ {
		doc = lists[0].DocID()
		in := true
		for _, l := range lists[1:] {
			in = in && l.Seek(doc) && l.DocID() == doc
		}
		if !in {
			continue
		}
		row, err := readRow(s.rows, doc)
		if err != nil || row.entry == e.Index() {
			return doc, err == nil, err
		}
	}
	return 0, false, lists[0].Err()
}

// A sideVocabulary walks over the terms of a sidecar as over those of an index in an archive.
type sideVocabulary struct {
	*terms.Walk
	steps uint64
}

// Term returns the term it stands on.
func (v *sideVocabulary) Term() []byte { return []byte(v.Walk.Term()) }

// Stats returns what the index says of it.
func (v *sideVocabulary) Stats() glass.TermStats { return glass.TermStats(v.Walk.Stats()) }

// Seek moves to the first term that is not before term.
func (v *sideVocabulary) Seek(term []byte) bool { v.steps++; return v.Walk.Seek(string(term)) }

// Next moves to the next term.
func (v *sideVocabulary) Next() bool { v.steps++; return v.Walk.Next() }

// Blocks returns what the walk has cost, as if terms lay in blocks.
func (v *sideVocabulary) Blocks() uint64 { return v.steps / 256 }
