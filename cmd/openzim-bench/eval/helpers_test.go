package eval

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func rawJSON(s string) json.RawMessage { return json.RawMessage(s) }

// arguments are the text arguments of a call.
func arguments(t *testing.T, r *mcp.CallToolRequest) map[string]string {
	t.Helper()
	m := map[string]string{}
	if err := json.Unmarshal(r.Params.Arguments, &m); err != nil {
		t.Error(err)
	}
	return m
}

// manual is an archive with titles, redirects, headings, links and symbols.
func manual(t *testing.T) string {
	t.Helper()
	a := zimtest.Archive{Minor: 1, MainPage: "C/index.html", Metadata: map[string]string{"Name": "manual", "Title": "Manual", "Language": "eng", "Date": "2026-01-01"},
		Entries: []zimtest.Entry{
			zimtest.Page("C/index.html", "Contents", `<p><a href="lib/os.html">Operating system</a> <a href="lib/sys.html">next</a> <a href="https://x.y/">elsewhere</a> <a href="lib/none.html">missing</a></p>`),
			zimtest.Page("C/lib/os.html", "os", `<h1>os</h1><section id="files"><h2>Files</h2><dl><dt class="sig" id="os.open">os.open()</dt><dd>Opens.</dd></dl></section>
<h2 id="twice">Same</h2><h2>Same</h2><p><a href="../index.html">next</a> <a href="sys.html#top">System things</a> <a href="#files">Files here</a></p><script>"<h2>no</h2>"</script>`),
			zimtest.Page("C/lib/sys.html", "sys", `<h2 id="exit">Exit ¶</h2><p><a href="os.html">next</a><a href="../genindex.html">next</a> <a href="os.html">ab</a></p>`),
			zimtest.Page("C/genindex.html", "Index", `<dl><dt id="ientry-1">SELECT DISTINCT, <a class="indexterm" href="lib/sys.html#select">Select</a></dt>
<dt>in general, <a class="indexterm" href="lib/sys.html#x">No symbol</a></dt><dt>VACUUM, <a class="indexterm" href="lib/sys.html#a">A</a>, <a class="indexterm" href="lib/os.html#b">B</a></dt></dl>`),
			{Path: "C/posix", Title: "POSIX layer", Redirect: "C/lib/os.html", Front: zimtest.FrontYes},
		}}
	name := filepath.Join(t.TempDir(), "manual.zim")
	if err := os.WriteFile(name, a.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}
