package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// stripInvisible removes what a reader would not see, in one pass. It returns s itself when there is nothing to remove, and
// changes nothing when it is called again on what it returned. s must be valid UTF-8.
func stripInvisible(s string) string {
	at := firstSuspect(s)
	if at == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var prev rune
	for {
		b.WriteString(s[:at])
		if at > 0 {
			prev, _ = utf8.DecodeLastRuneInString(s[:at])
		}
		if s = s[at:]; s == "" {
			return b.String()
		}
		keep, n := visibleUnit(prev, s)
		if keep != "" {
			b.WriteString(keep)
			prev, _ = utf8.DecodeLastRuneInString(keep)
		}
		s = s[n:]
		at = firstSuspect(s)
	}
}

// asciiSuspect marks the control characters.
var asciiSuspect = func() (t [256]bool) {
	for c := range byte(' ') {
		t[c] = c != '\n' && c != '\t'
	}
	t[0x7f] = true
	return t
}()

// firstSuspect is the offset of the first rune of s that may have to go, len(s) when there is none. Letters of the common
// scripts are passed over by their first byte, so text in any of them costs little more than ASCII.
func firstSuspect(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if n := int(clearLead[c]); n > 0 && i+n <= len(s) {
			i += n
			continue
		}
		switch {
		case i+8 <= len(s) && printable8(s[i:i+8]):
			i += 8
		case c < 0x80:
			if asciiSuspect[c] {
				return i
			}
			i++
		case i+1 < len(s) && suspectSecond[c]>>(s[i+1]&0x3f)&1 == 0:
			i += leadLen(c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if suspect(r) {
				return i
			}
			i += n
		}
	}
	return len(s)
}

// printable8 reports that the eight bytes of s are ASCII between space and '~': none has its highest bit set, now, or when 0x20
// is taken away, or when 1 is added.
func printable8(s string) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return (x|(x-0x20*ones)|(x+ones))&high == 0
}

// suspectSecond tells for the first byte of a rune's UTF-8 which second bytes, by their low six bits, runes have for which suspect
// is true. Beyond the first plane it names all: that text is rare, and every plane ends in noncharacters.
var suspectSecond = func() (t [256]uint64) {
	for lead, seconds := range map[byte]string{
		0xc2: "\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xad",
		0xcd: "\x8f", 0xd8: "\x9c", 0xe1: "\x85\x9e\xa0", 0xe2: "\x80\x81", 0xe3: "\x85", 0xef: "\xb7\xb8\xbb\xbe\xbf",
	} {
		for i := range len(seconds) {
			t[lead] |= 1 << (seconds[i] & 0x3f)
		}
	}
	for lead := 0xf0; lead < 0x100; lead++ {
		t[lead] = ^uint64(0)
	}
	return t
}()

// clearLead is the length of runes by their first byte, where none of those that begin with it is suspect or white space, and 0
// elsewhere, also for ASCII.
var clearLead = func() (t [256]uint8) {
	for lead := 0xc3; lead < 0xf0; lead++ {
		if suspectSecond[lead] == 0 {
			t[lead] = uint8(leadLen(byte(lead)))
		}
	}
	return t
}()

// leadLen is the length of a sequence by its first byte.
func leadLen(c byte) int {
	switch {
	case c >= 0xf0:
		return 4
	case c >= 0xe0:
		return 3
	case c >= 0xc0:
		return 2
	}
	return 1
}

// suspect reports a rune outside ASCII that visibleUnit may change or remove.
func suspect(r rune) bool {
	return r < 0xa0 || r == 0x2028 || r == 0x2029 || r == utf8.RuneError || joiner(r) || selector(r) || invisible(r) || nonCharacter(r) ||
		r == blackFlag
}

// visibleUnit reads the unit at the start of s, which is not empty: a rune, or a flag spelled with tag characters. It returns
// what to write for it, "" for nothing, and its length in bytes. prev is the last rune that was written, 0 before the first.
func visibleUnit(prev rune, s string) (keep string, n int) {
	r, n := utf8.DecodeRuneInString(s)
	if r == blackFlag {
		n = flag(s)
		return s[:n], n
	}
	next, _ := utf8.DecodeRuneInString(s[n:])
	switch out := visible(prev, r, next); {
	case out < 0:
		return "", n
	case out != r || r == utf8.RuneError:
		return string(out), n
	}
	return s[:n], n
}

