package search

// A list of links says where something is told, and not what. It has the words of many titles in a small space, so that
// tables of contents and indexes would come before the pages that they lead to.
const (
	proseLinks = 0.6 // part of a text that may be links
	listWorth  = 0.5 // of the score of a passage that is nothing but links
)

// leading is what the score of a passage is multiplied by when so much of it is links, 0 to 1.
func leading(linked float64) float64 {
	return 1 - float64((1-listWorth)*min(1, max(0, linked-proseLinks)/(1-proseLinks)))
}

// linked is how many hundredths of the letters of a passage are links; none where the page was read as text alone.
func (p *passage) linked() uint8 {
	all, links := 0, 0
	for i := p.start; i < p.end; i++ {
		b := &p.doc.Blocks[i]
		all += len(b.Text)
		for _, s := range b.Spans {
			if s.Link >= 0 {
				links += s.End - s.Start
			}
			if s.Code > 0 { // with the marks of code around it
				links += 2 * s.Code
			}
		}
	}
	if all == 0 {
		return 0
	}
	return uint8(min(100*links/all, 100))
}
