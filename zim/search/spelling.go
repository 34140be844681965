package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A Correction is a word of a question that nothing searched has, and what was searched in its place besides.
type Correction struct {
	Word string   // as asked
	As   []string // words of the archives, the likeliest first; folded
}

const (
	oneEdit  = 0.8 // of its weight that a word has which is one typing error away
	twoEdits = 0.6

	correctedMost   = 6    // words of one question that are corrected
	correctionsMost = 3    // that stand for one word
	variantsMost    = 8    // of the whole question
	spellSeeks      = 6000 // in the vocabularies of all archives, for one word
	spellArchives   = 40   // whose vocabularies are looked at
	spellTime       = 100 * time.Millisecond
	spellRare       = 50 // a correction is left out if another one is so many times as frequent
)

// A spelling is a word of the archives that a word of the question may be meant to be.
type spelling struct {
	text     string // one word, or two with a space between
	distance int
	first    bool
	moved    bool // it is two errors away, and has the same letters
	swapped  bool // of these, two have changed places
	count    uint64
}

// compareSpellings puts the likeliest first.
func compareSpellings(a, b spelling) int {
	if a.doubt() == 1 && b.doubt() == 1 { // one slip of the hand each
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.text, b.text))
	}
	return cmp.Or(cmp.Compare(a.doubt(), b.doubt()), boolCompare(b.moved, a.moved), cmp.Compare(a.distance, b.distance), cmp.Compare(b.count, a.count), strings.Compare(a.text, b.text))
}

// weight is how much of its weight a word has in this spelling.
func (s spelling) weight() float64 {
	switch s.distance {
	case 0:
		return 1
	case 1:
		return oneEdit
	}
	return twoEdits
}

// A doubt is a word of the question that nothing searched has, or words that are one when they are joined.
type doubt struct {
	word  int    // of the question
	base  string // what is looked for: the word without the ending of a possessive
	most  int    // typing errors; 0 when no other spelling is looked for
	found []spelling
}

// typable is whether letters can be typed wrong in a word: it is long enough, has no digits, and a script of letters. The
// names of programs may have a low line.
func typable(word string) bool {
	return utf8.RuneCountInString(word) >= 3 && !hasSolid(word) && strings.IndexFunc(word, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !isApostrophe(r) && r != '_'
	}) < 0
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// errorsIn is how many typing errors are looked for in a word.
func errorsIn(word string) int {
	if utf8.RuneCountInString(word) < 5 {
		return 1
	}
	return 2
}

// likely reports whether a spelling is near enough to be searched for a word, without a title that says so: long words may
// have two errors, shorter ones only behind their first letter, the shortest none.
func (s spelling) likely(word string) bool {
	switch n := utf8.RuneCountInString(word); {
	case n < 4:
		return false
	case s.swapped:
		return true
	case n < 6:
		return s.distance < 2
	case n < 8:
		return s.distance < 2 || s.first
	}
	return true
}

// doubt is how unlikely it is that a spelling is meant: people seldom mistype the first letter.
func (s spelling) doubt() int {
	if s.swapped {
		return 1
	}
	if s.first {
		return s.distance
	}
	return s.distance + 1
}

// withoutPossessive returns a word without the ending of a possessive or the short word elided before it, as in "Ohm's" and
// "l'arbre".
func withoutPossessive(word string) string {
	i := strings.IndexFunc(word, isApostrophe)
	if i < 0 {
		return word
	}
	_, size := utf8.DecodeRuneInString(word[i:])
	before, after := word[:i], word[i+size:]
	switch {
	case after == "" || after == "s":
		return before
	case utf8.RuneCountInString(before) <= elidedLetters && utf8.RuneCountInString(after) >= utf8.RuneCountInString(before):
		return after
	}
	return word
}

// elidedLetters is how long a word before an apostrophe is that was shortened: l', d', qu', all', dell'.
const elidedLetters = 4

// doubts returns the words of the question that no index of texts has.
func (s *asking) doubts() []doubt {
	var out []doubt
	for i, w := range s.q.words {
		if w.solid || slices.ContainsFunc(s.shelves, func(sh *shelf) bool { return !sh.out && sh.knows(i, w) }) {
			continue
		}
		d := doubt{word: i, base: withoutPossessive(w.text)}
		if typable(d.base) && len(out) < correctedMost {
			d.most = errorsIn(d.base)
		}
		out = append(out, d)
	}
	return out
}

// knows reports whether the index of the texts has a word, or would not have it.
func (s *shelf) knows(i int, w asked) bool {
	return i < len(s.tf) && s.tf[i] > 0 || s.index != nil && s.index.stop.Has(w.index)
}

