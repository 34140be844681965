package search

import "context"

// A form is another word that counts as a word of the question.
type form struct {
	textWord
	index  string  // folded as indexes do
	weight float64 // of the question's word that it has, more than 0 and at most 1
}

// share is how much of its weight a word has: all of it, unless only other forms of it are found.
func (w *asked) share() float64 {
	if len(w.forms) == 0 || w.sure {
		return 1
	}
	best := 0.0
	for _, f := range w.forms {
		best = max(best, f.weight)
	}
	return best
}

// A formTerm is what a form is in an index.
type formTerm struct {
	term   string
	weight float64
}

// lookForms finds the terms of the other forms of words, and counts their documents as documents of the word.
func (s *shelf) lookForms(ctx context.Context, q *question) error {
	s.forms = make([][]formTerm, len(q.words))
	for i, w := range q.words {
		for _, f := range w.forms {
			if f.index == "" || s.index.stop.Has(f.index) {
				continue
			}
			t := f.index
			if !f.solid {
				t = s.stems.of(f.index)
			}
			st, err := s.index.term(ctx, t)
			if err != nil {
				return err
			}
			if st.TF > 0 && t != s.terms[i] {
				s.forms[i] = append(s.forms[i], formTerm{t, f.weight})
				s.tf[i] = min(s.tf[i]+uint64(st.TF), uint64(s.index.Size().Docs))
			}
		}
	}
	return nil
}
