package search

import (
	"fmt"
	"strings"
	"testing"
)

// A heading is known by all its words, or by the name of the symbol that it describes.
func TestCalledName(t *testing.T) {
	for _, tt := range []struct{ title, anchor, owner, name string }{
		{"Early life", "Early_life", "", "Early life"},
		{"os.open(path, flags, mode=0o777)", "os.open", "os", "open"},
		{"os.chdir(path)", "_9", "os", "chdir"},
		{"coroutine loop.create_task(coro)", "asyncio.loop.create_task", "asyncio.loop", "create_task"},
		{"PyObject *PyList_GetSlice(PyObject *list)", "c.PyList_GetSlice", "c", "PyList_GetSlice"},
		{"abstractmethod \\__fspath__()", "os.PathLike.__fspath__", "os.PathLike", "__fspath__"},
		{"class email.message.Message", "email.message.Message", "email.message", "Message"},
		{"std::vector::push_back", "", "std::vector:", "push_back"},
		{"git-rebase(1)", "_git_rebase1", "", "git-rebase"},
		{"args", "BaseException.args", "BaseException", "args"},
		{"History of the U.S.", "History_of_the_U.S.", "", "History of the U.S."},
		{"Name of file(s)", "names", "", "Name of file(s)"},
		{"(untitled)", "x", "", "(untitled)"},
		{"3.11", "v3.11", "", "3.11"},
		{"…", "", "", "…"},
		{"", "", "", ""},
	} {
		if owner, name := calledName(tt.title, tt.anchor); owner != tt.owner || name != tt.name {
			t.Errorf("%q, %q: got %q, %q, want %q, %q", tt.title, tt.anchor, owner, name, tt.owner, tt.name)
		}
	}
}

// manual is a page of symbols in which the names stand in other places, too.
const manual = `<h1>shop — Buying and selling</h1><p>What is in a shop: tills, which open and close, and receipts.</p>
<h2 id="shop.till.open">till.open(<em>key</em>)</h2><p>Slide out the drawer.</p>
<h2 id="shop.till.close">till.close()</h2><p>Slide in the drawer, the reverse of till.open. After till.open nobody sees till.open.</p>
<h2 id="shop.till.name">till.name</h2><p>What it is called.</p>
<h2 id="constants">Constants</h2>
<h3 id="shop.RED">shop.RED</h3><h3 id="shop.GREEN">shop.GREEN</h3><h3 id="shop.BLUE">shop.BLUE</h3><p>Colours of receipts.</p>
<h3 id="shop.GREEN_TAX">shop.GREEN_TAX</h3><p>The tax on GREEN receipts, GREEN ink and GREEN paper.</p>`

// The name of a section leads to it, also where others say it more often, and where several names share one text.
func TestSectionNames(t *testing.T) {
	for _, tt := range []struct{ query, anchor string }{
		{"till.open", "shop.till.open"},
		{"till.open()", "shop.till.open"},
		{"shop.till.close", "shop.till.close"},
		{"till.close", "shop.till.close"},
		{"till.name", "shop.till.name"},
		{"shop.GREEN", "shop.GREEN"},
		{"GREEN", "shop.GREEN"},
		{"BLUE", "shop.BLUE"},
		{"RED", "shop.RED"},
		{"shop.GREEN_TAX", "shop.GREEN_TAX"},
		{"how do I slide the drawer out", "shop.till.open"},
	} {
		got, _ := found(t, manual, tt.query, "eng", 3)
		if len(got) == 0 || got[0] != tt.anchor {
			t.Errorf("%s: got %q, want %q first", tt.query, got, tt.anchor)
		}
	}
	parts, _, err := Within(t.Context(), parsed(t, manual), "shop.GREEN", "eng", 1)
	if err != nil || len(parts) != 1 || !strings.Contains(parts[0].Text, "shop.BLUE") || !strings.Contains(parts[0].Text, "Colours") || strings.Contains(parts[0].Text, "shop.RED") {
		t.Errorf("names that share a text: %+v, %v", parts, err)
	}
}

// The article whose title is asked for as it is comes before those that have more words, and the right form of a name before
// others.
func TestSectionNamesOfArticles(t *testing.T) {
	page := func(name string) titledPage {
		return titledPage{name, "<h2 id=s>Synopsis</h2><p>" + name + " takes options.</p>"}
	}
	p := ranked(t, "merge synopsis", "eng", page("merge base"), page("merge"), page("merge tree"))
	if got := p.list[0].source; got != 1 {
		t.Errorf("got page %d", got)
	}
	p = ranked(t, "ask.colour", "eng", titledPage{"x", "<h2 id=ask.colours>ask.colours</h2><p>Which ones there are.</p><h2 id=ask.colour>ask.colour</h2><p>Which one it is.</p>"})
	if got := p.list[0].render(); got != "Which one it is." {
		t.Errorf("got %q", got)
	}
}

// Very many headings in a row cost no more than some.
func TestManySharedNames(t *testing.T) {
	var page strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&page, "<h2 id=n%d>n%[1]d</h2>", i)
	}
	page.WriteString("<p>All of them.")
	d := parsed(t, page.String())
	last := len(d.Sections) - 1
	if first := sharing(d, last); last-first != maxShared {
		t.Errorf("%d names share the text", last-first)
	}
	if got, _ := found(t, page.String(), "n2990", "eng", 1); len(got) != 1 || got[0] != "n2990" {
		t.Errorf("got %q", got)
	}
}
