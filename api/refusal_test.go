package api

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// The whole text of every kind of error, as a client reads it, and the whole of its data. Texts say each thing once.
func TestErrorsInFull(t *testing.T) {
	library0 := `; next: library {}`
	for _, tt := range []struct {
		name string
		err  error
		text string
		data string
	}{
		{"policy", &policy.Error{Field: "query", Reason: "is empty"},
			`invalid_argument: query is empty`,
			`{"code":"invalid_argument","field":"query","message":"is empty"}`},
		{"policy, a limit", &policy.Error{Field: "query", Reason: "is too long, in code points", Limit: 10, Got: 12},
			`invalid_argument: query is too long, in code points (limit 10, got 12)`,
			`{"code":"invalid_argument","field":"query","message":"is too long, in code points (limit 10, got 12)"}`},
		{"policy, a choice", &policy.Error{Field: "view", Reason: "is not a known value", Allowed: []string{"text", "raw"}, DidYouMean: []string{"text"}},
			`invalid_argument: view is not a known value; did you mean text?; allowed: text, raw`,
			`{"code":"invalid_argument","field":"view","message":"is not a known value","allowed":["text","raw"],"did_you_mean":["text"]}`},
		{"archive", &search.NotFound{What: "archive", Archive: "wki", Asked: "wki", Candidates: []string{"wiki"}},
			`not_found: no archive is called "wki"; did you mean wiki?; next: library {"filter":"wiki"}`,
			`{"code":"not_found","field":"archive","message":"no archive is called \"wki\"","did_you_mean":["wiki"],"next_call":{"tool":"library","arguments":{"filter":"wiki"}}}`},
		{"archive, nothing near", &search.NotFound{What: "archive", Asked: "x"},
			`not_found: no archive is called "x"` + library0,
			`{"code":"not_found","field":"archive","message":"no archive is called \"x\"","next_call":{"tool":"library","arguments":{}}}`},
		{"edition", &search.NotFound{What: "edition", Archive: "wiki", Asked: "wiki@2020-01", Candidates: []string{"wiki@2026-02"}},
			`not_found: no edition is called "wiki@2020-01"; did you mean wiki@2026-02?; next: library {"filter":"wiki@2026-02"}`,
			`{"code":"not_found","field":"archive","message":"no edition is called \"wiki@2020-01\"","did_you_mean":["wiki@2026-02"],"next_call":{"tool":"library","arguments":{"filter":"wiki@2026-02"}}}`},
		{"entry", &search.NotFound{What: "entry", Archive: "wiki", Asked: "Rey", Candidates: []string{"wiki/Ray", "wiki/Roy"}},
			`not_found: no entry is called "Rey" in wiki; did you mean wiki/Ray or wiki/Roy?; next: fetch {"id":"wiki/Ray"}`,
			`{"code":"not_found","field":"id","message":"no entry is called \"Rey\" in wiki","did_you_mean":["wiki/Ray","wiki/Roy"],"next_call":{"tool":"fetch","arguments":{"id":"wiki/Ray"}}}`},
		{"entry, nothing near", &search.NotFound{What: "entry", Asked: "Rey"},
			`not_found: no entry is called "Rey"; next: search {"query":"Rey"}`,
			`{"code":"not_found","field":"id","message":"no entry is called \"Rey\"","next_call":{"tool":"search","arguments":{"query":"Rey"}}}`},
		{"main page", &search.NotFound{What: "main page", Archive: "wiki", Candidates: []string{"wiki/A"}},
			`not_found: the archive has no main page; did you mean wiki/A?; next: fetch {"id":"wiki/A"}`,
			`{"code":"not_found","field":"id","message":"the archive has no main page","did_you_mean":["wiki/A"],"next_call":{"tool":"fetch","arguments":{"id":"wiki/A"}}}`},
		{"address", &search.NotFound{What: "address", Asked: "https://example.org/x"},
			`not_found: no archive holds the page at this address`,
			`{"code":"not_found","field":"id","message":"no archive holds the page at this address"}`},
		{"ambiguous", &search.Ambiguous{Asked: "X", Options: []search.Hit{{Archive: "a", Namespace: 'C', Path: "X"}, {Archive: "b", Namespace: 'C', Path: "X"}}},
			`ambiguous: "X" fits several entries equally well; did you mean a/X or b/X?; next: fetch {"id":"a/X"}`,
			`{"code":"ambiguous","field":"id","message":"\"X\" fits several entries equally well","did_you_mean":["a/X","b/X"],"next_call":{"tool":"fetch","arguments":{"id":"a/X"}}}`},
		{"no index", zim.ErrNoIndex, `no_index: the archive has no index for this` + library0,
			`{"code":"no_index","field":"archive","message":"the archive has no index for this","next_call":{"tool":"library","arguments":{}}}`},
		{"too large", zim.ErrTooLarge, `too_large: the entry is larger than a call may read`,
			`{"code":"too_large","message":"the entry is larger than a call may read"}`},
		{"too deep", article.ErrTooDeep, `too_large: the page is nested too deeply for this view; allowed: text, outline, raw`,
			`{"code":"too_large","field":"view","message":"the page is nested too deeply for this view","allowed":["text","outline","raw"]}`},
		{"stopping", library.ErrClosed, `busy: the server is stopping; try again in 5000 ms`,
			`{"code":"busy","message":"the server is stopping","retry_after_ms":5000}`},
		{"replaced", zim.ErrClosed, `busy: the archive was just replaced; try again in 1000 ms`,
			`{"code":"busy","message":"the archive was just replaced","retry_after_ms":1000}`},
		{"deadline", context.DeadlineExceeded, `timeout: the call took too long; ask for less` + library0,
			`{"code":"timeout","message":"the call took too long; ask for less","next_call":{"tool":"library","arguments":{}}}`},
		{"damage", zim.ErrChecksum, `corrupt_archive: the archive is damaged here; other entries may be readable`,
			`{"code":"corrupt_archive","message":"the archive is damaged here; other entries may be readable"}`},
		{"loop", zim.ErrRedirectLoop, `corrupt_archive: the redirects of this entry lead nowhere`,
			`{"code":"corrupt_archive","field":"id","message":"the redirects of this entry lead nowhere"}`},
		{"anything else", errors.New(secret), `internal: internal error`, `{"code":"internal","message":"internal error"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := toError(tt.err)
			if got := e.Error(); got != tt.text {
				t.Errorf("text\ngot  %s\nwant %s", got, tt.text)
			}
			b, err := json.Marshal(e.result().StructuredContent)
			if err != nil || string(b) != tt.data {
				t.Errorf("data %v\ngot  %s\nwant %s", err, b, tt.data)
			}
		})
	}
}

// What does not fit 400 bytes is left out whole, the call first; half a call would be sent.
func TestErrorTextDropsWhole(t *testing.T) {
	e := &Error{Code: InvalidArgument, Field: "x", Reason: "is wrong", Allowed: []string{strings.Repeat("a", 200)},
		DidYouMean: []string{strings.Repeat("b", 130)}, RetryAfter: time.Second, Next: callOf("fetch", map[string]string{"id": strings.Repeat("c", 100)})}
	got := e.Error()
	if !strings.Contains(got, "did you mean") || !strings.Contains(got, "allowed") || strings.Contains(got, "next:") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
	if data := e.result().StructuredContent.(errorData); data.Next == nil {
		t.Error("the data lost the call too")
	}
}

// Arguments as clients send them, and the reply in full where they are refused.
func TestArgumentsInFull(t *testing.T) {
	c := serve(t, library1(), Options{})
	for _, tt := range []struct{ tool, args, want string }{
		{"search", `{}`, `invalid_argument: query is missing; next: search {"query":"When did Ray Charles die?"}`},
		{"search", `{"query":null}`, `invalid_argument: query is missing; next: search {"query":"When did Ray Charles die?"}`},
		{"search", `{"query":"x","archive":null,"limit":null}`, ``},
		{"search", `{"query":"x","archive":null,"limit":-2}`, `invalid_argument: limit is out of range (limit 1, got -2); allowed: 1 to 100; next: search {"limit":1,"query":"x"}`},
		{"search", `{"query":"x","limit":0}`, `invalid_argument: limit is out of range (limit 1, got 0); allowed: 1 to 100; next: search {"limit":1,"query":"x"}`},
		{"search", `{"query":"x","limit":101}`, `invalid_argument: limit is out of range (limit 100, got 101); allowed: 1 to 100; next: search {"limit":100,"query":"x"}`},
		{"search", `{"query":"x","limit":"many"}`, `invalid_argument: limit must be a whole number; allowed: a whole number; next: search {"query":"x"}`},
		{"search", `{"query":"x","max_tokens":99}`, `invalid_argument: max_tokens is out of range (limit 100, got 99); allowed: 100 to 8000; next: search {"max_tokens":100,"query":"x"}`},
		{"search", `{"query":"` + strings.Repeat("x", 1001) + `"}`, `invalid_argument: query is too long, in characters (limit 1000, got 1001); next: search {"query":"When did Ray Charles die?"}`},
		{"fetch", `{"id":"m/` + strings.Repeat("x", 4097) + `"}`, `invalid_argument: id is too long, in bytes of the path (limit 4096, got 4097); next: fetch {"id":"archive/path"}`},
		{"fetch", `{"id":"music/Main","max_tokens":9000}`, `invalid_argument: max_tokens is out of range (limit 8000, got 9000); allowed: 100 to 8000; next: fetch {"id":"music/Main","max_tokens":8000}`},
		{"search", `{"query":["x"]}`, `invalid_argument: query must be a string; allowed: a string; next: search {"query":"When did Ray Charles die?"}`},
		{"search", `{"q":"x"}`, `invalid_argument: q is not an argument of search; allowed: query, archive, limit, max_tokens; next: search {"query":"When did Ray Charles die?"}`},
		{"search", `{"qurey":"x"}`, `invalid_argument: qurey is not an argument of search; did you mean query?; allowed: query, archive, limit, max_tokens; next: search {"query":"x"}`},
		{"fetch", `{}`, `invalid_argument: id is missing; next: fetch {"id":"archive/path"}`},
		{"fetch", `{"id":"music/Main","view":"html5"}`, `invalid_argument: view is not a known value; did you mean html?; allowed: text, outline, section, links, references, tables, html, raw; next: fetch {"id":"music/Main","view":"html"}`},
		{"fetch", `{"id":"music/Main","curser":"x"}`, `invalid_argument: curser is not an argument of fetch; did you mean cursor?; allowed: id, find, view, cursor, max_tokens; next: fetch {"cursor":"x","id":"music/Main"}`},
		{"library", `{"filter":7.5}`, ``},
		{"library", `{"name":"music"}`, `invalid_argument: name is not an argument of library; allowed: filter; next: library {}`},
		{"library", `{"filter":false}`, `invalid_argument: filter must be a string; allowed: a string; next: library {}`},
	} {
		text, data, isError := call(t, c, tt.tool, json.RawMessage(tt.args))
		if isError != (tt.want != "") || isError && text != tt.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", tt.tool, tt.args, text, tt.want)
		}
		if isError && !strings.HasSuffix(strings.SplitN(text, ";", 2)[0], strings.SplitN(data["message"].(string), ";", 2)[0]) {
			t.Errorf("%s %s: the text %q and the message %q differ", tt.tool, tt.args, text, data["message"])
		}
	}
}

// An error of a tool that names its own field starts with a sentence, never with the field's name twice.
func TestNoErrorSaysAThingTwice(t *testing.T) {
	c := serve(t, library1(), Options{})
	for _, a := range []args{{"id": "musik/x"}, {"id": "music/Ray_Charls"}, {"id": "Nothing of that name"}, {"id": "music@1999-01/x"}, {"id": "https://example.com/x"},
		{"id": "music/Ray_Charles#Nope"}, {"id": "music/data.json", "view": "html"}, {"id": "Long article"}} {
		text, data, isError := call(t, c, "fetch", a)
		if !isError {
			t.Errorf("%v: %s", a, text)
			continue
		}
		words := strings.Fields(text)
		for i := 1; i < len(words) && i < 8; i++ {
			if words[i] == words[i-1] {
				t.Errorf("%v: %q twice in %s", a, words[i], text)
			}
		}
		if code := data["code"].(string); code != "invalid_argument" && !strings.HasPrefix(text, code+": "+data["message"].(string)) {
			t.Errorf("%v: %s is not the message %q", a, text, data["message"])
		}
	}
}

// The call that an error offers is one that works: it is sent, and its reply is no refusal.
func TestNextCallsWork(t *testing.T) {
	c := serve(t, library1(), Options{})
	for _, a := range []args{{"id": "musik/x"}, {"id": "music/Ray_Charls"}, {"id": "Long article"}, {"id": "music/Ray_Charles#Nope"}, {"id": "music/Main", "view": "rwa"},
		{"id": "music/data.json", "view": "html"}, {"id": "music/Main", "max_tokens": 1}, {"id": "music/Main", "cursor": "x"}, {"id": "Rey Chrles"}} {
		_, data, isError := call(t, c, "fetch", a)
		next, ok := data["next_call"].(args)
		if !isError || !ok {
			t.Errorf("%v: no next call: %v", a, data)
			continue
		}
		if text, _, isError := call(t, c, next["tool"].(string), next["arguments"]); isError {
			t.Errorf("%v: the next call %v is refused: %s", a, next, text)
		}
	}
}

func TestCallOf(t *testing.T) {
	got := callOf("fetch", map[string]string{"id": "a/\"b\"\n<c>"})
	var back map[string]string
	if err := json.Unmarshal(got.Arguments, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"id": "a/\"b\"\n<c>"}, back); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
