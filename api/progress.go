package api

import (
	"context"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// progressEvery is how often a client that asked for progress hears of a call that goes on.
const progressEvery = time.Second

// progress tells a client that asked for it that its call is at work: at once, since a stream's headers leave with its
// first event, and then every second, so that it can tell a long call from a dead one. It returns what ends the telling;
// after that nothing more is sent. How much is left nobody knows, so there is no total.
func progress(ctx context.Context, req *mcp.CallToolRequest, title string, every time.Duration) (stop func()) {
	token := req.Params.GetProgressToken()
	if token == nil {
		return func() {}
	}
	begun := time.Now()
	tell := func() {
		// It fails when the client has gone, and then the call ends by its context.
		_ = req.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: token, Progress: time.Since(begun).Seconds(), Message: title})
	}
	tell()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				return
			case <-t.C:
				tell()
			}
		}
	}()
	return func() { close(done); <-ended }
}
