package middleware

import (
	"encoding/json"
	"net/http"
)

// Codes of refusals that JSON-RPC and MCP do not define are the HTTP status times 100: outside
// the range that both reserve.
const (
	CodeForbidden      int64 = 40300
	CodeNotFound       int64 = 40400
	CodeInvalidRequest int64 = -32600
	CodeInternal       int64 = -32603
)

// Refuse answers with an HTTP status and the body of a JSON-RPC error, which is what MCP clients
// can read. The id is that of the request, nil while it is unknown. The message must not hold
// anything that the client may not see.
func Refuse(w http.ResponseWriter, status int, id json.RawMessage, code int64, message string) {
	type wireError struct {
		Code    int64  `json:"code"`
		Message string `json:"message"`
	}
	body, err := json.Marshal(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id,omitempty"`
		Error   wireError       `json:"error"`
	}{"2.0", id, wireError{code, message}})
	if err != nil { // only an id that is not JSON can do this
		Refuse(w, status, nil, code, message)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(body, '\n')) // the client may have gone; nothing is left to tell it
}
