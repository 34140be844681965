package server

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/middleware"
)

// codeHeaderMismatch is MCP's code for a header that does not say what the body says.
const codeHeaderMismatch = -32020

// endpointOptions bounds one request.
type endpointOptions struct {
	MaxBody      int64         // bytes, for the message only: middleware enforces it
	Timeout      time.Duration // from the last byte of the body to the answer; listen streams have none
	KeepAlive    time.Duration // idle time before a stream gets a comment
	WriteTimeout time.Duration // time one write to a stream may take
	// lend hands the context that ends with the request on to the work behind the SDK.
	lend func(ctx context.Context) context.Context
	// refused is told the reason of each refusal; listening is told +1 and -1.
	refused   func(r *http.Request, reason string)
	listening func(delta int64)
}

// endpoint is the MCP endpoint for every protocol era, and the only reader of request bodies. It
// stands in front of two handlers of the SDK over one server, and picks one for each request: a
// plain JSON answer, or an event stream where notifications belong to the answer.
type endpoint struct {
	json, sse http.Handler
	o         endpointOptions
}

func newEndpoint(s *mcp.Server, o endpointOptions) *endpoint {
	handler := func(jsonResponse bool) http.Handler {
		return mcp.NewStreamableHTTPHandler(
			func(*http.Request) *mcp.Server { return s },
			&mcp.StreamableHTTPOptions{
				Stateless:                    true, // nothing is kept for a client that has gone
				JSONResponse:                 jsonResponse,
				PropagateRequestCancellation: true,
				DisableLocalhostProtection:   true, // middleware.HostOrigin replaces it
				MaxRequestBodyBytes:          -1,   // middleware.MaxBody has counted already
			})
	}
	return &endpoint{json: handler(true), sse: handler(false), o: o}
}

func (p *endpoint) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w := &errorWriter{ResponseWriter: rw}
	e, refused := p.read(r)
	if refused != nil {
		p.refuse(w, r, refused)
		return
	}
	w.id = e.ID
	middleware.Annotate(rw, "mcp_method", shorten(e.Method, maxLoggedName),
		"mcp_version", shorten(r.Header.Get("Mcp-Protocol-Version"), maxLoggedName))
	life, cancel := p.lifetime(r.Context(), e)
	defer cancel()
	r = r.WithContext(lent{r.Context(), p.o.lend(life)})
	if e.streams() {
		p.stream(w, r, e)
		return
	}
	p.json.ServeHTTP(w, r)
}

// read reads and checks the message. The request keeps a body for the SDK to read again.
func (p *endpoint) read(r *http.Request) (envelope, *refusal) {
	if r.Method != http.MethodPost {
		return envelope{}, &refusal{reason: reasonMethod, status: http.StatusMethodNotAllowed, code: jsonrpc.CodeInvalidRequest,
			message: "this endpoint answers POST; it keeps no sessions and offers no stream by GET"}
	}
	body, err := io.ReadAll(r.Body)
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		return envelope{}, &refusal{reason: reasonTooBig, status: http.StatusRequestEntityTooLarge,
			code: jsonrpc.CodeInvalidRequest, message: middleware.TooLarge(p.o.MaxBody)}
	}
	if err != nil {
		return envelope{}, &refusal{reason: reasonBody, status: http.StatusBadRequest,
			code: jsonrpc.CodeInvalidRequest, message: "the request body did not arrive whole"}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	e, refused := parseMessage(body)
	if refused == nil && !decodeName(r.Header) {
		refused = &refusal{reason: reasonHeader, status: http.StatusBadRequest, id: e.ID,
			code: codeHeaderMismatch, message: "Mcp-Name holds invalid Base64"}
	}
	return e, refused
}

func (p *endpoint) refuse(w http.ResponseWriter, r *http.Request, f *refusal) {
	if f.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	if p.o.refused != nil {
		p.o.refused(r, f.reason)
	}
	middleware.Refuse(w, f.status, f.id, f.code, f.message)
}

// lifetime is how long work for the request may go on: until the client leaves, or its time is
// over. Only the work sees the deadline: the SDK would break off without an answer.
func (p *endpoint) lifetime(ctx context.Context, e envelope) (context.Context, context.CancelFunc) {
	if e.listens() || p.o.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, p.o.Timeout)
}

// lent is a context that ends like one context and holds the values of another.
type lent struct {
	context.Context
	values context.Context
}

func (l lent) Value(key any) any { return l.values.Value(key) }

func (p *endpoint) stream(w http.ResponseWriter, r *http.Request, e envelope) {
	w.Header().Set("X-Accel-Buffering", "no") // or nginx would deliver all events at the end
	sw := newStreamWriter(w, p.o.WriteTimeout)
	defer sw.keepAlive(p.o.KeepAlive)()
	if e.listens() && p.o.listening != nil {
		p.o.listening(1)
		defer p.o.listening(-1)
	}
	p.sse.ServeHTTP(sw, r)
}

// decodeName undoes the Base64 form of Mcp-Name, which the SDK would compare as it stands. It
// reports false for what has the form and is not Base64.
func decodeName(h http.Header) bool {
	s, ok := strings.CutPrefix(h.Get("Mcp-Name"), "=?base64?")
	if !ok {
		return true
	}
	s, ok = strings.CutSuffix(s, "?=")
	if !ok {
		return true
	}
	name, err := base64.StdEncoding.DecodeString(s)
	if err == nil {
		h.Set("Mcp-Name", string(name))
	}
	return err == nil
}
