package server

import (
	"context"
	"log/slog"
	"runtime/debug"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// contain is the last resort against panics, outside of whatever the surface contains itself:
// the SDK runs requests on goroutines of its own, where a panic would end the process. panicked
// is told of each, if not nil.
func contain(log *slog.Logger, panicked func()) mcp.Middleware {
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (res mcp.Result, err error) {
			defer func() {
				p := recover()
				if p == nil {
					return
				}
				log.ErrorContext(ctx, "panic outside of the MCP surface", "event", "panic_recovered",
					"method", known(mcpMethods, method), "panic", p, "stack", string(debug.Stack()))
				if panicked != nil {
					panicked()
				}
				res, err = nil, &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: "internal error"}
			}()
			return next(ctx, method, req)
		}
	}
}

// searchPanic makes what a search tells its panics to: it recovers them itself, on goroutines that contain does not see.
func searchPanic(log *slog.Logger, panicked func()) func(any, []byte) {
	return func(p any, stack []byte) {
		log.Error("panic in a search", "event", "panic_recovered", "panic", p, "stack", string(stack))
		if panicked != nil {
			panicked()
		}
	}
}
