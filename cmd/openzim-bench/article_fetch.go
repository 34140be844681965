package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/fidelity"
)

// A roundTrip is what became of the ids that the product printed on the pages of one archive: each must open again, and
// the links among them must lead where the page's own links lead.
type roundTrip struct {
	Corpus   string   `json:"corpus"`
	Pages    int      `json:"pages"`
	Links    int      `json:"links"`     // of the pages, into the archive, each target once a page
	Listed   int      `json:"listed"`    // of them, that view links prints
	Opened   int      `json:"opened"`    // ids printed by view links that fetch opened, of Printed
	Printed  int      `json:"printed"`   // different ids
	Anchors  int      `json:"anchors"`   // of sections, printed by view outline
	Sections int      `json:"sections"`  // of them, that opened the section of that title
	Failures []string `json:"failures"`  // the first ones
	Foreign  int      `json:"elsewhere"` // printed links that lead where the page does not
}

// A fetcher asks the product as built, over standard input and output.
type fetcher struct {
	session *mcp.ClientSession
	name    string // of the archive in ids
}

// newFetcher starts binary on one archive.
func newFetcher(ctx context.Context, binary, file string) (*fetcher, error) {
	client := mcp.NewClient(&mcp.Implementation{Name: "openzim-bench", Version: "0"}, nil)
	cmd := exec.CommandContext(ctx, binary, "stdio", file)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { // it refuses settings that it does not know, such as ours
		return strings.HasPrefix(v, "OPENZIM_MCP_")
	})
	s, err := client.Connect(ctx, &mcp.CommandTransport{Command: cmd}, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", binary, err)
	}
	f := &fetcher{session: s}
	var lib struct {
		Archives []struct {
			Name string `json:"name"`
		} `json:"archives"`
	}
	if err := f.call(ctx, "library", map[string]any{}, &lib); err != nil || len(lib.Archives) != 1 {
		return nil, errors.Join(fmt.Errorf("the product serves %d archives of %s", len(lib.Archives), file), err, s.Close())
	}
	f.name = lib.Archives[0].Name
	return f, nil
}

func (f *fetcher) close() error { return f.session.Close() }

// call calls a tool and reads the data of its reply. A reply that is an error becomes one.
func (f *fetcher) call(ctx context.Context, tool string, args map[string]any, into any) error {
	res, err := f.session.CallTool(ctx, &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		return err
	}
	if res.IsError {
		for _, c := range res.Content {
			if t, ok := c.(*mcp.TextContent); ok {
				return errors.New(t.Text)
			}
		}
		return errors.New("an error without a text")
	}
	b, err := json.Marshal(res.StructuredContent)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

// A fetched is what of a reply of fetch is compared.
type fetched struct {
	ID       string `json:"id"`
	Section  string `json:"section"`
	Next     string `json:"next_cursor"`
	Sections []struct {
		Anchor string `json:"anchor"`
		Title  string `json:"title"`
	} `json:"sections"`
	Links []struct {
		ID string `json:"id"`
	} `json:"links"`
}

// view reads all pages of one view of an entry.
func (f *fetcher) view(ctx context.Context, id, view string) (all fetched, err error) {
	args := map[string]any{"id": id, "view": view, "max_tokens": 8000}
	for range maxViewPages {
		var got fetched
		if err := f.call(ctx, "fetch", args, &got); err != nil {
			return all, err
		}
		all.Sections, all.Links = append(all.Sections, got.Sections...), append(all.Links, got.Links...)
		if got.Next == "" {
			return all, nil
		}
		args["cursor"] = got.Next
	}
	return all, fmt.Errorf("%s of %s does not end", view, id)
}

// maxViewPages bounds how long a list is followed: 800,000 tokens of links are a mistake.
const maxViewPages = 100

// A tripper makes the round trips of one archive.
type tripper struct {
	*fetcher
	links  *linkJudge
	trip   *roundTrip
	opened map[string]bool // ids that were opened, and whether that went well
}

// page asks for the links and sections of one page and opens each.
func (t *tripper) page(ctx context.Context, id string, p *fidelity.Page) {
	t.trip.Pages++
	_, path, _ := strings.Cut(id, "/")
	full := t.name + "/" + path
	t.listed(ctx, full, t.links.targets(ctx, p, id), t.links.all(ctx, p, id))
	t.sections(ctx, full)
}

func (t *tripper) listed(ctx context.Context, full string, want map[int64]string, all map[int64]bool) {
	t.trip.Links += len(want)
	got, err := t.view(ctx, full, "links")
	if err != nil && len(want) > 0 {
		t.fail("links of %s: %v", full, err)
		return
	}
	found := map[int64]bool{}
	for _, l := range got.Links {
		at := t.entry(ctx, l.ID)
		if _, ok := want[at]; ok {
			found[at] = true
		} else if !all[at] {
			t.trip.Foreign++
			t.fail("%s prints a link to %s, which the page does not have", full, l.ID)
		}
		t.open(ctx, l.ID)
	}
	for at, href := range want {
		if found[at] {
			t.trip.Listed++
		} else {
			t.fail("%s does not print its link %s", full, href)
		}
	}
}

// entry is where an id leads: the path behind the archive's name, without the anchor.
func (t *tripper) entry(ctx context.Context, id string) int64 {
	path := strings.TrimPrefix(id, t.name)
	if i := strings.IndexByte(path, '/'); i >= 0 { // an edition may follow the name
		path = path[i+1:]
	}
	for p := path; ; {
		if at := t.links.lookup(ctx, p); at >= 0 {
			return at
		}
		if u, err := url.PathUnescape(p); err == nil && u != p {
			if at := t.links.lookup(ctx, u); at >= 0 {
				return at
			}
		}
		i := strings.LastIndexByte(p, '#')
		if i < 0 {
			return -1
		}
		p = p[:i]
	}
}

// open fetches an id once.
func (t *tripper) open(ctx context.Context, id string) {
	if _, done := t.opened[id]; done {
		return
	}
	var got fetched
	err := t.call(ctx, "fetch", map[string]any{"id": id, "max_tokens": 100}, &got)
	t.opened[id] = err == nil
	t.trip.Printed++
	if err != nil {
		t.fail("%s does not open: %v", id, err)
		return
	}
	t.trip.Opened++
}

func (t *tripper) sections(ctx context.Context, full string) {
	got, err := t.view(ctx, full, "outline")
	if err != nil {
		t.fail("outline of %s: %v", full, err)
		return
	}
	for _, s := range got.Sections {
		t.trip.Anchors++
		var sec fetched
		if err := t.call(ctx, "fetch", map[string]any{"id": full + "#" + s.Anchor, "max_tokens": 100}, &sec); err != nil {
			t.fail("%s#%s does not open: %v", full, s.Anchor, err)
		} else if sec.Section != s.Title {
			t.fail("%s#%s opens %q, want %q", full, s.Anchor, sec.Section, s.Title)
		} else {
			t.trip.Sections++
		}
	}
}

// fail keeps the first failures.
func (t *tripper) fail(format string, args ...any) {
	if len(t.trip.Failures) < 20 {
		t.trip.Failures = append(t.trip.Failures, fmt.Sprintf(format, args...))
	}
}
