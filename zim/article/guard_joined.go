package article

import (
	"slices"
	"strings"
)

// What a page writes in several elements comes together in a block: "[a" and "](http://e.org)" are text each and a link together. The
// functions here find what Markdown would read into the whole, so that it stays text.

// mayJoin reports a text in which something may have come together.
func mayJoin(s string) bool {
	return strings.Contains(s, "](") || strings.Contains(s, "]:") || strings.IndexByte(s, '<') >= 0
}

// joinedPlaces are the offsets in s, increasing, that a backslash makes text of: before the parenthesis or the colon of what would
// be a link, a picture or its definition, and before what would be a tag or an address in angle brackets. Code spans are passed over,
// and what has a backslash.
func joinedPlaces(s string) []int {
	var out []int
	open := false // an opening bracket was passed
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '`':
			i += codeSpan(s[i:]) - 1
		case '[':
			open = true
		case ']':
			if open && i+1 < len(s) && (s[i+1] == '(' || s[i+1] == ':') {
				out = append(out, i+1)
			}
		case '<':
			if opensTag(s[i+1:]) {
				out = append(out, i)
			}
		}
	}
	return out
}

// opensTag reports that a '<' before s begins a tag, a comment, a declaration, or an address in angle brackets (CommonMark 0.31,
// sections 6.5 and 6.6). A lesser-than sign before a letter is none as a rule.
func opensTag(s string) bool {
	if s != "" && (s[0] == '!' || s[0] == '?') {
		return true
	}
	s = strings.TrimPrefix(s, "/")
	n := 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' && n > 0 || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || n > 0 && (s[n] == '-' || s[n] == '+' || s[n] == '.')) {
		n++
	}
	return n > 0 && (n == len(s) || strings.IndexByte(" \t\n/>:", s[n]) >= 0)
}

// escapeJoined writes the backslashes into a text without spans.
func escapeJoined(s string) string {
	if !mayJoin(s) {
		return s
	}
	return withBackslashes(s, joinedPlaces(s))
}

// withBackslashes inserts a backslash at each of the offsets.
func withBackslashes(s string, at []int) string {
	if len(at) == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(at))
	done := 0
	for _, i := range at {
		b.WriteString(s[done:i])
		b.WriteByte('\\')
		done = i
	}
	b.WriteString(s[done:])
	return b.String()
}

// joinBlock escapes what came together in a block, and moves its spans.
func joinBlock(b *Block) {
	if !mayJoin(b.Text) {
		return
	}
	at := joinedPlaces(b.Text)
	if len(at) == 0 {
		return
	}
	b.Text = withBackslashes(b.Text, at)
	for i := range b.Spans {
		s := &b.Spans[i]
		start, _ := slices.BinarySearch(at, s.Start) // a span that begins there takes the backslash in
		end, _ := slices.BinarySearch(at, s.End)
		s.Start, s.End = s.Start+start, s.End+end
	}
}
