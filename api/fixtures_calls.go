//go:build conformance

package api

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// fixturePause lies between two notifications of one call.
const fixturePause = 50 * time.Millisecond

// addCallFixtures adds the tools that do something during their call. What asks the client fails in this server, which
// keeps no connection to ask over; it is here so that the suite measures that and not a missing tool.
func (s *Surface) addCallFixtures() {
	s.fixture("test_tool_with_progress", "", countToHundred)
	s.fixture("test_tool_with_logging", "", logThrice)
	s.fixture("test_logging_tool", "", logThrice)
	s.fixture("test_missing_capability", "", needsSampling)
	s.fixture("test_panic", "", func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		panic("fixture at /srv/secret/fixture.go")
	})
	s.fixture("test_sampling", needsText("prompt"), func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return answered(r.Session.CreateMessage(ctx, sample(argument(r, "prompt"), 100)))
	})
	ask := func(name, input, requested string) {
		s.fixture(name, input, func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return answered(r.Session.Elicit(ctx, elicit(argument(r, "message"), requested)))
		})
	}
	ask("test_elicitation", needsText("message"),
		`{"type":"object","properties":{"username":{"type":"string"},"email":{"type":"string"}},"required":["username","email"]}`)
	ask("test_elicitation_sep1034_defaults", "", `{"type":"object","properties":{"name":{"type":"string","default":"John Doe"}}}`)
	ask("test_elicitation_sep1330_enums", "", `{"type":"object","properties":{"untitledSingle":{"type":"string","enum":["option1","option2"]}}}`)
}

func needsText(name string) string {
	return fmt.Sprintf(`{"type":"object","properties":{%q:{"type":"string"}},"required":[%q],"additionalProperties":false}`, name, name)
}

// argument returns one of a call, "" when it is missing or no text.
func argument(r *mcp.CallToolRequest, name string) string {
	var args map[string]any
	if json.Unmarshal(r.Params.Arguments, &args) != nil {
		return ""
	}
	text, _ := args[name].(string)
	return text
}

// answered turns what a client answered, or why it could not be asked, into a result.
func answered[T any](answer T, err error) (*mcp.CallToolResult, error) {
	if err != nil {
		return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{said("the client cannot be asked")}}, nil
	}
	b, err := json.Marshal(answer)
	return &mcp.CallToolResult{Content: []mcp.Content{said("answer: " + string(b))}}, err
}

func countToHundred(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	for _, n := range []float64{0, 50, 100} {
		if token := r.Params.GetProgressToken(); token != nil {
			if err := r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: token, Progress: n, Total: 100}); err != nil {
				return nil, err
			}
		}
		time.Sleep(fixturePause)
	}
	return &mcp.CallToolResult{Content: []mcp.Content{said("counted to 100")}}, nil
}

// logThrice sends what reaches a client only when its request names a level.
func logThrice(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	for _, text := range []string{"Tool execution started", "Tool processing data", "Tool execution completed"} {
		if err := r.Session.Log(ctx, &mcp.LoggingMessageParams{Level: "info", Data: text}); err != nil {
			return nil, err
		}
		time.Sleep(fixturePause)
	}
	return &mcp.CallToolResult{Content: []mcp.Content{said("logged")}}, nil
}

func needsSampling(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	if c := r.ClientCapabilities(); c != nil && c.Sampling != nil {
		return &mcp.CallToolResult{Content: []mcp.Content{said("the client can sample")}}, nil
	}
	data, err := json.Marshal(mcp.MissingRequiredClientCapabilityData{RequiredCapabilities: &mcp.ClientCapabilities{Sampling: &mcp.SamplingCapabilities{}}})
	if err != nil {
		return nil, err
	}
	return nil, &jsonrpc.Error{Code: mcp.CodeMissingRequiredClientCapabilities, Message: "the client must declare sampling", Data: data}
}
