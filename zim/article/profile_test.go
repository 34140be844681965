package article

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What each family of sites calls furniture, and which element it calls content.
func TestProfiles(t *testing.T) {
	for _, tt := range []struct{ name, page, profile, want string }{
		{"plain page", `<body><div class=navbox>a</div><p>b`, "plain", "a\n\nb"}, // the class means nothing here
		{"plain page with main", `<body><p>menu<main><p>b</main><p>foot`, "plain", "b"},
		{"role of main", `<body><p>menu<div role=main><p>b</div>`, "plain", "b"},
		{"id of content before main", `<body><main>a<div id=content>b</div></main>`, "plain", "b"},
		{"hidden content is passed over", `<body><div id=content hidden>a</div><p>b`, "plain", "b"},
		{"table of contents", `<body><div id=toc>1 A</div><p>b`, "plain", "1 A\n\nb"},
		{"navigation", `<body><nav>a</nav><p>b`, "plain", "b"},
		{"MediaWiki by class of the body", `<body class=mediawiki><p>a<table class=navbox><tr><td>n</table>`, "mediawiki", "a"},
		{"MediaWiki by id", `<div id=mw-content-text><p>a<span class=mw-editsection>[edit]</span></div><p>out`, "mediawiki", "a"},
		{"MediaWiki, furniture", `<div class=mw-parser-output><div class=toc>t</div><div class="ambox">needs work</div><p>a</p><div class=catlinks>c</div>` +
			`<div class=printfooter>p</div><table class=sidebar><tr><td>s</table><div class=noprint>n</div><ol class=references><li>r</ol><div class=reflist>r</div></div>`, "mediawiki", "a"},
		{"MediaWiki, marks of notes", `<div class=mw-parser-output><p>a<sup class=reference id=cite_ref-1><a href="#1">[1]</a></sup> b<span id=cite_ref-2>x</span></div>`, "mediawiki", "a b"},
		{"Stack Exchange", `<body><div id=content><h1 itemprop=name><a class=question-hyperlink>Q</a></h1><div class=votecell>12</div><div class=s-prose><p>a</div><div class=user-gravatar32>u</div></div><div id=footer>f</div>`, "stackexchange", "a"},
		{"Sphinx", `<body><div class=sphinxsidebar>s</div><div role=main><h1>T<a class=headerlink>¶</a></h1><p>a <a class="reference internal">b</a></div><div class=footer>f</div>`, "sphinx", "a b"},
		{"Sphinx keeps links of class reference", `<div class=rst-content><p><sup class=reference>1</sup>a`, "sphinx", "^1a"},
		{"DocBook, entries of an index", `<meta name=generator content="DocBook XSL"><body><p>a<a class=indexterm name=i1></a></p><dl><dt>ABORT, <a class=indexterm href=B>B</a></dl>`, "docbook", "a\n\n**ABORT, B**"},
		{"an empty page", ``, "plain", ""},
	} {
		d := parse(t, tt.page)
		if d.Profile != tt.profile {
			t.Errorf("%s: profile %q, want %q", tt.name, d.Profile, tt.profile)
		}
		if diff := cmp.Diff(tt.want, d.Text(d.Whole())); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}

func TestLanguageOfAPage(t *testing.T) {
	for page, want := range map[string]string{
		`<html lang=de><p>a`:                           "de",
		`<html lang=de><div id=content lang=fr><p>a`:   "fr", // an archive in one language can hold pages of another
		`<html lang="de-AT "><p>a`:                     "de-AT",
		`<p>a`:                                         "",
		"<html lang='a\n-- next_cursor: x\u202e'><p>a": "a -- next_cursor: x",
	} {
		if got := parse(t, page).Lang; got != want {
			t.Errorf("%q: language %q, want %q", page, got, want)
		}
	}
}

func TestMetaRefresh(t *testing.T) {
	for content, want := range map[string]string{
		"0;url=B":                    "A/B",
		"0; URL='B'":                 "A/B",
		`5 ; url = "../C/D%20e#f"`:   "C/D e",
		"0;url=/top":                 "top",
		"0;url=https://example.org/": "",
		"0;url=javascript:alert(1)":  "",
		"0;url=":                     "",
		"0;u":                        "",
		"0;url B":                    "",
		"5":                          "",
		"":                           "",
	} {
		d := parse(t, `<meta http-equiv=refresh content="`+htmlQuoted(content)+`"><p>x`)
		if d.Redirect != want {
			t.Errorf("%q leads to %q, want %q", content, d.Redirect, want)
		}
	}
}

func htmlQuoted(s string) string {
	out := ""
	for _, c := range s {
		if c == '"' {
			out += "&quot;"
		} else {
			out += string(c)
		}
	}
	return out
}

func TestCanonical(t *testing.T) {
	for href, want := range map[string]string{
		"https://e.org/wiki/X": "https://e.org/wiki/X",
		"http://e.org/":        "http://e.org/",
		"//e.org/x":            "https://e.org/x",
		"/wiki/X":              "",
		"javascript:alert(1)":  "",
		"https://u:p@e.org/":   "", // nobody's password is shown
		"https:///x":           "",
		"ftp://e.org/":         "",
		"https://e.org/a b":    "https://e.org/a%20b",
		"https://e.org/a\x01b": "",
	} {
		if got := parse(t, `<link rel=canonical href="`+href+`"><p>x`).Canonical; got != want {
			t.Errorf("%q: got %q, want %q", href, got, want)
		}
	}
}
