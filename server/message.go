package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
)

// envelope is what must be known of a message before the SDK sees it. It decides the form of
// the answer, never a permission: the SDK may read a body with repeated keys in another way.
type envelope struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params struct {
		Meta map[string]json.RawMessage `json:"_meta"`
	} `json:"params"`
}

// streams reports whether the answer must be an event stream: in JSON form the SDK drops
// notifications that belong to the request.
func (e envelope) streams() bool {
	_, progress := e.Params.Meta["progressToken"]
	_, logging := e.Params.Meta["io.modelcontextprotocol/logLevel"]
	return progress || logging || e.listens()
}

// listens reports whether the request stays open for notifications.
func (e envelope) listens() bool { return e.Method == "subscriptions/listen" }

// refusal is why a message goes no further.
type refusal struct {
	reason  string // a closed set: it is a metric label
	status  int
	id      json.RawMessage
	code    int64
	message string
}

const (
	reasonMethod  = "http_method"
	reasonBody    = "body"
	reasonTooBig  = "body_size"
	reasonBatch   = "batch"
	reasonParse   = "parse"
	reasonID      = "id"
	reasonHeader  = "header"
	maxIDBytes    = 256 // with its quotes
	maxLoggedName = 64  // bytes of a client's method name in the access line
)

// parseMessage reads what every transport must know of one message, and refuses what the SDK
// would mistreat: batches (it runs every call of one at once), text that is not UTF-8 (it passes
// the bytes on to tools), and ids that it would change.
func parseMessage(body []byte) (envelope, *refusal) {
	var e envelope
	bad := func(reason string, code int64, message string) (envelope, *refusal) {
		return envelope{}, &refusal{reason: reason, status: http.StatusBadRequest, code: code, message: message}
	}
	if t := bytes.TrimLeft(body, " \t\r\n"); len(t) > 0 && t[0] == '[' {
		return bad(reasonBatch, jsonrpc.CodeInvalidRequest, "JSON-RPC batches are not supported; send one message at a time")
	}
	if !utf8.Valid(body) || !json.Valid(body) {
		return bad(reasonParse, jsonrpc.CodeParseError, "the body is not a JSON-RPC message in UTF-8")
	}
	if json.Unmarshal(body, &e) != nil || string(bytes.TrimSpace(body)) == "null" { // null fits every type
		return bad(reasonParse, jsonrpc.CodeInvalidRequest, "the body is not a JSON-RPC message: method is a string, params and _meta are objects")
	}
	if !goodID(e.ID) {
		return bad(reasonID, jsonrpc.CodeInvalidRequest, "id must be a string of at most 254 bytes or a 64-bit integer")
	}
	if !e.usual(body) { // the SDK would answer with the text of an error of Go's
		return envelope{}, &refusal{reason: reasonParse, status: http.StatusBadRequest, id: e.ID, code: jsonrpc.CodeInvalidParams,
			message: "params has a member of the wrong type: name, uri, cursor, protocolVersion and what a prompt takes are strings, ref and argument objects"}
	}
	return e, nil
}

// usual reports that the members of params that several methods share are what they must be.
func (e envelope) usual(body []byte) bool {
	var prompt struct {
		Params struct{ Arguments map[string]string }
	}
	return json.Unmarshal(body, &shared{}) == nil && (e.Method != "prompts/get" || json.Unmarshal(body, &prompt) == nil)
}

// shared is what these members are.
type shared struct {
	Params struct {
		Name, URI, Cursor, ProtocolVersion string
		Ref                                struct{ Type, Name, URI string }
		Argument                           struct{ Name, Value string }
	}
}

// goodID accepts no id (a notification), texts and integers that the SDK gives back unchanged:
// it turns an integer above int64 into the smallest one.
func goodID(raw json.RawMessage) bool {
	if raw == nil || raw[0] == '"' {
		return len(raw) <= maxIDBytes
	}
	_, err := strconv.ParseInt(string(raw), 10, 64)
	return err == nil
}

// shorten cuts a client's text for the log.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}
