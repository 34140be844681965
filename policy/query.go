package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ParseQuery reads a question or keywords.
//
// Rules: valid UTF-8 without NUL; not empty; at most l.QueryRunes code points after white space is trimmed, and
// the error tells limit and length. Controls become spaces; bidirectional controls, tags and other invisible
// format characters go, but for the two joiners, which scripts need; white space is folded to single spaces;
// the rest is put into Unicode's composed form (NFC). Letters keep their case. With l.Verbatim only the trimming is done.
//
// It does NOT look for operators, markup or other languages: "<script>" and "javascript:" are honest subjects,
// and nothing is HTML-encoded, since that would search for other words.
func ParseQuery(s string, l Limits) (string, error) {
	return requireText("query", s, l)
}

// ParseText reads free text that may be empty, such as a filter, by the rules of [ParseQuery]. field names it in errors.
func ParseText(field, s string, l Limits) (string, error) {
	if strings.TrimSpace(s) == "" && utf8.ValidString(s) {
		return "", nil
	}
	return freeText(field, s, l)
}

func requireText(field, s string, l Limits) (string, error) {
	text, err := freeText(field, s, l)
	if err == nil && text == "" {
		return "", refuse(field, "is empty", "a question or keywords")
	}
	return text, err
}

func freeText(field, s string, l Limits) (string, error) {
	l = l.WithDefaults()
	if err := checkText(field, s, maxTextBytes); err != nil {
		return "", err
	}
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n > l.QueryRunes {
		return "", tooLong(field, "characters", l.QueryRunes, n)
	}
	if l.Verbatim {
		return s, nil
	}
	return norm.NFC.String(foldSpace(s)), nil
}

// CleanText makes text from an archive fit to be shown: bytes that are not UTF-8 become U+FFFD, controls and white
// space single spaces, what cannot be seen goes, and at most maxRunes code points stay, the last an ellipsis when
// some were cut. It does NOT escape markup.
func CleanText(s string, maxRunes int) string {
	if limit := 16 * maxRunes; len(s) > limit { // enough for text; stuffing beyond it is not worth reading
		s = s[:limit]
	}
	s = foldSpace(strings.ToValidUTF8(s, "\ufffd"))
	n := 0
	for i := range s {
		if n++; n > maxRunes {
			runes := []rune(s[:i])
			return strings.TrimSpace(string(runes[:maxRunes-1])) + "…"
		}
	}
	return s
}

// maxTextBytes is looked at before anything is counted: more than the longest query the settings allow, with
// room for white space around it.
const maxTextBytes = 8 * MaxQueryRunes

// foldSpace makes one space of every run of white space and controls, none at the ends, and drops what cannot be seen.
func foldSpace(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case invisible(r):
		case unicode.IsSpace(r) || unicode.IsControl(r):
			gap = b.Len() > 0
		default:
			if gap {
				b.WriteByte(' ')
				gap = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// invisible reports format characters (category Cf: bidirectional controls, tags, zero-width spaces, soft
// hyphens) that carry no meaning for a search. ZWNJ and ZWJ separate and join letters in several scripts; the prepended
// marks, such as the Arabic number sign, are seen.
func invisible(r rune) bool {
	const zwnj, zwj = '\u200c', '\u200d'
	return r > 0x7f && r != zwnj && r != zwj && unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}
