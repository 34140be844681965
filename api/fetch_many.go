package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

type fetchManyInput struct {
	fetchInput
	IDs  []string `json:"ids"`
	Kind string   `json:"kind"`
}

// maxIDs bounds the entries of one call.
const maxIDs = 50

// fetchManyTool is fetch with what the extended profile adds to it.
func (s *Surface) fetchManyTool() tool {
	t := s.fetchTool()
	t.input = extended(t.input, fmt.Sprintf(`"ids":{"type":"array","items":{"type":"string"},"maxItems":%d,"description":"Instead of id: several, sharing max_tokens."},
"kind":{"type":"string","enum":["internal","external","media"],"description":"Of links."}`, maxIDs))
	t.output = json.RawMessage(manyOutput)
	return define(t, s.fetchMany)
}

// manyOutput describes what replies for one entry and for several have in common.
const manyOutput = `{"type":"object","properties":{"provenance":{"type":"array"},"trust":{"type":"string"}},"required":["provenance","trust"]}`

// manyData is the structured form of a reply for several entries.
type manyData struct {
	Documents  []manyDocument `json:"documents"` // in the order of ids
	Provenance []provenance   `json:"provenance"`
	Trust      string         `json:"trust"`
}

// A manyDocument is what became of one id.
type manyDocument struct {
	Asked    string     `json:"asked"`
	Status   string     `json:"status"` // ok, or the code of the error
	Document *fetchData `json:"document,omitempty"`
	Error    *errorData `json:"error,omitempty"`
}

// fetchMany reads one entry, or several that share the size of the reply.
func (s *Surface) fetchMany(ctx context.Context, in fetchManyInput) (*reply, error) {
	switch {
	case in.Kind != "" && in.View != viewLinks:
		return nil, &policy.Error{Field: "kind", Reason: "belongs to view links"}
	case in.ID == "" && len(in.IDs) == 0:
		return nil, &policy.Error{Field: "id", Reason: "is missing"}
	case in.ID != "" && len(in.IDs) > 0:
		return nil, &policy.Error{Field: "ids", Reason: "stands instead of id; send one of the two"}
	case in.ID != "":
		return s.fetchLinks(ctx, in.fetchInput, in.Kind)
	case in.Cursor != "":
		return nil, &policy.Error{Field: "cursor", Reason: "belongs to one entry; send its id"}
	}
	budget, err := s.budget(in.MaxTokens, fetchTokens)
	if err != nil {
		return nil, err
	}
	m := &fetchingMany{s: s, in: in, left: budget, bytes: s.opts.BlobBytes, data: &manyData{Documents: []manyDocument{}, Provenance: []provenance{}, Trust: untrusted}}
	m.reply = &reply{data: m.data}
	ids := slices.DeleteFunc(slices.Clone(in.IDs), func() func(string) bool {
		seen := map[string]bool{}
		return func(id string) bool { again := seen[id]; seen[id] = true; return again }
	}())
	for i, id := range ids {
		if m.left < leastTokens && i > 0 {
			m.leave(ids[i:])
			break
		}
		if err := m.one(ctx, i, id, len(ids)-i); err != nil {
			return nil, err
		}
	}
	return m.reply, nil
}

// A fetchingMany is one call for several entries under way.
type fetchingMany struct {
	s     *Surface
	in    fetchManyInput
	left  int // tokens
	bytes int // of pictures
	reply *reply
	data  *manyData
}

// leastTokens is the smallest share of an entry: less tells nothing of it.
const leastTokens = 100

// one reads an entry with its share of what is left to it and those behind it. What it does not need is shared by those.
// One that cannot be read does not keep back the others.
func (m *fetchingMany) one(ctx context.Context, i int, id string, behind int) error {
	asked := shownAsked(id)
	in := m.in.fetchInput
	in.ID, in.MaxTokens = id, min(max(m.left/behind, leastTokens), m.s.opts.Limits.Tokens)
	r, err := m.s.fetchLinks(ctx, in, m.in.Kind)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	begun := m.reply.body.Len()
	if err != nil {
		e := toError(err)
		if e.Code == Internal {
			return err
		}
		m.fail(i, asked, e)
	} else {
		m.add(i, asked, r)
	}
	m.left -= article.Tokens(m.reply.body.String()[begun:])
	return nil
}

// shownAsked is an id as it was sent, cleaned and clipped.
func shownAsked(id string) string { return article.PlainLine(article.Clip(id, 100)) }

// leave says for which ids the reply had no room.
func (m *fetchingMany) leave(ids []string) {
	for _, id := range ids {
		m.data.Documents = append(m.data.Documents, manyDocument{Asked: shownAsked(id), Status: string(TooLarge)})
	}
	m.reply.notice(fmt.Sprintf("no room is left for the last %d of the ids; raise max_tokens or send fewer", len(ids)))
}

// within drops the pictures that are more than one reply may carry; the links to them stay.
func (m *fetchingMany) within(content []mcp.Content) []mcp.Content {
	return slices.DeleteFunc(content, func(c mcp.Content) bool {
		picture, ok := c.(*mcp.ImageContent)
		if !ok {
			return false
		}
		m.bytes -= len(picture.Data)
		return m.bytes < 0
	})
}

// add writes an entry under its own id.
func (m *fetchingMany) add(i int, asked string, r *reply) {
	d := r.data.(*fetchData)
	for _, p := range d.Provenance {
		if !seen(m.data.Provenance, p.Archive, p.Edition) {
			m.data.Provenance = append(m.data.Provenance, p)
			m.reply.provenance = append(m.reply.provenance, r.provenance...)
		}
	}
	m.data.Documents = append(m.data.Documents, manyDocument{Asked: asked, Status: "ok", Document: d})
	body := strings.TrimSpace(strings.TrimPrefix(r.body.String(), "# "+d.Title+"\n"))
	fmt.Fprintf(&m.reply.body, "[%d] %s (%s)\n%s\n", i+1, d.Title, d.ID, body)
	for _, n := range r.notices {
		m.reply.body.WriteString(n + "\n")
	}
	m.reply.body.WriteByte('\n')
	m.reply.content = append(m.reply.content, m.within(r.content)...)
}

// fail says what is wrong with an id.
func (m *fetchingMany) fail(i int, asked string, e *Error) {
	data := e.result().StructuredContent.(errorData)
	m.data.Documents = append(m.data.Documents, manyDocument{Asked: asked, Status: string(e.Code), Error: &data})
	e.Next = nil // the other entries are here already
	fmt.Fprintf(&m.reply.body, "[%d] %s\n-- %s\n\n", i+1, article.Guard(asked), e.Error())
}
