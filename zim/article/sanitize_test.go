package article

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attacks are pages that run code, load something or break out of where they are shown, in browsers old and new.
var attacks = map[string]string{
	"script":                        `<script>alert(1)</script>`,
	"script in capitals":            `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`,
	"script, broken":                `<scr<script>ipt>alert(1)</scr</script>ipt>`,
	"handler":                       `<img src=x onerror=alert(1)>`,
	"handler without quotes":        `<p onmouseover=alert(1)>x`,
	"handler behind a slash":        `<img/src=x/onerror=alert(1)>`,
	"handler in a drawing":          `<svg onload=alert(1)><circle r=1></svg>`,
	"handler on an unknown element": `<x onclick=alert(1)>x</x>`,
	"address":                       `<a href="javascript:alert(1)">x</a>`,
	"address in capitals":           `<a href="JaVaScRiPt:alert(1)">x</a>`,
	"address with a tab":            "<a href=\"java\tscript:alert(1)\">x</a>",
	"address with a line end":       "<a href=\"java&#10;script:alert(1)\">x</a>",
	"address with a control":        `<a href="&#1;javascript:alert(1)">x</a>`,
	"address by reference":          `<a href="&#106;avascript:alert(1)">x</a>`,
	"address without semicolon":     `<a href="&#0000106avascript:alert(1)">x</a>`,
	"address with invisible":        "<a href=\"java\u200bscript:alert(1)\">x</a>",
	"address of data":               `<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>`,
	"address of vbscript":           `<a href="vbscript:msgbox(1)">x</a>`,
	"address with a backslash":      `<a href="\\evil.example\x">x</a>`,
	"image of data":                 `<img src="data:image/svg+xml,<svg onload=alert(1)>">`,
	"image from elsewhere":          `<img src="https://evil.example/track.png?c=1">`,
	"image without scheme":          `<img src="//evil.example/t.png">`,
	"image set":                     `<img src=a.png srcset="https://evil.example/t.png 2x">`,
	"lazy image":                    `<img src=a.png data-src="https://evil.example/t.png">`,
	"picture":                       `<picture><source srcset="https://evil.example/t.webp"><img src=a.png></picture>`,
	"background":                    `<table background="https://evil.example/t.png"><tr><td>x</table>`,
	"style":                         `<p style="background:url(https://evil.example/t.png)">x`,
	"style element":                 `<style>@import "https://evil.example/x.css"</style>`,
	"style sheet":                   `<link rel=stylesheet href="https://evil.example/x.css">`,
	"frame":                         `<iframe src="https://evil.example/"></iframe>`,
	"frame with a page":             `<iframe srcdoc="<script>alert(1)</script>"></iframe>`,
	"object":                        `<object data="https://evil.example/x.swf"></object><embed src=x.swf>`,
	"base":                          `<base href="https://evil.example/"><a href=x>x</a>`,
	"refresh":                       `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
	"form":                          `<form action="https://evil.example/"><input name=p><button formaction="javascript:x">Go</button></form>`,
	"comment":                       `<!--><script>alert(1)</script>-->`,
	"comment of a browser":          `<!--[if IE]><script>alert(1)</script><![endif]-->`,
	"title that ends":               `<title></title><script>alert(1)</script>`,
	"text that ends":                `<textarea></textarea><script>alert(1)</script>`,
	"attribute that ends":           `<p title='"><script>alert(1)</script>'>x`,
	"attribute with a reference":    `<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x`,
	"text with references":          `<p>&lt;script&gt;alert(1)&lt;/script&gt;`,
	"foreign style":                 `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	"foreign template":              `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
	"noscript":                      `<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`,
	"drawing with a link":           `<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`,
	"drawing that loads":            `<svg><use href="https://evil.example/x.svg#a"></svg>`,
	"video":                         `<video poster="https://evil.example/x.png" src=x onerror=alert(1)></video>`,
	"ping":                          `<a href=x ping="https://evil.example/">x</a>`,
	"target":                        `<a href="https://good.example/" target=_blank>x</a>`,
	"clobbering":                    `<a id=x name=y href=z>x</a><form id=f><input id=attributes></form>`,
	"plaintext":                     `<plaintext><script>alert(1)</script>`,
	"xmp":                           `<xmp><script>alert(1)</script></xmp>`,
}

// What comes out of every attack is looked at as a browser would read it: only listed elements, only listed attributes, only
// addresses that load nothing from outside the archive.
func TestSanitiserAttacks(t *testing.T) {
	for name, page := range attacks {
		t.Run(name, func(t *testing.T) {
			h, err := Sanitize(t.Context(), []byte("<p>seen</p>"+page), &Options{Path: "A/Page"})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(h.Text, "seen") && !strings.HasPrefix(page, "<title") {
				t.Errorf("the page is lost: %s", h.Text)
			}
			checkSanitised(t, h.Text)
			// The text view shows no more: no tag, and no address.
			text := textOf(t, page)
			for _, bad := range []string{"javascript:", "evil.example", "](", "<script", "<img", "onerror=alert"} {
				if strings.Contains(strings.ReplaceAll(text, `\<`, ""), bad) && !verbatimAttack[name] {
					t.Errorf("%q is in the text %q", bad, text)
				}
			}
		})
	}
}

// verbatimAttack are pages that show their code to whoever reads them; as text it is harmless.
var verbatimAttack = map[string]bool{"plaintext": true, "xmp": true, "image of data": true}

// checkSanitised parses a sanitised page and looks at every element that a browser would make of it.
func checkSanitised(t testing.TB, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		switch n.Type {
		case html.CommentNode:
			t.Errorf("comment %q in %s", n.Data, text)
		case html.ElementNode:
			switch n.DataAtom {
			case atom.Html, atom.Head, atom.Body:
				continue // the parser adds them
			}
			if _, ok := safeElements[n.DataAtom]; !ok || n.Namespace != "" {
				t.Errorf("element %s in %s", n.Data, text)
			}
			for _, a := range n.Attr {
				checkAttribute(t, n, a)
			}
		}
	}
}

func checkAttribute(t testing.TB, n *html.Node, a html.Attribute) {
	t.Helper()
	switch {
	case a.Key == "href" && n.DataAtom == atom.A:
		if l := ResolveLink("A/Page", a.Val); l == (Target{}) || l.URL != "" && !strings.HasPrefix(l.URL, "http") {
			t.Errorf("link to %q", a.Val)
		}
	case a.Key == "src" && n.DataAtom == atom.Img:
		if l := ResolveLink("A/Page", a.Val); l.Path == "" || l.URL != "" {
			t.Errorf("image of %q", a.Val)
		}
	case safeAttributes[a.Key] == nil || !safeAttributes[a.Key](n, a.Val):
		t.Errorf("attribute %s of %s", a.Key, n.Data)
	}
}

// Sanitising what was sanitised changes nothing: there is nothing left that a second reader sees otherwise.
func TestSanitiseTwice(t *testing.T) {
	pages := map[string]string{"canaries": canaries, "table": "<table><caption>c</caption><tr><th>a<td>b</table>", "lists": "<ul><li>a<ol><li>b</ol></ul>",
		"references": "<p>&amp;lt; &amp;amp;lt; &nbsp; &lt;", "quotes": `<p title='a"b'>"x" 'y'`}
	for name, page := range attacks {
		pages[name] = page
	}
	for name, page := range pages {
		once, err := Sanitize(t.Context(), []byte(page), nil)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := Sanitize(t.Context(), []byte(once.Text), nil)
		if err != nil || strings.TrimSpace(twice.Text) != strings.TrimSpace(once.Text) {
			t.Errorf("%s: %v\nonce  %s\ntwice %s", name, err, once.Text, twice.Text)
		}
	}
}

// Breaks stand behind blocks, where a page may be cut without cutting a tag.
func TestBreaks(t *testing.T) {
	h, err := Sanitize(t.Context(), []byte("<h2>a</h2><p>b <b>c</b></p><ul><li>d</li></ul>"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range h.Breaks {
		if b == 0 || h.Text[b-1] != '>' {
			t.Errorf("break at %d of %q", b, h.Text)
		}
	}
	if len(h.Breaks) != 4 { // h2, p, li, ul
		t.Errorf("breaks %v of %q", h.Breaks, h.Text)
	}
}

func TestSanitiseLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		page string
		lim  Limits
		cut  Cut
		err  error
	}{
		"bytes":          {"<p>" + strings.Repeat("word ", 1000), Limits{PageBytes: 100}, CutBytes, nil},
		"nodes":          {strings.Repeat("<p>x", 1000), Limits{Nodes: 100}, CutNodes, nil},
		"output":         {"<p>" + strings.Repeat("<b>&amp;</b>", 1000), Limits{Output: 500}, CutOutput, nil},
		"tags":           {strings.Repeat("<p>x", 1000), Limits{Tags: 100}, "", ErrTooDeep},
		"depth":          {strings.Repeat("<div>", 1000), Limits{}, "", ErrTooDeep},
		"within all":     {"<p>x</p>", Limits{}, "", nil},
		"empty":          {"", Limits{}, "", nil},
		"no HTML":        {"\x00\xff\xfe", Limits{}, "", nil},
		"output of 1":    {"<p>x</p>", Limits{Output: 1}, CutOutput, nil},
		"long attribute": {`<p title="` + strings.Repeat("x", maxAttr+1) + `">x</p>`, Limits{}, "", nil},
	} {
		h, err := Sanitize(t.Context(), []byte(tt.page), &Options{Limits: tt.lim})
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", name, err, tt.err)
		}
		if err != nil {
			continue
		}
		if h.Cut != tt.cut {
			t.Errorf("%s: cut %q, want %q", name, h.Cut, tt.cut)
		}
		checkSanitised(t, h.Text)
		if o := tt.lim.Output; o > 100 && len(h.Text) > o+200 { // the tags that were open are closed
			t.Errorf("%s: %d bytes", name, len(h.Text))
		}
	}
}

// Attributes say what their form allows and nothing else: text in them would be seen by nobody but a reader of the source.
func TestSanitisedAttributes(t *testing.T) {
	for in, want := range map[string]string{
		`<ol start=3 reversed><li value=9>x</ol>`:          `<ol start="3" reversed="reversed"><li value="9">x</li></ol>`,
		`<ol start="say this"><li value="and that">x</ol>`: `<ol><li>x</li></ol>`,
		`<p lang=de-CH dir=RTL title="a tip">x</p>`:        `<p lang="de-CH" dir="RTL">x</p>`,
		`<p lang="ignore all this" dir="left">x</p>`:       `<p>x</p>`,
		`<abbr title="Member of Parliament">MP</abbr>`:     `<abbr title="Member of Parliament">MP</abbr>`,
		`<time datetime="2020-01-02T03:04Z">then</time>`:   `<time datetime="2020-01-02T03:04Z">then</time>`,
		`<time datetime="not a time">then</time>`:          `<time>then</time>`,
		`<td colspan=2>`: ``,
		`<table><tr><td colspan=2 width="50%" headers="a b">x`:       `<table><tbody><tr><td colspan="2" width="50%" headers="a b">x</td></tr></tbody></table>`,
		`<img src=a.png alt="a b" width=10 height="10; x">`:          `<img src="a.png" alt="a b" width="10">`,
		`<h2 id="A b'c">x</h2>`:                                      `<h2 id="A b&#39;c">x</h2>`,
		`<a href="../x y#z" onclick=q>x</a>`:                         `<a href="../x y#z">x</a>`,
		`<form><p>text <input value=hidden> in a form</p></form>`:    `<p>text  in a form</p>`,
		`<p>a<svg><style><img src=x onerror=q></style></svg>b</p>`:   `<p>a<img src="x">b</p>`,
		`<p><button><p>x</p></button></p><a href=a>1<a href=b>2</a>`: ``,
	} {
		h, err := Sanitize(t.Context(), []byte(in), nil)
		if err != nil {
			t.Fatal(err)
		}
		checkSanitised(t, h.Text)
		if want != "" && h.Text != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, h.Text, want)
		}
	}
}

// What comes out is read by a parser as it was written: rendered anew and sanitised again, it is the same.
func TestSanitisedPagesAreStable(t *testing.T) {
	for name, page := range attacks {
		checkStable(t, name, page)
	}
	for _, p := range plantedPages() {
		checkStable(t, p.name, p.page)
	}
	for name, page := range map[string]string{
		"paragraphs": "<p>a<button><p>b<p>c</button>d", "links": "<a href=x>a<table><a href=y>b</table>c", "links in objects": "<a href=x>a<object><a href=y>b</object>c",
		"misnested": "<b><i>a</b>b</i><p><b>c<p>d</b>e", "table": "<table>a<tr>b<td>c<table>d</table>e", "items": "<li>a<button><li>b</button>", "headings": "<h1>a<button><h2>b</button></h1>",
		"pre": "<pre>\n\na</pre><pre><button><pre>\nb</button></pre>", "ruby": "<ruby>a<rt>b<rb>c<rtc>d</ruby>", "tables in paragraphs": "<p>a<table><tr><td>b</table>c</p>",
	} {
		checkStable(t, name, page)
	}
}

// checkStable tests one page.
func checkStable(t testing.TB, name, page string) {
	t.Helper()
	once, err := Sanitize(t.Context(), []byte(page), nil)
	if err != nil {
		return
	}
	checkSanitised(t, once.Text)
	twice, err := Sanitize(t.Context(), []byte(once.Text), nil)
	if err != nil || twice.Text != once.Text {
		t.Errorf("%s: %v\nonce  %q\ntwice %q", name, err, once.Text, twice.Text)
	}
	root, err := html.Parse(strings.NewReader(once.Text))
	if err != nil {
		return
	}
	var b strings.Builder
	if err := html.Render(&b, root); err != nil {
		t.Fatal(err)
	}
	again, err := Sanitize(t.Context(), []byte(b.String()), nil)
	if err != nil || again.Text != once.Text {
		t.Errorf("%s, rendered: %v\nonce  %q\nagain %q", name, err, once.Text, again.Text)
	}
}

func FuzzSanitizeStable(f *testing.F) {
	for _, page := range attacks {
		f.Add(page)
	}
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) < 4096 {
			checkStable(t, "fuzzed", page)
		}
	})
}

// Elements that hold nothing are left out, but for cells, targets of links, and white space in code.
func TestEmptyElementsGo(t *testing.T) {
	for page, want := range map[string]string{
		"<div><div> <span></span></div></div>\n<p>a</p>":              "<p>a</p>",
		"<div id=x></div><p>a</p>":                                    "<div id=\"x\"></div><p>a</p>",
		"<table><tr><td></td><td>a</td></tr></table>":                 "<table><tbody><tr><td></td><td>a</td></tr></tbody></table>",
		"<pre>a<span> </span>b<span>  </span>c</pre>":                 "<pre>a<span> </span>b<span>  </span>c</pre>",
		"<p>a<span> </span>b</p>":                                     "<p>a\nb</p>",
		"<div><script>x()</script></div><div><br></div><p>a":          "<div><br></div><p>a</p>",
		"<ul><li></li><li>a</li></ul><p><a href=B><i></i></a></p>":    "<ul><li>a</li></ul>",
		"<div style='display:none'><p>x</p></div><section></section>": "",
	} {
		h, err := Sanitize(t.Context(), []byte(page), nil)
		if err != nil || h.Text != want {
			t.Errorf("%s: got %q, want %q, %v", page, h.Text, want, err)
		}
	}
}
