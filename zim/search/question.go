package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A question is what was asked, taken apart. It does not change once made.
type question struct {
	text    string     // as asked, without signs of operators, white space folded
	words   []asked    // what is ranked by, each once, in the order of the question
	phrases [][]string // folded words that must stand side by side
	without [][]string // the same, of what must not stand in an answer
	title   [][]string // the same, of what must stand in the title
	begun   []string   // folded words that stand for all that begin with them
	length  int        // words of text, also those that come twice
	reading string     // how operators were read, for the one who asked; "" when there were none

	variants []variant // the whole question in other spellings
}

// asked is a word of the question.
type asked struct {
	textWord
	index string // folded as indexes do
	whole string // the word of the question that it is part of, as written
	forms []form // other words that count as this one
	sure  bool   // it is found as it is; its forms only come on top
	begun bool   // others that begin with it count, too

	guesses   []form   // less likely forms, for titles that are the whole question
	split     []string // the two words that it is written for
	joined    bool     // it is one word with its neighbour
	corrected bool     // it is not as it was asked
	nowhere   bool     // nothing searched has it
}

const (
	maxAsked  = 64 // words of a question that are looked at
	maxRanked = 24 // words that are ranked by, those of the beginning where there are more
	maxSolid  = 96 // the same of characters and pairs of scripts that write words solid
)

// readQuestion takes a query apart. Signs count only in the form of an operator: "quoted words", -word, title:word, word*, and
// OR between words; everything else is text.
func readQuestion(query string) *question {
	q := &question{}
	var text []string
	rest := strings.Join(strings.Fields(query), " ")
	for rest != "" {
		var piece string
		piece, rest = q.next(rest)
		if piece != "" {
			text = append(text, piece)
		}
	}
	q.text = strings.Join(text, " ")
	q.words = rankedWords(q.text)
	q.markBegun()
	q.length = readWords(plain(q.text), func(textWord, int) {})
	q.reading = q.describe()
	return q
}

// next takes one word or operator off the text and returns what of it is ranked by.
func (q *question) next(s string) (piece, rest string) {
	s = strings.TrimLeft(s, " ")
	if s == "" {
		return "", ""
	}
	if inside, after, ok := quotedText(s); ok {
		if words := foldedWords(inside); len(words) > 0 {
			q.phrases = append(q.phrases, words)
		}
		return inside, after
	}
	word, rest, _ := strings.Cut(s, " ")
	switch {
	case word == "OR":
		return "", rest
	case strings.HasPrefix(word, "-") && len(word) > 1:
		return q.exclude(s)
	case strings.HasPrefix(word, "title:") && len(word) > len("title:"):
		inside, after, ok := quotedText(s[len("title:"):])
		if !ok {
			inside, after = word[len("title:"):], rest
		}
		if words := operand(inside, ok); len(words) > 0 {
			q.title = append(q.title, words)
		}
		return inside, after
	}
	if begun, piece, ok := begunWord(word); ok && len(q.begun) < mostBeginnings {
		q.begun = append(q.begun, begun)
		return piece, rest
	}
	return word, rest
}

// exclude reads -word and -"words". A sign before a number or a single character is text: 5 - 3, -40 °C, grep -r.
func (q *question) exclude(s string) (piece, rest string) {
	inside, after, ok := quotedText(s[1:])
	if !ok {
		inside, after, _ = strings.Cut(s[1:], " ")
	}
	words := operand(inside, ok)
	first, size := utf8.DecodeRuneInString(inside)
	if len(words) == 0 || !ok && (!unicode.IsLetter(first) || len(inside) == size && !isSolid(first)) {
		word, rest, _ := strings.Cut(s, " ")
		return word, rest
	}
	q.without = append(q.without, words)
	return "", after
}

// closing has, for each mark that opens a quotation in some language, those that close it.
var closing = map[rune]string{'"': `"`, '“': "”", '„': "“”", '”': "”", '«': "»", '»': "«", '‹': "›", '›': "‹", '「': "」", '『': "』"}

// quotedText returns what stands between quotation marks at the beginning of s.
func quotedText(s string) (inside, rest string, ok bool) {
	mark, size := utf8.DecodeRuneInString(s)
	end := -1
	if close, opens := closing[mark]; opens {
		end = strings.IndexAny(s[size:], close)
	}
	if end < 0 {
		return "", "", false
	}
	inside, rest = strings.TrimSpace(s[size:size+end]), s[size+end:]
	_, size = utf8.DecodeRuneInString(rest)
	return inside, rest[size:], inside != ""
}

// foldedWords returns the words of a text as passages are compared. Where nobody knows where words end, each character
// stands for itself, so that what is quoted is found in the middle of a run.
func foldedWords(s string) []string {
	var words []string
	readWords(plain(s), func(w textWord, _ int) {
		if !w.solid || utf8.RuneCountInString(w.text) == 1 {
			words = append(words, w.text)
		}
	})
	return words
}

// describe says how operators were read.
func (q *question) describe() string {
	var parts []string
	add := func(what string, lists [][]string) {
		for _, words := range lists {
			parts = append(parts, what+" “"+joinWords(words)+"”")
		}
	}
	add("with", q.phrases)
	add("without", q.without)
	add("in the title", q.title)
	for _, b := range q.begun {
		parts = append(parts, "words that begin with “"+b+"”")
	}
	return strings.Join(parts, ", ")
}

// joinWords puts spaces between words, but for those of scripts without spaces.
func joinWords(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 && !(hasSolid(w) && hasSolid(words[i-1])) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// rankedWords returns the words that say what is asked for. Words of question and of grammar are left out while others
// remain: they weigh little and cost much.
func rankedWords(text string) []asked {
	var all, content []asked
	seen := map[string]bool{}
	solid := 0
	for w := range match.Words(text, false) {
		if len(all) >= maxAsked+maxSolid {
			break
		}
		whole := text[w.Start:w.End]
		readWords(plain(whole), func(t textWord, _ int) {
			if seen[t.text] || t.solid && solid >= maxSolid {
				return
			}
			seen[t.text] = true
			a := asked{textWord: t, index: match.Fold(t.text), whole: whole}
			if t.text == plain(whole) { // indexes keep signs that plain takes apart, as in CO₂
				a.index = match.Fold(whole)
			}
			all = append(all, a)
			if t.solid {
				solid++
			}
			if t.solid || !grammar[t.text] || inSymbol(text, w.Start, w.End) {
				content = append(content, a)
			}
		})
	}
	if len(content) == 0 {
		content = all
	}
	return cutWords(content)
}

// inSymbol reports whether a word is a part of a name in programs, such as os.name: there it is no word of grammar.
func inSymbol(text string, start, end int) bool {
	letter := func(i int) bool { return i >= 0 && i < len(text) && isNameRune(rune(text[i])) }
	joint := func(i int) bool { return i >= 0 && i < len(text) && (text[i] == '.' || text[i] == ':') }
	before, after := start-1, end
	for joint(before) {
		before--
	}
	for joint(after) {
		after++
	}
	return before < start-1 && letter(before) || after > end && letter(after)
}

// cutWords keeps the first of very many words.
func cutWords(words []asked) []asked {
	n := 0
	return slices.DeleteFunc(words, func(w asked) bool {
		if !w.solid {
			n++
		}
		return !w.solid && n > maxRanked
	})
}

// grammar are the words of English questions that say nothing of their subject. Other languages need no list: such words
// are frequent, and weigh little.
var grammar = setOf("vs versus who whom whose what which when where why how is are was were be been do does did has have had the a an of in " +
	"on at to for from by with and or that this these those it its as can could would will there many much name type kind called i me my we our you your")

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
