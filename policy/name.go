package policy

import (
	"strings"
	"unicode/utf8"
)

// MaxNameBytes is the longest archive name.
const MaxNameBytes = 64

// An ArchiveName is the short handle by which clients name an archive, such as wikipedia_en_all. It matches
// [a-z0-9._-]{1,64}, holds at least one letter or digit, and does not end in ".zim". It is a key in a table,
// never part of a file name.
type ArchiveName string

const nameForm = "a name from library: a-z, 0-9, '.', '_', '-', at most 64 characters"

// ParseArchiveName reads the name of an archive.
//
// Tolerated, since callers write them and none can be mistaken for another archive: surrounding white space
// and quotes, upper case, a ".zim" or ".zimaa" suffix, "zim://" in front, a "/" behind, spaces for underscores.
// Refused: the empty string, more than 64 bytes, any other character, a name without a letter or digit, an
// edition (that is [ParseArchiveRef]'s).
//
// It does NOT check that such an archive exists, nor that the caller may see it.
func ParseArchiveName(s string) (ArchiveName, error) {
	return parseName("archive", cleanName(s))
}

// ParseArchiveRef reads the name of an archive with an optional edition behind it: "wikipedia_en_all",
// "wikipedia_en_all@2026-02", "wikipedia_en_all@2026-02-14". Without one, edition is "" and means the newest.
// The name follows the rules of [ParseArchiveName]. It does NOT check that the edition exists.
func ParseArchiveRef(s string) (name ArchiveName, edition string, err error) {
	base, edition, dated := strings.Cut(cleanName(s), "@")
	if dated && !isEdition(edition) {
		return "", "", refuse("archive", "has an edition that is not a date", "name@yyyy-mm", "name@yyyy-mm-dd")
	}
	name, err = parseName("archive", cutExtension(base))
	if err != nil {
		return "", "", err
	}
	return name, edition, nil
}

// MakeArchiveName makes a legal name out of any text, such as a Name metadata or a file name: lower case,
// what is not allowed becomes '_', runs of it one, none at the ends, cut at 64 bytes. It returns "" when
// nothing is left. The result parses to itself.
func MakeArchiveName(s string) ArchiveName {
	var b strings.Builder
	gap := false
	for _, r := range cutExtension(strings.ToLower(s)) {
		if r > utf8.RuneSelf || !isNameByte(byte(r)) || r == '_' {
			gap = b.Len() > 0
			continue
		}
		if gap && b.Len() < MaxNameBytes-1 {
			b.WriteByte('_')
		}
		gap = false
		if b.Len() == MaxNameBytes {
			break
		}
		b.WriteByte(byte(r))
	}
	// A cut may lay bare an extension or leave dots alone.
	name := b.String()
	for cut := cutExtension(name); cut != name; cut = cutExtension(name) {
		name = cut
	}
	if !isName(name) {
		return ""
	}
	return ArchiveName(name)
}

// parseName checks a name that has been cleaned.
func parseName(field, s string) (ArchiveName, error) {
	switch {
	case s == "":
		return "", refuse(field, "is empty", nameForm)
	case len(s) > MaxNameBytes:
		return "", tooLong(field, "bytes", MaxNameBytes, len(s))
	case !isName(s):
		return "", refuse(field, "is not an archive name", nameForm)
	}
	return ArchiveName(s), nil
}

// cleanName removes what ParseArchiveName tolerates, and changes nothing else.
func cleanName(s string) string {
	if len(s) > 4*MaxNameBytes { // decoration has an end: the rest is judged too long
		return s
	}
	s = undecorate(s)
	s, _ = cutScheme(s)
	s = strings.TrimSuffix(s, "/")
	return cutExtension(strings.ReplaceAll(lowerASCII(s), " ", "_"))
}

// lowerASCII lower-cases A to Z alone. Other letters stay, and are refused later: folding them could make one
// name of two.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// cutExtension removes one ".zim", or the ".zimaa" of a split set's first part.
func cutExtension(s string) string {
	s, cut := strings.CutSuffix(s, ".zim")
	if !cut {
		s = strings.TrimSuffix(s, ".zimaa")
	}
	return s
}

// isName reports whether s is an [ArchiveName] as documented there.
func isName(s string) bool {
	if s == "" || len(s) > MaxNameBytes || cutExtension(s) != s {
		return false
	}
	solid := false // names of punctuation alone, such as "..", are nobody's
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return false
		}
		solid = solid || s[i] != '.' && s[i] != '_' && s[i] != '-'
	}
	return solid
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-'
}

// isEdition reports whether s is yyyy-mm or yyyy-mm-dd with month and day in range. The day is not held
// against the month: an archive may state a date no calendar has, and must still be reachable.
func isEdition(s string) bool {
	if len(s) != 7 && len(s) != 10 {
		return false
	}
	for i := range len(s) {
		if dash := i == 4 || i == 7; dash != (s[i] == '-') || !dash && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return within(s[5:7], "01", "12") && (len(s) == 7 || within(s[8:10], "01", "31"))
}

func within(s, lo, hi string) bool { return lo <= s && s <= hi }
