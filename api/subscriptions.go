package api

import (
	"context"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Bounds of what listen streams make the process keep.
const (
	maxListeners        = 1024 // streams at once
	maxSubscriptions    = 256  // addresses of one stream
	maxSubscribedURI    = 2048 // bytes of one address
	codeTooManyRequests = 42900
)

// subscriptions counts who listens to which address, so that a replaced archive is told to those who listen to something
// in it, too: the SDK tells those of one exact address. It is safe for concurrent use.
type subscriptions struct {
	mu      sync.Mutex
	byURI   map[string]int
	streams int
}

// subscribe and unsubscribe are called by the SDK for each address of a stream.
func (l *subscriptions) subscribe(_ context.Context, r *mcp.SubscribeRequest) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byURI == nil {
		l.byURI = map[string]int{}
	}
	l.byURI[r.Params.URI]++
	return nil
}

func (l *subscriptions) unsubscribe(_ context.Context, r *mcp.UnsubscribeRequest) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byURI[r.Params.URI]--; l.byURI[r.Params.URI] <= 0 {
		delete(l.byURI, r.Params.URI)
	}
	return nil
}

// replaced tells who listens to the archive of ref, or to anything in it.
func (l *subscriptions) replaced(ctx context.Context, server *mcp.Server, ref string) {
	l.mu.Lock()
	var uris []string
	for uri := range l.byURI {
		if name, edition, _, err := archiveOfURI(uri); err == nil && refOf(name, edition) == ref {
			uris = append(uris, uri)
		}
	}
	l.mu.Unlock()
	for _, uri := range uris {
		server.ResourceUpdated(ctx, &mcp.ResourceUpdatedNotificationParams{URI: uri}) // fails never
	}
}

// bound refuses streams that would make the process keep more than its bounds.
func (l *subscriptions) bound(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		r, ok := req.(*mcp.SubscriptionsListenRequest)
		if !ok {
			return next(ctx, method, req)
		}
		if err := checkListen(r); err != nil {
			return nil, err
		}
		if !l.enter() {
			return nil, &jsonrpc.Error{Code: codeTooManyRequests, Message: "too many listen streams are open; try again later"}
		}
		defer l.leave()
		return next(ctx, method, req)
	}
}

func (l *subscriptions) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams >= maxListeners {
		return false
	}
	l.streams++
	return true
}

func (l *subscriptions) leave() { l.mu.Lock(); l.streams--; l.mu.Unlock() }

// checkListen refuses what no archive can be meant by.
func checkListen(r *mcp.SubscriptionsListenRequest) error {
	if r.Params == nil || r.Params.Notifications == nil {
		return nil // the SDK says what is missing
	}
	uris := r.Params.Notifications.ResourceSubscriptions
	if len(uris) > maxSubscriptions {
		return wireError(jsonrpc.CodeInvalidParams, "resourceSubscriptions has too many addresses",
			map[string]any{"field": "resourceSubscriptions", "limit": maxSubscriptions, "got": len(uris)})
	}
	for _, uri := range uris {
		if len(uri) > maxSubscribedURI {
			return wireError(jsonrpc.CodeInvalidParams, "an address in resourceSubscriptions is too long, in bytes",
				map[string]any{"field": "resourceSubscriptions", "limit": maxSubscribedURI, "got": len(uri)})
		}
		if _, _, _, err := archiveOfURI(uri); err != nil {
			return protocolError(err, "")
		}
	}
	return nil
}
