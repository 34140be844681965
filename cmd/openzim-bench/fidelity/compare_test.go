package fidelity

import (
	"strings"
	"testing"
)

// judge compares a text with a page.
func judge(t *testing.T, page, md string) *Score {
	t.Helper()
	p, ok := Extract([]byte(page), Options{})
	if !ok {
		t.Fatal("the page has no tree")
	}
	return Compare(p, Read(md, p))
}

// Each row is a promise kept or broken, with the numbers that must come out.
func TestMetrics(t *testing.T) {
	const wiki = `<div class="mw-parser-output">`
	for _, test := range []struct {
		name, page, md string
		metric         Metric
		hit, all       int
	}{
		{"all words", `<p>one two two</p>`, "one two two", Recall, 3, 3},
		{"a word too few", `<p>one two two</p>`, "one two", Recall, 2, 3},
		{"a word too many", `<p>one</p>`, "one one three", Precision, 1, 3},
		{"hidden text is none", `<p>one</p><p style="display: none">two</p><p hidden>three</p>`, "one", Recall, 1, 1},
		{"comments are none", `<p>one</p><!-- two words -->`, "one", Recall, 1, 1},
		{"marks part no words", `<p>un<b>break</b>able E=mc<sup>2</sup></p>`, "un**break**able E=mc^2", Recall, 3, 3},
		{"blocks part words", `<div>one</div><div>two</div>`, "one\n\ntwo", Precision, 2, 2},
		{"a lowered text", `<p>x<sub>i+1</sub></p>`, "x_(i+1)", Precision, 2, 2},
		{"soft hyphens part no words", "<p>co\u00adope\u00adrate</p>", "cooperate", Recall, 1, 1},
		{"a line break in Chinese", "<p>水是\n物质</p>", "水是物质", Recall, 4, 4},
		{"numbers of lists are no words", `<ol><li>a</li><li>b</li></ol>`, "1. a\n2. b", Precision, 2, 2},
		{"addresses are no words", `<p><a href="x/y.html">a</a></p>`, "[a](x/y.html)", Precision, 1, 1},
		{"code in a span is words", "<p><code>a[i](x)</code></p>", "`a[i](x)`", Recall, 2, 2},
		{"alts count against", `<p>a<img alt="red square" src="x.png"></p>`, "a ![red square]", Precision, 1, 3},
		{"the editor's placeholder is no alt", `<p>a<img alt="enter image description here" src="x.png"></p>`, "a", Alt, 0, 0},
		{"what may fall is right where it stands", wiki + `<p>a <span class="geo">5 N</span></p></div>`, "a 5", Precision, 2, 2},
		{"and is not missed where it falls", wiki + `<p>a <span class="geo">5 N</span></p></div>`, "a", Recall, 1, 1},
		{"but not by form", `<p>a<img alt="red square" src="x.png"></p>`, "a ![red square]", Bare, 3, 3},
		{"nor in a link", `<p>a<a href="x"><img alt="red square" src="x.png"></a></p>`, "a red square", Bare, 3, 3},
		{"spans count against", `<table><tr><td rowspan=2>ab cd</td><td>1</td></tr><tr><td>2</td></tr></table>`, "| ab cd | 1 |\n| ab cd | 2 |", Precision, 4, 6},
		{"but not by form either", `<table><tr><td rowspan=2>ab cd</td><td>1</td></tr><tr><td>2</td></tr></table>`, "| ab cd | 1 |\n| ab cd | 2 |", Bare, 6, 6},

		{"cells", `<table><tr><th>k</th><th>v w</th></tr></table>`, "| k | v **w** |", Cell, 2, 2},
		{"a cell lost", `<table><tr><th>key</th><th>value</th></tr></table>`, "| key |  |", Cell, 1, 2},
		{"a row", `<table><tr><th>k</th><td>v</td></tr></table>`, "| k | v |", Row, 1, 1},
		{"a row on two lines", `<table><tr><th>k</th><td>v</td></tr></table>`, "k\n\nv", Row, 0, 1},
		{"a row out of order", `<table><tr><th>k</th><td>v</td></tr></table>`, "| v | k |", Row, 0, 1},
		{"layout has no rows", `<table role="presentation"><tr><td>k</td><td>v</td></tr></table>`, "k\n\nv", Row, 0, 0},
		{"columns of lists have no rows", `<table><tr><td><ul><li>k</ul></td><td><ul><li>v</ul></td></tr></table>`, "- k\n\n- v", Row, 0, 0},
		{"a heading over the width keeps rows", `<table><tr><td colspan=2><h3>h</h3></td></tr><tr><td>k</td><td>v</td></tr></table>`, "### h\n| k | v |", Row, 1, 1},
		{"headings in cells of one column are layout", `<table><tr><td><h3>h</h3></td><td>x</td></tr></table>`, "### h\n\nx", Heading, 1, 1},

		{"a pair", `<table class="infobox"><tr><th>Born</th><td>1901</td></tr></table>`, "- Born: 1901", Pair, 1, 1},
		{"a pair as a row", `<table class="infobox"><tr><th>Born</th><td>1901</td></tr></table>`, "| Born | 1901 |", Pair, 0, 1},

		{"code", "<pre>a\n\n  b</pre>", "```\na\n\n  b\n```", Code, 1, 1},
		{"code in a list", "<ul><li>x<pre>a\n b</pre></li></ul>", "- x\n  ```\n  a\n   b\n  ```", Code, 1, 1},
		{"code first in a list", "<ul><li><pre>a\n b</pre></li></ul>", "- ```\n  a\n   b\n  ```", Code, 1, 1},
		{"code in a quote", "<blockquote><pre>a\n b</pre></blockquote>", "> ```\n> a\n>  b\n> ```", Code, 1, 1},
		{"code without its spaces", "<pre>a\n  b</pre>", "```\na\nb\n```", Code, 0, 1},
		{"code without a fence", "<pre>a\nb</pre>", "a\nb", Code, 0, 1},
		{"code with backticks", "<pre>```\na\n```</pre>", "````\n```\na\n```\n````", Code, 1, 1},
		{"br in code", "<pre>a<br>b</pre>", "```\na\nb\n```", Code, 1, 1},

		{"headings", `<h1>T</h1><h3 id="x">A <i>b</i></h3><p>c</p>`, "# T\n\n### A b {#x}\n\nc", Heading, 2, 2},
		{"a heading's level", `<h1>T</h1><h3>A</h3><p>c</p>`, "# T\n\n## A\n\nc", Heading, 1, 2},
		{"a second title", `<h1>T</h1><h1>A</h1><p>c</p>`, "# T\n\n## A\n\nc", Heading, 2, 2},
		{"an anchor", `<h2 id="x">A</h2><p>c</p>`, "## A {#x}\n\nc", Anchor, 1, 1},
		{"another anchor", `<h2 id="x">A</h2><p>c</p>`, "## A {#y}\n\nc", Anchor, 0, 1},
		{"the section's anchor before the empty element's", `<section id="s"><span id="e"></span><h2>A</h2><p>c</p></section>`, "## A {#s}\n\nc", Anchor, 1, 1},
		{"the anchor inside", wiki + `<h2><span class="mw-headline" id="x">A</span></h2><p>c</p></div>`, "## A {#x}\n\nc", Anchor, 1, 1},
		{"no anchor of the frame", `<div id="main"><h2>A</h2><p>c</p></div>`, "## A {#_1}\n\nc", Anchor, 0, 0},
		{"equal headings in order", `<h2 id="a">A</h2><p>c</p><h2 id="b">A</h2><p>d</p>`, "## A {#b}\n\nc\n\n## A {#a}\n\nd", Anchor, 0, 2},
		{"a heading over what is left out", wiki + `<p>x</p><h2>References</h2><div class="reflist">a b c</div></div>`, "x", Heading, 0, 0},
		{"its words are not missed", wiki + `<p>x</p><h2>References</h2><div class="reflist">a b c</div></div>`, "x", Recall, 1, 1},
		{"a title of the first level over it", wiki + `<h1>T</h1><p>x</p><h1>R</h1><div class="reflist">a b c</div></div>`, "# T\n\nx", Heading, 1, 1},
		{"a box's title may fall", wiki + `<h1>T u</h1><table class="infobox"><tr><th>T u</th></tr><tr><th>k</th><td>v</td></tr></table>x</div>`, "# T u\n\n- k: v\n\nx", Recall, 5, 5},
		{"a heading over nothing stays", `<h2>A</h2>`, "", Heading, 0, 1},

		{"an alt", `<p>a <img alt="red square" src="x.png"></p>`, "a ![red square]", Alt, 1, 1},
		{"an alt lost", `<p>a <img alt="red square" src="x.png"></p>`, "a", Alt, 0, 1},
		{"a file's name is no alt", `<p><img alt="x.png" src="i/x.png"><img alt="y" src="i/y.jpg"></p>`, "", Alt, 0, 0},

		{"depth", `<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>`, "- a\n  1. b\n- c", ListDepth, 3, 3},
		{"depth lost", `<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>`, "- a\n- b\n- c", ListDepth, 2, 3},
		{"depth in a quote", `<blockquote><ul><li>a<ul><li>b</li></ul></li></ul></blockquote>`, "> - a\n>   - b", ListDepth, 2, 2},
		{"a list that comes first in an item", `<ul><li><ul><li>a</li></ul></li></ul>`, "- - a", ListDepth, 1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := judge(t, test.page, test.md).Shares[test.metric]
			if want := (Share{test.hit, test.all}); got != want {
				t.Errorf("%v: got %+v, want %+v", test.metric, got, want)
			}
		})
	}
}

