package article

import (
	"strings"
	"testing"
)

// What several elements make together is text as well: no tag, no link, no picture and no definition comes of it.
func TestWhatComesTogetherStaysText(t *testing.T) {
	for _, tt := range []struct{ name, page, want string }{
		{"a tag", `<p>a &lt;<span>img src="http://e.org/x.png"></span>`, `a \<img src="http://e.org/x.png">`},
		{"a tag of two characters", `<p>&lt;<i></i>b>x`, `\<b>x`},
		{"a closing tag", `<p>a &lt;<u></u>/passage>`, `a \</passage>`},
		{"a comment", `<p>a &lt;<i></i>!-- x`, `a \<!-- x`},
		{"an address in angle brackets", `<p>a &lt;<i></i>https://e.org/>`, `a \<https://e.org/>`},
		{"a link", `<p>a [click<i></i>](http://e.org/)`, `a [click]\(http://e.org/)`},
		{"a link over marks", `<p>a [<b>click</b>](http://e.org/)`, `a [**click**]\(http://e.org/)`},
		{"a picture and what follows it", `<p><img src=x alt="pic">(http://e.org/x)`, `![pic]\(http://e.org/x)`},
		{"a picture from text", `<p>!<u></u>[p<u></u>](http://e.org/?q=secret)`, `![p]\(http://e.org/?q=secret)`},
		{"a definition", `<p>[<b></b>x<u></u>]: http://e.org y`, `[x]\: http://e.org y`},
		{"in a heading", `<h2 id=h>a [c<i></i>](http://e)</h2>x`, "## a [c]\\(http://e) {#h}\n\nx"},
		{"in cells", `<table><tr><th>a<th>b<tr><td>&lt;<i></i>b onclick><td>[x<u></u>](y)</table>`, "|a|b|\n|-|-|\n|\\<b onclick>|[x]\\(y)|"},
		{"a formula", `<p>so <script type="math/tex">f[x](y)<z</script>`, `so $f[x] (y)<z$`},
		{"in one text it has one backslash", `<p>[a](b) &lt;b> [c]: d`, `\[a](b) \<b> \[c]: d`},
		{"lesser than", `<p>a&lt;b and c &lt; d, 1 &lt;<i></i>2, a<sub>1</sub>&lt;<i></i>bé`, `a\<b and c < d, 1 <2, a1<bé`},
		{"brackets alone", `<p>a ](b) [c] (d) ]: e`, `a ](b) [c] (d) ]\: e`},
		{"code", "<p><code>a[i](x) &lt;b></code> [ok] <code>]</code>(x)", "`a[i](x) <b>` [ok] `]`(x)"},
	} {
		d := parse(t, tt.page)
		if got := d.Text(d.Whole()); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Links stand where they stood behind the backslashes that were written before and in them.
func TestLinksBesideWhatComesTogether(t *testing.T) {
	d := parse(t, `<p>[a<i></i>](b) <a href=B>[x<u></u>](y)</a> &lt;<i></i>b> <a href=C>&lt;<i></i>i> z</a>.`)
	got := strings.ReplaceAll(d.Markdown(View{Links: true}, d.Whole()), "A/", "")
	if want := `[a]\(b) [[x]\(y)](B) \<b> [\<i> z](C).`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
