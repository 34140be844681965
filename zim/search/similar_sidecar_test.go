package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// A full-text sidecar serves as the archive's own index does.
func TestSimilarBySidecar(t *testing.T) {
	a := groups().archive(t)
	a.Entries = slices.DeleteFunc(a.Entries, func(e zimtest.Entry) bool { return strings.HasPrefix(e.Path, "X/") })
	s := openShed(t, map[string]zimtest.Archive{"g": a}, nil)
	f, doc := opened(t, s.Engine, "g/Violin_2")
	r, err := s.Similar(t.Context(), f, doc, 7)
	if err != nil || !r.Texts || len(r.Rows) != 7 {
		t.Fatalf("%v, %v", r, err)
	}
	for _, x := range r.Rows {
		if !strings.HasPrefix(x.Title, "Violin") || len(x.Words) == 0 {
			t.Errorf("%s is similar: %q", x.Title, x.Words)
		}
	}
}
