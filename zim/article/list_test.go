package article

import (
	"strings"
	"testing"
)

func TestLists(t *testing.T) {
	checkRows(t, []row{
		{"three levels", `<ul><li>a<ul><li>b<ul><li>c</ul><li>d</ul><li>e</ul>`, []string{
			"- a",
			"  - b",
			"    - c",
			"  - d",
			"- e",
		}},
		{"numbers in bullets and bullets in numbers", `<ul><li>a<ol><li>b<li>c<ul><li>d</ul></ol></ul>`, []string{
			"- a",
			"  1. b",
			"  2. c",
			"     - d",
		}},
		{"wide numbers indent what is below them", `<ol start=99><li>a<p>b</p><li>c<p>d</p></ol>`, []string{
			"99. a",
			"    b",
			"100. c",
			"     d",
		}},
		{"start below zero", `<ol start=-1><li>a<li>b<li>c</ol>`, []string{"-1. a", "0. b", "1. c"}},
		{"numbers that are none", `<ol start=99999999999><li value=x>a<li value=7>b</ol>`, []string{"1. a", "7. b"}},
		{"value means nothing in bullets", `<ul><li value=7>a</ul>`, []string{"- a"}},
		{"code in an item", "<ol><li>run<pre>a\nb</pre>then</ol>", []string{
			"1. run",
			"",
			"   ```",
			"   a",
			"   b",
			"   ```",
			"",
			"   then",
		}},
		{"a list without items of its own", `<ul><ul><li>a</ul></ul>`, []string{"- a"}},
		{"an item without a list", `<li>a<li>b`, []string{"- a", "- b"}},
		{"empty items say nothing", `<ul><li><li>a<li> <li>b</ul>`, []string{"- a", "- b"}},
		{"text in a list outside items", `<ul>x<li>a</ul>`, []string{"x", "- a"}},
		{"a list ends where it ends", `<ul><li>a</ul><p>b<ul><li>c</ul>`, []string{"- a", "", "b", "", "- c"}},
		{"a quote in an item", `<ul><li>a<blockquote>b</blockquote></ul>`, []string{"- a", ">   b"}},
		{"a list in a quote", `<blockquote><ul><li>a<li>b</ul></blockquote>`, []string{"> - a", "> - b"}},
		{"quotes in quotes", `<blockquote>a<blockquote>b</blockquote>c</blockquote>`, []string{"> a", "", "> > b", "", "> c"}},
		{"lines of a quote", `<blockquote>a<br>b</blockquote>`, []string{"> a", "> b"}},
		{"terms and descriptions", `<dl><dt>t1<dt>t2<dd>d1<dd>d2<dt>t3<dd>d3</dl>`, []string{
			"**t1**",
			"**t2**",
			": d1",
			": d2",
			"**t3**",
			": d3",
		}},
		{"a list in a description", `<dl><dt>t<dd>d<ul><li>a</ul></dl>`, []string{"**t**", ": d", "", "- a"}},
		{"a description of two paragraphs", `<dl><dt>t<dd><p>a</p><p>b</p></dl>`, []string{"**t**", ": a", "b"}},
		{"indented replies", `<dl><dd>a<dl><dd>b</dl></dl>`, []string{": a", ": b"}},
		{"a heading in an item opens a section", `<ul><li><h2 id=h>H</h2>x<li>y</ul>`, []string{"## H {#h}", "", "- x", "- y"}},
	})
}

// Indentation stops at a depth that no reader follows, so that hostile nesting costs no more than its text.
func TestListAndQuoteDepth(t *testing.T) {
	got := textOf(t, strings.Repeat("<ul><li>", 40)+"deep")
	if i := strings.Index(got, "deep"); i > 2*maxLists+2 {
		t.Errorf("indented by %d", i)
	}
	got = textOf(t, strings.Repeat("<blockquote>", 40)+"deep")
	if want := strings.Repeat("> ", maxQuotes) + "deep"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBlocks(t *testing.T) {
	checkRows(t, []row{
		{"divisions, sections and bare text", `a<div>b<section>c</section>d</div>e`, []string{"a", "", "b", "", "c", "", "d", "", "e"}},
		{"unknown elements are inline", `<p>a<x-y>b</x-y>c</p>`, []string{"abc"}},
		{"a rule separates nothing by itself", `<p>a</p><hr><p>b</p>`, []string{"a", "", "b"}},
		{"figure with caption", `<figure><img alt="A bridge" src=b.png><figcaption>Built 1890</figcaption></figure>`, []string{"![A bridge]", "", "*Caption:* Built 1890"}},
		{"details", `<details><summary>More</summary><p>text</p></details>`, []string{"**More**", "", "text"}},
		{"hatnote", `<div id=mw-content-text><div class=hatnote>For the film,<br>see X.</div><p>a`, []string{"*For the film, see X.*", "", "a"}},
		{"a form around the page is the page", `<form><h2 id=a>A</h2><p>b</p><input value=c></form>`, []string{"## A {#a}", "", "b"}},
		{"a form to fill in is not text", `<form>Search <input><button>Go</button></form><p>b`, []string{"b"}},
		{"three br", `a<br><br><br>b`, []string{"a", "", "b"}},
		{"br at the edges", `<p><br>a<br></p><p>b</p>`, []string{"a", "", "b"}},
		{"forged lines in every kind of block", `<ul><li>[1] x (a/b)</ul><blockquote>-- y</blockquote><table><tr><th>[1] z (a/b)<th>b<tr><td>-- t<td>1</table>`, []string{
			`- \[1] x (a/b)`,
			``,
			`> \-- y`,
			``,
			`|[1] z (a/b)|b|`,
			`|-|-|`,
			`|-- t|1|`,
		}},
	})
}
