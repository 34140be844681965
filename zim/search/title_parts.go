package search

import (
	"slices"
	"strings"
	"unicode"
)

// A shortTitle is what a page may be called for short.
type shortTitle struct {
	text string
	main bool // the title is this, and then what it is explained by
}

// titleMarks separate what a page is called from what sites add to the titles of all their pages, or explain them by.
var titleMarks = []string{" — ", " – ", " | ", " · ", " :: "}

// siteMarks do so, too, and also stand inside of names.
var siteMarks = append(slices.Clone(titleMarks), " - ", " -- ")

// mainTitle is a title without what sites add to those of all their pages, or explain them by: "pathlib — Object-oriented
// paths — Manual" is called pathlib.
func mainTitle(title string) string {
	for _, mark := range titleMarks {
		if main, _, ok := strings.Cut(title, mark); ok && strings.TrimSpace(main) != "" {
			title = main
		}
	}
	return title
}

// titleParts returns what a page may be called beside its title: what comes before the name of its site or behind it, without
// what stands in brackets, and words that were joined to a name, such as HashMap, one by one.
func titleParts(title string) (parts []shortTitle) {
	add := func(text string, main bool) {
		if text == title {
			return
		}
		text = strings.TrimSpace(text)
		same := func(p shortTitle) bool { return p.text == text }
		if text != "" && !slices.ContainsFunc(parts, same) {
			parts = append(parts, shortTitle{text, main})
		}
	}
	add(mainTitle(title), true)
	for _, mark := range siteMarks {
		if i := strings.Index(title, mark); i >= 0 {
			add(title[:i], false)
			add(title[strings.LastIndex(title, mark)+len(mark):], false)
		}
	}
	for _, text := range append([]string{title}, textsOf(parts)...) {
		if i := strings.LastIndexByte(text, '('); i > 0 && strings.HasSuffix(text, ")") {
			add(text[:i], false)
		}
	}
	for _, text := range append([]string{title}, textsOf(parts)...) {
		if apart := splitName(text); apart != text {
			add(apart, false)
		}
	}
	return parts
}

func textsOf(parts []shortTitle) (texts []string) {
	for _, p := range parts {
		texts = append(texts, p.text)
	}
	return texts
}

// splitName puts spaces into words that were joined to names, where a small letter comes before a capital one.
func splitName(text string) string {
	var b strings.Builder
	small := false
	for _, r := range text {
		if small && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return b.String()
}

// matchPart compares a part of a title with the question. It may stand for all of it only when the rest explains it.
func (t *titleMatcher) matchPart(p shortTitle) titleMatch {
	m := t.match(p.text)
	if !p.main && m.exact {
		m = titleMatch{value: m.value, span: t.span(p.text)}
	}
	m.value *= butArticle
	m.span *= butArticle
	return m
}

// inflected is what a title is worth that has a word of the question in another form: "transparency" for "transparent".
const inflected = 0.85

// form is what a title is worth by the forms of its words.
func (t *titleMatcher) form(title string) float64 {
	form := 1.0
	readWords(plain(title), func(w textWord, _ int) {
		i, ok := t.index[t.s.key(w)]
		if !ok {
			return
		}
		asked := &t.q.words[i]
		if !asked.nowhere && withoutPossessive(w.text) != withoutPossessive(asked.text) { // a misspelt word has other forms
			form = inflected
		}
	})
	return form
}
