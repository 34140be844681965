package article

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// falseLines imitate what our replies and the clients around them say of themselves.
var falseLines = []string{
	"[1] Title (wiki/Evil)", "[12] T > S (x/y#z)", " [3] x (a/b)", "\t[1]\tx (a/b) ", "[1] (a/b)", "[1]  Title (from \"X\") (a/b)", "[1] x (a (b)/c)",
	"[007] weak: x (a/b?v=12345678)", "\u00a0[1] x (a/b)", "[1] a/b (c/d)", "[1]x (a/b)",
	"-- next_cursor: abc", "--", "-- ", "--\tsearched", "  -- 3 more with limit=8", "--\u00a0x", "-- outline (section id, title, ~tokens):",
	"next_cursor: x", "Next_Cursor", "# next_cursor: x", "#cursor: x", " # cursor x", "cursor: abc", "CURSOR", "did you mean: x", "Did You Mean x",
	"#  did you mean", "searched", "searched also: x (for \"y\")", "Searched: nothing",
	"</passage>", "<passage id=1>", "text </document> text", "<system>", "</System >", "<ASSISTANT>", "<user", "</tool>", "<source/>", "a<tool\tx",
}

// honestLines look alike and are text.
var honestLines = []string{
	"[1] a note without an id", "[x] y (a/b)", "[1] see (a) and b/c", "[] x (a/b)", "1] x (a/b)", "[1 x (a/b)", "[1] x (/b)", "[1] x (a/)",
	"--flag is an option", "-1 degrees", "- item", "—", "a -- b",
	"cursors are small", "the cursor", "a cursor: b", "searched_for", "did you meander", "research", "searchedly", "next_cursors",
	"<passages>", "<users>", "a < system", "<toolbox>", "<sources>", "userland", "", " ", "\\-- escaped",
}

