package server

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"

	"github.com/openzim-mcp/openzim-mcp/middleware"
)

// codeUnsupportedVersion is MCP's code for a protocol version that is not served.
const codeUnsupportedVersion = -32022

// errorWriter gives the SDK's refusals in plain text the body of a JSON-RPC error, with the id
// of the request.
type errorWriter struct {
	http.ResponseWriter
	id     json.RawMessage // nil until it is known
	status int             // of a refusal in plain text whose text is still to come, else 0
}

// Unwrap lets [http.ResponseController] reach the writer below.
func (e *errorWriter) Unwrap() http.ResponseWriter { return e.ResponseWriter }

func (e *errorWriter) WriteHeader(code int) {
	if code >= 400 && strings.HasPrefix(e.Header().Get("Content-Type"), "text/plain") {
		e.status = code
		return
	}
	e.ResponseWriter.WriteHeader(code)
}

func (e *errorWriter) Write(b []byte) (int, error) {
	if e.status == 0 {
		return e.ResponseWriter.Write(b)
	}
	text := strings.TrimSpace(string(b))
	code, status := plainCode(text), e.status
	e.status = 0
	e.Header().Del("Content-Length")
	middleware.Refuse(e.ResponseWriter, status, e.id, code, text)
	return len(b), nil
}

// plainCode tells the SDK's plain texts apart. They are its own words about the request and
// hold nothing of ours.
func plainCode(text string) int64 {
	switch {
	case strings.HasPrefix(text, "JSON RPC not handled"):
		return jsonrpc.CodeMethodNotFound
	case strings.HasPrefix(text, "Bad Request: Unsupported protocol version"):
		return codeUnsupportedVersion
	}
	return jsonrpc.CodeInvalidRequest
}
