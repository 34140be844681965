package article

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// One row for each line of the table of characters: what carries nothing a reader sees goes, what is spelling stays.
func TestInvisibleTable(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"zero width", "a\u200bb\u2060c\u2061d\u2064e\ufefff", "abcdef"},
		{"soft hyphen and grapheme joiner", "a\u00adb\u034fc\u180ed", "abcd"},
		{"bidi", "a\u202ab\u202ec\u2066d\u2069e\u200ef\u200fg\u061ch", "abcdefgh"},
		{"bidi in Arabic", "مر\u200fحبا", "مرحبا"},
		{"tags", "x\U000e0001\U000e0049\U000e0067\U000e007fy", "xy"},
		{"fillers", "a\u115fb\u1160c\u3164d\uffa0e\u17b4f", "abcdef"},
		{"deprecated format characters", "a\u206ab\u206fc\ufff9d\ufffbe", "abcde"},
		{"music and shorthand format", "a\U0001d173b\U0001bca0c", "abc"},
		{"code points kept free for more", "a\u2065b\ufff0c\U000e0200d", "abcd"},
		{"C0", "a\x00\x01\x08\x0e\x1bb\x7fc", "abc"},
		{"C0 that part words", "a\vb\fc\rd", "a b c d"},
		{"C1", "a\u0080b\u009fc", "abc"},
		{"next line", "a\u0085b", "a b"},
		{"tab and line end stay", "a\tb\nc", "a\tb\nc"},
		{"line and paragraph separators", "a\u2028b\u2029c", "a\nb\nc"},
		{"noncharacters", "a\ufdd0b\uffffc\U0001fffed", "a\ufffdb\ufffdc\ufffdd"},

		{"non-joiner in Persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiner in Sinhala", "ශ්\u200dරී", "ශ්\u200dරී"},
		{"joiners in Devanagari", "क्\u200dष क्\u200cष", "क्\u200dष क्\u200cष"},
		{"joiner in Mongolian", "ᠮᠣ\u200dᠩ", "ᠮᠣ\u200dᠩ"},
		{"joiner behind a space", "می \u200cخواهم", "می خواهم"},
		{"joiner at the end", "می\u200c", "می"},
		{"two joiners", "می\u200c\u200dخواهم", "می\u200dخواهم"},
		{"joiner in Latin", "pass\u200dword", "password"},
		{"joiner in Cyrillic", "па\u200cроль", "пароль"},
		{"joiner in Greek", "α\u200dβ", "αβ"},
		{"joiner in Han", "漢\u200d字", "漢字"},
		{"joiner in Hangul", "한\u200c글", "한글"},
		{"joiner between scripts", "a\u200cم", "aم"},
		{"joiners in a row are one", "م\u200c\u200c\u200c\u200cم", "م\u200cم"},

		{"family", "👨\u200d👩\u200d👧\u200d👦", "👨\u200d👩\u200d👧\u200d👦"},
		{"profession with skin", "👩🏽\u200d💻", "👩🏽\u200d💻"},
		{"heart on fire", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"rainbow flag", "🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"},
		{"keycap", "1\ufe0f\u20e3 #\ufe0f\u20e3", "1\ufe0f\u20e3 #\ufe0f\u20e3"},
		{"text style", "☺\ufe0e ©\ufe0f", "☺\ufe0e ©\ufe0f"},
		{"flag of a country", "🇩🇪", "🇩🇪"},
		{"flag of Scotland", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f!", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f!"},
		{"flag of a state", "🏴\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f", "🏴\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f"},
		{"flag that goes on", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f\U000e0041\U000e0042", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"},
		{"flag without an end", "🏴\U000e0067\U000e0062\U000e0073", "🏴"},
		{"flag of too many letters", "🏴" + strings.Repeat("\U000e0061", 6) + "\U000e007f", "🏴"},
		{"flag of capitals", "🏴\U000e0049\U000e0047\U000e004e\U000e007f", "🏴"},
		{"black flag", "🏴 pirates 🏴\u200d☠\ufe0f", "🏴 pirates 🏴\u200d☠\ufe0f"},
		{"form of an ideograph", "邉\U000e0101", "邉\U000e0101"},
		{"form of a Mongolian letter", "ᠨ\u180b", "ᠨ\u180b"},
		{"two selectors", "邉\U000e0101\U000e0102 😀\ufe0f\ufe0f", "邉\U000e0101 😀\ufe0f"},
		{"selectors that spell", "a\ufe01\ufe02\U000e0100\U000e01efb\ufe0f", "ab"},
		{"selector behind a joiner", "م\u200c\ufe0fم", "مم"},
		{"accents stay", "e\u0301 n\u0303 a\u0327", "e\u0301 n\u0303 a\u0327"},
		{"Hebrew points stay", "שָׁלוֹם", "שָׁלוֹם"},
		{"Japanese stays", "日本語のテキスト、です。", "日本語のテキスト、です。"},
		{"private use stays", "\ue000\U000f0000", "\ue000\U000f0000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := VisibleText(tt.in); got != tt.want && strings.ReplaceAll(got, "\n", " ") != tt.want {
				t.Errorf("got %+q, want %+q", got, tt.want)
			}
			checkVisible(t, tt.in)
		})
	}
}

