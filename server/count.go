package server

import (
	"context"
	"errors"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// other stands for every name that a client invents: labels are a bounded set.
const other = "_other"

// mcpMethods are the methods that may become labels.
var mcpMethods = map[string]bool{
	"initialize": true, "notifications/initialized": true, "notifications/cancelled": true, "ping": true,
	"server/discover": true, "tools/list": true, "tools/call": true, "prompts/list": true, "prompts/get": true,
	"resources/list": true, "resources/read": true, "resources/templates/list": true,
	"completion/complete": true, "subscriptions/listen": true,
}

// count is receiving middleware that counts each MCP request, whatever transport it came by. It
// stands outside of all others, and so sees what the client sees.
func (t *telemetry) count() mcp.Middleware {
	var tools toolLabels
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			res, err := next(ctx, method, req)
			tool := ""
			if call, ok := req.(*mcp.CallToolRequest); ok && call.Params != nil {
				tool = tools.label(call.Params.Name, err == nil)
			}
			t.requests.Add(context.WithoutCancel(ctx), 1, metric.WithAttributes(attribute.String("method", known(mcpMethods, method)),
				attribute.String("tool", tool), attribute.String("outcome", outcome(res, err))))
			return res, err
		}
	}
}

// maxTools bounds the tool labels, whatever happens elsewhere.
const maxTools = 64

// toolLabels learns the names of tools from calls that had a result: only tools that exist
// give one. The zero value is ready.
type toolLabels struct {
	mu   sync.Mutex
	seen map[string]bool
}

// label returns the name as a label, and _other for what no tool answers to.
func (l *toolLabels) label(name string, answered bool) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if answered && !l.seen[name] && len(l.seen) < maxTools {
		if l.seen == nil {
			l.seen = map[string]bool{}
		}
		l.seen[name] = true
	}
	return known(l.seen, name)
}

func known(set map[string]bool, name string) string {
	if set[name] {
		return name
	}
	return other
}

// outcome tells failures of ours (error) from answers that refuse or teach.
func outcome(res mcp.Result, err error) string {
	var e *jsonrpc.Error
	switch {
	case errors.As(err, &e) && e.Code != jsonrpc.CodeInternalError:
		return "invalid"
	case err != nil:
		return "error"
	}
	if r, ok := res.(*mcp.CallToolResult); ok && r != nil && r.IsError {
		return "tool_error"
	}
	return "ok"
}