// visible returns the rune to write for r between prev (the last one written) and next, or -1 to leave it out.
//
// What is kept depends only on what was written before and on a next rune that is itself always kept, so a second pass over
// the outcome decides the same.
func visible(prev, r, next rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r < ' ' || r >= 0x7f && r < 0xa0: // C0 and C1
		if r == '\r' || r == '\f' || r == '\v' || r == 0x85 {
			return ' '
		}
		return -1
	case r < 0xad:
		return r
	case r == 0x2028 || r == 0x2029:
		return '\n'
	case joiner(r):
		if joins(prev, next) {
			return r
		}
		return -1
	case selector(r):
		if selects(prev, r) {
			return r
		}
		return -1
	case invisible(r):
		return -1
	case nonCharacter(r):
		return utf8.RuneError
	}
	return r
}

// joiner reports U+200C and U+200D. They are spelling in Persian and Indic scripts, and glue in emoji.
func joiner(r rune) bool { return r == 0x200c || r == 0x200d }

// joins reports that a joiner between the two changes how they are written: letters or marks of a script that has joined
// forms, or two pictures. Between letters of other scripts it would only carry a message.
func joins(prev, next rune) bool {
	return joinedScript(prev) && joinedScript(next) || (pictorial(prev) || prev == 0xfe0f) && pictorial(next)
}

// joinedScript reports letters and marks of Arabic, Syriac, the Indic scripts and their kin in South and Central Asia.
func joinedScript(r rune) bool {
	switch {
	case r < 0x600, r >= 0x1100 && r < 0x1700, r >= 0x1d00 && r < 0xa800, r >= 0xac00 && r < 0x10a00:
		return false
	}
	return (unicode.IsLetter(r) || unicode.IsMark(r)) && !selector(r) && !invisible(r)
}

// selector reports the variation selectors, Mongolian ones included.
func selector(r rune) bool {
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef || r >= 0x180b && r <= 0x180d || r == 0x180f
}

// selects reports that the selector r has a meaning directly behind prev: text or picture for emoji, a form of an ideograph or
// of a Mongolian letter. Two in a row never have one.
func selects(prev, r rune) bool {
	switch {
	case r == 0xfe0e || r == 0xfe0f:
		return pictorial(prev) || prev == '#' || prev == '*' || prev >= '0' && prev <= '9'
	case r >= 0xe0100:
		return unicode.Is(unicode.Han, prev)
	case r >= 0x180b && r <= 0x180f:
		return prev >= 0x1820 && prev <= 0x18aa && unicode.IsLetter(prev)
	}
	return false
}

// pictorial reports that r may begin or continue an emoji sequence.
func pictorial(r rune) bool {
	return r >= 0x2190 && r <= 0x2bff || r >= 0x1f000 && r <= 0x1faff || r == 0x203c || r == 0x2049 || r == 0x2122 || r == 0x2139 ||
		r == 0x3030 || r == 0x303d || r == 0x3297 || r == 0x3299 || r == 0xa9 || r == 0xae
}

// blackFlag begins the flags of parts of countries, which go on in tag characters.
const blackFlag = 0x1f3f4

// flag returns the length of the flag at the start of s: the black flag, and with it the tag characters that spell a region of
// three to six letters and digits and end with U+E007F. Tags that spell anything else are left to be removed.
func flag(s string) int {
	at := 4 // bytes of U+1F3F4, and of every tag
	for tags := 0; tags <= maxRegion; tags++ {
		r, n := utf8.DecodeRuneInString(s[at:])
		switch {
		case r == 0xe007f && tags >= minRegion:
			return at + n
		case r >= 0xe0061 && r <= 0xe007a, tags > 1 && r >= 0xe0030 && r <= 0xe0039:
			at += n
		default:
			return 4
		}
	}
	return 4
}

// Length of a region's code: two letters of the country and one to three characters of the part
// (Unicode CLDR, unicode_subdivision_id), as in "gbsct".
const (
	minRegion = 3
	maxRegion = 5
)

// nonCharacter reports code points that are no characters in any text (Unicode, D14).
func nonCharacter(r rune) bool { return r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe }

// invisible lists characters that show nothing: soft hyphen, zero-width and bidi controls, fillers, tag characters,
// interlinear annotation, and the code points that Unicode keeps free for more of them.
func invisible(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x180e, r == 0x3164, r == 0xffa0,
		r == 0xfeff, r == 0x1d159:
		return true
	case r >= 0x200b && r <= 0x200f && !joiner(r), r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfff0 && r <= 0xfffb,
		r >= 0x1bca0 && r <= 0x1bca3, r >= 0x1d173 && r <= 0x1d17a, r >= 0xe0000 && r <= 0xe0fff && !selector(r):
		return true
	}
	return false
}
