package api

import (
	"encoding/json"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
)

// Structured is how much of a reply is repeated as data.
type Structured string

// The values of [Structured].
const (
	Lean Structured = "lean" // what fetch read is in the text alone
	Full Structured = "full" // all of it is in both, for clients that show a model nothing but the data
	Off  Structured = "off"  // no data, for clients that show a model both
)

// A Form is how the surface says things, beside what it says.
type Form struct {
	Structured    Structured // "" means [Lean]
	OutputSchema  bool       // tools/list describes replies
	ResourceLinks bool       // hits of a search come with links
	ToolPrefix    string     // before the names of the tools: at most 32 of a-z 0-9 _ . -
}

// maxPrefix leaves room for the longest name of a tool within the 128 characters of the specification.
const maxPrefix = 32

// validate returns a *[policy.Error] for a field out of range.
func (f Form) validate() error {
	if bad := strings.Trim(f.ToolPrefix, "abcdefghijklmnopqrstuvwxyz0123456789_.-"); bad != "" || len(f.ToolPrefix) > maxPrefix {
		return &policy.Error{Field: "tool_prefix", Reason: "is not usable before the names of tools", Allowed: []string{"at most 32 of a-z 0-9 _ . -"}}
	}
	switch f.Structured {
	case "", Lean, Full, Off:
		return nil
	}
	return &policy.Error{Field: "structured", Reason: "is not a known value", Allowed: []string{string(Lean), string(Full), string(Off)}}
}

// result makes the forms of a reply that clients were promised.
func (f Form) result(r *reply) *mcp.CallToolResult {
	if whole, ok := r.data.(interface{ addText(string) }); ok && f.Structured == Full {
		whole.addText(strings.TrimSpace(r.body.String()))
	}
	res := r.result()
	if linked, ok := r.data.(interface{ links() []mcp.Content }); ok && f.ResourceLinks {
		res.Content = append(res.Content, linked.links()...)
	}
	return f.slim(res)
}

// refusal makes the forms of an error. The call it proposes has the names that this server's tools have.
func (f Form) refusal(e *Error) *mcp.CallToolResult {
	if e.Next != nil && f.ToolPrefix != "" {
		next := *e.Next
		next.Tool = f.ToolPrefix + next.Tool
		named := *e
		named.Next, e = &next, &named
	}
	return f.slim(e.result())
}

func (f Form) slim(res *mcp.CallToolResult) *mcp.CallToolResult {
	if f.Structured == Off {
		res.StructuredContent = nil
	}
	return res
}

// speak puts the names of the tools into a text of ours, where they stand in braces.
func (f Form) speak(text string) string {
	return strings.NewReplacer("{search}", f.ToolPrefix+"search", "{fetch}", f.ToolPrefix+"fetch", "{library}", f.ToolPrefix+"library").Replace(text)
}

// addText repeats what was read in the data.
func (d *fetchData) addText(text string) { d.Text = text }

// links are the passages' entries as links that clients can open.
func (d *searchData) links() []mcp.Content {
	var out []mcp.Content
	for _, r := range d.Results {
		if id, err := policy.ParseID(r.ID); err == nil && id.Archive != "" {
			out = append(out, &mcp.ResourceLink{URI: id.URI(), Name: r.ID, Title: r.Title})
		}
	}
	return out
}

// outputSchema describes the data of a tool by its type. Lists of ours are never null.
func outputSchema[Out any]() json.RawMessage {
	s, err := jsonschema.For[Out](nil)
	if err != nil {
		return nil // a type that cannot be described, which a test would find
	}
	notNull(s)
	text, err := json.Marshal(s)
	if err != nil {
		return nil
	}
	return text
}

// notNull takes null out of the types of lists and of what is in them.
func notNull(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if len(s.Types) == 2 && s.Types[0] == "null" {
		s.Type, s.Types = s.Types[1], nil
	}
	for _, p := range s.Properties {
		notNull(p)
	}
	notNull(s.Items)
	notNull(s.AdditionalProperties)
	for _, d := range s.Defs {
		notNull(d)
	}
}
