package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

const (
	similarWords   = 20      // of the article, that others are looked for by
	similarLooked  = 250     // of its words, of which the index is asked how rare they are
	similarRanked  = 60      // articles that have most of them
	similarShown   = 4       // words that are given as the reason
	titleCounts    = 3       // times that a word of the title counts more than in the text
	linkedWeight   = 0.5     // of links, against the words of the most similar article
	MostSimilar    = 50      // articles that Similar returns at most
	similarReading = 400_000 // bytes of its text that are read
)

// Similar returns articles of the same archive that are about similar things, at most limit (up to [MostSimilar]): those that
// have the article's heaviest words, and those that it leads to or that lead to it before others. Where the archive has no index
// of its text, they are the entries that the article leads to and those with words of its title; Texts then is false.
//
// The document is that of the entry found. It fails with what reading the archive gives, or with ctx's error.
func (e *Engine) Similar(ctx context.Context, f *Found, doc *article.Document, limit int) (*Relations, error) {
	limit = min(limit, MostSimilar)
	n, err := e.linkedWith(ctx, f, doc)
	if err != nil {
		return nil, err
	}
	s := &similar{e: e, f: f, near: n, byEntry: map[uint32]int{}, self: f.Item.Entry().Index()}
	pair := e.indexes.of(f.Archive)
	ix, err := new(shelf).textIndex(ctx, pair)
	var rows []alike
	if err == nil {
		if err = s.byWords(ctx, ix, doc); err == nil {
			rows = s.ranked(limit)
			err = s.explain(ctx, ix, rows)
		}
	}
	if errors.Is(err, zim.ErrNoIndex) || isDamage(err) || noGraph(err) { // links are left when an index cannot be read
		e.report(f.Status.Ref(), err)
		s.found, s.byEntry, ix = nil, map[uint32]int{}, nil
		if err = s.byLinks(ctx, pair, doc); err == nil {
			rows = s.ranked(limit)
		}
	}
	if err != nil {
		e.report(f.Status.Ref(), err)
		return nil, err
	}
	r := &Relations{Rows: []Relation{}, Texts: ix != nil, Links: e.graph(ctx, f.Archive) != nil}
	for _, c := range rows {
		r.Rows = append(r.Rows, c.Relation)
	}
	r.All = len(r.Rows)
	return r, nil
}

// similar is one question for similar articles.
type similar struct {
	e       *Engine
	f       *Found
	self    uint32
	near    *linked
	words   []heavyWord
	found   []alike
	byEntry map[uint32]int
}

// alike is an article that may be similar.
type alike struct {
	Relation
	doc    uint32 // in the index of the text
	weight float64
	score  float64
}

// A heavyWord is one that says what an article is about.
type heavyWord struct {
	text   string // as it stands in the article
	term   string // in the index
	tf     float64
	weight float64
	title  bool
}

// byWords finds the articles with the heaviest words.
func (s *similar) byWords(ctx context.Context, ix *archiveIndex, doc *article.Document) error {
	stems := s.e.borrowStems(ix.language)
	defer s.e.returnStems(ix.language, stems)
	words, err := weigh(ctx, ix, countHeavy(ix, doc, cmp.Or(s.f.Title, doc.Title), stems))
	if err != nil {
		return err
	}
	s.words = words
	terms := make([]match.OrTerm, len(words))
	for i, w := range words {
		terms[i] = match.OrTerm{Term: w.term, Weight: float64(w.weight * (fullTextNorm.K1 + 1))}
	}
	size := ix.Size()
	search := match.OrSearch{Limit: similarRanked, Norm: fullTextNorm, Average: float64(size.Length) / float64(max(size.Docs, 1))}
	hits, err := search.Find(ctx, ix, terms)
	if err != nil {
		return ix.failed(err)
	}
	for _, h := range hits.Hits {
		entry, ok, err := ix.entry(ctx, h.Doc)
		if err != nil {
			return err
		}
		if ok {
			if err := s.take(ctx, entry, h.Doc, h.Weight); err != nil {
				return err
			}
		}
	}
	return nil
}

// take adds an article; redirects lead to their target, which appears once. One damaged entry takes nothing from the others.
func (s *similar) take(ctx context.Context, entry zim.Entry, doc uint32, weight float64) error {
	h, item, err := hitOf(ctx, s.f.Hit.Archive, entry, Near)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil || !h.readable() {
		return nil
	}
	index := item.Entry().Index()
	if _, there := s.byEntry[index]; there || index == s.self {
		return nil
	}
	h.From, h.Edition = "", s.f.Edition
	s.byEntry[index] = len(s.found)
	s.found = append(s.found, alike{Relation: Relation{Hit: h, Out: s.near.out[index], In: s.near.in[index]}, doc: doc, weight: weight})
	return nil
}

// ranked orders what was found and returns the best.
func (s *similar) ranked(limit int) []alike {
	most := 0.0
	for i := range s.found {
		most = max(most, s.found[i].weight)
	}
	for i := range s.found {
		c := &s.found[i]
		both := match.Ln(1+float64(c.Out)) + match.Ln(1+float64(c.In))
		c.score = c.weight/max(most, 1e-9) + linkedWeight*min(both/2, 1)
	}
	slices.SortStableFunc(s.found, func(a, b alike) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.Path, b.Path))
	})
	return s.found[:min(limit, len(s.found))]
}

