package server

import (
	"net/http"
	"strings"
	"testing"
)

func TestParseMessage(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	for _, c := range []struct {
		name, body string
		reason     string
		code       int64
		streams    bool
	}{
		{"call", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, "", 0, false},
		{"notification", `{"jsonrpc":"2.0","method":"notifications/initialized"}`, "", 0, false},
		{"text id", `{"jsonrpc":"2.0","id":"a","method":"ping"}`, "", 0, false},
		{"progress", `{"id":1,"method":"tools/call","params":{"_meta":{"progressToken":0}}}`, "", 0, true},
		{"log level", `{"id":1,"method":"tools/call","params":{"_meta":{"io.modelcontextprotocol/logLevel":"info"}}}`, "", 0, true},
		{"listen", `{"id":1,"method":"subscriptions/listen"}`, "", 0, true},
		{"batch", ` [{"id":1}]`, reasonBatch, -32600, false},
		{"empty batch", `[]`, reasonBatch, -32600, false},
		{"broken batch", "\r\n\t [", reasonBatch, -32600, false},
		{"empty", ``, reasonParse, -32700, false},
		{"half", `{"id":1`, reasonParse, -32700, false},
		{"two messages", `{"id":1}{"id":2}`, reasonParse, -32700, false},
		{"not UTF-8", "{\"id\":1,\"method\":\"\xff\"}", reasonParse, -32700, false},
		{"too deep", deep, reasonParse, -32700, false},
		{"number", `7`, reasonParse, -32600, false},
		{"null", " null\n", reasonParse, -32600, false},
		{"params in a list", `{"id":1,"method":"a","params":[1]}`, reasonParse, -32600, false},
		{"method a number", `{"id":1,"method":1}`, reasonParse, -32600, false},
		{"_meta a text", `{"id":1,"method":"a","params":{"_meta":"x"}}`, reasonParse, -32600, false},
		{"name a number", `{"id":1,"method":"tools/call","params":{"name":5}}`, reasonParse, -32602, false},
		{"uri a number", `{"id":1,"method":"resources/read","params":{"uri":5}}`, reasonParse, -32602, false},
		{"ref a number", `{"id":1,"method":"completion/complete","params":{"ref":5}}`, reasonParse, -32602, false},
		{"argument of a prompt a number", `{"id":1,"method":"prompts/get","params":{"name":"a","arguments":{"topic":5}}}`, reasonParse, -32602, false},
		{"argument of a tool a number", `{"id":1,"method":"tools/call","params":{"name":"a","arguments":{"topic":5}}}`, "", 0, false},
		{"id null", `{"id":null,"method":"a"}`, reasonID, -32600, false},
		{"id of 10^30", `{"id":1000000000000000000000000000000,"method":"a"}`, reasonID, -32600, false},
		{"id a fraction", `{"id":1.5,"method":"a"}`, reasonID, -32600, false},
		{"id an object", `{"id":{},"method":"a"}`, reasonID, -32600, false},
		{"id the largest", `{"id":9223372036854775807,"method":"a"}`, "", 0, false},
		{"id above the largest", `{"id":9223372036854775808,"method":"a"}`, reasonID, -32600, false},
		{"id of 254 bytes", `{"id":"` + strings.Repeat("x", 254) + `","method":"a"}`, "", 0, false},
		{"id of 255 bytes", `{"id":"` + strings.Repeat("x", 255) + `","method":"a"}`, reasonID, -32600, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, refused := parseMessage([]byte(c.body))
			if refused == nil {
				refused = &refusal{}
			}
			if refused.reason != c.reason || refused.code != c.code || e.streams() != c.streams {
				t.Errorf("got reason %q, code %d, streams %t; want %q, %d, %t",
					refused.reason, refused.code, e.streams(), c.reason, c.code, c.streams)
			}
		})
	}
}

func FuzzParseMessage(f *testing.F) {
	for _, s := range []string{`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"progressToken":1}}}`, `[]`, `{`, "\xff", `{"id":"x"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, refused := parseMessage(body); refused == nil && !goodID(e.ID) {
			t.Errorf("passed with id %q", e.ID)
		}
	})
}

func TestDecodeName(t *testing.T) {
	for _, c := range []struct {
		sent, want string
		ok         bool
	}{
		{"search", "search", true},
		{"", "", true},
		{"=?base64?c2VhcmNo?=", "search", true},
		{"=?base64?emltOi8vYS/FgcOzZMW6?=", "zim://a/Łódź", true},
		{"=?base64?!!?=", "=?base64?!!?=", false},
		{"=?base64?c2VhcmNo", "=?base64?c2VhcmNo", true},
	} {
		h := http.Header{}
		h.Set("Mcp-Name", c.sent)
		if ok := decodeName(h); ok != c.ok || h.Get("Mcp-Name") != c.want {
			t.Errorf("%q: got %q, %t; want %q, %t", c.sent, h.Get("Mcp-Name"), ok, c.want, c.ok)
		}
	}
}
