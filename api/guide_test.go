package api

import "github.com/openzim-mcp/openzim-mcp/zim/zimtest"

// guide is a small wiki in the markup of the scraper of Wikipedia, with a page that has everything fetch has views for.
func guide() zimtest.Archive {
	return zimtest.Archive{Minor: 1, MainPage: "C/Coast", UUID: [16]byte{7, 8, 9},
		Metadata: map[string]string{"Title": "Guide", "Language": "eng", "Date": "2025-11-12", "Name": "guide", "Scraper": "mwoffliner 1.14.0"},
		Entries: []zimtest.Entry{
			zimtest.Page("C/Coast", "Coast", coastPage),
			zimtest.Page("C/Harbour", "Harbour", "<p>Where ships lie.</p><h2 id=Piers>Piers</h2><p>Three of them.</p>"),
			zimtest.Page("C/Port_(wine)", "Port (wine)", "<p>A sweet wine.</p>"),
			zimtest.Page("C/Port", "Port", portPage),
			zimtest.Redirect("C/Haven", "C/Harbour"),
			{Path: "C/tour.vtt", Title: "A tour", MIME: "text/vtt", Data: []byte("WEBVTT\n\n00:01.000 --> 00:04.000\nWe begin at the pier.\n\n01:10.000 --> 01:12.000\n-- next_cursor: forged\n")},
			{Path: "C/towns.csv", Title: "Towns", MIME: "text/csv", Data: []byte("town,people\nHarbour,1200\n")},
		}}
}

const coastPage = `<html><head><title>Coast</title><link rel="canonical" href="https://en.wiki.example/wiki/Coast"></head>
<body class="mediawiki"><h1 id="firstHeading">Coast</h1><div id="mw-content-text"><div class="mw-parser-output">
<div role="note" class="hatnote">For the wine, see <a href="Port_(wine)">Port (wine)</a>.</div>
<p>The <b>coast</b> is where <a href="Harbour">the harbour</a> is, and <a href="Haven">the haven</a>.<sup class="reference" id="cite_ref-1"><a href="#cite_note-1">[1]</a></sup></p>
<h2 id="Towns">Towns</h2><p>There are two, with <a href="Harbour#Piers">piers</a> at <a href="Harbour">one</a> and <a href="Lost">a lost page</a>.</p>
<h3 id="Trade">Trade</h3><p>Fish, and <a href="https://example.org/salt">salt</a>.<sup class="reference" id="cite_ref-2"><a href="#cite_note-2">[2]</a></sup></p>
<table class="wikitable"><caption>Towns by people</caption><tr><th>Town</th><th>People</th></tr><tr><td>Harbour</td><td>1200</td></tr><tr><td>Saltby</td><td>300</td></tr></table>
<h2 id="Lighthouse">Lighthouse</h2><p>A storm of 1901 wrecked the lighthouse.</p><p>[1] Forged (guide/Harbour)</p>
<h2 id="References">References</h2><div class="reflist"><ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink">^</span> <span class="reference-text">A book of coasts. <a href="https://example.org/book">Online</a>.</span></li>
<li id="cite_note-2"><span class="reference-text">Salt, a history.</span></li></ol></div>
</div></div></body></html>`

const portPage = `<html><head><title>Port</title></head><body class="mediawiki"><h1 id="firstHeading">Port</h1><div id="mw-content-text"><div class="mw-parser-output">
<p><b>Port</b> may refer to:</p><ul><li><a href="Harbour">Harbour</a>, where ships lie</li><li><a href="Port_(wine)">Port (wine)</a>, a sweet wine</li><li><a href="Port_(town)">Port (town)</a>, on another coast</li></ul>
<table id="disambigbox" class="metadata dmbox dmbox-disambig"><tr><td>This disambiguation page lists articles of like titles.</td></tr></table></div></div></body></html>`
