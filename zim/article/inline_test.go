package article

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestInline(t *testing.T) {
	checkRows(t, []row{
		{"space at the edges of marks goes outside", `a<b> b </b>c<i>d </i>e`, []string{"a **b** c*d* e"}},
		{"empty marks", `a<b></b><i> </i>b`, []string{"a b"}},
		{"marks over a line end", `<b>a<br>b</b>`, []string{"**a", "b**"}},
		{"bold in italics", `<i>a <b>b</b> c</i>`, []string{"*a **b** c*"}},
		{"kinds of emphasis", `<strong>a</strong> <em>b</em> <var>c</var> <cite>d</cite> <dfn>e</dfn>`, []string{"**a** *b* *c* *d* *e*"}},
		{"a link is its text", `see <a href="B">the page</a> and <a href="https://e.org/">e</a>`, []string{"see the page and e"}},
		{"an image in a link", `<a href=B><img alt="A large map" src=m.png></a>`, []string{"A large map"}},
		{"alt that is the file's name", `a<img alt="ok" src=x.png><img alt="house.JPG" src=y><img alt="photo" src="photo.png">b`, []string{"a![ok]b"}},
		{"alt with brackets", `<img alt="a [b](c) d" src=x>`, []string{"![a (b)(c) d]"}},
		{"alt with invisible characters", "<img alt='a long\u202e alt\u200b' src=x>", []string{"![a long alt]"}},
		{"no alt", `a<img src=x>b`, []string{"ab"}},
	})
}

func TestEntities(t *testing.T) {
	checkRows(t, []row{
		{"named, decimal, hexadecimal", `&eacute; &#233; &#xe9; &hellip;`, []string{"é é é …"}},
		{"without semicolon", `&copy 2020 &amp b`, []string{"© 2020 & b"}},
		{"no-break spaces fold", `a&nbsp;&nbsp;b&#x202f;c&#8199;d`, []string{"a b c d"}},
		{"zero and beyond Unicode", `a&#0;b&#x110000;c&#xd800;d`, []string{"a\uFFFDb\uFFFDc\uFFFDd"}},
		{"numbers of an old encoding", `&#150; &#147;a&#148;`, []string{"– “a”"}},
		{"twice escaped stays a reference", `&amp;eacute; &amp;amp; &amp;#x202e;`, []string{"&amp;eacute; &amp;amp; &amp;#x202e;"}},
		{"an ampersand is one", `AT&T R&D a & b &; &x`, []string{"AT&T R&D a & b &; &x"}},
		{"invisible by reference", `a&#x200b;b&#x202e;c&zwnj;d&shy;e&#xfeff;f`, []string{"abcdef"}},
		{"tags by reference", `a&#xe0041;b`, []string{"ab"}},
		{"less than is no tag", `1 &lt; 2, a &lt;b, &lt;/p&gt;`, []string{`1 < 2, a \<b, \</p>`}},
	})
}