// countHeavy counts the words of an article by their terms. Those that say nothing by themselves are left out: numbers, and words
// of one or two letters where words are written apart.
func countHeavy(ix *archiveIndex, doc *article.Document, title string, st *stems) []heavyWord {
	at := map[string]int{}
	var list []heavyWord
	add := func(text string, times float64, inTitle bool) {
		readWords(plain(text), func(w textWord, _ int) {
			if !tells(w) {
				return
			}
			term := w.text
			if !w.solid {
				term = st.of(ix.formOf(&asked{textWord: w, index: match.Fold(w.text)}))
			}
			i, ok := at[term]
			if !ok {
				i = len(list)
				at[strings.Clone(term)] = i
				list = append(list, heavyWord{text: strings.Clone(w.text), term: strings.Clone(term)})
			}
			list[i].tf += times
			list[i].title = list[i].title || inTitle
		})
	}
	add(title, titleCounts, true)
	read := 0
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Kind == article.Comment || b.Kind == article.Code || b.Kind == article.Math {
			continue
		}
		if read += len(b.Text); read > similarReading {
			break
		}
		add(b.Text, 1, false)
	}
	return list
}

// tells reports words that can say what a text is about.
func tells(w textWord) bool {
	n := utf8.RuneCountInString(w.text)
	if w.solid {
		return n == 2
	}
	if n < 3 || len(w.text) > 60 || grammar[w.text] {
		return false
	}
	for _, r := range w.text {
		if unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

// weigh asks the index how rare words are and returns the heaviest, by falling weight. What no other document has leads nowhere.
func weigh(ctx context.Context, ix *archiveIndex, list []heavyWord) ([]heavyWord, error) {
	slices.SortStableFunc(list, func(a, b heavyWord) int {
		return cmp.Or(boolCompare(b.title, a.title), cmp.Compare(b.tf, a.tf), strings.Compare(a.term, b.term))
	})
	list = list[:min(len(list), similarLooked)]
	docs := float64(ix.Size().Docs)
	kept := list[:0]
	for _, w := range list {
		if ix.stop.Has(w.text) {
			continue
		}
		st, err := ix.term(ctx, w.term)
		if err != nil {
			return nil, err
		}
		if st.TF < 2 {
			continue
		}
		w.weight = heaviness(w.tf) * rarity(docs, min(float64(st.TF), docs))
		kept = append(kept, w)
	}
	slices.SortStableFunc(kept, func(a, b heavyWord) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.term, b.term))
	})
	return kept[:min(len(kept), similarWords)], nil
}

// heaviness is what the number of a word's appearances in the article counts.
func heaviness(tf float64) float64 { return float64(tf / (tf + 2)) }

// explain finds which of the words each article has.
func (s *similar) explain(ctx context.Context, ix *archiveIndex, rows []alike) error {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(rows[a].doc, rows[b].doc) })
	var reuse match.Postings
	for _, w := range s.words {
		p, _, err := ix.Postings(ctx, w.term, reuse)
		if err != nil {
			return ix.failed(err)
		}
		for _, i := range order {
			if len(rows[i].Words) < similarShown && p.Seek(rows[i].doc) && p.DocID() == rows[i].doc {
				rows[i].Words = append(rows[i].Words, w.text)
			}
		}
		if err := p.Err(); err != nil {
			return ix.failed(err)
		}
		reuse = p
	}
	return nil
}

// byLinks finds articles without an index of texts: what the article leads to, and titles with words of its own.
func (s *similar) byLinks(ctx context.Context, pair *indexPair, doc *article.Document) error {
	own := map[string]bool{}
	for _, w := range foldedWords(cmp.Or(s.f.Title, doc.Title)) {
		if tells(textWord{text: w}) {
			own[w] = true
		}
	}
	for _, i := range s.near.order {
		entry, err := s.f.Archive.Entry(ctx, i)
		if err != nil {
			continue
		}
		if err := s.take(ctx, entry, 0, match.Ln(1+float64(s.near.out[i]))); err != nil {
			return err
		}
		if k, ok := s.byEntry[i]; ok && s.near.first[i] { // the lead says what an article is about
			s.found[k].weight++
		}
	}
	if err := s.byTitle(ctx, pair, cmp.Or(s.f.Title, doc.Title)); err != nil {
		return err
	}
	for i := range s.found {
		c := &s.found[i]
		for _, w := range foldedWords(c.Title) {
			if own[w] && len(c.Words) < similarShown && !slices.Contains(c.Words, w) {
				c.Words = append(c.Words, w)
				c.weight += 0.5
			}
		}
	}
	return nil
}

// byTitle adds entries whose titles begin with the title, or have words of it where there is an index of titles.
func (s *similar) byTitle(ctx context.Context, pair *indexPair, title string) error {
	var hits []Hit
	ix, err := pair.titles.get(ctx)
	if err == nil {
		sh := &shelf{a: s.f.Archive, titles: ix, language: ix.language, stems: s.e.borrowStems(ix.language)}
		defer s.e.returnStems(ix.language, sh.stems)
		found, err := sh.titleHits(ctx, readQuestion(title))
		if err != nil {
			return err
		}
		for _, h := range found {
			if entry, ok, err := ix.entry(ctx, h.Doc); err != nil {
				return err
			} else if ok {
				if err := s.take(ctx, entry, 0, 0); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ts := newTitleSearch(policy.ArchiveName(s.f.Hit.Archive), s.f.Archive, title)
	if err := ts.nearby(ctx, s.e.scan); err != nil {
		return err
	}
	hits = ts.hits()
	for _, h := range hits[:min(len(hits), similarRanked)] {
		entry, err := s.f.Archive.LookupNS(ctx, h.Namespace, h.Path)
		if err != nil {
			continue
		}
		if err := s.take(ctx, entry, 0, 0); err != nil {
			return err
		}
	}
	return nil
}