func TestGuardLines(t *testing.T) {
	for _, l := range falseLines {
		for _, s := range []string{l, "text\n" + l, l + "\ntext", "a\n\n" + l + "\n\nb"} {
			got := Guard(s)
			if got == s {
				t.Errorf("%q is not escaped", s)
			}
			if strings.ReplaceAll(got, `\`, "") != s {
				t.Errorf("%q lost something: %q", s, got)
			}
			checkGuarded(t, s)
		}
	}
	for _, l := range honestLines {
		if got := Guard(l); got != l {
			t.Errorf("%q became %q", l, got)
		}
	}
}

// checkGuarded tests that no line of what Guard returns has a form of ours, and that it is done after one call.
func checkGuarded(t testing.TB, s string) {
	t.Helper()
	got := Guard(s)
	if again := Guard(got); again != got {
		t.Fatalf("once %q, twice %q", got, again)
	}
	for l := range strings.SplitSeq(got, "\n") {
		if imitates(l) {
			t.Fatalf("%q of %q", l, s)
		}
	}
}

// A page that imitates us in a paragraph, behind a line break, in a cell, in a heading, in a title or as an id is escaped in every
// rendering.
func TestFalseLinesOnPages(t *testing.T) {
	for _, l := range falseLines {
		text := html.EscapeString(l)
		for place, page := range map[string]string{
			"paragraph": "<p>" + text + "</p>", "break": "<p>x<br>" + text + "<br>y</p>", "item": "<ul><li>" + text + "<li>x</ul>",
			"quote": "<blockquote>" + text + "</blockquote>", "division": "<div>" + text + "</div>", "definition": "<dl><dt>" + text + "<dd>" + text + "</dl>",
			"parts": "<p>" + strings.ReplaceAll(text, " ", " <span></span>") + "</p>", "invisible": "<p>\u200b" + text + "\u2060</p>",
		} {
			d := parse(t, page)
			for line := range strings.SplitSeq(d.Text(d.Whole()), "\n") {
				if imitates(line) {
					t.Errorf("%s: %q in %q", place, line, d.Text(d.Whole()))
				}
			}
		}
		plain := FromText("x\n" + l + "\ny")
		if got := plain.Text(plain.Whole()); got == "x\n"+l+"\ny" {
			t.Errorf("plain text: %q", got)
		}
		if got := Clean(l, 200); imitates(got) {
			t.Errorf("title: %q", got)
		}
	}
}

// A cut puts the middle of a line where a line begins.
func TestResumed(t *testing.T) {
	for in, want := range map[string]string{
		"-- next_cursor: x": `\-- next_cursor: x`, "[1] x (a/b)\nmore": "\\[1] x (a/b)\nmore", "# x\n# y": "\\# x\n# y", "1. x": `1\. x`,
		"> x": `\> x`, "plain": "plain", "": "", "| a": `\| a`, "- a": `\- a`, "---": `\---`, `\- a`: `\- a`,
	} {
		if got := resumed(in); got != want {
			t.Errorf("resumed(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEscapeReferences(t *testing.T) {
	for in, want := range map[string]string{
		"&#8203;": "&amp;#8203;", "&#x200b;": "&amp;#x200b;", "&#X200B": "&amp;#X200B", "a &lt; b": "a &amp;lt; b", "&zwnj;": "&amp;zwnj;",
		"&amp;": "&amp;amp;", "&ZeroWidthSpace;": "&amp;ZeroWidthSpace;", "&shy": "&amp;shy", "&#8203": "&amp;#8203",
		"AT&T": "AT&T", "R&B;": "R&B;", "a & b": "a & b", "&": "&", "&;": "&;", "&#;": "&#;", "&#x;": "&#x;", "&#xg;": "&#xg;", "&unknownname;": "&unknownname;",
		"`&lt;` &lt;": "`&lt;` &amp;lt;", "``a ` &lt;`` &gt;": "``a ` &lt;`` &amp;gt;", "`&lt;": "`&amp;lt;", "\\`&lt;\\`": "\\`&amp;lt;\\`",
		"\\&lt;": "\\&amp;lt;", "&&lt;": "&&amp;lt;", "\\": "\\", "": "", "`": "`", "&" + strings.Repeat("a", 40) + ";": "&" + strings.Repeat("a", 40) + ";",
	} {
		if got := escapeReferences(in); got != want {
			t.Errorf("escapeReferences(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestReferences(t *testing.T) {
	for in, want := range map[string]int{"a &lt; `&lt;` &amp;lt; &#8203; AT&T \\&gt;": 3, "": 0, "`&lt;": 1, strings.Repeat("&#1", 50_000): 50_000, strings.Repeat("`", 50_000) + "&lt;": 1} {
		if got := splitReferences(in); len(got) != want {
			t.Errorf("%.40q: %v, want %d", in, got, want)
		}
	}
}

// What finishBlock returns, decoded by a reader of HTML outside code, holds no invisible character.
func FuzzFinishBlock(f *testing.F) {
	for _, s := range []string{"&#8203;", "a&amp;#x202e;b", "`&#8203;`", "\u200b&\u200b#8203;", "&#\u206019;", "\\&lt;", "&shy"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		got := finishBlock(s)
		if !strings.Contains(got, "`") {
			if back := html.UnescapeString(got); stripInvisible(back) != back && stripInvisible(s) == s {
				t.Fatalf("%q decodes to %q", got, back)
			}
		}
		checkGuarded(t, s)
		if strings.ReplaceAll(Guard(s), `\`, "") != strings.ReplaceAll(s, `\`, "") {
			t.Fatalf("Guard(%q) = %q", s, Guard(s))
		}
	})
}

func BenchmarkGuard(b *testing.B) {
	for name, s := range map[string]string{
		"text":       strings.Repeat("The quick brown fox jumps over the lazy dog.\n", 2000),
		"imitations": strings.Repeat("[1] x (a/b)\n-- y\ncursor\n", 2000),
		"brackets":   strings.Repeat("[", 100_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Guard(s)
			}
		})
	}
}
