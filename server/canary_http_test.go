package server

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// TestCanaryBatch: one POST without the version's header runs any number of calls.
func TestCanaryBatch(t *testing.T) {
	p := newPair(t)
	const calls = 500
	var b strings.Builder
	for i := range calls {
		fmt.Fprintf(&b, `,{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hit"}}}`, i)
	}
	batch := " \r\n[" + b.String()[1:] + "]"
	h := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}}
	_, out, err := post(t.Context(), p.bare, batch, h.Clone())
	if n := strings.Count(out, "heard hit"); err != nil || n != calls {
		t.Errorf(cured+"the refusal of batches in server.parseMessage (%d calls run, %v)", n, err)
	}
	res, out, err := post(t.Context(), p.ours, batch, h)
	if err != nil || res.StatusCode != 400 || strings.Contains(out, "heard") || !strings.Contains(out, `"code":-32600`) {
		t.Errorf("a batch must be refused: %v %.300s", err, out)
	}
}

// TestCanaryPlainText: refusals of the SDK that no client of JSON-RPC can read.
func TestCanaryPlainText(t *testing.T) {
	p := newPair(t)
	body, h := request("tools/call", `"name":"echo","arguments":{"text":"x"}`, "")
	oldBody, oldHeader := request("old:no/such", "", "")
	with := func(name, value string) http.Header {
		h := h.Clone()
		h.Set(name, value)
		return h
	}
	for _, c := range []struct {
		name, body string
		h          http.Header
		id         bool // of the request is in our answer
		code       string
	}{
		{"no JSON", "{", h, false, "-32700"},
		{"a Content-Type that is not JSON", body, with("Content-Type", "text/xml"), true, "-32600"},
		{"an Accept without what is needed", body, with("Accept", "text/html"), true, "-32600"},
		{"a version that was never there", body, with("Mcp-Protocol-Version", "1900-01-01"), true, "-32022"},
		{"an unknown method of the older era", oldBody, oldHeader, true, "-32601"},
	} {
		res, out, err := post(t.Context(), p.bare, c.body, c.h.Clone())
		if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
			t.Errorf(cured+"server.errorWriter, for %s (%v %.200q)", c.name, err, out)
		}
		res, out, err = post(t.Context(), p.ours, c.body, c.h.Clone())
		if err != nil || res.StatusCode < 400 || res.Header.Get("Content-Type") != "application/json" ||
			!strings.Contains(out, `"code":`+c.code) || strings.Contains(out, `"id":1`) != c.id {
			t.Errorf("%s: %v %.300q", c.name, err, out)
		}
	}
}

// TestCanaryBytes: what the SDK passes on or changes in a message.
func TestCanaryBytes(t *testing.T) {
	p := newPair(t)
	body, h := request("tools/call", `"name":"echo","arguments":{"text":"x"}`, "")
	_, out, err := post(t.Context(), p.bare, strings.Replace(body, `"x"`, "\"\xff\xfe\"", 1), h.Clone())
	if err != nil || !strings.Contains(out, "heard") {
		t.Errorf(cured+"utf8.Valid in server.parseMessage (%v %.200q)", err, out)
	}
	const huge = `"id":1000000000000000000000000000000` // 10^30
	_, out, err = post(t.Context(), p.bare, strings.Replace(body, `"id":1`, huge, 1), h.Clone())
	if err != nil || !strings.Contains(out, "-9223372036854775808") {
		t.Errorf(cured+"server.goodID (%v %.200q)", err, out)
	}
	for name, spoiled := range map[string]string{"invalid UTF-8": strings.Replace(body, `"x"`, "\"\xff\xfe\"", 1), "an id of 10^30": strings.Replace(body, `"id":1`, huge, 1)} {
		res, out, err := post(t.Context(), p.ours, spoiled, h.Clone())
		if err != nil || res.StatusCode != 400 || strings.Contains(out, "heard") || strings.Contains(out, `"id":`) {
			t.Errorf("%s: %v %.300q", name, err, out)
		}
	}
}

// TestCanaryOrigin: a page of any site may send requests to the bare SDK. Its check of Host, which guards it where it
// is on, refuses what a proxy passes on; and the standard library's check is not enough alone.
func TestCanaryOrigin(t *testing.T) {
	p := newPair(t)
	body, h := request("tools/call", `"name":"echo","arguments":{}`, "")
	foreign := h.Clone()
	foreign.Set("Origin", "https://evil.example")
	if res, out, err := post(t.Context(), p.bare, body, foreign.Clone()); err != nil || res.StatusCode != 200 {
		t.Errorf(cured+"middleware.HostOrigin, for Origin (%v %s)", err, out)
	}
	if res, out, err := post(t.Context(), p.ours, body, foreign); err != nil || res.StatusCode != 403 || !strings.Contains(out, `"code":40300`) {
		t.Errorf("a foreign Origin must be refused: %v %s", err, out)
	}
	s := bareSDK()
	guarded := listenAndServe(t, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{Stateless: true}))
	if status := as(t, guarded, "POST", "zim.example.org", ""); status != 403 {
		t.Errorf(cured+"DisableLocalhostProtection: a proxied request gets %d", status)
	}
	srv := serveTowns(t, func(c *Config) { c.Server.AllowedHosts = []string{"zim.example.org"} })
	for _, c := range []struct {
		name, method, host, origin string
		bare                       int // what http.CrossOriginProtection leaves it at, 200 for passed
		ours                       int
	}{
		{"proxied", "POST", "zim.example.org", "", 200, 200},
		{"a GET from a foreign page", "GET", "zim.example.org", "https://evil.example", 200, 403},
		{"a rebound name", "POST", "evil.example", "http://evil.example", 200, 403},
		{"a rebound name without Origin", "POST", "evil.example", "", 200, 403},
		{"a foreign page", "POST", "zim.example.org", "https://evil.example", 403, 403},
		{"an opaque page", "POST", "zim.example.org", "null", 403, 403},
	} {
		library := listenAndServe(t, http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
		if got := as(t, library, c.method, c.host, c.origin); got != c.bare {
			t.Errorf("http.CrossOriginProtection answers %s with %d, want %d; look again at what middleware.HostOrigin is needed for", c.name, got, c.bare)
		}
		if got := as(t, srv.URL(), c.method, c.host, c.origin); got != c.ours {
			t.Errorf("%s: %d, want %d", c.name, got, c.ours)
		}
	}
}

// as asks under the name of a host, from a page of origin, and returns the status.
func as(t testing.TB, url, method, host, origin string) int {
	t.Helper()
	body, h := request("tools/list", "", "")
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header, req.Host = h, host
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}
