//go:build conformance

package api

import (
	"context"
	"fmt"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// promptFixture adds a prompt whose arguments are all required.
func (s *Surface) promptFixture(name string, run mcp.PromptHandler, arguments ...string) {
	p := &mcp.Prompt{Name: name, Description: "Fixture of the conformance suite."}
	for _, a := range arguments {
		p.Arguments = append(p.Arguments, &mcp.PromptArgument{Name: a, Description: "Fixture.", Required: true})
	}
	s.server.AddPrompt(p, func(ctx context.Context, r *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		for _, a := range arguments {
			if r.Params.Arguments[a] == "" {
				return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: a + " is missing"}
			}
		}
		return run(ctx, r)
	})
}

// asks makes a prompt's result, one message for each content.
func asks(content ...mcp.Content) *mcp.GetPromptResult {
	res := &mcp.GetPromptResult{}
	for _, c := range content {
		res.Messages = append(res.Messages, &mcp.PromptMessage{Role: "user", Content: c})
	}
	return res
}

func (s *Surface) addPromptFixtures() {
	type request = *mcp.GetPromptRequest
	type result = *mcp.GetPromptResult
	s.promptFixture("test_simple_prompt", func(context.Context, request) (result, error) {
		return asks(said("This is a simple prompt for testing.")), nil
	})
	s.promptFixture("test_prompt_with_arguments", func(_ context.Context, r request) (result, error) {
		a := r.Params.Arguments
		return asks(said(fmt.Sprintf("Prompt with arguments: arg1='%s', arg2='%s'", a["arg1"], a["arg2"]))), nil
	}, "arg1", "arg2")
	s.promptFixture("test_prompt_with_embedded_resource", func(_ context.Context, r request) (result, error) {
		return asks(&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{URI: r.Params.Arguments["resourceUri"], MIMEType: "text/plain",
			Text: "Embedded resource content for testing."}}, said("Please process the embedded resource above.")), nil
	}, "resourceUri")
	s.promptFixture("test_prompt_with_image", func(context.Context, request) (result, error) {
		return asks(&mcp.ImageContent{Data: redPixel, MIMEType: "image/png"}, said("Please analyze the image above.")), nil
	})
	s.promptFixture("test_input_required_result_prompt", func(_ context.Context, r request) (result, error) {
		wish := mcp.InputRequestMap{"user_context": form("What context should the prompt use?", "context", "string")}
		if !replied(r.Params.InputResponses, wish) {
			return &mcp.GetPromptResult{InputRequests: wish}, nil
		}
		return asks(said("Context: " + inputText(r.Params.InputResponses))), nil
	})
}

func (s *Surface) addResourceFixtures() {
	static := func(uri, mime string, c mcp.ResourceContents) {
		c.URI, c.MIMEType = uri, mime
		s.server.AddResource(&mcp.Resource{URI: uri, Name: uri, Description: "Fixture of the conformance suite.", MIMEType: mime},
			func(context.Context, *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
				return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{&c}}, nil
			})
	}
	static("test://static-text", "text/plain", mcp.ResourceContents{Text: "This is the content of the static text resource."})
	static("test://static-binary", "image/png", mcp.ResourceContents{Blob: redPixel})
	s.server.AddResourceTemplate(&mcp.ResourceTemplate{Name: "test", URITemplate: "test://template/{id}/data", MIMEType: "application/json",
		Description: "Fixture of the conformance suite."}, func(_ context.Context, r *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		id := strings.TrimSuffix(strings.TrimPrefix(r.Params.URI, "test://template/"), "/data")
		return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: r.Params.URI, MIMEType: "application/json",
			Text: fmt.Sprintf(`{"id":%q,"templateTest":true,"data":%q}`, id, "Data for ID: "+id)}}}, nil
	})
}

// completeFixture completes the arguments of the fixtures' prompts, which the product's own completion does not know.
func completeFixture(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		r, ok := req.(*mcp.CompleteRequest)
		if !ok || r.Params.Ref == nil || !strings.HasPrefix(r.Params.Ref.Name, "test_") {
			return next(ctx, method, req)
		}
		return &mcp.CompleteResult{Completion: mcp.CompletionResultDetails{Values: []string{"paris", "park", "party"}, Total: 3}}, nil
	}
}
