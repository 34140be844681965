package fidelity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestHiddenText(t *testing.T) {
	for _, test := range []struct {
		attr string
		want bool // seen
	}{
		{``, true},
		{`hidden`, false},
		{`hidden="until-found"`, true},
		{`aria-hidden="true"`, true}, // a reader of the screen sees it
		{`style="display:none"`, false},
		{`style="DISPLAY : NONE !important"`, false},
		{`style="display:block"`, true},
		{`style="background:url('display:none;x')"`, true},
		{`style="visibility:hidden"`, false},
		{`style="opacity:0.0"`, false},
		{`style="opacity:0.5"`, true},
		{`style="font-size:1px"`, false},
		{`style="font-size:0"`, false},
		{`style="font-size:0.9em"`, true},
		{`style="text-indent:-9999px"`, false},
		{`style="position:absolute;left:-5000px"`, false},
		{`style="left:-5px"`, true},
		{`style="width:1px;height:1px;overflow:hidden"`, false},
		{`style="width:1px"`, true},
		{`style="clip:rect(0 0 0 0)"`, false},
		{`style="clip-path:inset(50%)"`, false},
		{`style="color:#fff;background-color:#fff"`, false},
		{`style="color:#fff;background-color:#000"`, true},
		{`class="sr-only"`, false},
	} {
		p, _ := Extract([]byte("<p>a</p><p "+test.attr+">secret</p>"), Options{})
		if got := strings.Contains(p.words, "secret"); got != test.want {
			t.Errorf("%s: seen is %v, want %v", test.attr, got, test.want)
		}
	}
}

func TestSelectors(t *testing.T) {
	const list = "tag .class #id #pre* p.both [attr] [attr=v] [href^=http] script[src$=x.js] sup#cite* .up>h2"
	for _, test := range []struct {
		element string
		want    bool
	}{
		{"<tag></tag>", true}, {"<p></p>", false},
		{`<p class="a class b"></p>`, true}, {`<p class="classes"></p>`, false},
		{`<p id="id"></p>`, true}, {`<p id="prefix"></p>`, true}, {`<p id="idx"></p>`, false},
		{`<p class="both"></p>`, true}, {`<b class="both"></b>`, false},
		{`<p attr></p>`, true}, {`<a href="http://x"></a>`, true}, {`<a href="x"></a>`, false},
		{`<script src="a/x.js"></script>`, true}, {`<script src="y.js"></script>`, false}, {`<img src="x.js">`, false},
		{`<sup id="cite_1"></sup>`, true}, {`<b id="cite_1"></b>`, false},
		{`<body class="up"><h2></h2>`, true}, {`<h2></h2>`, false},
	} {
		root, err := html.Parse(strings.NewReader("<body>" + test.element))
		if err != nil {
			t.Fatal(err)
		}
		s := parseSelectors(list)
		n := first(root, func(n *html.Node) bool {
			return n.Data != "html" && n.Data != "head" && n.Data != "body"
		})
		if got := s.match(n); got != test.want {
			t.Errorf("%s: got %v, want %v", test.element, got, test.want)
		}
	}
}

// The hand-written pages are known for what they are, and hold what they were written for.
func TestPagesOfEveryFamily(t *testing.T) {
	for name, want := range map[string]struct {
		profile            string
		formulas, heads    int
		codes, pairs, rows int
	}{
		"wiki-action-parse.html":    {"mediawiki", 5, 4, 0, 3, 8},
		"wiki-parsoid.html":         {"mediawiki", 0, 3, 0, 0, 0},
		"wiki-sections.html":        {"mediawiki", 0, 3, 0, 0, 0},
		"stackexchange.html":        {"stackexchange", 0, 1, 2, 0, 0},
		"devdocs.html":              {"devdocs", 0, 4, 1, 0, 0},
		"docbook.html":              {"docbook", 0, 5, 2, 0, 0},
		"sphinx.html":               {"sphinx", 0, 3, 2, 0, 3},
		"wikihow.html":              {"wikihow", 0, 2, 0, 0, 0},
		"crawl.html":                {"crawl", 0, 2, 0, 0, 0},
		"plain-lists-and-code.html": {"plain", 0, 5, 5, 0, 0},
		"plain-tables.html":         {"plain", 0, 5, 0, 0, 16},
		"plain-scripts.html":        {"plain", 0, 11, 0, 0, 0},
	} {
		src, err := os.ReadFile(filepath.Join("pages", name))
		if err != nil {
			t.Fatal(err)
		}
		p, _ := Extract(src, Options{})
		if p.Profile.Name != want.profile || len(p.formulas) != want.formulas || len(p.heads) != want.heads ||
			len(p.codes) != want.codes || len(p.pairs) != want.pairs || len(p.rows) != want.rows {
			t.Errorf("%s: got %s, %d formulas, %d headings, %d codes, %d pairs, %d rows; want %+v",
				name, p.Profile.Name, len(p.formulas), len(p.heads), len(p.codes), len(p.pairs), len(p.rows), want)
		}
	}
}

func TestLinksOfPage(t *testing.T) {
	const page = `<base href="sub/"><p><a href="a.html">A <b>b</b></a><a href="#here">here</a><a href="c"></a></p><pre><a href="d">d</a></pre><nav><a href="e">e</a></nav>`
	p, _ := Extract([]byte(page), Options{})
	want := []Link{{"a.html", "A b", false}, {"d", "d", true}}
	if len(p.Links()) != 2 || p.Links()[0] != want[0] || p.Links()[1] != want[1] || p.Base != "sub/" {
		t.Errorf("got %+v, base %q; want %+v", p.Links(), p.Base, want)
	}
	if len(p.Hrefs()) != 5 {
		t.Errorf("got the addresses %q, want all five", p.Hrefs())
	}
}

func TestPagesWithoutATree(t *testing.T) {
	if _, ok := Extract([]byte(strings.Repeat("<div>", 600)), Options{}); ok {
		t.Error("a page that nests 600 deep was read")
	}
	for _, src := range []string{"", "\xff\xfe", "<frameset><frame src=x></frameset>", "<body style='display:none'>x"} {
		p, ok := Extract([]byte(src), Options{})
		if !ok || len(p.heads) != 0 {
			t.Errorf("%q: got %v, %+v", src, ok, p)
		}
	}
}

func TestFold(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"A  b-C", "a b c"}, {"x^2", "x2"}, {"a*b", "ab"}, {"a_b", "a b"}, {"f_(x) ^(y)", "fx y"},
		{"水は", "水 は"}, {"naïve", "naïve"}, {"a\u200bb\ufeff", "ab"}, {"", ""}, {" . ", ""},
	} {
		if got := fold(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}
