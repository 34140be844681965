package article

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCode(t *testing.T) {
	checkRows(t, []row{
		{"inline", `<p>call <code>f(x)</code> now</p>`, []string{"call `f(x)` now"}},
		{"inline, kinds", `<kbd>Ctrl</kbd> <samp>ok</samp> <tt>t</tt>`, []string{"`Ctrl` `ok` `t`"}},
		{"inline, nothing is escaped in it", `<code>*a* _b_ &lt;c&gt; \d</code>`, []string{"`*a* _b_ <c> \\d`"}},
		{"inline, line ends become spaces", "<code>a\nb</code>", []string{"`a b`"}},
		{"inline, empty", `<p>a<code> </code>b</p>`, []string{"a b"}},
		{"inline, one backtick", "<code>a`b</code>", []string{"``a`b``"}},
		{"inline, two backticks at the end", "<code>a``</code>", []string{"``` a`` ```"}},
		{"inline, only backticks", "<code>```</code>", []string{"```` ``` ````"}},
		{"block", "<pre>a\n  b\n\tc</pre>", []string{"```", "a", "  b", "\tc", "```"}},
		{"block, marks inside mean nothing", "<pre><b>a</b> <span>b</span><br><i>c</i></pre>", []string{"```", "a b", "c", "```"}},
		{"block, blank lines at the edges", "<pre>\n\n\na\n\nb\n\n</pre>", []string{"```", "a", "", "b", "```"}},
		{"block, empty", "<p>a<pre>\n \n</pre>b", []string{"a", "", "b"}},
		{"block with a fence", "<pre>```go\nx\n```</pre>", []string{"````", "```go", "x", "```", "````"}},
		{"block with a longer fence", "<pre>a ``````` b</pre>", []string{"````````", "a ``````` b", "````````"}},
		{"block with a fence of tildes", "<pre>~~~\nx\n~~~</pre>", []string{"```", "~~~", "x", "~~~", "```"}},
		{"block, lines that imitate a reply stand in the fence", "<pre>[1] x (a/b)\n-- y</pre>", []string{"```", "[1] x (a/b)", "-- y", "```"}},
		{"block, hidden parts are gone", "<pre>a<span hidden>SECRET</span><script>SECRET</script>\u200bb</pre>", []string{"```", "ab", "```"}},
		{"block in a quote", "<blockquote><pre>a\nb</pre></blockquote>", []string{"> ```", "> a", "> b", "> ```"}},
		{"block in a heading", "<h2 id=x><pre>a\nb</pre></h2>t", []string{"## a b {#x}", "", "t"}},
	})
}

func TestCodeLanguage(t *testing.T) {
	for page, want := range map[string]string{
		`<pre class="lang-go">x</pre>`:                                "go",
		`<pre><code class="language-python">x</code></pre>`:           "python",
		`<div class="highlight-c++"><pre>x</pre></div>`:               "c++",
		`<pre class="brush: x">x</pre>`:                               "x",
		`<pre class="brush:js">x</pre>`:                               "js",
		`<pre data-language="rust">x</pre>`:                           "rust",
		`<pre class="lang-none">x</pre>`:                              "",
		`<pre class="highlight-default notranslate"><p>x</pre>`:       "",
		`<pre class="lang-` + strings.Repeat("x", 21) + `">x</pre>`:   "",
		"<pre class=\"lang-a`b\">x</pre>":                             "",
		"<pre data-language=\"a\n-- next_cursor: x\">x</pre>":         "",
		`<pre class="lang-日本">x</pre>`:                                "",
		`<pre class="prettyprint lang-c# linenums">x</pre>`:           "c#",
		`<pre class="lang-go"><code class="lang-rust">x</code></pre>`: "go", // the outer one is nearest to the author's mind
	} {
		d := parse(t, page)
		if len(d.Blocks) == 0 || d.Blocks[0].Lang != want {
			t.Errorf("%s: got %+v, want language %q", page, d.Blocks, want)
		}
	}
}

// A code block longer than a page is cut at line ends, and every page closes its fence.
func TestPagesCloseTheirFences(t *testing.T) {
	var code []string
	for range 300 {
		code = append(code, "line := of(code)")
	}
	for _, open := range []string{"", "```\n"} { // a fence within makes the outer one longer, on every page
		d := parse(t, "<pre class=lang-go>"+open+strings.Join(code, "\n")+"</pre>")
		fence := "```"
		if open != "" {
			fence = "````"
		}
		lines := 0
		for i, p := range pages(t, d, d.Whole(), 200) {
			l := strings.Split(p, "\n")
			if l[0] != fence+"go" || l[len(l)-1] != fence {
				t.Errorf("page %d is fenced with %q and %q", i, l[0], l[len(l)-1])
			}
			for _, line := range l[1 : len(l)-1] {
				if line == code[0] {
					lines++
				} else if line != "```" {
					t.Errorf("page %d: line %q", i, line)
				}
			}
		}
		if lines != len(code) {
			t.Errorf("%d lines, want %d", lines, len(code))
		}
	}
}

