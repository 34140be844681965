package api

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A tool is what tools/list says of it and what it does.
type tool struct {
	name, title, description string
	input                    string // JSON schema of the arguments: what is published is what is enforced
	example                  string // arguments of a call that works, for errors
	schema                   *schema
	output                   json.RawMessage // schema of the data of its replies
	run                      func(ctx context.Context, args []byte) (*reply, error)
}

// define makes a tool whose arguments decode into In.
func define[In any](t tool, run func(context.Context, In) (*reply, error)) tool {
	t.schema = parseSchema(t.input)
	t.run = func(ctx context.Context, args []byte) (*reply, error) {
		var in In
		if err := json.Unmarshal(args, &in); err != nil {
			return nil, err // the schema let through what In cannot hold: a mistake in the tool
		}
		return run(ctx, in)
	}
	return t
}

// published is the tool as clients see it. Every hint is stated: a missing one means the worst to clients.
func (t tool) published(f Form) *mcp.Tool {
	no := false
	p := &mcp.Tool{Name: f.ToolPrefix + t.name, Title: t.title, Description: t.description, InputSchema: json.RawMessage(t.input),
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, DestructiveHint: &no, OpenWorldHint: &no}}
	if f.OutputSchema && f.Structured != Off {
		p.OutputSchema = t.output
	}
	return p
}

// handle validates, runs and turns every failure into a result that teaches.
func (s *Surface) handle(t tool) mcp.ToolHandler {
	return func(ctx context.Context, req *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		args, bad := t.schema.validate(t, req.Params.Arguments)
		if bad != nil {
			return s.opts.Form.refusal(bad), nil
		}
		defer progress(ctx, req, t.title, progressEvery)()
		r, err := t.run(ctx, args)
		if err != nil {
			e := t.schema.teach(t, args, err)
			if e.Code == Internal {
				s.opts.Logger.ErrorContext(ctx, "tool failed", "tool", t.name, "err", err)
			}
			return s.opts.Form.refusal(e), nil
		}
		return s.opts.Form.result(r), nil
	}
}

// A reply is the answer of a tool before it takes its two forms, a text for people and models and data for programs.
type reply struct {
	provenance []provenance
	body       strings.Builder
	notices    []string      // our own words, last lines of the text
	data       any           // becomes structuredContent
	content    []mcp.Content // behind the text: pictures, links to bytes
}

// notice adds a line of our own. It must hold nothing of an archive that was not cleaned.
func (r *reply) notice(line string) { r.notices = append(r.notices, "-- "+line) }

// holds reports whether the body so far has s in it.
func (r *reply) holds(s string) bool { return strings.Contains(r.body.String(), s) }

// result makes both forms.
func (r *reply) result() *mcp.CallToolResult {
	res := &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: r.text()}}, StructuredContent: r.data}
	res.Content = append(res.Content, r.content...)
	return res
}

// text is provenance, body and notices, each apart by a blank line.
func (r *reply) text() string {
	var parts []string
	if line := provenanceLine(r.provenance); line != "" {
		parts = append(parts, line)
	}
	if body := strings.TrimRight(r.body.String(), "\n"); body != "" {
		parts = append(parts, body)
	}
	if len(r.notices) > 0 {
		parts = append(parts, strings.Join(r.notices, "\n"))
	}
	return strings.Join(parts, "\n\n")
}
