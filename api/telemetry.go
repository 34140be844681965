package api

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/semconv/v1.41.0/mcpconv"
	"go.opentelemetry.io/otel/trace"
)

const methodListen = "subscriptions/listen"

// methods are the names that may become attribute values. Names that a client makes up are recorded as "_other".
var methods = setOf("initialize", "ping", "notifications/initialized", "notifications/cancelled", "notifications/progress",
	"notifications/roots/list_changed", "server/discover", "tools/list", "tools/call", "prompts/list", "prompts/get", "resources/list",
	"resources/templates/list", "resources/read", "resources/subscribe", "resources/unsubscribe", "completion/complete",
	"logging/setLevel", methodListen)

// setOf makes a set of names.
func setOf(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// known keeps attribute values within a bounded set.
func known(set map[string]bool, name string) string {
	if set[name] {
		return name
	}
	return "_other"
}

// buckets are the convention's, in seconds, with three finer ones: most calls take less than 10 ms.
var buckets = []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60, 120, 300}

// maxBaggage bounds what a client can make us carry, in bytes.
const maxBaggage = 1024

// telemetry makes one span and one histogram point of each request, after the OpenTelemetry conventions for MCP
// (semconv v1.41). The parent comes from _meta; the span of the transport is linked to it.
func telemetry(tracer trace.Tracer, meter metric.Meter, tools map[string]bool) (mcp.Middleware, error) {
	duration, err := mcpconv.NewServerOperationDuration(meter, metric.WithExplicitBucketBoundaries(buckets...))
	if err != nil {
		return nil, err
	}
	prop := propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (res mcp.Result, err error) {
			begin := time.Now()
			ctx, options := parent(ctx, req, prop)
			name, attrs := target(known(methods, method), req, tools)
			ctx, span := tracer.Start(ctx, name, append(options, trace.WithAttributes(attrs...))...)
			defer func() {
				if kind := errorType(res, err); kind != "" {
					attrs = append(attrs, attribute.String("error.type", kind))
					if code := new(jsonrpc.Error); errors.As(err, &code) {
						attrs = append(attrs, attribute.String("rpc.response.status_code", kind))
					}
					span.SetStatus(codes.Error, "")
				}
				span.SetAttributes(attrs...)
				span.End()
				if method != methodListen { // its duration is the client's patience
					duration.Record(ctx, time.Since(begin).Seconds(), mcpconv.MethodNameAttr(known(methods, method)), attrs...)
				}
			}()
			return next(ctx, method, req)
		}
	}, nil
}

// parent takes the trace context from _meta and links the span of the transport's request to it.
func parent(ctx context.Context, req mcp.Request, prop propagation.TextMapPropagator) (context.Context, []trace.SpanStartOption) {
	options := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer)}
	meta := metaOf(req)
	if meta == nil {
		return ctx, options
	}
	ambient := trace.SpanContextFromContext(ctx)
	remote := prop.Extract(trace.ContextWithSpanContext(ctx, trace.SpanContext{}), metaCarrier(meta))
	if !trace.SpanContextFromContext(remote).IsValid() {
		return ctx, options
	}
	if ambient.IsValid() {
		options = append(options, trace.WithLinks(trace.Link{SpanContext: ambient}))
	}
	return remote, options
}

// metaOf returns the _meta of a request, nil when it has none. A message without params, which
// tools/list and others may be, arrives as a nil pointer of the method's type.
func metaOf(req mcp.Request) map[string]any {
	if req == nil {
		return nil
	}
	params := req.GetParams()
	if v := reflect.ValueOf(params); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	return params.GetMeta()
}

// target names the span and gives the attributes that a metric may carry too: no URI, no query.
func target(method string, req mcp.Request, tools map[string]bool) (string, []attribute.KeyValue) {
	name, attrs := method, []attribute.KeyValue{attribute.String("mcp.method.name", method)}
	if r, ok := req.(*mcp.CallToolRequest); ok && r.Params != nil {
		tool := known(tools, r.Params.Name)
		name += " " + tool
		attrs = append(attrs, attribute.String("gen_ai.tool.name", tool), attribute.String("gen_ai.operation.name", "execute_tool"))
	}
	return name, attrs
}

// errorType is the JSON-RPC code, "tool_error" for an answer with isError, or empty. A notification has neither result
// nor error.
func errorType(res mcp.Result, err error) string {
	if e := new(jsonrpc.Error); errors.As(err, &e) {
		return strconv.FormatInt(e.Code, 10)
	}
	if err != nil {
		return "_OTHER"
	}
	if r, ok := res.(*mcp.CallToolResult); ok && r != nil && r.IsError {
		return "tool_error"
	}
	return ""
}

// A metaCarrier reads the trace context from the _meta of a request, where MCP puts what HTTP has in headers.
type metaCarrier map[string]any

// Get gives the propagators what the client sent; baggage that is too long is taken for none, since it would be carried along.
func (m metaCarrier) Get(key string) string {
	s, _ := m[key].(string)
	if strings.EqualFold(key, "baggage") && len(s) > maxBaggage {
		return ""
	}
	return s
}

// Set is for the interface only: nothing is injected into a request.
func (m metaCarrier) Set(key, value string) { m[key] = value }

// Keys are the names that the two formats of W3C use.
func (m metaCarrier) Keys() []string { return []string{"traceparent", "tracestate", "baggage"} }