func TestFormulas(t *testing.T) {
	const one = `<span class="mwe-math-element"><span style="display:none"><math><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></mrow>` +
		`<annotation encoding="application/x-tex">{\displaystyle E=mc^{2}}</annotation></semantics></math></span><img class="mwe-math-fallback-image-inline" alt="{\displaystyle E=mc^{2}}"></span>`
	const alone = `<img class="mwe-math-fallback-image-inline" alt="{\displaystyle {\frac {a}{b}}+{\frac {c}{d}}}">`
	for _, test := range []struct {
		name, page, md string
		hit, all       int
	}{
		{"once", "<p>so " + one + " holds</p>", "so $E=mc^{2}$ holds", 1, 1},
		{"on a line", "<p>" + one + "</p>", "$$E=mc^{2}$$", 1, 1},
		{"as often as the page", "<p>" + one + one + "</p>", "$E=mc^{2}$ $E=mc^{2}$", 2, 2},
		{"one lost", "<p>" + one + one + "</p>", "$E=mc^{2}$", 1, 2},
		{"lost", "<p>so " + one + "</p>", "so", 0, 1},
		{"too often", "<p>" + one + "</p>", "$E=mc^{2}$ $E=mc^{2}$", 0, 1},
		{"with its wrapper", "<p>" + one + "</p>", `$E=mc^{2}$ {\displaystyle E=mc^{2}}`, 0, 1},
		{"beside its plain form", "<p>so " + one + "</p>", "so E=mc2 $E=mc^{2}$", 0, 1},
		{"without dollars", "<p>" + one + "</p>", "E=mc^{2}", 0, 1},
		{"an image alone", "<p>" + alone + "</p>", `${\frac {a}{b}}+{\frac {c}{d}}$`, 1, 1},
		{"an image stripped too far", "<p>" + alone + "</p>", `$\frac {a}{b}}+{\frac {c}{d}$`, 0, 1},
		{"in MathJax's form", `<p><script type="math/tex">x_1</script></p>`, "$x_1$", 1, 1},
		{"with a bar in a table", `<table><tr><th>a</th><td><math alttext="|x|"><mi>x</mi></math></td></tr></table>`, `| a | $\|x\|$ |`, 1, 1},
	} {
		s := judge(t, test.page, test.md)
		if got, want := s.Shares[Math], (Share{test.hit, test.all}); got != want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, want)
		}
	}
	if s := judge(t, "<p>so "+one+" holds</p>", "so $E=mc^{2}$ holds"); s.Shares[Precision] != (Share{2, 2}) {
		t.Errorf("formulas are no words: got %+v", s.Shares[Precision])
	}
}

