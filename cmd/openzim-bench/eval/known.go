package eval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxTargets is how many pages a link text may lead to. One that leads to more ("next", "index") is furniture.
const maxTargets = 3

// E4 asks link texts for their targets, at most n of them.
func (s *Scan) E4(n int) []Question {
	var list []Question
	for _, text := range sortedKeys(s.links) {
		if docs := sortedKeys(s.links[text]); len(docs) <= maxTargets {
			list = append(list, Question{Query: text, Kind: "link", Docs: docs, Paragraph: -1})
		}
	}
	return numbered(sample(list, n, s.label+" links"), "link")
}

// E5 asks titles, titles of redirects, and headings behind their page's title, at most n of each.
func (s *Scan) E5(n int) []Question {
	var redirects []Question
	for _, t := range sortedKeys(s.redirects) {
		if len(s.titles[t]) == 0 { // a page of the same title would be as right
			redirects = append(redirects, Question{Query: t, Kind: "redirect", Docs: []string{s.redirects[t]}, Paragraph: -1})
		}
	}
	headings := slices.Clone(s.headings)
	slices.SortFunc(headings, func(a, b Question) int {
		return cmp.Or(cmp.Compare(a.Query, b.Query), cmp.Compare(a.Docs[0], b.Docs[0]))
	})
	return slices.Concat(numbered(s.titleQuestions(n), "title"),
		numbered(sample(redirects, n, s.label+" redirects"), "redirect"),
		numbered(sample(headings, n, s.label+" headings"), "heading"))
}

// titleQuestions asks titles for their pages; of several pages with one title any is right.
func (s *Scan) titleQuestions(n int) []Question {
	folded := map[string][]string{}
	for t, docs := range s.titles {
		k := strings.ToLower(t)
		folded[k] = append(folded[k], docs...)
	}
	var list []Question
	for _, t := range sortedKeys(s.titles) {
		list = append(list, Question{Query: t, Kind: "title", Docs: slices.Sorted(slices.Values(folded[strings.ToLower(t)])), Paragraph: -1})
	}
	return sample(list, n, s.label+" titles")
}

// E6 asks titles of six characters and more with one and with two typing errors, at most n of each.
func (s *Scan) E6(n int) []Question {
	all := s.titleQuestions(len(s.titles))
	letters := alphabets(sortedKeys(s.titles))
	var list []Question
	for errors := 1; errors <= 2; errors++ {
		kind := []string{"", "one error", "two errors"}[errors]
		var typed []Question
		for _, q := range all {
			if len([]rune(q.Query)) < 6 {
				continue
			}
			wrong, ok := mistype(q.Query, errors, letters)
			if !ok || len(s.titles[wrong]) > 0 { // another title is no error
				continue
			}
			q.Query, q.Kind = wrong, kind
			typed = append(typed, q)
		}
		list = append(list, numbered(sample(typed, n, s.label+kind), kind)...)
	}
	return list
}

// E11 asks symbols of manuals for their page and anchor, at most n.
func (s *Scan) E11(n int) []Question {
	byName := map[string][]Question{}
	for _, q := range s.symbols {
		byName[q.Query] = append(byName[q.Query], q)
	}
	var list []Question
	for _, name := range sortedKeys(byName) {
		if len(byName[name]) == 1 { // one that is defined twice has no right place
			list = append(list, byName[name][0])
		}
	}
	return numbered(sample(list, n, s.label+" symbols"), "symbol")
}

// numbered gives ids.
func numbered(list []Question, kind string) []Question {
	for i := range list {
		list[i].ID = fmt.Sprintf("%s:%04d:%s", strings.ReplaceAll(kind, " ", "-"), i, list[i].Query)
		if list[i].Kind == "" {
			list[i].Kind = kind
		}
	}
	return list
}
