package api

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// receiving is the middleware every request passes, outermost first: telemetry sees what the client sees, a panic is
// contained before anything else runs, and the deadline is next to the work.
func (s *Surface) receiving(tools map[string]bool) ([]mcp.Middleware, error) {
	measured, err := telemetry(s.opts.Tracer, s.opts.Meter, tools)
	if err != nil {
		return nil, err
	}
	return []mcp.Middleware{
		measured,
		recoverPanic(s.opts.Logger),
		mapErrors(s.opts.Logger),
		bindLife(s.opts.Stop, s.opts.MaxListen),
		honestLegacy,
		s.nameArchives,
		s.listeners.bound,
		asciiURI,
		deadline(s.opts.Deadline),
	}, nil
}

type requestContext struct{} // key: the context of the transport's request

// WithRequest remembers ctx, the context of a transport's request, in the context it returns, so that work ends when that
// request does. The SDK hands values of a request's context to handlers, but its end only to clients of the newest
// protocol.
func WithRequest(ctx context.Context) context.Context {
	return context.WithValue(ctx, requestContext{}, ctx)
}

// recoverPanic keeps the process alive: the SDK runs handlers on goroutines of its own, out of reach of any recover
// around a transport.
func recoverPanic(log *slog.Logger) mcp.Middleware {
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (res mcp.Result, err error) {
			defer func() {
				if p := recover(); p != nil {
					log.ErrorContext(ctx, "panic", "event", "panic_recovered", "method", known(methods, method),
						"panic", p, "stack", string(debug.Stack()))
					res, err = nil, errInternal
				}
			}()
			return next(ctx, method, req)
		}
	}
}

var errInternal = &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: "internal error"}

// mapErrors lets only protocol errors out: the SDK would send any other error's text with code 0.
func mapErrors(log *slog.Logger) mcp.Middleware {
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			res, err := next(ctx, method, req)
			if e := (*jsonrpc.Error)(nil); err != nil && !errors.As(err, &e) {
				log.ErrorContext(ctx, "handler failed", "method", known(methods, method), "err", err)
				return nil, errInternal
			}
			return res, err
		}
	}
}

// bindLife ends the work when the transport's request ends, in every era, and ends listen streams when stop is done, so
// that the client still receives their result.
func bindLife(stop context.Context, maxListen time.Duration) mcp.Middleware {
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			if request, ok := ctx.Value(requestContext{}).(context.Context); ok {
				defer context.AfterFunc(request, cancel)()
			}
			if method == methodListen {
				defer context.AfterFunc(stop, cancel)()
				if maxListen > 0 {
					defer time.AfterFunc(maxListen, cancel).Stop()
				}
			}
			return next(ctx, method, req)
		}
	}
}

// honestLegacy offers clients of the older protocols only what a stateless server can deliver: no push, and no
// subscriptions or log levels that would be accepted and ignored.
func honestLegacy(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		switch method {
		case "resources/subscribe", "resources/unsubscribe", "logging/setLevel":
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeMethodNotFound, Message: method + " is not supported"}
		}
		res, err := next(ctx, method, req)
		if init, ok := res.(*mcp.InitializeResult); ok && err == nil && init.Capabilities != nil {
			c := *init.Capabilities
			if c.Tools != nil {
				c.Tools = &mcp.ToolCapabilities{}
			}
			if c.Prompts != nil {
				c.Prompts = &mcp.PromptCapabilities{}
			}
			if c.Resources != nil {
				c.Resources = &mcp.ResourceCapabilities{}
			}
			init.Capabilities = &c
		}
		return res, err
	}
}

// deadline bounds the time of a request; a listen stream has bounds of its own.
func deadline(d time.Duration) mcp.Middleware {
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			if d <= 0 || method == methodListen {
				return next(ctx, method, req)
			}
			ctx, cancel := context.WithTimeout(ctx, d)
			defer cancel()
			return next(ctx, method, req)
		}
	}
}