// checkVisible tests what holds of all text that was cleaned: it is valid, a second pass changes nothing, and no character is in it
// that no rule keeps.
func checkVisible(t testing.TB, in string) {
	t.Helper()
	once := VisibleText(in)
	if !utf8.ValidString(once) {
		t.Fatalf("%q is no UTF-8", once)
	}
	if twice := VisibleText(once); twice != once {
		t.Fatalf("once %+q, twice %+q, of %+q", once, twice, in)
	}
	tags := false // inside a flag
	for _, r := range once {
		tags = r == blackFlag || tags && r >= 0xe0020 && r < 0xe007f
		switch {
		case r < ' ' && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0, nonCharacter(r), r == 0x2028, r == 0x2029:
			t.Fatalf("%U in %+q", r, once)
		case r >= 0xe0000 && r < 0xe0080 && !tags && r != 0xe007f:
			t.Fatalf("tag %U outside a flag in %+q", r, once)
		case invisible(r) && !(r >= 0xe0020 && r <= 0xe007f):
			t.Fatalf("%U in %+q", r, once)
		}
	}
}

// Every code point stands alone and between letters, so none is forgotten by the tables that let text pass quickly.
func TestEveryCodePoint(t *testing.T) {
	for r := rune(1); r <= utf8.MaxRune; r++ {
		if r >= 0xd800 && r < 0xe000 {
			continue
		}
		s := "x" + string(r) + "y"
		got := VisibleText(s)
		if r != '\r' && suspect(r) == false && r >= 0x80 && got != s {
			t.Fatalf("%U is no suspect and became %+q", r, got)
		}
		if invisible(r) && got != "xy" {
			t.Fatalf("%U is invisible and became %+q", r, got)
		}
		if joiner(r) || selector(r) {
			if got != "xy" {
				t.Fatalf("%U between Latin letters became %+q", r, got)
			}
		}
		if VisibleText(got) != got {
			t.Fatalf("%U: %+q changes again", r, got)
		}
	}
}

// Eight bytes at once are judged as one by one, wherever the one that is not printable stands.
func TestPrintable8(t *testing.T) {
	for at := range 8 {
		for c := range 256 {
			b := []byte("ab yz~!z")
			b[at] = byte(c)
			if got, want := printable8(string(b)), c >= ' ' && c < 0x7f; got != want {
				t.Errorf("%#x at %d: %v", c, at, got)
			}
		}
	}
}

// ASCII and the letters of the common scripts come back as they are, without a copy.
func TestNothingToRemove(t *testing.T) {
	for _, s := range []string{"", "plain text,\n\twith marks & <tags>", "Füße und Bäume", "Москва", "東京タワー", "안녕하세요", "हिन्दी", "ภาษาไทย"} {
		if got := stripInvisible(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
		if n := testing.AllocsPerRun(10, func() { stripInvisible(s) }); n > 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

func FuzzVisibleText(f *testing.F) {
	for _, s := range []string{"a\u200b\u200cb", "م\u200c\ufe0fم", "🏴\U000e0067\U000e0062\U000e007f", "\xff\xfe\xed\xa0\x80", "\r\n\u2028", "邉\U000e0101\U000e0102"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkVisible(t, s)
		line := PlainLine(s)
		if strings.ContainsAny(line, "\n\t\r") || PlainLine(line) != line {
			t.Fatalf("line %+q of %+q", line, s)
		}
		cleaned := Clean(s, 50)
		if utf8.RuneCountInString(strings.ReplaceAll(cleaned, `\`, "")) > 50 || strings.Contains(cleaned, "\n") {
			t.Fatalf("cleaned %+q of %+q", cleaned, s)
		}
	})
}

func BenchmarkVisibleText(b *testing.B) {
	for name, s := range map[string]string{
		"English":  strings.Repeat("The quick brown fox jumps over the lazy dog, and so on. ", 2000),
		"Russian":  strings.Repeat("Съешь же ещё этих мягких французских булок. ", 2000),
		"Japanese": strings.Repeat("いろはにほへと散りぬるを我が世誰ぞ常ならむ。", 2000),
		"Persian":  strings.Repeat("این متن را می\u200cخواهم بخوانم. ", 2000),
		"hostile":  strings.Repeat("a\u200b\u202e\U000e0041", 20000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				VisibleText(s)
			}
		})
	}
}
