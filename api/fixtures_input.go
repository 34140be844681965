//go:build conformance

package api

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// addInputFixtures adds the tools that answer with a wish for input, and are called again with it.
func (s *Surface) addInputFixtures() {
	name := func() mcp.InputRequest { return form("What is your name?", "name", "string") }
	roots := func() mcp.InputRequest { return &mcp.ListRootsParams{} }
	for tool, asks := range map[string]mcp.InputRequestMap{
		"test_input_required_result_elicitation": {"user_name": name()},
		"test_input_required_result_sampling":    {"capital_question": sample("What is the capital of France?", 100)},
		"test_input_required_result_list_roots":  {"client_roots": roots()},
		"test_streaming_elicitation":             {"user_name": name()},
	} {
		s.fixture(tool, "", inRounds("", asks))
	}
	confirm := mcp.InputRequestMap{"confirm": form("Please confirm", "ok", "boolean")}
	s.fixture("test_input_required_result_request_state", "", inRounds("asked", confirm))
	s.fixture("test_input_required_result_tampered_state", "", inRounds("asked", confirm))
	s.fixture("test_input_required_result_multiple_inputs", "", inRounds("asked",
		mcp.InputRequestMap{"user_name": name(), "greeting": sample("Generate a greeting", 50), "client_roots": roots()}))
	s.fixture("test_input_required_result_multi_round", "", inRounds("round",
		mcp.InputRequestMap{"step1": form("Step 1: What is your name?", "name", "string")},
		mcp.InputRequestMap{"step2": form("Step 2: What is your favorite color?", "color", "string")}))
	s.fixture("test_input_required_result_capabilities", "", asksTheAble)
}

// inRounds makes a tool that asks once for each round, and answers when the last has been replied to. With state, it
// gives the client a signed word to bring back, and refuses any other.
func inRounds(state string, rounds ...mcp.InputRequestMap) mcp.ToolHandler {
	return func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		round := 0
		if state != "" && r.Params.RequestState != "" {
			if round = roundOf(r.Params.RequestState, state, len(rounds)); round < 0 {
				return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: "requestState was not given out by this server"}
			}
		}
		if replied(r.Params.InputResponses, rounds[round]) {
			round++
		}
		if round == len(rounds) {
			return &mcp.CallToolResult{Content: []mcp.Content{said("state-ok, received: " + inputText(r.Params.InputResponses))}}, nil
		}
		res := &mcp.CallToolResult{InputRequests: rounds[round]}
		if state != "" {
			res.RequestState = signedRound(state, round)
		}
		return res, nil
	}
}

// replied reports whether every question has a reply; further replies do not matter.
func replied(got mcp.InputResponseMap, asked mcp.InputRequestMap) bool {
	for name := range asked {
		if got[name] == nil {
			return false
		}
	}
	return true
}

func inputText(got mcp.InputResponseMap) string {
	b, err := json.Marshal(got)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// fixtureKey signs the state of rounds; it lasts as long as the process.
var fixtureKey = func() []byte { b := make([]byte, 32); rand.Read(b); return b }()

func signedRound(state string, round int) string {
	m := hmac.New(sha256.New, fixtureKey)
	text := fmt.Sprintf("%s.%d", state, round)
	m.Write([]byte(text))
	return text + "." + hex.EncodeToString(m.Sum(nil))
}

// roundOf returns the round that a state was given out in, -1 for a state that was not.
func roundOf(got, state string, rounds int) int {
	for i := range rounds {
		if hmac.Equal([]byte(got), []byte(signedRound(state, i))) {
			return i
		}
	}
	return -1
}

// asksTheAble asks only for what the client has declared to be able to do.
func asksTheAble(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	asks, c := mcp.InputRequestMap{}, r.ClientCapabilities()
	if c != nil && c.Sampling != nil {
		asks["sampled"] = sample("Say a word", 10)
	}
	if c != nil && c.Elicitation != nil {
		asks["told"] = form("Say a word", "word", "string")
	}
	if len(asks) == 0 || replied(r.Params.InputResponses, asks) {
		return &mcp.CallToolResult{Content: []mcp.Content{said("done")}}, nil
	}
	return &mcp.CallToolResult{InputRequests: asks}, nil
}

func form(message, field, kind string) *mcp.ElicitParams {
	return elicit(message, fmt.Sprintf(`{"type":"object","properties":{%q:{"type":%q}},"required":[%q]}`, field, kind, field))
}

func elicit(message, requested string) *mcp.ElicitParams {
	return &mcp.ElicitParams{Message: strings.TrimSpace(message), RequestedSchema: json.RawMessage(requested)}
}

func sample(text string, tokens int64) *mcp.CreateMessageParams {
	return &mcp.CreateMessageParams{MaxTokens: tokens, Messages: []*mcp.SamplingMessage{{Role: "user", Content: said(text)}}}
}
