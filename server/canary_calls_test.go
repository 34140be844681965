package server

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// TestCanaryPanic lets the bare SDK end a process of its own.
func TestCanaryPanic(t *testing.T) {
	if os.Getenv("CANARY_PANIC") == "1" {
		s := bareSDK()
		newFaults(t, s)
		ask(t, listenAndServe(t, bareHandler(s, mcp.StreamableHTTPOptions{JSONResponse: true})), "tools/call", `"name":"panics","arguments":{}`, "")
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestCanaryPanic$")
	child.Env = append(os.Environ(), "CANARY_PANIC=1")
	if out, err := child.CombinedOutput(); err == nil || !strings.Contains(string(out), "panic: boom") {
		t.Errorf(cured+"api.recoverPanic and server.contain (%v, %.300s)", err, out)
	}
	srv := serveTowns(t, nil)
	newFaults(t, srv.core.surface.Server())
	for _, method := range []string{"tools/call", "old:tools/call"} {
		for range 200 {
			_, out := ask(t, srv.URL(), method, `"name":"panics","arguments":{}`, "")
			holds(t, out, `"error":{"code":-32603,"message":"internal error"}`, true, "a panic must become an internal error, and say nothing")
		}
	}
	if _, out := ask(t, srv.URL(), "tools/call", `"name":"library","arguments":{}`, ""); !strings.Contains(out, "towns") {
		t.Errorf("the server does not go on: %s", out)
	}
	if n := strings.Count(srv.log.String(), "panic_recovered"); n != 400 {
		t.Errorf("%d panics in the log, want 400", n)
	}
}

func TestCanaryBase64Name(t *testing.T) {
	p := newPair(t)
	encoded := func(name string) http.Header {
		_, h := request("tools/call", `"name":"echo","arguments":{}`, "")
		h.Set("Mcp-Name", "=?base64?"+name+"?=")
		return h
	}
	body, _ := request("tools/call", `"name":"echo","arguments":{}`, "")
	right := base64.StdEncoding.EncodeToString([]byte("echo"))
	_, out, err := post(t.Context(), p.bare, body, encoded(right))
	if err != nil || !strings.Contains(out, "-32020") {
		t.Errorf(cured+"server.decodeName (%v %s)", err, out)
	}
	if _, out, _ := post(t.Context(), p.ours, body, encoded(right)); !strings.Contains(out, `"result"`) {
		t.Errorf("an encoded name must be decoded: %s", out)
	}
	for _, wrong := range []string{"!!", base64.StdEncoding.EncodeToString([]byte("library"))} {
		if res, out, _ := post(t.Context(), p.ours, body, encoded(wrong)); res.StatusCode != 400 || !strings.Contains(out, "-32020") {
			t.Errorf("%s must be a header mismatch: %s", wrong, out)
		}
	}
}

func TestCanaryRawURI(t *testing.T) {
	p := newPair(t)
	for _, method := range []string{"resources/read", "old:resources/read"} {
		_, out := ask(t, p.bare, method, `"uri":"zim://towns/Łódź"`, "")
		holds(t, out, `"error"`, true, cured+"api.asciiURI")
		for _, uri := range []string{"zim://towns/Łódź", "zim://towns/%C5%81%C3%B3d%C5%BA"} {
			_, out = ask(t, p.ours, method, `"uri":"`+uri+`"`, "")
			holds(t, out, "on no coast", true, uri+" must be read")
		}
	}
}

// TestCanaryErrorText: errors of handlers go out with code 0, or as a tool's result, and with their text.
func TestCanaryErrorText(t *testing.T) {
	p := newPair(t)
	for _, c := range []struct{ method, params string }{
		{"prompts/get", `"name":"leaky","arguments":{"topic":"x"}`},
		{"resources/read", `"uri":"fault://leaky"`},
		{"tools/call", `"name":"fails","arguments":{}`},
	} {
		for _, era := range []string{"", "old:"} {
			_, out := ask(t, p.bare, era+c.method, c.params, "")
			holds(t, out, `"code":0`, true, cured+"api.mapErrors, for "+c.method)
			holds(t, out, secretPath, true, cured+"api.mapErrors, for "+c.method)
			_, out = ask(t, p.ours, era+c.method, c.params, "")
			holds(t, out, `"code":-32603,"message":"internal error"`, true, c.method+" must say nothing of the error")
			holds(t, out, secretPath, false, c.method+" must not leak")
		}
	}
}

func TestCanaryPromptArguments(t *testing.T) {
	p := newPair(t)
	_, out := ask(t, p.bare, "prompts/get", `"name":"leaky"`, "")
	holds(t, out, secretPath, true, cured+"the check of missing arguments in api.prompt.refused")
	_, out = ask(t, p.ours, "prompts/get", `"name":"research"`, "")
	holds(t, out, `"code":-32602`, true, "a missing argument must be refused")
	holds(t, out, "topic", true, "and named")
}

func TestCanaryManyCompletions(t *testing.T) {
	p := newPair(t)
	const params = `"ref":{"type":"ref/resource","uri":"zim://{archive}/{+path}"},"argument":{"name":"path","value":"pier"},"context":{"arguments":{"archive":"piers"}}`
	_, out := ask(t, p.bare, "completion/complete", params, "")
	if n := strings.Count(out, `""`); n < 150 {
		t.Errorf(cured+"the cut in api.completion.result (%d values)", n)
	}
	dir := t.TempDir()
	a := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Name": "piers"}}
	for i := range 150 {
		a.Entries = append(a.Entries, zimtest.Page(fmt.Sprintf("C/Pier_%03d", i), fmt.Sprintf("Pier %03d", i), "<p>A pier.</p>"))
	}
	write(t, dir, "piers.zim", a)
	srv := start(t, quick(dir))
	_, out = ask(t, srv.URL(), "completion/complete", params, "")
	if n := strings.Count(out, `"Pier_`); n > 100 || n == 100 && !strings.Contains(out, `"hasMore":true`) {
		t.Errorf("%d completions, of which 100 are allowed, and a cut must be said: %.300s", n, out)
	} else if n < 100 {
		t.Logf("%d completions: a busy machine leaves out what it does not find in time", n)
	}
}

// TestCanaryHonestOldEra: a stateless server cannot push to clients of the older era.
func TestCanaryHonestOldEra(t *testing.T) {
	p := newPair(t)
	const initialize = `"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"0"}`
	_, out := ask(t, p.bare, "old:initialize", initialize, "")
	holds(t, out, `"listChanged":true`, true, cured+"api.honestLegacy, for the answer to initialize")
	_, out = ask(t, p.ours, "old:initialize", initialize, "")
	holds(t, out, `"capabilities":{"completions":{},"prompts":{},"resources":{},"tools":{}}`, true, "only what is served may be offered")
	for method, params := range map[string]string{"resources/subscribe": `"uri":"zim://towns/Port"`, "resources/unsubscribe": `"uri":"zim://towns/Port"`,
		"logging/setLevel": `"level":"no-such-level"`} {
		_, out := ask(t, p.bare, "old:"+method, params, "")
		holds(t, out, `"result"`, true, cured+"api.honestLegacy, for "+method)
		_, out = ask(t, p.ours, "old:"+method, params, "")
		holds(t, out, `"code":-32601`, true, method+" must be refused")
	}
}

// TestCanaryArgumentErrors: the SDK's words for a wrong argument teach a model nothing.
func TestCanaryArgumentErrors(t *testing.T) {
	p := newPair(t)
	_, out := ask(t, p.bare, "tools/call", `"name":"echo","arguments":{"txet":"x"}`, "")
	holds(t, out, "additional properties", true, cured+"api.schema.validate, which names what is allowed and what was meant")
	_, out = ask(t, p.ours, "tools/call", `"name":"search","arguments":{"qurey":"x"}`, "")
	holds(t, out, "did you mean query", true, "a misspelt argument must be told")
	holds(t, out, "additional properties", false, "the SDK's words must not be used")
}

// TestCanaryStatefulKeepsSessions is why the endpoint keeps no sessions.
func TestCanaryStatefulKeepsSessions(t *testing.T) {
	s := bareSDK()
	newFaults(t, s)
	url := listenAndServe(t, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{DisableLocalhostProtection: true}))
	sessions := func() (n int) {
		for range s.Sessions() {
			n++
		}
		return n
	}
	t.Cleanup(func() {
		for ss := range s.Sessions() {
			ss.Close()
		}
	})
	const initialize = `"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"0"}`
	for range 50 {
		ask(t, url, "old:initialize", initialize, "")
	}
	if n := sessions(); n < 50 {
		t.Errorf(cured+"the choice of Stateless, as far as it is for memory; %d of 50 sessions are kept", n)
	}
	_, out := ask(t, url, "tools/call", `"name":"echo","arguments":{}`, "")
	holds(t, out, "-32022", true, cured+"the choice of Stateless, as far as it is for "+modern)
	srv := serveTowns(t, nil)
	for range 50 {
		if res, _ := ask(t, srv.URL(), "old:initialize", initialize, ""); res.Header.Get("Mcp-Session-Id") != "" {
			t.Error("a session was begun")
		}
	}
	n := 0
	for range srv.core.surface.Server().Sessions() {
		n++
	}
	if n > 0 {
		t.Errorf("%d sessions are kept", n)
	}
}
