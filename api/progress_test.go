package api

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// heardProgress serves a tool that works until it has been heard of n times, and returns what the client heard.
func heardProgress(t *testing.T, token any, n int) (heard []float64, messages []string) {
	t.Helper()
	told := make(chan *mcp.ProgressNotificationParams, 100)
	server := mcp.NewServer(&mcp.Implementation{Name: "s", Version: "0"}, nil)
	server.AddTool(&mcp.Tool{Name: "work", InputSchema: map[string]any{"type": "object"}}, func(ctx context.Context, req *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		stop := progress(ctx, req, "Working", time.Millisecond)
		for range n {
			select {
			case p := <-told:
				heard, messages = append(heard, p.Progress), append(messages, p.Message)
			case <-time.After(time.Minute):
				t.Error("nothing is heard")
			}
		}
		stop()
		return &mcp.CallToolResult{Content: []mcp.Content{}}, nil
	})
	here, there := mcp.NewInMemoryTransports()
	ss, err := server.Connect(context.Background(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := mcp.NewClient(&mcp.Implementation{Name: "c", Version: "0"}, &mcp.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) { told <- r.Params }}).Connect(context.Background(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); ss.Wait() })
	p := &mcp.CallToolParams{Name: "work"}
	if token != nil {
		p.SetProgressToken(token)
	}
	if _, err := c.CallTool(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return heard, messages
}

func TestProgressGoesOnAndGrows(t *testing.T) {
	heard, messages := heardProgress(t, "token", 5)
	if len(heard) != 5 || !slices.IsSorted(heard) || messages[0] != "Working" {
		t.Error(heard, messages)
	}
	for i := 1; i < len(heard); i++ {
		if heard[i] <= heard[i-1] {
			t.Errorf("does not grow: %v", heard)
		}
	}
}

func TestNoProgressUnasked(t *testing.T) {
	if heard, _ := heardProgress(t, nil, 0); len(heard) != 0 {
		t.Error(heard)
	}
}
