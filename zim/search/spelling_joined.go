package search

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A joint is neighbouring words of the question written as one, as in "photo-synthesis" and "hash map".
type joint struct {
	text  string // folded
	whole string // as asked
	parts []string
	tight bool   // no space stands between them in the question
	count uint64 // titles and texts that have it
}

const (
	jointWords = 4  // that are joined, at most
	jointsMost = 24 // of one question
	freeJoints = 10 // words of a question in which such as have a space between are joined, too
)

// joints returns the runs of neighbouring words that may be one: those between which no space stands, and in a short
// question all.
func joints(q *question) []joint {
	type place struct {
		text       string
		start, end int
	}
	var list []place
	for w := range match.Words(q.text, false) {
		if len(list) == maxAsked {
			break
		}
		list = append(list, place{withoutPossessive(plain(q.text[w.Start:w.End])), w.Start, w.End})
	}
	var out []joint
	seen := map[string]bool{}
	for i := range list {
		text, tight := list[i].text, true
		for k := i + 1; k < len(list) && k < i+jointWords && len(out) < jointsMost; k++ {
			tight = tight && !strings.ContainsFunc(q.text[list[k-1].end:list[k].start], unicode.IsSpace)
			text += list[k].text
			if !tight && len(list) > freeJoints || seen[text] || !typable(text) || utf8.RuneCountInString(text) < 5 {
				continue
			}
			seen[text] = true
			j := joint{text: text, whole: q.text[list[i].start:list[k].end], tight: tight}
			for _, p := range list[i : k+1] {
				j.parts = append(j.parts, p.text)
			}
			out = append(out, j)
		}
	}
	return out
}

// split looks for two words that are written as one.
func (sp *speller) split(ctx context.Context, i int, d doubt) error {
	const least = 3 // letters of each
	best := spelling{}
	letters := []rune(d.base)
	for k := least; k+least <= len(letters); k++ {
		left, right := string(letters[:k]), string(letters[k:])
		n, err := sp.s.inTitles(ctx, left)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		m, err := sp.s.inTitles(ctx, right)
		if err != nil {
			return err
		}
		if n = min(n, m); n > best.count {
			best = spelling{text: left + " " + right, distance: 1, first: true, count: n}
		}
	}
	if best.count > 0 {
		sp.found[i] = append(sp.found[i], best)
	}
	return nil
}
