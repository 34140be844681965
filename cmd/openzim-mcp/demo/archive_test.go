package demo

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

func open(t *testing.T) *zim.Archive {
	t.Helper()
	a, err := zim.NewReader(bytes.NewReader(Archive), int64(len(Archive)), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func TestArchiveIsSound(t *testing.T) {
	a, ctx := open(t), context.Background()
	for problem, err := range a.Verify(ctx, zim.CheckAll) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("note %v: %v", problem.Note, problem.Err)
	}
	if !a.HasFullText(ctx) {
		t.Error("the archive has no full-text index")
	}
	if !a.HasTitleIndex(ctx) {
		t.Error("the archive has no title index")
	}
}

func TestArchiveSaysWhatItIs(t *testing.T) {
	a, ctx := open(t), context.Background()
	want := map[string]string{"Name": Name, "Title": "openzim-mcp manual", "Language": "eng"}
	got := map[string]string{}
	for key := range want {
		value, err := a.Metadata(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		got[key] = string(value)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("metadata (-want, +got):\n%s", diff)
	}
	if _, err := a.Illustration(ctx, 48, 48, 1); err != nil {
		t.Errorf("illustration: %v", err)
	}
}

// TestArchiveHoldsThePages compares every page of docs/ with the entry of the same name.
func TestArchiveHoldsThePages(t *testing.T) {
	a, ctx := open(t), context.Background()
	for _, page := range pages(t) {
		source, err := os.ReadFile(filepath.Join(root, "docs", page+".md"))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(source), "\n")
		entry, err := a.Lookup(ctx, page)
		if err != nil {
			t.Errorf("docs/%s.md: %v", page, err)
			continue
		}
		if want := strings.TrimSpace(strings.TrimPrefix(first, "# ")); entry.Title() != want {
			t.Errorf("the title of %s: got %q, want %q", page, entry.Title(), want)
		}
		item, err := entry.Item()
		if err != nil {
			t.Fatal(err)
		}
		body, err := item.Bytes(ctx)
		if err != nil || !bytes.Contains(body, []byte("<h1")) {
			t.Errorf("%s: no heading in %d bytes, error %v", page, len(body), err)
		}
	}
	main, err := a.MainPage(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if item, err := main.Resolve(ctx); err != nil || item.Entry().Path() != "index" {
		t.Errorf("the main page: got %q, want index (error %v)", item.Entry().Path(), err)
	}
}

func TestRedirectsLeadToPages(t *testing.T) {
	a, ctx := open(t), context.Background()
	found := 0
	for entry, err := range a.Entries(ctx, 'C') {
		if err != nil {
			t.Fatal(err)
		}
		if !entry.IsRedirect() {
			continue
		}
		found++
		if _, err := entry.Resolve(ctx); err != nil {
			t.Errorf("%s: %v", entry.Path(), err)
		}
	}
	if found == 0 {
		t.Error("the archive shows no redirect")
	}
}