// respell looks for words that are meant where nothing has those of the question, and adds them to it.
func (s *asking) respell() {
	doubts := s.doubts()
	joints := joints(s.q)
	if len(doubts) == 0 && len(joints) == 0 {
		return
	}
	seeks := spellSeeks / max(1, min(len(s.shelves), spellArchives))
	chosen := s.bySubject()
	s.each(func(ctx context.Context, sh *shelf) error {
		if !chosen[sh] {
			return nil
		}
		sp := &speller{s: sh, seeks: seeks, known: make([]bool, len(doubts)), found: make([][]spelling, len(doubts)), joined: make([]uint64, len(joints))}
		err := sp.look(ctx, doubts, joints)
		if err != nil && !sh.spoilt(err) {
			return err
		}
		sh.spelt = sp
		return nil
	})
	if q := s.q.respelt(s.gather(doubts, joints)); q != nil {
		s.q = q
		s.each(func(ctx context.Context, sh *shelf) error { return sh.again(ctx, q) })
	}
}

// again looks the words of a question up once more.
func (s *shelf) again(ctx context.Context, q *question) error {
	s.runs = nil
	if err := s.look(ctx, q); err != nil && !s.spoilt(err) {
		return err
	}
	return nil
}

// bySubject picks the archives whose vocabularies are looked at: all, or of very many those that have the most of the other
// words.
func (s *asking) bySubject() map[*shelf]bool {
	var list []*shelf
	for _, sh := range s.shelves {
		if !sh.out {
			list = append(list, sh)
		}
	}
	if len(list) > spellArchives {
		has := func(sh *shelf) (n int) {
			for _, tf := range sh.tf {
				if tf > 0 {
					n++
				}
			}
			return n
		}
		slices.SortStableFunc(list, func(a, b *shelf) int { return cmp.Compare(has(b), has(a)) })
		list = list[:spellArchives]
	}
	chosen := map[*shelf]bool{}
	for _, sh := range list {
		chosen[sh] = true
	}
	return chosen
}

// gather puts together what the archives know. Words that some archive has in a title are in no doubt.
func (s *asking) gather(doubts []doubt, joints []joint) ([]doubt, []joint) {
	known := make([]bool, len(doubts))
	byText := make([]map[string]spelling, len(doubts))
	for _, sh := range s.shelves {
		if sh.out || sh.spelt == nil {
			continue
		}
		for i := range doubts {
			known[i] = known[i] || sh.spelt.known[i]
			if byText[i] == nil {
				byText[i] = map[string]spelling{}
			}
			for _, f := range sh.spelt.found[i] {
				f.count += byText[i][f.text].count
				byText[i][f.text] = f
			}
		}
		for i := range joints {
			joints[i].count += sh.spelt.joined[i]
		}
	}
	var out []doubt
	for i, d := range doubts {
		if known[i] {
			continue
		}
		for _, f := range byText[i] {
			d.found = append(d.found, f)
		}
		d.found = likeliest(d.found, d.base)
		out = append(out, d)
	}
	return out, slices.DeleteFunc(joints, func(j joint) bool { return j.count == 0 })
}

// likeliest returns the best spellings of a word: those that are likely enough to be searched by, at most correctionsMost of
// which none is much rarer than the best, and else some that titles which are the whole question are looked for under.
func likeliest(list []spelling, word string) []spelling {
	slices.SortFunc(list, compareSpellings)
	if len(list) == 0 || !list[0].likely(word) {
		return list[:min(len(list), variantsMost)]
	}
	best := list[0]
	list = slices.DeleteFunc(list, func(x spelling) bool {
		return x.doubt() > best.doubt() || best.moved && !x.moved || x.distance == best.distance && x.count*spellRare < best.count || !x.likely(word)
	})
	return list[:min(len(list), correctionsMost)]
}

// A speller looks for spellings in the vocabularies of one archive.
type speller struct {
	s      *shelf
	seeks  int
	known  []bool       // by doubt: a title has the word after all
	found  [][]spelling // by doubt
	joined []uint64     // by joint: titles and texts that have it
}

// look looks everything up. What ends the search of a vocabulary early ends nothing else: what was found counts.
func (sp *speller) look(ctx context.Context, doubts []doubt, joints []joint) error {
	for i := range joints {
		n, err := sp.s.count(ctx, joints[i].text)
		if err != nil {
			return err
		}
		sp.joined[i] = n
	}
	for i, d := range doubts {
		n, err := sp.s.inTitles(ctx, d.base)
		if err != nil {
			return err
		}
		if sp.known[i] = n > 0; sp.known[i] || d.most == 0 {
			continue
		}
		if err := sp.one(ctx, i, d); err != nil {
			return err
		}
	}
	return nil
}