func TestLeaks(t *testing.T) {
	const page = `<nav>all the pages of it</nav><main><p>visible text here today</p></main><div>made by some people</div>`
	for _, test := range []struct {
		name, md string
		want     int
	}{
		{"none", "visible text here today", 0},
		{"from nav", "all the pages of it\n\nvisible text here today", 1},
		{"from outside the content", "visible text here today\n\nmade by some people", 1},
		{"words that also stand in the content", "visible text here", 0},
		{"a part of it", "all the pages", 0},
		{"in a cell", "| 7 | made by some people |", 1},
		{"not across cells", "| made | by some people |", 0},
	} {
		if s := judge(t, page, test.md); s.Leaks != test.want {
			t.Errorf("%s: got %d leaks %q, want %d", test.name, s.Leaks, s.Leaked, test.want)
		}
	}
	if s := judge(t, "<p>a</p><!-- a secret comment here -->", "a secret comment here"); s.Leaks != 1 {
		t.Errorf("a comment came through: got %d leaks", s.Leaks)
	}
}

// Texts that may stand or fall change nothing either way.
func TestOptionalTexts(t *testing.T) {
	const page = `<p>some words</p><footer><p><b>3</b>written by <i>nobody</i></p></footer>`
	for _, md := range []string{"some words", "some words\n\n3 written by nobody", "some words\n\nwritten by"} {
		s := judge(t, page, md)
		if r, p := s.Shares[Recall], s.Shares[Precision]; r.Hit != r.All || p.Hit != p.All || s.Leaks != 0 {
			t.Errorf("%q: recall %+v, precision %+v, %d leaks", md, r, p, s.Leaks)
		}
	}
}

func TestMissesAreBounded(t *testing.T) {
	s := judge(t, strings.Repeat(`<h2>a b c</h2><p>x</p>`, 100), "")
	n := 0
	for _, m := range s.Misses {
		if m.Metric == Heading {
			n++
		}
	}
	if n != MaxMisses {
		t.Errorf("got %d misses, want %d", n, MaxMisses)
	}
}
