package glass

import "context"

// readTerms walks the terms with their postings, positions and skips.
func readTerms(ctx context.Context, x *Index, steps int, note func(error)) error {
	var p *Postings
	var at *Positions
	terms := x.Terms(ctx, nil)
	for n := 0; n < steps && terms.Next(); n++ {
		var err error
		p, err = x.Postings(ctx, terms.Term(), p)
		note(err)
		at = x.Positions(ctx, terms.Term(), at)
		before := uint32(0)
		for i := 0; i < steps && p.Next(); i++ {
			if p.DocID() <= before || p.DocID() > x.LastDocID() {
				panic("docids do not ascend, or pass the last")
			}
			before = p.DocID()
			checkPositions(at.At(p.DocID()))
		}
		note(p.Err())
		note(at.Err())
		p, err = x.Postings(ctx, terms.Term(), p)
		note(err)
		for d := uint32(1); d < x.LastDocID() && p.Seek(d); d += d/3 + 1 {
			if p.DocID() < d {
				panic("a seek ended before its target")
			}
		}
		note(p.Err())
	}
	return terms.Err()
}

func checkPositions(list []uint32) {
	for i := 1; i < len(list); i++ {
		if list[i] <= list[i-1] {
			panic("positions do not ascend")
		}
	}
}

// readDocuments walks the documents with lengths, data and term lists.
func readDocuments(ctx context.Context, x *Index, steps int, note func(error)) error {
	all, err := x.Documents(ctx, nil)
	note(err)
	lengths := x.Lengths(ctx)
	var l *TermList
	for i := 0; i < steps && all.Next(); i++ {
		lengths.Length(all.DocID())
		_, err := x.Data(ctx, all.DocID(), nil)
		note(err)
		l, err = x.TermList(ctx, all.DocID(), l)
		note(err)
		for l.Next() {
			_ = l.Term()
		}
		note(l.Err())
	}
	for doc := x.LastDocID(); doc > 0 && steps > 0; doc, steps = doc/2, steps-1 {
		lengths.Length(doc)
	}
	note(lengths.Err())
	return all.Err()
}
