package server

import (
	"fmt"
	"net/http"
	"strings"
)

// hostileRequest is what a client must not send, and how it is refused: with the code of a JSON-RPC error, or with a
// tool's result that is an error, for code 0.
type hostileRequest struct {
	name   string
	body   string
	header http.Header
	host   string
	status int
	code   int64
}

// hostile returns one request of each kind. The server that gets them has the fixture test_panic.
func hostile() []hostileRequest {
	call, header := request("tools/call", `"name":"search","arguments":{"query":"x"}`, "")
	oldCall, oldHeader := request("old:tools/call", `"name":"search","arguments":{"query":"x"}`, "")
	with := func(name, value string) http.Header {
		h := header.Clone()
		h.Set(name, value)
		return h
	}
	raw := func(name, body string, status int, code int64) hostileRequest {
		return hostileRequest{name: name, body: body, header: oldHeader, status: status, code: code}
	}
	asked := func(name, method, params string, status int, code int64) hostileRequest {
		body, h := request(method, params, "")
		return hostileRequest{name: name, body: body, header: h, status: status, code: code}
	}
	return []hostileRequest{
		asked("a panic", "tools/call", `"name":"test_panic","arguments":{}`, 200, -32603),
		asked("a panic in the older era", "old:tools/call", `"name":"test_panic","arguments":{}`, 200, -32603),
		raw("a batch of 20,000", "["+strings.Repeat(`{"id":1},`, 19_999)+`{"id":1}]`, 400, -32600),
		raw("a batch of 20,000 calls", "["+strings.Repeat(oldCall+",", 19_999)+oldCall+"]", 413, -32600),
		raw("a body of 2 MB", `{"x":"`+strings.Repeat("x", 2<<20)+`"}`, 413, -32600),
		raw("no JSON", `{"jsonrpc":`, 400, -32700),
		raw("nothing", "", 400, -32700),
		raw("not UTF-8", strings.Replace(oldCall, `"x"`, "\"\xff\xfe\"", 1), 400, -32700),
		raw("an id of 10^30", strings.Replace(oldCall, `"id":1`, `"id":1`+strings.Repeat("0", 30), 1), 400, -32600),
		raw("an id that is an object", strings.Replace(oldCall, `"id":1`, `"id":{}`, 1), 400, -32600),
		raw("an id of 100 kB", strings.Replace(oldCall, `"id":1`, `"id":"`+strings.Repeat("i", 100_000)+`"`, 1), 400, -32600),
		raw("deep arrays", fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"a":%s%s}}`, strings.Repeat("[", 50_000), strings.Repeat("]", 50_000)), 400, -32700),
		raw("deep arguments", strings.Replace(oldCall, `"x"`, strings.Repeat("[", 5_000)+strings.Repeat("]", 5_000), 1), 400, -32600),
		{"a foreign Origin", call, with("Origin", "https://evil.example"), "", 403, 40300},
		{"an opaque Origin", call, with("Origin", "null"), "", 403, 40300},
		{"a rebound Host", call, with("Origin", "http://evil.example"), "evil.example", 403, 40300},
		{"another method in the header", call, with("Mcp-Method", "tools/list"), "", 400, -32020},
		{"another name in the header", call, with("Mcp-Name", "fetch"), "", 400, -32020},
		{"a name in broken Base64", call, with("Mcp-Name", "=?base64?!!?="), "", 400, -32020},
		{"a version of the past", call, with("Mcp-Protocol-Version", "1900-01-01"), "", 400, -32022},
		{"a body of XML", call, with("Content-Type", "text/xml"), "", 415, -32600},
		asked("an unknown method", "no/such", "", 404, -32601),
		asked("an unknown method of the older era", "old:no/such", "", 400, -32601),
		asked("an unknown tool", "tools/call", `"name":"no-such","arguments":{}`, 400, -32602),
		asked("an unknown argument", "tools/call", `"name":"search","arguments":{"qurey":"x"}`, 200, 0),
		asked("a wrong type", "tools/call", `"name":"search","arguments":{"query":{"a":[1]}}`, 200, 0),
		asked("a query of 50 kB", "tools/call", `"name":"search","arguments":{"query":"`+strings.Repeat("x ", 25_000)+`"}`, 200, 0),
		asked("a path out of the archive", "tools/call", `"name":"fetch","arguments":{"id":"openzim-mcp-manual/../../etc/passwd"}`, 200, 0),
		asked("a forged cursor", "tools/call", `"name":"fetch","arguments":{"id":"openzim-mcp-manual/tools","cursor":"AAAA"}`, 200, 0),
		asked("an address of a file", "resources/read", `"uri":"file:///etc/passwd"`, 400, -32602),
		asked("an address that is none", "resources/read", `"uri":"zim://%zz/%00"`, 400, -32602),
		asked("a prompt without its argument", "prompts/get", `"name":"research"`, 400, -32602),
		asked("a completion of nothing", "completion/complete", `"ref":{"type":"ref/prompt","name":"no-such"},"argument":{"name":"a","value":"b"}`, 400, -32602),
		asked("a subscription to a file", "old:resources/subscribe", `"uri":"file:///etc/passwd"`, 200, -32601),
	}
}
