package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// guide writes an archive of one page that has everything the views of read can show, and some that have not.
func guide(ts *testscript.TestScript, _ bool, args []string) {
	meta := zimtest.Metadata()
	meta["Name"], meta["Title"] = "guide", "A guide"
	var long strings.Builder
	for i := range 99 {
		fmt.Fprintf(&long, "<p>Sentence %d of many that make a long page.</p>", i)
	}
	a := zimtest.Archive{Minor: 3, Metadata: meta, MainPage: "C/guide", Entries: []zimtest.Entry{
		zimtest.Page("C/guide", "Guide", guidePage),
		zimtest.Page("C/long", "Long", long.String()),
		zimtest.Page("C/towns/harbour", "Harbour", `<p>Back to the <a href="../guide#market">market</a>.</p>`),
		zimtest.Redirect("C/port", "C/towns/harbour"),
		{Path: "C/notes.txt", Title: "Notes", MIME: "text/plain", Data: []byte("plain notes")},
		{Path: "C/pier.png", MIME: "image/png", Data: zimtest.Icon(8)},
	}}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), a.Bytes(), 0o600))
}

const guidePage = `<html><head><title>Guide</title><style>p{}</style></head><body><h1>Guide</h1><p>All about the coast.</p>
<h2 id="start">Getting started</h2><p>Begin at the pier of the <a href="towns/harbour">harbour</a>. The <a href="port">port</a> and
a <a href="lost">lost page</a> come later, and <a href="https://example.org/">the web</a> too.</p>
<h3 id="ships">Ships</h3><p>Ships need water under the keel.</p>
<h2 id="market">Market</h2><p>Fish is sold here every morning, by the basket.</p>
<table id="prices"><caption>Prices</caption><tr><th>Fish</th><th>Price</th></tr><tr><td>Cod</td><td>12</td></tr><tr><td>Eel</td><td>30</td></tr></table>
<p hidden>SECRET</p><script>SECRET</script></body></html>`
