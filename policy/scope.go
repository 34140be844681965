package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A ScopePart is one of the things that a scope names.
type ScopePart struct {
	Kind    ScopeKind
	Name    ArchiveName // of an archive, or of a collection
	Edition string      // of an archive; "" means the newest
	Value   string      // of Language and Kind, in small letters
}

// ScopeKind tells what a part of a scope is.
type ScopeKind uint8

// Kinds of parts.
const (
	ScopeArchive    ScopeKind = iota // an archive, or a collection of that name
	ScopeLanguage                    // lang:fr, lang:french: all archives in a language
	ScopeKindOf                      // kind:wikipedia: all archives of a kind
	ScopeCollection                  // collection:medicine: what the operator calls so
)

// String returns what stands before the colon, "" for an archive.
func (k ScopeKind) String() string {
	return [...]string{"", "lang", "kind", "collection"}[min(k, ScopeCollection)]
}

// MaxScopeParts is how many things a scope names at most.
const MaxScopeParts = 32

const (
	maxScopeBytes  = MaxScopeParts * (MaxNameBytes + 32)
	maxScopeValue  = 64 // bytes of a language or a kind
	scopeForms     = "names from library, lang:fr, kind:wikipedia, collection:NAME, several with commas between"
	scopeValueForm = "letters, digits, '-', '_' and spaces"
)

// ParseScope reads what to search: names of archives as [ParseArchiveRef] does, languages, kinds and collections, several of
// them with commas between. They add up: what any of them names is searched.
//
// Refused: nothing at all, more than [MaxScopeParts] parts, a word before a colon that is none of lang, kind and
// collection, and values with other signs than letters, digits, '-', '_' and spaces. Parts that are empty are passed over,
// so that a comma too many does no harm.
//
// It does NOT check that there are such archives, languages, kinds or collections.
func ParseScope(s string) ([]ScopePart, error) {
	if len(s) > maxScopeBytes {
		return nil, tooLong("archive", "bytes", maxScopeBytes, len(s))
	}
	var parts []ScopePart
	for text := range strings.SplitSeq(undecorate(s), ",") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		if len(parts) == MaxScopeParts {
			return nil, &Error{Field: "archive", Reason: "names too many things", Limit: MaxScopeParts, Got: strings.Count(s, ",") + 1}
		}
		p, err := parseScopePart(text)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		return nil, refuse("archive", "is empty", scopeForms)
	}
	return parts, nil
}

// parseScopePart reads one part.
func parseScopePart(text string) (ScopePart, error) {
	key, value, ok := strings.Cut(undecorate(text), ":")
	if !ok || strings.HasPrefix(value, "//") { // zim://name
		name, edition, err := ParseArchiveRef(text)
		return ScopePart{Name: name, Edition: edition}, err
	}
	key, value = lowerASCII(trimASCII(key)), trimASCII(value)
	switch key {
	case "lang", "kind":
		kind := ScopeLanguage
		if key == "kind" {
			kind = ScopeKindOf
		}
		value = strings.ToLower(value)
		if !isScopeValue(value) {
			return ScopePart{}, refuse("archive", "has nothing fit behind "+key+":", scopeValueForm)
		}
		return ScopePart{Kind: kind, Value: value}, nil
	case "collection":
		name, err := ParseArchiveName(value)
		return ScopePart{Kind: ScopeCollection, Name: name}, err
	}
	e := refuse("archive", "has an unknown word before a colon", scopeForms)
	e.DidYouMean = Nearest(key, []string{"lang", "kind", "collection"}, 1)
	return ScopePart{}, e
}

// isScopeValue reports whether s can name a language or a kind.
func isScopeValue(s string) bool {
	if s == "" || len(s) > maxScopeValue || !utf8.ValidString(s) {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '-' && r != '_' && r != ' '
	}) < 0
}

// ParseCollection reads the definition of a collection, "NAME=PART PART …": a name as of an archive, and parts as of
// [ParseScope] with spaces or commas between. A collection holds no other collections.
func ParseCollection(s string) (name ArchiveName, parts []ScopePart, err error) {
	const field = "collection"
	text, list, ok := strings.Cut(s, "=")
	if !ok {
		return "", nil, refuse(field, "has no '='", "NAME=archive archive lang:fr kind:wikipedia")
	}
	if name, err = parseName(field, cleanName(text)); err != nil {
		return "", nil, err
	}
	parts, err = ParseScope(strings.Join(strings.Fields(strings.ReplaceAll(list, ",", " ")), ","))
	if err != nil {
		return "", nil, err
	}
	for _, p := range parts {
		if p.Kind == ScopeCollection {
			return "", nil, refuse(field, "holds a collection", "archives, lang: and kind:")
		}
	}
	return name, parts, nil
}