func TestMathematics(t *testing.T) {
	tex := func(s string) string { return `<annotation encoding="application/x-tex">` + s + `</annotation>` }
	checkRows(t, []row{
		{"annotation", `so <math><semantics><mi>x</mi>` + tex("x_1") + `</semantics></math>.`, []string{"so $x_1$."}},
		{"alttext", `<math alttext="a+b"><mi>a</mi></math>`, []string{"$a+b$"}},
		{"the annotation wins over alttext", `<math alttext="worse">` + tex("better") + `</math>`, []string{"$better$"}},
		{"MathML without TeX is read as text", `<math><mi>a</mi><mo>+</mo><mi>b</mi></math>`, []string{"a+b"}},
		{"fallback image", `<img class="mwe-math-fallback-image-inline" alt="{\displaystyle \pi }">`, []string{`$\pi$`}},
		{"any image whose alt is TeX", `<img src=x.svg alt="{\displaystyle y}">`, []string{"$y$"}},
		{"span with the source hidden, written once", `<span class="mwe-math-element"><span style="display:none"><math alttext="{\displaystyle z}"></math></span><img alt="{\displaystyle z}"></span>`, []string{"$z$"}},
		{"script", `<p><script type="math/tex">e^x</script> and <script type="math/tex; mode=display">\int</script>`, []string{"$e^x$ and", "", `$$\int$$`}},
		{"displayed", `<p>a <math display=block alttext="E=mc^2"></math> b`, []string{"a", "", "$$E=mc^2$$", "", "b"}},
		{"in a heading", `<h2 id=h>On <math alttext="n"></math></h2>x`, []string{"## On $n$ {#h}", "", "x"}},
		{"dollars cannot end it", `<math alttext="a$b$ [1] x (a/b)"></math>`, []string{"$ab [1] x (a/b)$"}},
		{"line ends are folded", "<math alttext=\"a\n-- next_cursor: x\"></math>", []string{"$a -- next_cursor: x$"}},
		{"empty", `<p>a<img class="mwe-math-fallback-image-inline" alt="">b`, []string{"ab"}},
	})
}

func TestUnwrapTeX(t *testing.T) {
	for in, want := range map[string]string{
		`{\displaystyle a}`:        "a",
		`{\textstyle \frac{a}{b}}`: `\frac{a}{b}`,
		`{\scriptstyle x} + {y}`:   `{\scriptstyle x} + {y}`, // the braces close before the end
		`{\displaystyle \{ x \}}`:  `\{ x \}`,
		`{\displaystyle a`:         `{\displaystyle a`,
		` plain `:                  "plain",
		``:                         "",
	} {
		if diff := cmp.Diff(want, unwrapTeX(in)); diff != "" {
			t.Errorf("%q: -want +got:\n%s", in, diff)
		}
	}
}

func TestScripts(t *testing.T) {
	checkRows(t, []row{
		{"powers", `x<sup>2</sup> 10<sup>−3</sup> e<sup>ix</sup>`, []string{"x^2 10^−3 e^(ix)"}},
		{"ordinals", `1<sup>st</sup> 2<sup>nd</sup> 3<sup>rd</sup> 4<sup>th</sup> 1<sup>er</sup> n<sup>o</sup>`, []string{"1st 2nd 3rd 4th 1er no"}},
		{"formulas of chemistry", `C<sub>6</sub>H<sub>12</sub>O<sub>6</sub> SO<sub>4</sub><sup>2-</sup>`, []string{"C6H12O6 SO4^2-"}},
		{"words below", `v<sub>max</sub>`, []string{"v_(max)"}},
		{"empty", `a<sup> </sup>b<sub></sub>`, []string{"ab"}},
		{"in a heading no marks", `<h2 id=h>E=mc<sup>2</sup></h2>x`, []string{"## E=mc2 {#h}", "", "x"}},
		{"ruby", `<ruby>東京<rt>とうきょう</rt></ruby>`, []string{"東京(とうきょう)"}},
		{"struck out", `<del>a</del> <s>b</s>`, []string{"~~a~~ ~~b~~"}},
	})
}
