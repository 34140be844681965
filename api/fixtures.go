//go:build conformance

package api

import (
	"context"
	"encoding/base64"
	"encoding/json"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// addFixtures adds the tools, prompts and resources that the official conformance suite asks of a test server, to the
// surface as it is otherwise: what the suite then measures is the server that is released. What each does is written in
// the suite's descriptions of its scenarios, under "Server Implementation Requirements". Some of it is deprecated, and
// goes when the protocol drops it.
func (s *Surface) addFixtures() {
	s.addContentFixtures()
	s.addCallFixtures()
	s.addInputFixtures()
	s.addPromptFixtures()
	s.addResourceFixtures()
	s.server.AddReceivingMiddleware(completeFixture)
}

// fixture adds a tool. input is its schema, "" for no arguments.
func (s *Surface) fixture(name, input string, run mcp.ToolHandler) {
	if input == "" {
		input = `{"type":"object","properties":{},"additionalProperties":false}`
	}
	s.server.AddTool(&mcp.Tool{Name: name, Description: "Fixture of the conformance suite.", InputSchema: json.RawMessage(input)}, run)
}

// answers makes a tool that always gives the same content.
func answers(content ...mcp.Content) mcp.ToolHandler {
	return func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return &mcp.CallToolResult{Content: content}, nil
	}
}

func said(text string) *mcp.TextContent { return &mcp.TextContent{Text: text} }

// redPixel is the smallest PNG picture, and silence a WAV file without samples.
var (
	redPixel = fromBase64("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==")
	silence  = fromBase64("UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=")
)

func fromBase64(text string) []byte {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err) // a constant of this file
	}
	return b
}

func (s *Surface) addContentFixtures() {
	picture := &mcp.ImageContent{Data: redPixel, MIMEType: "image/png"}
	s.fixture("test_simple_text", "", answers(said("This is a simple text response for testing.")))
	s.fixture("test_image_content", "", answers(picture))
	s.fixture("test_audio_content", "", answers(&mcp.AudioContent{Data: silence, MIMEType: "audio/wav"}))
	s.fixture("test_embedded_resource", "", answers(&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{
		URI: "test://embedded-resource", MIMEType: "text/plain", Text: "This is an embedded resource content."}}))
	s.fixture("test_multiple_content_types", "", answers(said("Multiple content types test:"), picture,
		&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{URI: "test://mixed-content-resource", MIMEType: "application/json", Text: `{"test":"data","value":123}`}}))
	s.fixture("test_error_handling", "", func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{said("This tool intentionally returns an error for testing")}}, nil
	})
	s.fixture("json_schema_2020_12_tool", schemaOf2020, answers(said("ok")))
	s.fixture("test_x_mcp_header", `{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}},"additionalProperties":false}`, answers(said("ok")))
}

// schemaOf2020 uses the keywords that must reach clients unchanged.
const schemaOf2020 = `{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",` +
	`"$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},` +
	`"properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","enum":["phone","email"]},` +
	`"phone":{"type":"string"},"email":{"type":"string"}},"allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],` +
	`"if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":["phone"]},"else":{"required":["email"]},` +
	`"additionalProperties":false}`
