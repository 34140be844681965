package search

import (
	"slices"
	"strings"
	"unicode"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// A sectionName is what a section is called, as words of a sheet: of a heading all of it, of a symbol in a manual its name
// with what it belongs to.
type sectionName struct {
	words  []uint32
	need   int   // so many of the words a question for this section has; those behind only say what it belongs to
	length int   // words, also those that come twice
	symbol bool  // it belongs to something
	block  int32 // the heading, when there is nothing below it but what it shares with the next ones; -1 otherwise
}

// nameWeight is what the name of a section adds to its passages' scores when the question is that name.
const nameWeight = 0.5

// maxShared is how many headings in a row may share the text below the last of them.
const maxShared = 64

// names reads what section i is called, and those before it that have no text of their own: in a list of constants one
// description stands below several names.
func (m *sheetMaker) names(d *article.Document, i int) []sectionName {
	if i == 0 {
		return nil
	}
	list := []sectionName{m.name(&d.Sections[i])}
	list[0].block = -1
	for k, first := i-1, sharing(d, i); k >= first; k-- {
		list = append(list, m.name(&d.Sections[k]))
	}
	return list
}

// sharing returns the first of the sections that have their text in section i, which is i itself if there are no others.
func sharing(d *article.Document, i int) int {
	first := i
	for first > 1 && i-first < maxShared && shares(&d.Sections[first-1], &d.Sections[first]) {
		first--
	}
	return first
}

// headsOf returns the titles of the sections around section i and of those that share its text.
func (h *headings) headsOf(d *article.Document, i int) []string {
	titles := h.around(d.Sections, i)
	for k := sharing(d, i); k < i; k++ {
		titles = append(titles, d.Sections[k].Title)
	}
	return titles
}

// shares reports that a section is a heading alone, right before one of the same level.
func shares(s, next *article.Section) bool {
	return s.Own == s.Start+1 && s.End == s.Own && next.Start == s.End && next.Level == s.Level
}

// name reads what one section is called.
func (m *sheetMaker) name(s *article.Section) sectionName {
	n := sectionName{block: int32(s.Start)}
	owner, name := calledName(s.Title, s.Anchor)
	n.symbol = owner != ""
	add := func(text string) {
		n.length += readWords(plain(text), func(w textWord, _ int) {
			if id := m.id(w); !slices.Contains(n.words, id) && (n.symbol || !grammar[w.text]) {
				n.words = append(n.words, id)
			}
		})
	}
	add(name)
	n.need = len(n.words)
	add(owner)
	return n
}

// calledName takes a heading apart. That of a symbol, such as "coroutine loop.create_task(coro)" with an anchor that ends
// alike, is known by the symbol, and what that belongs to comes first. Any other is known by all its words.
func calledName(title, anchor string) (owner, name string) {
	head, _, _ := strings.Cut(title, "(")
	symbol := head
	if i := strings.LastIndexByte(head, ' '); i >= 0 {
		symbol = strings.TrimLeft(head[i+1:], `*&\`)
		if symbol == "" || !strings.HasSuffix(anchor, "."+symbol) && anchor != symbol {
			return "", title
		}
	}
	if symbol != "" && strings.HasSuffix(anchor, symbol) {
		symbol = anchor
	}
	symbol = strings.TrimRightFunc(symbol, func(r rune) bool { return !isNameRune(r) })
	if i := strings.LastIndexFunc(symbol, func(r rune) bool { return !isNameRune(r) && r != '-' }); i >= 0 {
		owner, symbol = symbol[:i], symbol[i+1:]
	}
	if symbol == "" || unicode.IsDigit(rune(symbol[0])) {
		return "", title
	}
	return owner, symbol
}

// isNameRune reports whether a character stands inside of names in programs.
func isNameRune(r rune) bool {
	return r == '_' || r >= 0x80 || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// What a name is worth that is not met as a whole.
const (
	wholeName  = 1.5  // the question is the name, of a symbol with all that it belongs to, and nothing else
	ownName    = 1.4  // it is that of a symbol with a part of what it belongs to
	otherForm  = 0.85 // a word of it has another ending
	otherTitle = 0.5  // of the part of the article's title that was not asked for
)

// named says how well the best of the names fits the question, 0 to [wholeName], and which heading that is, -1 for none but
// that above the text.
func (t *counter) named(p *pool, names []sectionName, title titleAbout, section about) (m float64, block int32) {
	block = -1
	for i := range names {
		if v := t.fits(p, &names[i], title, section); v > m {
			m, block = v, names[i].block
		}
	}
	return m, block
}

// fits is how much of the question a name has, with the titles above it, times how much of the name the question has.
func (t *counter) fits(p *pool, n *sectionName, title titleAbout, section about) float64 {
	has := make([]bool, len(t.q.words))
	asked, needed, form := 0, 0, 1.0
	for i, w := range n.words {
		word := t.asked(w)
		if word < 0 {
			continue
		}
		has[word] = true
		asked++
		if i < n.need {
			needed++
		}
		if t.sh.lexicon.at(int(w)) != t.q.words[word].text {
			form = otherForm
		}
	}
	switch {
	case needed == 0:
		return 0
	case form < 1 || needed < n.need || slices.Contains(has, false):
	case asked == len(n.words) && n.length == t.q.length:
		return wholeName
	case n.symbol:
		return ownName
	}
	share, covered := 1.0, 0.0
	for w := range has {
		switch {
		case has[w] || section.words[int16(w)]:
		case title.words[int16(w)]:
			share = title.share
		default:
			continue
		}
		covered += p.idf[w]
	}
	share = 1 - float64(otherTitle*(1-share))
	return form * share * covered / max(p.total, 1e-9) * float64(asked) / float64(asked+n.need-needed)
}

// asked returns which word of the question a word of the sheet is, -1 for none.
func (t *counter) asked(w uint32) int16 {
	if k := t.which[w]; k > 0 {
		return t.known[k-1].word
	}
	return -1
}

// titleAbout is what the title of an article has of the question, and how much of it that is.
type titleAbout struct {
	about
	share float64 // of its words, 0 to 1
}

// aboutTitle reads the title of an article.
func (r *poolReader) aboutTitle(title string) titleAbout {
	a := titleAbout{about: r.about(title)}
	asked, all := 0, 0
	readWords(plain(mainTitle(title)), func(w textWord, _ int) {
		if k := r.look(w); k.word >= 0 {
			asked, all = asked+1, all+1
		} else if !grammar[w.text] {
			all++
		}
	})
	a.share = float64(asked) / float64(max(all, 1))
	return a
}
