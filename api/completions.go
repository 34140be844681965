package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

const (
	maxCompletions = 100                   // of the specification
	completionTime = 50 * time.Millisecond // a person is typing
)

// complete answers completion/complete: names of archives; paths, ids and topics by title; and behind a '#' the sections of
// an article. What a person's patience does not suffice for is left out.
func (s *Surface) complete(ctx context.Context, req *mcp.CompleteRequest) (*mcp.CompleteResult, error) {
	arg := req.Params.Argument
	if n := len(arg.Value); n > s.opts.Limits.PathBytes {
		return nil, protocolError(&policy.Error{Field: "argument", Reason: "is too long, in bytes", Limit: s.opts.Limits.PathBytes, Got: n}, "")
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	c := completion{s: s, value: arg.Value, values: []string{}}
	switch completes(req.Params.Ref, arg.Name) {
	case "archive":
		c.archives()
	case "path":
		c.paths(ctx, req.Params.Context)
	case "id":
		c.ids(ctx)
	case "topic":
		c.titles(ctx)
	default:
		return nil, wireError(jsonrpc.CodeInvalidParams, "there is no such prompt, template or argument to complete", map[string]any{"code": InvalidArgument})
	}
	return c.result(), nil
}

// completes returns the argument to complete, "" when what is referred to does not have it.
func completes(ref *mcp.CompleteReference, argument string) string {
	switch {
	case ref.Type == "ref/resource" && (ref.URI == entryTemplate && (argument == "archive" || argument == "path") || ref.URI == archiveTemplate && argument == "archive"):
		return argument
	case ref.Type == "ref/prompt" && slices.ContainsFunc(prompts(), func(p prompt) bool { return p.name == ref.Name && p.argument == argument }):
		return argument
	}
	return ""
}

// A completion is one call under way.
type completion struct {
	s      *Surface
	value  string // as far as it has been typed
	values []string
	more   bool // there are more than values
}

// archives offers the names that begin with the value, then those that hold it.
func (c *completion) archives() {
	typed := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(c.value), " ", "_"))
	var inside []string
	for _, st := range c.s.archives() {
		switch at := strings.Index(st.Name, typed); {
		case !st.Served || at < 0:
		case at == 0:
			c.values = append(c.values, st.Name)
		default:
			inside = append(inside, st.Name)
		}
	}
	c.values = append(c.values, inside...)
}

// paths offers the paths of one archive, which the caller has chosen before.
func (c *completion) paths(ctx context.Context, given *mcp.CompleteContext) {
	if given == nil {
		return
	}
	name, edition, err := policy.ParseArchiveRef(given.Arguments["archive"])
	if err != nil {
		return
	}
	ref := refOf(name, edition)
	withoutArchive := func(id string) string { _, path, _ := strings.Cut(id, "/"); return path }
	if path, section, ok := strings.Cut(c.value, "#"); ok {
		c.sections(ctx, ref+"/"+path, section, withoutArchive)
		return
	}
	c.entries(ctx, c.value, []string{ref}, withoutArchive)
}

// ids offers the ids of all archives, or of the one whose name has been typed.
func (c *completion) ids(ctx context.Context) {
	as := func(id string) string { return id }
	if id, section, ok := strings.Cut(c.value, "#"); ok {
		c.sections(ctx, id, section, as)
		return
	}
	typed, in := c.value, []string(nil)
	if ref, path, ok := strings.Cut(typed, "/"); ok {
		if name, edition, err := policy.ParseArchiveRef(ref); err == nil {
			if st, err := c.s.lib.Status(refOf(name, edition)); err == nil {
				typed, in = path, []string{st.Ref()}
			}
		}
	}
	c.entries(ctx, typed, in, as)
}

// entries offers the ids of entries by title, as the caller is to see them.
func (c *completion) entries(ctx context.Context, typed string, in []string, as func(id string) string) {
	c.hits(ctx, typed, in, func(h search.Hit) string { return as(h.ID()) })
}

// titles offers titles.
func (c *completion) titles(ctx context.Context) {
	c.hits(ctx, c.value, nil, func(h search.Hit) string { return h.Title })
}

func (c *completion) hits(ctx context.Context, typed string, in []string, as func(search.Hit) string) {
	query, err := policy.ParseText("argument", strings.ReplaceAll(typed, "_", " "), c.s.opts.Limits)
	if err != nil || query == "" {
		return
	}
	found, err := c.s.engine.Titles(ctx, query, in, maxCompletions)
	if err != nil {
		return // an archive that has gone meanwhile completes nothing
	}
	for _, h := range found.Hits {
		c.add(as(h))
	}
	c.more = c.more || found.More > 0
}

// add keeps a value that can be shown as it is, once.
func (c *completion) add(value string) {
	if value != "" && article.PlainLine(value) == value && !slices.Contains(c.values, value) {
		c.values = append(c.values, value)
	}
}

// sections offers the sections of an article whose anchor or title begins as typed.
func (c *completion) sections(ctx context.Context, id, typed string, as func(id string) string) {
	parsed, err := c.s.opts.Limits.ParseID(id)
	if err != nil {
		return
	}
	found, err := c.s.engine.Resolve(ctx, parsed)
	if err != nil {
		return
	}
	f := &fetching{s: c.s, found: found}
	defer f.found.Close()
	kind := kindOf(found.MIME, found.Path)
	if kind == kindMedia {
		return
	}
	doc, err := f.load(ctx, found.Item, kind)
	if err != nil {
		c.s.lib.ReportError(found.Status.Ref(), err)
		return
	}
	typed = strings.ToLower(typed)
	for i := range doc.Sections {
		sec := &doc.Sections[i]
		if sec.Anchor != "" && (strings.HasPrefix(strings.ToLower(sec.Anchor), typed) || strings.HasPrefix(strings.ToLower(sec.Title), typed)) {
			c.add(as(found.IDWith(sec.Anchor)))
		}
	}
}

// result cuts the values to what the specification allows and says whether there are more.
func (c *completion) result() *mcp.CompleteResult {
	more := c.more || len(c.values) > maxCompletions
	c.values = c.values[:min(len(c.values), maxCompletions)]
	d := mcp.CompletionResultDetails{Values: c.values, HasMore: more}
	if !more {
		d.Total = len(c.values)
	}
	return &mcp.CompleteResult{Completion: d}
}
