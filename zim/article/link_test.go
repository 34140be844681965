package article

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// The same address on pages at different depths: what is relative moves with the page, what is not stays.
func TestLinksFromEveryDepth(t *testing.T) {
	for _, tt := range []struct {
		base, href string
		want       Target
	}{
		{"Page", "B", Target{Path: "B"}},
		{"Page", "./B", Target{Path: "B"}},
		{"Page", "../B", Target{Path: "B"}}, // above the top is the top, as browsers have it
		{"Page", "", Target{}},
		{"Page", "#s", Target{Fragment: "s"}},
		{"Page", "?q=1", Target{Query: "q=1"}},
		{"Page", "B/", Target{Path: "B/"}},
		{"a/b/Page", "B", Target{Path: "a/b/B"}},
		{"a/b/Page", "../B", Target{Path: "a/B"}},
		{"a/b/Page", "../../B", Target{Path: "B"}},
		{"a/b/Page", "../../../B", Target{Path: "B"}},
		{"a/b/Page", "/B", Target{Path: "B"}},
		{"a/b/Page", ".", Target{Path: "a/b/"}},
		{"a/b/Page", "..", Target{Path: "a/"}},
		{"a/b/Page", "./", Target{Path: "a/b/"}},
		{"a/b/Page", "x/../y", Target{Path: "a/b/y"}},
		{"a/b/Page", "x/./y", Target{Path: "a/b/x/y"}},
		{"a//Page", "B", Target{Path: "a//B"}}, // an empty element can be part of a path
		{"https/e.org/Page", "../f.org/B", Target{Path: "https/f.org/B"}},
		{"dir/", "B", Target{Path: "dir/B"}},
		{"a/P", "B%2FC", Target{Path: "a/B/C"}},
		{"a/P", "%2e%2e/B", Target{Path: "B"}}, // encoded dots are dots to browsers too
		{"a/P", "100%25", Target{Path: "a/100%"}},
		{"a/P", "%E6%9D%B1", Target{Path: "a/東"}},
		{"a/P", "東", Target{Path: "a/東"}},
		{"a/P", "B#%23", Target{Path: "a/B", Fragment: "#"}},
		{"a/P", "B?x#y", Target{Path: "a/B", Query: "x", Fragment: "y"}},
		{"a/P", "B:C", Target{}}, // reads as a scheme; who means the page writes ./B:C
		{"a/P", "./B:C", Target{Path: "a/B:C"}},
		{"a/P", " B ", Target{Path: "a/B"}},
		{"a/P", "B\u200b", Target{Path: "a/B"}},
		{"a/P", "%zz", Target{}},
		{"a/P", "%00", Target{Path: "a/\x00"}}, // no entry has such a path, so looking it up finds none
	} {
		if diff := cmp.Diff(tt.want, ResolveLink(tt.base, tt.href)); diff != "" {
			t.Errorf("%q on %q: -want +got:\n%s", tt.href, tt.base, diff)
		}
	}
}

// Schemes other than http and https lead nowhere, however they are written.
func TestForeignSchemes(t *testing.T) {
	for _, s := range []string{"javascript", "data", "vbscript", "file", "ftp", "blob", "about", "mailto", "tel", "ws", "zim", "view-source", "chrome"} {
		for _, href := range []string{s + ":x", s + "://x/y", strings.ToUpper(s) + ":x", " " + s + ":x", "\t" + s + ":x", s + ":\u200bx"} {
			if l := ResolveLink("a/P", href); l.Path != "" || l.URL != "" {
				t.Errorf("%q leads to %+v", href, l)
			}
		}
	}
}

func TestWebAddress(t *testing.T) {
	for in, want := range map[string]string{
		"https://e.org":              "https://e.org",
		"HTTPS://E.org/A":            "https://E.org/A",
		" http://e.org/ ":            "http://e.org/",
		"https://e.org:8443/x?y=z#w": "https://e.org:8443/x?y=z#w",
		"https://[2001:db8::1]/":     "https://[2001:db8::1]/",
		"https://münchen.example/":   "https://m%C3%BCnchen.example/",
		"http://":                    "",
		"https:e.org":                "",
		"e.org/x":                    "",
		"httpx://e.org/":             "",
		"https://user@e.org/":        "",
		"https://e.org/\nx":          "",
		"https://e.org/" + strings.Repeat("x", 2048): "",
	} {
		if got := WebAddress(in); got != want {
			t.Errorf("%.60q: got %q, want %q", in, got, want)
		}
	}
}

