package search

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// A sheet has the words of each passage in their order and places, in few bytes or in many.
func TestSheetHasTheWords(t *testing.T) {
	var many strings.Builder
	for i := range 70_000 {
		fmt.Fprintf(&many, "w%d ", i)
	}
	for _, tt := range []struct{ name, html string }{
		{"plain", "<h1>Salt</h1><p>Salt and water, salt again.</p><h2>Sea</h2><p>The sea is salt.</p>"},
		{"scripts without spaces", "<p>東京は日本の首都 Tokyo である。 Sea 北京</p><p>plain words</p>"},
		{"more words than sixteen bits tell", "<p>" + many.String() + "</p>"},
		{"empty", ""},
	} {
		list := passages(parsed(t, tt.html))
		sh := newSheet(list, newStems("eng"), func() bool { return false })
		if len(sh.parts) != len(list) {
			t.Fatalf("%s: %d parts of %d", tt.name, len(sh.parts), len(list))
		}
		for k, c := range sh.parts {
			var got, want []string
			for i := c.from; i < c.to; i++ {
				place := int(i - c.from)
				if sh.places != nil {
					place = int(sh.places[i])
				}
				got = append(got, fmt.Sprint(sh.lexicon.at(int(sh.word(i))), place))
			}
			base := 0
			for i := list[k].start; i < list[k].end; i++ {
				base += readWords(plain(list[k].doc.Blocks[i].Text), func(w textWord, place int) { want = append(want, fmt.Sprint(w.text, base+place)) })
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tt.name, diff)
			}
		}
	}
}

// What a search finds does not hang on what was asked before, nor on how much is kept.
func TestKeptArticlesChangeNothing(t *testing.T) {
	first := open(t, map[string]zimtest.Archive{"ports": ports().archive(t)})
	none, little := New(first.lib, &Options{ArticleBytes: -1}), New(first.lib, &Options{ArticleBytes: 60_000})
	for range 2 {
		for _, q := range portQuestions() {
			want := answer(t, none, q[0], Want{Passages: 5})
			for name, e := range map[string]*Engine{"much": first, "little": little} {
				if diff := cmp.Diff(places(want), places(answer(t, e, q[0], Want{Passages: 5}))); diff != "" {
					t.Errorf("%s is kept: %s: -want +got:\n%s", name, q[0], diff)
				}
			}
		}
	}
	kept, nothing, some := first.ArticleStats(), none.ArticleStats(), little.ArticleStats()
	if kept.Hits == 0 || kept.Bytes == 0 || nothing.Hits != 0 || nothing.Bytes != 0 || some.Bytes > some.MaxBytes || some.MaxBytes != 60_000 {
		t.Errorf("kept %+v, nothing %+v, some %+v", kept, nothing, some)
	}
	for _, name := range first.lib.Names() {
		a, _, release, err := first.acquire(name)
		if err != nil {
			t.Fatal(err)
		}
		first.sheets.words.forget(a)
		first.sheets.documents.forget(a)
		release()
	}
	if left := first.ArticleStats(); left.Bytes != 0 {
		t.Errorf("%d bytes are kept of archives that are gone", left.Bytes)
	}
}
