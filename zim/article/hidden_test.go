package article

import (
	"strings"
	"testing"
)

// One row for each way to hide text. What hides is left out of the text, of the title, of cells and of the sanitised page;
// what looks alike but shows stays.
func TestHidingTable(t *testing.T) {
	type way struct{ name, tag string }
	style := func(s string) way { return way{s, `<p style="` + s + `">`} }
	hides := []way{
		{"hidden", `<p hidden>`}, {"hidden with a value", `<p hidden="false">`},
		{"class of Bootstrap", `<p class="a sr-only b">`}, {"class of WordPress", `<p class=screen-reader-text>`},
		{"visually-hidden", `<p class=visually-hidden>`}, {"d-none", `<p class=d-none>`}, {"is-hidden", `<p class=is-hidden>`},
		style("display:none"), style(" DISPLAY : None "), style("display:none !important"), style("display:none!important;color:red"),
		style("color:red;display:none"), style("display:/**/none"), style("dis/**/play:none"), style(`\64isplay:none`), style(`\000064 isplay:none`),
		style(`d\isplay:n\one`), style("display:none/* not closed"), style("content:';';display:none"), style("background:url(a;b);display:none"),
		style("visibility:hidden"), style("visibility:collapse"), style("content-visibility:hidden"),
		style("opacity:0"), style("opacity:0.0"), style("opacity:.001"), style("opacity:-1"),
		style("font-size:0"), style("font-size:0px"), style("font-size:1px"), style("font-size:.05em"), style("font-size:0%"),
		style("transform:scale(0)"), style("transform:scale(0, 0)"),
		style("width:0;height:0;overflow:hidden"), style("width:1px;height:1px;overflow:hidden"), style("max-height:0;overflow:hidden"),
		style("clip:rect(0,0,0,0)"), style("clip:rect(0 0 0 0)"), style("clip:rect( 0px, 0px, 0px, 0px )"), style("clip:rect(1px,1px,1px,1px)"),
		style("clip-path:inset(50%)"), style("clip-path:inset(100%)"), style("clip-path:circle(0)"),
		style("text-indent:-9999px"), style("text-indent:-999em"), style("position:absolute;left:-10000px"), style("top:-9999px"),
		style("margin-left:-5000px"), style("right:-9999px"), style("left:200000px"), style("left:-200vw"),
		style("color:transparent"), style("color:#fff;background-color:#fff"), style("color:white;background:white"),
		{"a style longer than anybody writes", `<p style="` + strings.Repeat("a:b;", 20_000) + `">`},
		{"last of two styles of one name", `<p style="display:block;display:none">`}, {"popover", `<p popover>`},
		style("display:none;display:bogus"), style("display:none!important;display:block"), style("visibility:hidden;visibility:visible"),
		// Quotes, comments, line ends and url() are read as browsers read them: a semicolon hidden in one ends nothing, and none
		// of them hides a declaration.
		style(`x:'\27;';display:none`), style(`x:'\\';display:none`), style("x:'/*';display:none;y:'*/'"), style("x:'\n;display:none"),
		style("x:url(a'b);display:none"), style(`x:u\72l(a'b);display:none`), style("x:);display:none"), style("x:))(;);display:none"),
		style("/*;*/display:none"), style("x:[;];display:none"), style("color:red;;display:none;"), style("display\n:\tnone"),
		style("opacity:0%"), style("opacity:1e-3"), style("opacity:calc(0)"), style("opacity:calc( 0 * 1 )"), style("zoom:0"), style("scale:0"),
		style("filter:blur(1px) opacity(0)"), style("filter:opacity(0%)"), style("transform:scaleX(0)"), style("transform:scale3d(1,0,1)"),
		style("transform:rotate(4deg) translateX(-9999px)"), style("transform:rotateY(90deg)"), style("-webkit-transform:scale(0)"),
		style("font:0/0 a"), style("font:italic bold 1px/2 serif"), style("font-size:0.01in"), style("font-size:calc(0px)"),
		style("height:0;overflow:hidden"), style("width:0;overflow-x:clip"), style("line-height:0;overflow:hidden"),
		style("text-indent:100%;white-space:nowrap;overflow:hidden"), style("max-width:0px;overflow:hidden"),
		style("clip:rect(5px, 5px, 5px, 5px)"), style("clip-path:polygon(0 0,0 0,0 0)"), style("clip-path:polygon(0px 0px, 0px 0px)"),
		style("clip-path:inset(100%)"), style("-webkit-clip-path:circle(0px at 50% 50%)"),
		style("margin:-9999px 0 0 -9999px"), style("inset:-9999px"), style("bottom:-2000px"), style("translate:-5000px 0"), style("letter-spacing:-9999px"),
		style("color:#FFFFFF;background:#fff"), style("color:rgb(255,255,255);background-color:white"), style("color:rgba(0,0,0,0)"),
		style("color:#0000"), style("color:rgb(0 0 0 / 1%)"), style("color:hsl(0,0%,100%);background:white"), style("color:hsla(120,50%,50%,0)"),
		style("background:white;color:rgb(100%,100%,100%)"), style("background:#fff none;color:#fff"), style("-webkit-text-fill-color:transparent"),
		{"colour of the bgcolor attribute", `<p bgcolor="#ffffff" style="color:white">`},
	}
	shows := []way{
		{"hidden until found", `<p hidden=until-found>`}, {"class that only sounds so", `<p class=hidden-treasure>`},
		{"hidden from screen readers only", `<p aria-hidden=true>`}, {"colour of another background", `<p bgcolor=black style="color:white">`},
		style("display:block"), style("display:inline-none"), style("visibility:visible"), style("opacity:0.5"), style("opacity:1"),
		style("font-size:0.9em"), style("font-size:2px"), style("font-size:small"), style("width:1px"), style("width:1px;height:1px"),
		style("height:0"), style("overflow:hidden"), style("clip:auto"), style("clip-path:circle(40%)"), style("text-indent:-1em"), style("left:-20px"),
		style("margin-left:-99px"), style("color:red"), style("color:white;background:black"), style("color:#fff"), style("transform:scale(1)"),
		style("content:'display:none'"), style("background:url(display:none)"),
		style("x:'\\';display:none'"), style("x:(;display:none)"), style("x:{;display:none}"), style("displaynone:x"),
		style("color:white;background:white url(dark.png)"), style("color:#fff;background:linear-gradient(#000,#fff)"), style("color:#fff;background-color:#ffe"),
		style("font:bold 12px/1 serif"), style("font:100 1em serif"), style("transform:scale(-1)"), style("transform:rotateY(45deg)"), style("filter:opacity(50%)"),
		style("height:0;padding-bottom:56%;overflow:hidden"), style("clip:rect(0px,100px,50px,0px)"), style("clip-path:inset(10%)"), style("clip-path:polygon(0 0,100% 0,100% 100%)"),
		style("margin:0 auto"), style("inset:0"), style("opacity:100%"), style("zoom:1"), style("letter-spacing:-1px"), style("color:var(--x)"), style("line-height:0"), style("/*display:none*/"), style(""), style(";;:;"),
	}
	for _, w := range hides {
		t.Run("hides: "+w.name, func(t *testing.T) { checkHiding(t, w.tag, true) })
	}
	for _, w := range shows {
		t.Run("shows: "+w.name, func(t *testing.T) { checkHiding(t, w.tag, false) })
	}
}

