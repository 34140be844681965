package search

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// crawled is an archive of a crawled site: every page has the same menu and notice in plain elements.
func crawled() zimtest.Archive {
	a := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Name": "site", "Title": "Site", "Language": "eng", "Scraper": "zimit 3.0", "Source": "https://shop.example/"}}
	for i := range 12 {
		a.Entries = append(a.Entries, zimtest.Page(fmt.Sprintf("C/shop.example/page%02d", i), fmt.Sprintf("Page %02d", i), fmt.Sprintf(`<html><body><div>
<div class=x1><p>Subscribe to the weekly letter about garden furniture and never miss an offer again.</p></div>
<div class=x2><h1>Page %02d</h1><p>The quincunx number %d stands on hill %d, where the wind of the north blows all through the long winter and nobody goes.</p>
<p>From hill %d see <a href="https://shop.example/page%02d">the next</a> and <a href="https://elsewhere.example/page01">another</a>.</p></div>
<div class=x3><p>All prices include the tax of the country that the parcel is sent to by our friendly carrier.</p></div></div></body></html>`, i, i*7, i*3, i*3, (i+1)%12)))
	}
	return a
}

func pageOf(t *testing.T, e *Engine, id string) *article.Document {
	t.Helper()
	parsed, err := policy.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	f, err := e.Resolve(t.Context(), parsed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	o, err := f.PageOptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page, err := f.Item.Bytes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := article.Parse(t.Context(), page, o)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// What every page of a crawled site repeats is on none of them, links to its own address lead to its entries, and a passage
// stands where the page that is read has it.
func TestPagesOfACrawledSite(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"site": crawled()})
	doc := pageOf(t, e, "site/shop.example/page03")
	text := doc.Text(doc.Whole())
	if strings.Contains(text, "weekly letter") || strings.Contains(text, "parcel") || !strings.Contains(text, "quincunx number 21") {
		t.Errorf("%s", text)
	}
	var paths []string
	for _, l := range doc.Links {
		paths = append(paths, l.Path+l.URL)
	}
	if strings.Join(paths, " ") != "shop.example/page04 https://elsewhere.example/page01" {
		t.Error(paths)
	}
	found := answer(t, e, "Page 05", Want{})
	if len(found.Passages) == 0 {
		t.Fatal("nothing found")
	}
	for _, p := range found.Passages {
		own := pageOf(t, e, Hit{Archive: p.Archive, Namespace: p.Namespace, Path: p.Path}.ID())
		if !strings.Contains(own.Text(own.Whole()), p.Text) {
			t.Errorf("%s is not in the page as it is read:\n%s", p.Text, own.Text(own.Whole()))
		}
	}
}

// Of archives whose scraper is known nothing is learnt, and what was learnt goes with its archive.
func TestFurnitureIsLearntWhereItIsNeeded(t *testing.T) {
	wiki := crawled()
	wiki.Metadata["Scraper"], wiki.Metadata["Name"] = "mwoffliner 1.14", "wiki"
	e := open(t, map[string]zimtest.Archive{"site": crawled(), "wiki": wiki})
	if doc := pageOf(t, e, "wiki/shop.example/page03"); !strings.Contains(doc.Text(doc.Whole()), "weekly letter") {
		t.Error("a block is left out that no rule names")
	}
	pageOf(t, e, "site/shop.example/page03")
	e.sites.mu.Lock()
	n := len(e.sites.known)
	e.sites.mu.Unlock()
	if n != 1 {
		t.Errorf("%d archives are known", n)
	}
	if err := e.lib.Close(); err != nil {
		t.Fatal(err)
	}
	e.sites.mu.Lock()
	defer e.sites.mu.Unlock()
	if len(e.sites.known) != 0 {
		t.Error("what was learnt outlives the archive")
	}
}

// A call that ends while it learns leaves nothing half learnt.
func TestLearningCanBeGivenUp(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"site": crawled()})
	a, st, release, err := e.lib.AcquireStatus("site")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.PageOptions(ended, a, st, "x"); err == nil {
		t.Error("options in spite of the end")
	}
	o, err := e.PageOptions(t.Context(), a, st, "x")
	if err != nil || o.Furniture.Len() == 0 {
		t.Error(o, err)
	}
}
