package article

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What each element becomes, one row for each rule. Links are shown, since the text without them is a part of that.
func TestRules(t *testing.T) {
	const wiki, manual = `<div class="mw-parser-output">`, `<div class="rst-content">`
	for _, tt := range []struct{ name, page, want string }{
		{"white space of every kind is one space", "<p>a\u00a0\u202f\u2007 \t\r\n b", "a b"},
		{"a wrapped line of Chinese", "<p>東京\n都 市", "東京都 市"},
		{"later h1 become h2", "<h1>T</h1><p>x<h1 id=a>A</h1>y", "x\n\n## A {#a}\n\ny"},
		{"marks and code in a heading are text", "<h2 id=a><b>A</b> <code>b_c</code></h2>x", "## A b_c {#a}\n\nx"},
		{"a link in a heading", "<h2 id=a><a href=B>A</a></h2>x", "## [A](dir/B) {#a}\n\nx"},
		{"a heading whose text was left out goes", wiki + "<p>x</p><h2 id=a>A</h2><div class=navbox>n</div><h2 id=b>B</h2>y", "x\n\n## B {#b}\n\ny"},
		{"hr", "<p>a</p><hr><p>b", "a\n\nb"},
		{"edges of marks stand outside", "a<b> b </b>c", "a **b** c"},
		{"empty marks vanish", "a<b> </b><i></i>b", "a b"},
		{"equal marks beside each other are one", "<b>a</b><b>b</b>", "**ab**"},
		{"marks around blocks, each its own", "<i><p>a</p><ul><li>b</ul></i>", "*a*\n\n- *b*"},
		{"marks nested deep around a break", strings.Repeat("<b>", 22) + "a<br>b" + strings.Repeat("</b>", 22), "**a\nb**"},
		{"cite, var, dfn", "<cite>a</cite> <var>b</var> <dfn>c</dfn>", "*a* *b* *c*"},
		{"cite of a source that is described", "<cite class='citation book'>A (1990). <i>B</i>.</cite>", "A (1990). *B*."},
		{"del and ins", "<del>a</del> <ins>b</ins> <mark>c</mark>", "~~a~~ b c"},
		{"code in a row of backticks", "<code>a``b</code>", "```a``b```"},
		{"pre, first and last line end", "<pre>\n\na\n\nb\n\n</pre>", "```\na\n\nb\n```"},
		{"br in pre", "<pre>a<br>b</pre>", "```\na\nb\n```"},
		{"language of the element around", `<div class="highlight-c notranslate"><div class="highlight"><pre>x</pre></div></div>`, "```c\nx\n```"},
		{"no language", `<pre class="highlight-text">x</pre>`, "```\nx\n```"},
		{"superscript", "x<sup>2</sup> x<sup>n+1</sup> 1<sup>st</sup>", "x^2 x^(n+1) 1st"},
		{"subscript", "H<sub>2</sub>O x<sub>i</sub> <sub>3</sub>", "H2O x_(i) _(3)"},
		{"q", "say <q>no</q>.", "say “no”."},
		{"list, start and value", "<ol start=3><li>a<li value=9>b<li>c</ol>", "3. a\n9. b\n10. c"},
		{"list, reversed", "<ol reversed><li>a<li>b</ol>", "2. a\n1. b"},
		{"list in an ordered list", "<ol><li>a<ul><li>b</ul></ol>", "1. a\n   - b"},
		{"list first in an item", "<ul><li><ul><li>a<li>b</ul><li>c</ul>", "- - a\n  - b\n- c"},
		{"code in an item", "<ul><li>a<pre>x\ny</pre>b</ul>", "- a\n\n  ```\n  x\n  y\n  ```\n\n  b"},
		{"table in an item", "<ul><li>a<table><tr><th>k<th>v<tr><td>1<td>2</table></ul>", "- a\n\n  |k|v|\n  |-|-|\n  |1|2|"},
		{"definitions", "<dl><dt>a<dd>b<dd>c</dl>", "**a**\n: b\n: c"},
		{"description that is a formula", `<dl><dd><img class="mwe-math-fallback-image-display" alt="x"></dl>`, "$$x$$"},
		{"description with blocks", "<dl><dt>a<dd><pre>x</pre>b</dl>", "**a**\n\n```\nx\n```\n\nb"},
		{"quotations in quotations", strings.Repeat("<blockquote>", 5) + "a", "> > > a"},
		{"picture", `<img alt="A house" src=x.png>`, "![A house]"},
		{"picture without words", `<img alt="" src=x.png><img alt="x.png" src=x.png>`, ""},
		{"picture in a link", `<a href=B><img alt="A house" src=x.png></a>`, "[A house](dir/B)"},
		{"picture whose caption says the same", `<figure><img alt="A house" src=x.png><figcaption>A house</figcaption></figure>`, "*Caption:* A house"},
		{"sound and film", `<p>a<audio src=x.ogg></audio><video src=y.webm></video>b`, "ab"},
		{"ruby", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"},
		{"abbr and time", `<abbr title="x">a</abbr> <time datetime="y">b</time>`, "a b"},
		{"forms and drawings", "a<form><input value=x><button>b</button></form><svg><text>c</text></svg>d", "a\n\nd"},
		{"details", "<details><summary>More</summary><p>a</details>", "**More**\n\na"},
		{"hatnote", wiki + `<div class=hatnote>See <a href=B>B</a>.<br>Or C.</div><p>a`, "*See [B](dir/B). Or C.*\n\na"},
		{"infobox group", `<h1>T</h1><table class=infobox><tr><th colspan=2>T<tr><th>k<td>v<tr><th colspan=2>Population<tr><th>2018 census<td>4<tr><th>• Density<td>5</table>`,
			"- k: v\n- Population, 2018 census: 4\n- Population, 2018 census, Density: 5"},
		{"infobox values", `<table class=infobox><tr><th>a:<td>b<br>c<td>d</table>`, "- a: b; c; d"},
		{"table of two header rows", "<table><tr><th rowspan=2>Name<th colspan=2>Moment<tr><th>low<th>high<tr><td>a<td>1<td>2</table>", "|Name|Moment low|Moment high|\n|-|-|-|\n|a|1|2|"},
		{"cell with both spans", "<table><tr><th>a<th>b<th>c<tr><td rowspan=2 colspan=2>x<td>1<tr><td>2</table>", "|a|b|c|\n|-|-|-|\n|x||1|\n|x||2|"},
		{"caption with the id of the table", "<table id=t><caption>C</caption><tr><th>a<th>b<tr><td>1<td>2</table>", "**C** {#t}\n\n|a|b|\n|-|-|\n|1|2|"},
		{"code and bars in a cell", "<table><tr><th>a<th>b<tr><td><code>x|y</code><td><pre>p\nq</pre></table>", "|a|b|\n|-|-|\n|`x\\|y`|`p⏎q`|"},
		{"table in a cell", "<table><tr><th>a<th>b<tr><td><table><tr><td>x<td>y</table><td>z</table>", "|a|b|\n|-|-|\n|x; y|z|"},
		{"heading over the width of a table", "<table><tr><td colspan=2><h3 id=g>G</h3><tr><td>a<td>b</table>", "### G {#g}\n\n|a|b|\n|-|-|"},
		{"formula: annotation", `<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x_1</annotation></semantics></math>`, "$x_1$"},
		{"formula: alttext", `<math alttext="x_2" display=block><mi>x</mi></math>`, "$$x_2$$"},
		{"formula: picture outside its element", `a <img class="mwe-math-fallback-image-inline" alt="{\displaystyle x_{3}}"> b`, "a $x_{3}$ b"},
		{"formula: MathJax", `a <span class="MathJax_Preview">x</span><script type="math/tex">x_4</script> b`, "a $x_4$ b"},
		{"formula: KaTeX", `<span class=katex><span class=katex-mathml><math><annotation encoding="application/x-tex">x_5</annotation></math></span><span class=katex-html>x5</span></span>`, "$x_5$"},
		{"formula: MathML alone", `<math><mfrac><mi>a</mi><mn>2</mn></mfrac><mo>+</mo><msup><mi>x</mi><mn>2</mn></msup><msqrt><mi>y</mi></msqrt></math>`, "a/2+x^2sqrt(y)"},
		{"formula of a manual", manual + `<span class="math">\(a_1\)</span> <div class="math">\[b*c*\]</div>`, "$a_1$\n\n$$b*c*$$"},
		{"links", `<a href="A b">x</a> <a href="(c)">y</a> <a href="https://e.org">z</a> <a href="javascript:x()">w</a>`, "[x](<dir/A b>) [y](<dir/(c)>) z w"},
		{"link around blocks", `<a href=B><p>a</p><p>b</p></a>`, "[a](dir/B)\n\n[b](dir/B)"},
		{"link in code", `<code>f(<a href=int>int</a> x)</code>`, "`f(`[`int`](dir/int)` x)`"},
		{"base", `<base href="/other/"><a href=B>x</a>`, "[x](other/B)"},
	} {
		d := parse(t, tt.page)
		checkDocument(t, d)
		if diff := cmp.Diff(tt.want, shown(t, tt.page)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}

// shown is a page with its links, stored in a directory.
func shown(t *testing.T, page string) string {
	t.Helper()
	d, err := Parse(t.Context(), []byte(page), &Options{Path: "dir/Page"})
	if err != nil {
		t.Fatal(err)
	}
	return d.Markdown(View{Links: true}, d.Whole())
}
