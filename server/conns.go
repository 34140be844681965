package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// conns knows what each connection of a listener is doing, so that a drain can tell when every
// request that has been accepted is answered. [http.Server.Shutdown] does not: it closes a
// connection that was accepted before, but whose request is read after, without an answer.
// Safe for concurrent use.
type conns struct {
	mu    sync.Mutex
	state map[net.Conn]http.ConnState
}

// changed is the hook for [http.Server.ConnState].
func (c *conns) changed(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s == http.StateClosed || s == http.StateHijacked {
		delete(c.state, conn)
		return
	}
	if c.state == nil {
		c.state = map[net.Conn]http.ConnState{}
	}
	c.state[conn] = s
}

// count returns how many connections have sent nothing yet, and how many are in a request.
func (c *conns) count() (fresh, active int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.state {
		switch s {
		case http.StateNew:
			fresh++
		case http.StateActive:
			active++
		}
	}
	return fresh, active
}

const (
	settlePoll = 5 * time.Millisecond
	// settleFresh is how long a connection may take to send its first request once the listener
	// is closed. Some never do.
	settleFresh = time.Second
)

// settle waits until no request is under way, after the listener has closed. It returns at the
// end of ctx with requests left.
func (c *conns) settle(ctx context.Context) {
	begin := time.Now()
	t := time.NewTicker(settlePoll)
	defer t.Stop()
	for {
		fresh, active := c.count()
		if active == 0 && (fresh == 0 || time.Since(begin) > settleFresh) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
