package search

import (
	"context"
	"errors"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

const (
	// anchorTerm stands before the first word of every title in an index.
	anchorTerm = "0posanchor"
	// signTerms is how many terms a text of nothing but signs stands for; libzim has no bound.
	signTerms = 1000
)

// Suggest returns what libzim completes a text to: titles with its words, of which the last
// may be a beginning, those with all of them in a row first, best those that begin so.
// Where the archive has no index of titles or it is damaged, it lists the titles that begin
// with the text. It fails with ctx's error or an I/O error.
func (c *Compat) Suggest(ctx context.Context, text string, r CompatRange) (CompatResult, error) {
	if err := r.check(); err != nil {
		return CompatResult{}, err
	}
	res, err := c.suggest(ctx, text, r)
	if err == nil || ctx.Err() != nil {
		return res, err
	}
	return c.list(ctx, text, r)
}

func (c *Compat) suggest(ctx context.Context, text string, r CompatRange) (CompatResult, error) {
	ix, err := c.titles.get(ctx)
	if err != nil {
		return CompatResult{}, err
	}
	q, err := c.suggestionQuery(ix, match.Fold(cString(text)))
	if err != nil {
		return CompatResult{}, err
	}
	return c.answer(ctx, ix, q, r, func(ctx context.Context) match.Search {
		return match.Search{
			Scheme: match.SuggestionBM25,
			Ties:   ix.values(ctx, "title"),
			Keys:   ix.values(ctx, "targetPath"),
		}
	})
}

// suggestionQuery returns the query of a folded text: its words, or all of them in a row, or
// all of them at the beginning of the title.
func (c *Compat) suggestionQuery(ix *archiveIndex, text string) (*match.Query, error) {
	if text == "" {
		return nil, nil
	}
	st := takeStemmer(ix.language)
	defer giveStemmer(st)
	words := reading{operators: true, partial: true, ngrams: c.dialect == Dialect9, stemming: stemSome, stemmer: st}
	x, err := words.parse(text)
	if err != nil && !errors.Is(err, errSyntax) {
		return nil, err
	}
	if x.query == nil && c.dialect == Dialect9 {
		return &match.Query{Op: match.OpPrefix, Term: text, Bound: signTerms}, nil
	}
	p, a, err := c.rows(text)
	if err != nil {
		return nil, err
	}
	return match.Or(x.query, p, a), nil
}

// rows returns the words of a text as a phrase, and as one at the beginning of a title.
func (c *Compat) rows(text string) (p, a *match.Query, err error) {
	plain := reading{operators: c.dialect == Dialect8, ngrams: c.dialect == Dialect9}
	parsed, err := plain.parse(text)
	if err != nil && !errors.Is(err, errSyntax) {
		return nil, nil, err
	}
	terms, window := parsed.ordered()
	p = match.Phrase(window, terms...)
	if !plain.operators && window < maxCompatWords { // the words behind the anchor are the same
		return p, match.Phrase(window+1, slices.Insert(terms, 0, anchorTerm)...), nil
	}
	a, err = plain.row(anchorTerm + " " + text)
	return p, a, err
}

// row returns the words of a text as a phrase.
func (rd reading) row(text string) (*match.Query, error) {
	parsed, err := rd.parse(text)
	if err != nil && !errors.Is(err, errSyntax) {
		return nil, err
	}
	terms, window := parsed.ordered()
	return match.Phrase(window, terms...), nil
}

// list returns the titles that begin with the text, byte for byte.
func (c *Compat) list(ctx context.Context, text string, r CompatRange) (CompatResult, error) {
	res := CompatResult{Listed: true}
	lo, hi, err := c.a.TitleRange(ctx, text)
	if err != nil {
		return CompatResult{}, err
	}
	if r.Estimate {
		res.Estimate, res.Matches = uint64(hi-lo), uint64(hi-lo)
	}
	for i := uint64(lo) + uint64(r.From); i < uint64(hi) && len(res.Hits) < r.Limit; i++ {
		e, err := c.a.TitleEntry(ctx, uint32(i))
		if err != nil {
			return CompatResult{}, err
		}
		res.Hits = append(res.Hits, CompatHit{Path: e.Path(), Namespace: e.Namespace(), Title: e.Title()})
	}
	return res, nil
}
