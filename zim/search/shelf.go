package search

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// A shelf is an archive that takes part in a search.
type shelf struct {
	ref     string // as it was asked for
	a       *zim.Archive
	status  library.Status
	release func()
	busy    hold

	index    *archiveIndex // of its text; nil when it has none
	titles   *archiveIndex // of its titles; nil when it has none
	listed   *titleWords   // in its place; nil when there are too many titles
	language string        // of the stemmer
	stems    *stems
	terms    []string           // what each word of the question is in the index of the text; "" for one that was left out of it
	tf       []uint64           // documents with each of them
	forms    [][]formTerm       // the other forms of each word, those that the index of the text has
	runs     map[int]runPosting // by number of the word: documents that have it inside longer terms
	hits     []match.Hit        // the best by their texts
	found    []candidate

	promise   float64       // weight of the words of the question that it has
	fitting   float64       // how well its language fits the question, 1 for the best
	elsewhere bool          // its texts are left out: they are written in another script
	spelt     *speller      // what it knows of spellings; nil when it was not asked
	matcher   *titleMatcher // of the question asked last

	late, out bool // not done in time; takes no part any more
	next, err error
	broken    error // the first damaged entry met; the others are still found
	damage    error // of an index, which then takes no part
}

// open opens the indexes and looks the words of the question up in them.
func (s *shelf) open(ctx context.Context, e *Engine, q *question) (err error) {
	pair := e.indexes.of(s.a)
	if s.index, err = s.textIndex(ctx, pair); err != nil && !errors.Is(err, zim.ErrNoIndex) && !s.spoilt(err) {
		return err
	}
	if s.titles, err = pair.titles.get(ctx); err != nil && !errors.Is(err, zim.ErrNoIndex) && !s.spoilt(err) {
		return err
	}
	if s.titles == nil {
		if s.listed, err = pair.listed.get(ctx); err != nil && !errors.Is(err, errNoTitles) {
			return err
		}
	}
	switch {
	case s.index != nil:
		s.language = s.index.language
	case s.titles != nil:
		s.language = s.titles.language
	default:
		s.language = s.status.Meta.Language
	}
	s.stems = e.borrowStems(s.language)
	if err := s.look(ctx, q); err != nil && !s.spoilt(err) {
		return err
	}
	return nil
}

// spoilt reports that err is damage of one of the indexes, and takes that out: the archive is searched by what is left, its
// lists of titles at least.
func (s *shelf) spoilt(err error) bool {
	if s.withoutSidecar(err) {
		return true
	}
	var damage *zim.FormatError
	if !errors.As(err, &damage) {
		return false
	}
	switch damage.Part {
	case fullTextPart:
		s.index, s.runs, s.tf = nil, nil, make([]uint64, len(s.tf))
	case titlePart:
		s.titles = nil
	default:
		return false
	}
	s.damage = err
	return true
}

// look finds the terms of the question's words in the shelf's index and how many documents have them.
func (s *shelf) look(ctx context.Context, q *question) error {
	s.terms, s.tf = make([]string, len(q.words)), make([]uint64, len(q.words))
	if s.index == nil {
		return nil
	}
	for i, w := range q.words {
		if w.index == "" || s.index.stop.Has(w.index) {
			continue
		}
		t := s.index.formOf(&w)
		if !w.solid {
			t = s.stems.of(t)
		}
		st, err := s.index.term(ctx, t)
		if err != nil {
			return err
		}
		s.terms[i], s.tf[i] = t, uint64(st.TF)
		if !w.solid {
			continue
		}
		if utf8.RuneCountInString(w.text) != 2 {
			if st.TF == 0 {
				s.tf[i] = uint64(s.index.Size().Docs) // unknown, but a character by itself says little
			}
			continue
		}
		docs, err := s.runPostings(ctx, w.text)
		if err != nil {
			return err
		}
		if len(docs) > 0 {
			if s.runs == nil {
				s.runs = map[int]runPosting{}
			}
			s.terms[i], s.tf[i], s.runs[i] = "", uint64(len(docs)), docs
		}
	}
	if err := s.lookForms(ctx, q); err != nil {
		return err
	}
	return s.lookBegun(ctx, q)
}