func checkHiding(t *testing.T, tag string, hides bool) {
	t.Helper()
	const word = "CANARY"
	for place, page := range map[string]string{
		"text":    "<p>seen</p>" + tag + word + "</p>",
		"below":   "<p>seen</p>" + tag + "<span><b>" + word + "</b></span></p>",
		"a cell":  "<table><tr><th>a<th>b<tr><td>seen<td>" + tag + word + "</p></table>",
		"a title": "<h2 id=x>seen " + strings.Replace(tag, "<p", "<span", 1) + word + "</span></h2>x",
		"code":    "<pre>seen " + strings.Replace(tag, "<p", "<span", 1) + word + "</span></pre>",
		"no tree": "<p>seen</p>" + tag + word + "</p>" + strings.Repeat("<div>", 600),
	} {
		d := parse(t, page)
		if got := d.Title + d.Text(d.Whole()) + strings.Join(d.Outline(), ""); strings.Contains(got, word) == hides || !strings.Contains(got, "seen") {
			t.Errorf("%s: %q", place, got)
		}
		if place == "no tree" {
			continue // Sanitize refuses such a page
		}
		h, err := Sanitize(t.Context(), []byte(page), nil)
		if err != nil || strings.Contains(h.Text, word) == hides || !strings.Contains(h.Text, "seen") {
			t.Errorf("%s, sanitised: %v %s", place, err, h.Text)
		}
	}
}

// Elements that hold no text of the page are left out with all they hold; what follows them is not.
func TestElementsWithoutText(t *testing.T) {
	for _, e := range strings.Fields("script style noscript template iframe button select textarea datalist svg nav audio video canvas object " +
		"noembed noframes map dialog applet") {
		page := "<p>before</p><" + e + ">CANARY</" + e + "><p>after</p>"
		if got := textOf(t, page); got != "before\n\nafter" {
			t.Errorf("%s: %q", e, got)
		}
		h, err := Sanitize(t.Context(), []byte(page), nil)
		if err != nil || h.Text != "<p>before</p><p>after</p>" {
			t.Errorf("%s: %v %s", e, err, h.Text)
		}
	}
	for _, page := range []string{"<frameset><frame src=x></frameset>", "<body hidden><p>CANARY", `<body style="display:none"><p>CANARY`, "<!--CANARY-->", "<![CDATA[CANARY]]>", "<?CANARY?>"} {
		if got := textOf(t, page); strings.Contains(got, "CANARY") {
			t.Errorf("%s: %q", page, got)
		}
	}
}

// An element that is never closed hides all that follows. That errs on the safe side, as the parser's own rules do.
func TestUnclosedElements(t *testing.T) {
	for page, want := range map[string]string{
		"<p>a</p><div hidden>b<p>c":             "a",
		"<p>a</p><!-- b <p>c":                   "a",
		"<p>a</p><script>b <p>c":                "a",
		"<p>a</p><b>b<p>c":                      "a\n\n**b**\n\n**c**", // each block has its own marks
		"<p>a</p><p hidden>b<p>c":               "a\n\nc",              // a paragraph ends where the next begins
		"<ul><li hidden>a<li>b</ul>":            "- b",
		"<p title=\"a>b</p><p>c":                "",
		"<p>a</p></div></body></html><p>b</p>c": "a\n\nb\n\nc",
	} {
		if got := textOf(t, page); got != want {
			t.Errorf("%q: got %q, want %q", page, got, want)
		}
	}
}