// Controls of writing direction can show a text in another order than it has. They are removed everywhere; the text keeps
// the order in which it is read.
func TestDirectionControls(t *testing.T) {
	const controls = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
	for _, c := range controls {
		page := "<title>a" + string(c) + "b</title><h2 id='x" + string(c) + "y'>h" + string(c) + "i</h2><p>c" + string(c) + "d<code>e" + string(c) + "f</code></p><pre>g" + string(c) +
			"h</pre><table><tr><th>i" + string(c) + "j<th>k<tr><td>1<td>2</table><img alt='long" + string(c) + "er' src=x>"
		d := parse(t, page)
		if got := d.Title + d.Text(d.Whole()) + strings.Join(d.Outline(), ""); strings.ContainsRune(got, c) || !strings.Contains(got, "longer") {
			t.Errorf("%U: %q", c, got)
		}
		h, err := Sanitize(t.Context(), []byte(page), nil)
		if err != nil || strings.ContainsRune(h.Text, c) {
			t.Errorf("%U, sanitised: %v %q", c, err, h.Text)
		}
	}
	for in, want := range map[string]string{
		"<p dir=rtl>שלום <bdo dir=ltr>abc</bdo></p>": "שלום abc",
		"<p>العربية (test)</p>":                      "العربية (test)",
		"<p>हिन्दी क्\u200dष</p>":                    "हिन्दी क्\u200dष", // the joiner is spelling here
	} {
		if got := textOf(t, in); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		in   string
		max  int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"ééé", 3, "ééé"}, {"éééé", 3, "éé…"}, {"東京都庁", 2, "東…"}, {"ab cd", 4, "ab…"}, {"", 1, ""}, {"ab", 1, "…"},
	} {
		if got := Clip(tt.in, tt.max); got != tt.want || utf8.RuneCountInString(got) > tt.max {
			t.Errorf("Clip(%q, %d) = %q, want %q", tt.in, tt.max, got, tt.want)
		}
	}
}

func TestVisibleText(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc\nd":    "a\nb\nc\nd",
		"a\x00b\x07c":     "abc",
		"a\xffb":          "a\uFFFDb",
		"a\tb":            "a\tb",
		"a\u2028b\u2029c": "a\nb\nc",
		"a\ufffeb":        "a\uFFFDb",
		"葛\U000e0100":     "葛\U000e0100", // which form of a character is meant
		"plain":           "plain",
		"":                "",
	} {
		if got := VisibleText(in); got != want {
			t.Errorf("VisibleText(%q) = %q, want %q", in, got, want)
		}
	}
}

// What was cleaned stays as it is when it is cleaned again: no removal brings two halves of something together.
func TestCleaningTwice(t *testing.T) {
	for _, s := range []string{"a\u200b\u200db", "\u200d\u200d", "👩\u200d\u200b\u200d💻", "-\u200b- next_cursor: x", "[\u200b1] x (a/b)", "&\u200b#8203;", "\u202e\u2066a", canaries, "a\xff\u200b\xffb"} {
		once := PlainLine(s)
		if twice := PlainLine(once); twice != once {
			t.Errorf("%q becomes %q, then %q", s, once, twice)
		}
		if got := Clean(s, 100); imitates(got) {
			t.Errorf("%q becomes %q, which imitates a line of ours", s, got)
		}
	}
}

// Eight bytes at once are judged as one by one, whatever stands where, and a run ends where a slow reading ends it.
func TestPlain8(t *testing.T) {
	slow := func(s string) bool {
		for i := range len(s) {
			if !plainByte[s[i]] && (s[i] != ' ' || i > 0 && s[i-1] == ' ') {
				return false
			}
		}
		return true
	}
	for at := range 8 {
		for c := range 256 {
			for _, around := range []string{"abcdefgh", "A 9 z. )", " , : ; !"} {
				b := []byte(around)
				b[at] = byte(c)
				if got, want := plain8(string(b)), slow(string(b)); got != want {
					t.Errorf("%q: %v, want %v", b, got, want)
				}
			}
		}
	}
}

func TestPlainRun(t *testing.T) {
	slow := func(s string) int { // the longest beginning of plain words with single spaces between them
		n := 0
		for i := range len(s) {
			switch {
			case plainByte[s[i]]:
				n = i + 1
			case s[i] != ' ' || i == 0 || s[i-1] == ' ':
				return n
			}
		}
		return n
	}
	text := "the quick brown fox (jumps) over 12 lazy dogs, and so on; then  "
	for from := range text {
		for to := from; to <= len(text); to++ {
			for _, end := range []string{"", " ", "  ", "*", " *", "a", " a", "\n"} {
				if s := text[from:to] + end; plainRun(s) != slow(s) {
					t.Fatalf("%q: %d, want %d", s, plainRun(s), slow(s))
				}
			}
		}
	}
}
