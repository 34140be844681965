package article

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Every pair of bytes, at every place of eight, is judged as the standard library does.
func TestValidUTF8(t *testing.T) {
	for a := range 256 {
		for b := range 256 {
			for _, around := range []string{"", "abc", "абвг", "абвгx", "日本", "аб\u00ff"} {
				s := around + string([]byte{byte(a), byte(b)}) + around
				if got, want := validUTF8([]byte(s)), utf8.ValidString(s); got != want {
					t.Fatalf("%q: got %v, want %v", s, got, want)
				}
			}
		}
	}
	for _, s := range []string{"", "a", "\xf0\x9f\x98\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", strings.Repeat("ш", 9) + "\xd1"} {
		if got, want := validUTF8([]byte(s)), utf8.ValidString(s); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}
