package search

import (
	"context"
	"errors"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// An Option is one of the articles that a disambiguation page leads to.
type Option struct {
	Hit
	Gloss string // what the page says of it; may be empty
}

const (
	optionsMost   = 12  // of one page
	optionTitle   = 0.8 // what the titles of options are worth when their page's title is the question
	ambiguousMost = 3   // pages of like titles of one search whose options are looked up
)

// offer adds the articles that a disambiguation page leads to when its title is the question: the page is no answer, one of
// them is meant. They take part as if their titles had been asked for.
func (s *asking) offer() {
	s.options = map[int][]Option{}
	n := 0
	for i := range s.drafts {
		if c := &s.found[i]; !c.exact || !s.ambiguous(i) {
			continue
		}
		if n++; n > ambiguousMost || s.ctx.Err() != nil {
			break
		}
		s.addOptions(i)
	}
	if len(s.options) == 0 {
		return
	}
	var again []int
	for i := range s.drafts {
		if s.found[i].option && s.drafts[i].sheet != nil && !s.drafts[i].full {
			again = append(again, i)
		}
	}
	s.refine(again)
	s.rank()
}

// ambiguous reports whether an article that was read is a disambiguation page.
func (s *asking) ambiguous(source int) bool {
	d := s.drafts[source].doc
	return d != nil && d.Kind == article.Disambiguation
}

// addOptions looks up the options of a page, and adds the passages of those that were not read yet.
func (s *asking) addOptions(source int) {
	sh := s.shelves[s.found[source].shelf]
	options, items := s.optionsOf(source)
	if len(options) == 0 {
		return
	}
	s.options[source] = options
	have := map[uint32]int{}
	for i := range s.drafts {
		if c := &s.found[i]; s.shelves[c.shelf] == sh {
			have[c.entry.Index()] = i
		}
	}
	var fresh []candidate
	for i, item := range items {
		if at, ok := have[item.Entry().Index()]; ok {
			s.found[at].meant()
			continue
		}
		c := candidate{shelf: s.found[source].shelf, entry: item.Entry(), item: item, hit: options[i].Hit, list: Near}
		c.hit.Match = Words
		c.meant()
		fresh = append(fresh, c)
	}
	s.readMore(fresh)
}

// meant notes that an article may be what was asked for by its name.
func (c *candidate) meant() {
	c.title, c.span, c.option = max(c.title, optionTitle), max(c.span, optionTitle), true
}

// readMore reads articles that were found after the others, and adds their passages.
func (s *asking) readMore(list []candidate) {
	s.found = append(s.found[:len(s.drafts):len(s.drafts)], list...)
	var more []int
	for range list {
		more = append(more, len(s.drafts))
		s.drafts = append(s.drafts, draft{})
	}
	s.readAll(more, s.readText)
	for _, i := range more {
		s.addDraft(i)
	}
}

// optionsOf returns the articles that a page leads to, in its order, with what it says of them. Links that lead nowhere are
// left out.
func (s *asking) optionsOf(source int) (options []Option, items []zim.Item) {
	c := &s.found[source]
	doc := s.whole(source)
	if doc == nil {
		return nil, nil
	}
	a := s.shelves[c.shelf].a
	for _, choice := range doc.Choices() {
		if len(options) == optionsMost || s.ctx.Err() != nil {
			break
		}
		item, h, err := follow(s.ctx, a, doc.Links[choice.Link].Target)
		if err != nil || !h.readable() || item.Entry().Index() == c.entry.Index() {
			continue
		}
		base := s.hitFor(c)
		h.Archive, h.Edition = base.Archive, base.Edition
		if slices.ContainsFunc(options, func(o Option) bool { return o.target() == h.target() }) {
			continue
		}
		options, items = append(options, Option{Hit: h, Gloss: choice.Gloss}), append(items, item)
	}
	return options, items
}

// whole returns the document of an article with its links; nil if it cannot be read.
func (s *asking) whole(source int) *article.Document {
	c := &s.found[source]
	page, err := s.page(c)
	if err != nil {
		return nil
	}
	doc, err := s.parse(c, page)
	if err != nil {
		return nil
	}
	return doc
}

// follow finds the content that a link of a page leads to.
func follow(ctx context.Context, a *zim.Archive, t article.Target) (zim.Item, Hit, error) {
	var e zim.Entry
	err := zim.ErrNotFound
	for _, path := range distinct(t.Path+query(t), t.Path) {
		if e, err = a.LookupContent(ctx, path); err == nil || !errors.Is(err, zim.ErrNotFound) {
			break
		}
	}
	if err != nil {
		return zim.Item{}, Hit{}, err
	}
	h, item, err := hitOf(ctx, "", e, Words)
	return item, h, err
}

// query is what a link asks of its target, as it is part of paths.
func query(t article.Target) string {
	if t.Query == "" {
		return ""
	}
	return "?" + t.Query
}
