package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// scanTerms is how many terms are scanned: those that most documents have.
const scanTerms = 20

const scanName = "single term, warm"

// A frequentTerm is a word that is a term of the index as it stands.
type frequentTerm struct {
	word  string
	count uint64 // documents that have it
}

// scan times searches for single frequent terms, beside Xapian on the index itself. Ours and libzim parse the word and
// look the hits up in the archive besides, Xapian does not.
func (r *searchRunner) scan(ctx context.Context, rep *searchReport) error {
	if len(r.plan.words) == 0 || !r.wanted(scanName) {
		return nil
	}
	who := []*searcher{r.field.searchers[0]}
	if r.field.xapian != nil && r.plan.offset >= 0 {
		who = append(who, r.field.xapian)
	}
	for _, s := range r.field.searchers[1:] {
		if !s.remote {
			who = append(who, s)
		}
	}
	terms, err := r.frequentTerms(ctx)
	if err != nil || len(terms) == 0 {
		return err
	}
	var list []string
	postings := 0.0
	for _, t := range terms {
		list = append(list, t.word)
		postings += float64(t.count)
	}
	rows, err := r.warmCase(ctx, scanName, "full", list, who)
	if err != nil {
		return err
	}
	for i := range rows {
		each := postings / float64(len(list)) // of a query
		p := rows[i].PerSecond
		rows[i].Postings = spread{p.Median * each, p.Min * each, p.Max * each}
		if x := r.field.xapian; x != nil && rows[i].Contender == x.name {
			rows[i].judge(scanTarget)
		}
	}
	rep.Searches = append(rep.Searches, rows...)
	rep.Terms = fmt.Sprintf("%d terms, in %d to %d documents", len(terms), terms[len(terms)-1].count, terms[0].count)
	return nil
}

// frequentTerms returns those words of the plan that most documents have, and for which the word is the term:
// as many documents match the word in our search as have the term in Xapian.
func (r *searchRunner) frequentTerms(ctx context.Context) ([]frequentTerm, error) {
	counts, err := r.frequencies(ctx, r.field.searchers[0], r.plan.words)
	if err != nil {
		return nil, err
	}
	terms := make([]frequentTerm, len(counts))
	for i, n := range counts {
		terms[i] = frequentTerm{r.plan.words[i], n}
	}
	slices.SortFunc(terms, func(a, b frequentTerm) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.word, b.word))
	})
	terms = terms[:min(len(terms), 3*scanTerms)]
	if x := r.field.xapian; x != nil && r.plan.offset >= 0 {
		if terms, err = r.confirmed(ctx, x, terms); err != nil {
			return nil, err
		}
	}
	terms = slices.DeleteFunc(terms, func(t frequentTerm) bool { return t.count == 0 })
	return terms[:min(len(terms), scanTerms)], nil
}

// confirmed keeps the terms that Xapian has as they are.
func (r *searchRunner) confirmed(ctx context.Context, x *searcher, terms []frequentTerm) ([]frequentTerm, error) {
	counts, err := r.frequencies(ctx, x, wordsOf(terms))
	if err != nil {
		return terms, r.drop(x, scanName, err)
	}
	var kept []frequentTerm
	for i, t := range terms {
		if t.count == counts[i] {
			kept = append(kept, t)
		}
	}
	return kept, nil
}

func wordsOf(terms []frequentTerm) []string {
	list := make([]string, len(terms))
	for i, t := range terms {
		list[i] = t.word
	}
	return list
}

// frequencies asks s how many documents have each word.
func (r *searchRunner) frequencies(ctx context.Context, s *searcher, words []string) ([]uint64, error) {
	file, err := r.plan.write(words)
	if err != nil {
		return nil, err
	}
	if _, err := s.do(ctx, r.open(s), peer.Command{Name: "queries", File: file}, peer.Command{Name: "frequencies", File: r.out}); err != nil {
		return nil, err
	}
	lines, err := peer.ReadHits(r.out)
	if err != nil {
		return nil, err
	}
	counts := make([]uint64, len(words))
	for i := range min(len(lines), len(counts)) {
		if len(lines[i]) == 1 {
			if counts[i], err = strconv.ParseUint(lines[i][0], 10, 64); err != nil {
				return nil, err
			}
		}
	}
	return counts, nil
}
