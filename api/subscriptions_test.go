package api

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A client that listens is told that the list changed and that what it listens to was replaced, also by the address of an
// entry inside.
func TestReplacedArchiveIsTold(t *testing.T) {
	s, replace := replaced(t)
	updated, listed := make(chan string, 10), make(chan bool, 10)
	here, there := mcp.NewInMemoryTransports()
	server, err := s.Server().Connect(context.Background(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "0"}, &mcp.ClientOptions{
		ResourceUpdatedHandler:     func(_ context.Context, r *mcp.ResourceUpdatedNotificationRequest) { updated <- r.Params.URI },
		ResourceListChangedHandler: func(context.Context, *mcp.ResourceListChangedRequest) { listed <- true },
	}).Connect(context.Background(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); server.Wait() })
	for _, uri := range []string{"zim://wiki", "zim://wiki/Page"} {
		if err := c.Subscribe(t.Context(), &mcp.SubscribeParams{URI: uri}); err != nil {
			t.Fatal(err)
		}
	}
	for len(s.listeners.heard()) < 2 {
		time.Sleep(time.Millisecond)
	}
	replace()
	got := map[string]bool{}
	for len(got) < 2 {
		got[<-updated] = true
	}
	if !got["zim://wiki"] || !got["zim://wiki/Page"] {
		t.Error(got)
	}
	<-listed
	if text := readURI(t, c, "zim://wiki/Page")[0].Text; !strings.Contains(text, "2026-02-02") {
		t.Error(text)
	}
	for _, uri := range []string{"zim://wiki", "zim://wiki/Page"} {
		if err := c.Unsubscribe(t.Context(), &mcp.UnsubscribeParams{URI: uri}); err != nil {
			t.Fatal(err)
		}
	}
	for len(s.listeners.heard()) > 0 {
		time.Sleep(time.Millisecond)
	}
}

// heard returns the addresses that somebody listens to.
func (l *subscriptions) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for uri := range l.byURI {
		out = append(out, uri)
	}
	return out
}

func TestListenBounds(t *testing.T) {
	many := make([]string, maxSubscriptions+1)
	for i := range many {
		many[i] = fmt.Sprintf("zim://a/%d", i)
	}
	var l subscriptions
	calls := 0
	h := l.bound(func(context.Context, string, mcp.Request) (mcp.Result, error) { calls++; return nil, nil })
	listenTo := func(uris ...string) error {
		_, err := h(t.Context(), methodListen, &mcp.SubscriptionsListenRequest{Params: &mcp.SubscriptionsListenParams{
			Notifications: &mcp.NotificationSubscriptions{ResourceSubscriptions: uris}}})
		return err
	}
	for _, bad := range [][]string{many, {"zim://a/" + strings.Repeat("x", maxSubscribedURI)}, {"file:///etc/passwd"}, {"zim://"}} {
		if err := listenTo(bad...); err == nil {
			t.Errorf("%d addresses, the first %.40s, are accepted", len(bad), bad[0])
		}
	}
	if calls != 0 {
		t.Errorf("%d calls went through", calls)
	}
	if err := listenTo(many[1:]...); err != nil || calls != 1 || l.streams != 0 {
		t.Error(err, calls, l.streams)
	}
	l.streams = maxListeners
	if err := listenTo(); err == nil || !strings.Contains(err.Error(), "too many") {
		t.Error(err)
	}
	if _, err := h(t.Context(), "tools/list", &mcp.ListToolsRequest{}); err != nil {
		t.Errorf("other methods are held up: %v", err)
	}
}
