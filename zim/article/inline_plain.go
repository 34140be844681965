package article

// plainByte marks ASCII that is text wherever it stands.
var plainByte = func() (t [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:()'\"!?%/=+~^{}$@-#>]") {
		t[c] = true
	}
	return t
}()

// plainRun returns how many bytes at the start of s are plain words with single spaces between them. Most of a page is.
func plainRun(s string) int {
	n, try := 0, 0 // where the next eight bytes may be looked at together
	for n < len(s) {
		switch c := s[n]; {
		case plainByte[c]:
			if n++; n < try {
				continue
			}
			for n+8 <= len(s) && (s[n-1] != ' ' || s[n] != ' ') && plain8(s[n:n+8]) {
				n += 8
			}
			if try = n + 8; s[n-1] == ' ' { // what follows decides
				n--
			}
		case clearLead[c] > 0 && n+int(clearLead[c]) <= len(s):
			for n < len(s) { // a word in another script
				k := int(clearLead[s[n]])
				if k == 0 || n+k > len(s) {
					break
				}
				n += k
			}
		case c >= 0xc3 && c < 0xf0:
			size := plainRune(s[n:])
			if size == 0 {
				return n
			}
			n += size
		case c == ' ' && n > 0 && n+1 < len(s) && (plainByte[s[n+1]] || plainRune(s[n+1:]) > 0):
			n++
		default:
			return n
		}
	}
	return n
}

// plain8 reports that each of the eight bytes of s is a plainByte or a space that is not behind another. All bytes are tested at
// once: their highest bit tells, since none of ASCII has it, and adding 0x7f sets it in every byte but zero.
func plain8(s string) bool {
	const ones, high, low = 0x0101010101010101, 0x8080808080808080, 0x7f7f7f7f7f7f7f7f
	_ = s[7]
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	if (x|(x-' '*ones)|(x+ones))&high != 0 { // not printable
		return false
	}
	others := (x ^ '&'*ones) + low
	others &= (x ^ '*'*ones) + low
	others &= (x ^ '<'*ones) + low
	others &= (x ^ '`'*ones) + low
	others &= ((x | 0x20*ones) ^ '|'*ones) + low // and the backslash
	others &= ((x | 0x04*ones) ^ '_'*ones) + low // and the bracket
	spaces := ^((x ^ ' '*ones) + low) & high
	return others&high == high && spaces&(spaces<<8) == 0
}

// plainRune is the length of the rune at the start of s when it has two or three bytes and needs no closer look: it is visible and
// no white space, whatever stands beside it. U+0080 to U+00BF, which are neither all, are left to the closer look.
func plainRune(s string) int {
	c := s[0]
	if c < 0xc3 || c >= 0xf0 || len(s) < 2 || suspectSecond[c]>>(s[1]&0x3f)&1 != 0 {
		return 0
	}
	if n := leadLen(c); n <= len(s) {
		return n
	}
	return 0
}