// one looks for spellings of a word: among the words of titles first, then among those of texts.
func (sp *speller) one(ctx context.Context, i int, d doubt) error {
	ctx, cancel := context.WithTimeout(ctx, spellTime)
	defer cancel()
	take := func(n neighbour) {
		if !grammar[n.word] || n.distance < 2 {
			moved := n.distance > 1 && sortedLetters(n.word) == sortedLetters(d.base)
			sp.found[i] = append(sp.found[i], spelling{text: n.word, distance: n.distance, first: n.first, moved: moved, count: n.count})
		}
	}
	left := sp.seeks
	if lex, done := sp.s.titleLexicon(ctx); lex != nil {
		left -= near(lex, d.base, d.most, left*3/4, take)
		if err := done(); err != nil {
			return err
		}
	}
	if sp.s.index != nil && !slices.ContainsFunc(sp.found[i], func(f spelling) bool { return f.doubt() < 2 }) {
		if err := sp.inTexts(ctx, d, left, take); err != nil {
			return err
		}
	}
	if err := sp.swaps(ctx, i, d); err != nil || len(sp.found[i]) > 0 {
		return err
	}
	return sp.split(ctx, i, d)
}

// sortedLetters returns the letters of a word in their order.
func sortedLetters(word string) string {
	letters := []rune(word)
	slices.Sort(letters)
	return string(letters)
}

// near walks to the neighbours of a word, at first to those one error away, and where none of these has its first letter to
// those two away: those with the beginning of the word before all others, so that the bound leaves out the unlikely.
func near(lex wordList, word string, most, seeks int, take func(neighbour)) (used int) {
	seen := map[string]bool{}
	likely := false
	yield := func(n neighbour) {
		if !seen[n.word] {
			seen[n.word] = true
			likely = likely || n.distance == 1 && n.first
			take(n)
		}
	}
	used = neighbours(lex, word, 0, 1, seeks/2, yield)
	for _, fixed := range []int{3, 1, 0} {
		if most < 2 || likely || fixed == 0 && len(seen) > 0 || used >= seeks {
			break
		}
		used += neighbours(lex, word, fixed, most, seeks-used, yield)
	}
	return used
}

// inTexts looks among the words of texts. Indexes have these by their stems; what is found is given the ending that the
// word asked for has.
func (sp *speller) inTexts(ctx context.Context, d doubt, seeks int, take func(neighbour)) error {
	st := sp.s.stems
	base := match.Fold(d.base)
	stem := st.of(base)
	v := sp.s.index.vocabulary(ctx, walkLimit{seeks: seeks + 1})
	near(v, stem, d.most, seeks, func(n neighbour) {
		if utf8.RuneCountInString(n.word) < 3 {
			return
		}
		word, ok := st.grown(n.word, base, stem)
		if !ok {
			return
		}
		n.word = word
		n.distance = distance(word, d.base, d.most)
		if n.distance > 0 && n.distance <= d.most && (n.first || utf8.RuneCountInString(d.base) >= textLetters) {
			take(n)
		}
	})
	return v.err()
}

// textLetters is how long a word is whose first letter may be taken for another one's among the words of texts: there are
// many, and their stems are not what people type.
const textLetters = 8

// endings are those of words that stems may have lost, in the languages of most archives.
var endings = []string{"", "e", "s", "y", "a", "i", "o", "ic", "al", "ed", "er", "en", "ing", "ion", "ia"}

// grown returns the word with a stem that is most like word, whose own stem is another one.
func (s *stems) grown(stem, word, other string) (best string, ok bool) {
	ending := strings.TrimPrefix(word, other)
	if ending == word {
		ending = ""
	}
	least := 0
	for _, e := range append([]string{ending}, endings...) {
		w := stem + e
		if s.of(w) != stem {
			continue
		}
		if d := distance(w, word, 3); !ok || d < least {
			best, least, ok = w, d, true
		}
	}
	return best, ok
}

// titleLexicon returns a walk over the words of titles, and what says how it ended; nil if there is none.
func (s *shelf) titleLexicon(ctx context.Context) (wordList, func() error) {
	switch {
	case s.titles != nil:
		v := s.titles.vocabulary(ctx, walkLimit{seeks: spellSeeks + 1})
		return v, v.err
	case s.listed != nil:
		return s.listed.walk(), func() error { return nil }
	}
	return nil, nil
}

// inTitles counts the titles that have a word, or one of the same stem.
func (s *shelf) inTitles(ctx context.Context, word string) (uint64, error) {
	switch {
	case s.titles != nil:
		n := uint64(0)
		for _, t := range distinct(word, s.titleTerm(textWord{text: word}, match.Fold(word))) {
			st, err := s.titles.term(ctx, t)
			if err != nil {
				return 0, err
			}
			n = max(n, uint64(st.TF))
		}
		return n, nil
	case s.listed != nil:
		return uint64(len(s.listed.alike(word, s.stems))), nil
	}
	return 0, nil
}

// count counts the titles and texts that have a word.
func (s *shelf) count(ctx context.Context, word string) (uint64, error) {
	n, err := s.inTitles(ctx, word)
	if err != nil || s.index == nil {
		return n, err
	}
	st, err := s.index.term(ctx, s.stems.of(match.Fold(word)))
	return n + uint64(st.TF), err
}
