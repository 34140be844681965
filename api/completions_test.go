package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func completeWith(t *testing.T, c *mcp.ClientSession, ref mcp.CompleteReference, name, value string, given map[string]string) (mcp.CompletionResultDetails, error) {
	t.Helper()
	p := &mcp.CompleteParams{Ref: &ref, Argument: mcp.CompleteParamsArgument{Name: name, Value: value}}
	if given != nil {
		p.Context = &mcp.CompleteContext{Arguments: given}
	}
	res, err := c.Complete(t.Context(), p)
	if err != nil {
		return mcp.CompletionResultDetails{}, err
	}
	return res.Completion, nil
}

var (
	ofEntry   = mcp.CompleteReference{Type: "ref/resource", URI: entryTemplate}
	ofArchive = mcp.CompleteReference{Type: "ref/resource", URI: archiveTemplate}
)

func ofPrompt(name string) mcp.CompleteReference {
	return mcp.CompleteReference{Type: "ref/prompt", Name: name}
}

func TestCompletions(t *testing.T) {
	c := serve(t, drawn(), Options{})
	inMusic := map[string]string{"archive": "music"}
	for _, tt := range []struct {
		ref         mcp.CompleteReference
		name, value string
		given       map[string]string
		want        string
	}{
		{ofEntry, "archive", "", nil, "guide music wiki_fr"},
		{ofEntry, "archive", "mu", nil, "music"},
		{ofArchive, "archive", "FR", nil, "wiki_fr"},
		{ofPrompt("explore"), "archive", "i", nil, "guide music wiki_fr"},
		{ofEntry, "path", "ray", inMusic, "Ray_Charles"},
		{ofEntry, "path", "Ray_Ch", inMusic, "Ray_Charles"},
		{ofEntry, "path", "été", inMusic, "Été"},
		{ofEntry, "path", "ray", nil, ""},
		{ofEntry, "path", "ray", map[string]string{"archive": "none"}, ""},
		{ofEntry, "path", "Ray_Charles#", inMusic, "Ray_Charles#Life Ray_Charles#Works"},
		{ofEntry, "path", "Ray_Charles#wo", inMusic, "Ray_Charles#Works"},
		{ofPrompt("summarize"), "id", "ray ch", nil, "music/Ray_Charles"},
		{ofPrompt("summarize"), "id", "music/ray", nil, "music/Ray_Charles"},
		{ofPrompt("summarize"), "id", "music/Ray_Charles#li", nil, "music/Ray_Charles#Life"},
		{ofPrompt("summarize"), "id", "music/pic.png#x", nil, ""},
		{ofPrompt("summarize"), "id", "music/Nowhere#x", nil, ""},
		{ofPrompt("research"), "topic", "ray", nil, "Ray Charles"},
		{ofPrompt("research"), "topic", "", nil, ""},
	} {
		got, err := completeWith(t, c, tt.ref, tt.name, tt.value, tt.given)
		if err != nil || got.Values == nil || strings.Join(got.Values, " ") != tt.want && strings.ReplaceAll(strings.Join(got.Values, " "), "Ray Charles", "Ray Charles") != tt.want {
			t.Errorf("%v %s %q: %v %v", tt.ref, tt.name, tt.value, got, err)
		}
	}
}

// Every completed address opens.
func TestCompletedAddressesOpen(t *testing.T) {
	c := serve(t, drawn(), Options{})
	got, err := completeWith(t, c, ofEntry, "path", "l", map[string]string{"archive": "music"})
	if err != nil || len(got.Values) == 0 {
		t.Fatal(got, err)
	}
	for _, path := range got.Values {
		readURI(t, c, "zim://music/"+path)
	}
}

func TestCompletionsAreCutAndSaid(t *testing.T) {
	a := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Name": "many"}}
	for i := range 300 {
		a.Entries = append(a.Entries, zimtest.Page(fmt.Sprintf("C/Page_%03d", i), fmt.Sprintf("Page %03d", i), "<p>x"))
	}
	c := serve(t, map[string]zimtest.Archive{"many": a}, Options{})
	got, err := completeWith(t, c, ofPrompt("summarize"), "id", "page", nil)
	if err != nil || len(got.Values) != 100 || !got.HasMore {
		t.Errorf("%d values, more %v, %v", len(got.Values), got.HasMore, err)
	}
	if !slices.Contains(got.Values, "many/Page_000") {
		t.Error(got.Values[0])
	}
}

func TestCompletionRefusals(t *testing.T) {
	c := serve(t, library1(), Options{})
	for _, tt := range []struct {
		ref         mcp.CompleteReference
		name, value string
	}{
		{ofEntry, "title", "x"}, {ofArchive, "path", "x"}, {mcp.CompleteReference{Type: "ref/resource", URI: "file:///{path}"}, "path", "x"},
		{ofPrompt("research"), "id", "x"}, {ofPrompt("none"), "topic", "x"}, {ofEntry, "archive", strings.Repeat("a", 5000)},
	} {
		if got, err := completeWith(t, c, tt.ref, tt.name, tt.value, nil); err == nil {
			t.Errorf("%v %s: %v", tt.ref, tt.name, got)
		}
	}
}