// Every word and sign that begins a line of ours, in the spellings that a reader would take for it.
func TestLinesThatImitate(t *testing.T) {
	for _, line := range []string{
		"-- x", "--", "--\tx", "  -- x", "next_cursor: x", "NEXT_CURSOR", "cursor: x", "Cursor", "did you mean: x", "Did You Mean x", "searched 3", "# searched", "#cursor: x",
		"[1] T (a/b)", "[123] T > S (a/b#c)", "[1](a/b)", "[1] T (u) (a/b)",
	} {
		if !imitates(line) {
			t.Errorf("%q is taken for a stranger's", line)
		}
		if got := Guard("before\n" + line + "\nafter"); strings.Count(got, `\`) != 1 || imitates(strings.Split(got, "\n")[1]) {
			t.Errorf("%q becomes %q", line, got)
		}
	}
	for _, line := range []string{
		"", "- x", "---", "--x", "a -- b", "— x", "next cursor", "cursory", "cursors", "searching", "did you meander", "## searched",
		"[1] T", "[1] T (ab)", "[a] T (a/b)", "[] T (a/b)", "[1] T (a/b).", "1] T (a/b)", "[1] T (/b)", "[1] T (a/)",
	} {
		if imitates(line) {
			t.Errorf("%q is taken for ours", line)
		}
		if got := Guard(line); got != line {
			t.Errorf("%q becomes %q", line, got)
		}
	}
}

// Lines that Markdown would read as structure lose that meaning, and no others change.
func TestEscapeLine(t *testing.T) {
	for in, want := range map[string]string{
		"# a": `\# a`, "#a": `\#a`, "> a": `\> a`, "- a": `\- a`, "+ a": `\+ a`, "* a": `\* a`, "-": `\-`,
		"---": `\---`, "===": `\===`, "- - -": `\- - -`, "~~~": `\~~~`, "|a|": `\|a|`,
		"1. a": `1\. a`, "12) a": `12\) a`, "1234567890. a": "1234567890. a", "1.5 a": "1.5 a", "2020.": "2020.",
		"-a": "-a", "+1": "+1", "a # b": "a # b", "": "", "=x": "=x", "~~a~~": "~~a~~", "1": "1",
	} {
		if got := escapeLine(in); got != want {
			t.Errorf("escapeLine(%q) = %q, want %q", in, got, want)
		}
	}
}

// An address on the web that the archive has as an entry is a link to that entry. Each is asked for once.
func TestAddressesOfEntries(t *testing.T) {
	asked := map[string]int{}
	opts := &Options{Path: "Page", Entry: func(address string) string {
		asked[address]++
		return map[string]string{"https://en.example.org/wiki/Caf%C3%A9": "Café", "https://en.example.org/wiki/B?x=1": "B"}[address]
	}}
	page := `<p><a href="https://en.example.org/wiki/Caf%C3%A9">a</a> <a href="https://en.example.org/wiki/Caf%C3%A9#Se%20c">b</a>
		<a href="//en.example.org/wiki/B?x=1">c</a> <a href="https://en.example.org/wiki/None">d</a> <a href="Café">e</a> <a href="https://en.example.org/wiki/None">f</a>`
	d, err := Parse(t.Context(), []byte(page), opts)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Markdown(View{Links: true}, d.Whole()), "[a](Café) [b](<Café#Se c>) [c](B) d [e](Café) f"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := d.LinkCounts(); got[Internal] != 3 || got[External] != 1 {
		t.Errorf("%d internal and %d external, want 3 and 1", got[Internal], got[External])
	}
	want := map[string]int{"https://en.example.org/wiki/Caf%C3%A9": 2, "https://en.example.org/wiki/B?x=1": 1, "https://en.example.org/wiki/None": 1}
	if diff := cmp.Diff(want, asked); diff != "" { // once for each way it is written
		t.Errorf("asked, -want +got:\n%s", diff)
	}
}

// An escape at the beginning of a line is within the link that begins there: before its bracket it would end the link.
func TestEscapesWithinLinks(t *testing.T) {
	for page, want := range map[string]string{
		"<p><a href=B>#if</a> x":                  "[\\#if](B) x",
		"<p><a href=B>1. x</a>":                   "[1\\. x](B)",
		"<p><a href=B>a</a><br><a href=C>- b</a>": "[a](B)\n[\\- b](C)",
		"<p><a href=B>next_cursor: x</a>":         "[\\next_cursor: x](B)",
	} {
		d := parse(t, page)
		if got := strings.ReplaceAll(d.Markdown(View{Links: true}, d.Whole()), "A/", ""); got != want {
			t.Errorf("%s: got %q, want %q", page, got, want)
		}
	}
}

// An address that decodes to what is not text leads nowhere: no entry has such a path.
func TestAddressesThatAreNoText(t *testing.T) {
	for _, href := range []string{"0%8000", "a?%ff", "a#%80", "A%C3"} {
		if got := ResolveLink("A/B", href); !utf8.ValidString(got.Path + got.Query + got.Fragment) {
			t.Errorf("%s: %+v", href, got)
		}
	}
	if got := ResolveLink("A/B", "0%8000"); got != (Target{}) {
		t.Errorf("got %+v, want nothing", got)
	}
}
