package search

import (
	"slices"
)

// shows reports whether the answer has a passage of an article.
func (s *asking) shows(c *candidate) bool {
	h := s.hitFor(c)
	return slices.ContainsFunc(s.answer.Passages, func(p Passage) bool { return p.target() == h.target() && p.Edition == h.Edition })
}

// spelled tells the answer what was searched in other spellings, and what may have been meant beside.
func (s *asking) spelled() {
	a := s.answer
	add := func(c Correction) {
		if !slices.ContainsFunc(a.Corrected, func(x Correction) bool { return x.Word == c.Word }) {
			a.Corrected = append(a.Corrected, c)
		}
	}
	for i := range s.found {
		c := &s.found[i]
		if !s.shows(c) {
			continue
		}
		switch {
		case c.variant > 0 && !s.q.variants[c.variant-1].sure:
			for _, x := range s.q.variants[c.variant-1].fixed {
				add(x)
			}
		case c.typo:
			add(Correction{Word: s.q.text, As: []string{c.hit.shown()}})
			return
		}
	}
	for _, w := range s.q.words {
		c := Correction{Word: w.whole}
		if w.corrected {
			for _, x := range s.q.words {
				if x.corrected && x.whole == w.whole {
					c.As = append(c.As, x.text)
				}
			}
		} else if w.nowhere && !w.joined {
			for _, f := range w.forms {
				c.As = append(c.As, f.text)
			}
		}
		if len(c.As) > 0 {
			add(c)
		}
	}
	for _, v := range s.q.variants {
		if !v.sure && len(a.Spellings) < correctionsMost && len(a.Corrected) == 0 {
			a.Spellings = append(a.Spellings, v.text)
		}
	}
}
