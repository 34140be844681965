package article

import "testing"

// What may stand in a page is found in every form in which it can be written, and words of the text are none.
func TestLookAhead(t *testing.T) {
	tests := []struct {
		name, page   string
		root, h1, in bool // what may be there; in: main
	}{
		{"nothing", `<meta name="x" content="y"><body><p>the content, the main role`, false, false, false},
		{"id", `<div id="content">`, true, false, false},
		{"id in single quotes", `<div id='content'>`, true, false, false},
		{"id without quotes", `<div id=content>`, true, false, false},
		{"id behind spaces", "<div id = \n\t\" content\">", true, false, false},
		{"second mention", `<p class="x">content</p><div id="content">`, true, false, false},
		{"tag", `<main>`, true, false, true},
		{"tag in capitals", `<MAIN>`, true, false, true},
		{"role", `<div role="main">`, false, false, true},
		{"heading", `<H1>`, false, true, false},
		{"end of the page", `text <`, false, false, false},
	}
	for _, tt := range tests {
		a := lookAhead([]byte(tt.page), &stackexchange.own)
		if a.noRoot == tt.root || a.noH1 == tt.h1 || a.noMain == tt.in {
			t.Errorf("%s: %+v", tt.name, *a)
		}
	}
}

// A survey that ends early finds the same content and the same title as the survey of the tree.
func TestEarlySurvey(t *testing.T) {
	pages := []string{
		`<title>T</title><body><div class="x"><h2 class="title">Ask</h2><p>text</p></div>`,
		`<title>T</title><body><p>before</p><h1>Ask</h1><p>text</p>`,
		`<title>T</title><body><p>before</p><main><h1>Ask</h1><p>text</p></main><p>behind</p>`,
		`<title>T</title><body><p>before</p><div id="mainbar"><h1>Ask</h1><p>text</p></div><p>behind</p>`,
		`<title>T</title><body><p>before</p><div role=main><h1>Ask</h1><p>text</p></div><p>behind</p>`,
	}
	for _, page := range pages {
		opts := &Options{Scraper: "sotoki"}
		tree, err := Parse(t.Context(), []byte(page), opts)
		if err != nil {
			t.Fatal(err)
		}
		flat, err := Text(t.Context(), []byte(page), opts)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := tree.Text(tree.Whole()), flat.Text(flat.Whole()); a != b || tree.Title != flat.Title {
			t.Errorf("%s:\ntree %q %q\nflat %q %q", page, tree.Title, a, flat.Title, b)
		}
	}
}
