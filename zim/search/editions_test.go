package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// Of the editions and flavours of a work, an article is shown once: from the newest that holds its text.
func TestOneOfManyEditions(t *testing.T) {
	archive := func(name, flavour, date string, lead bool) zimtest.Archive {
		c := ports()
		if lead {
			for i := range c.pages {
				c.pages[i].html, _, _ = strings.Cut(c.pages[i].html, "<h2")
			}
		}
		a := c.archive(t)
		a.Metadata["Name"], a.Metadata["Flavour"], a.Metadata["Date"] = name, flavour, date
		return a
	}
	e := open(t, map[string]zimtest.Archive{
		"a": archive("ports_en_all", "maxi", "2025-06-01", false),
		"b": archive("ports_en_all", "nopic", "2026-01-01", false),
		"c": archive("ports_en_all", "mini", "2026-03-01", true),
		"d": archive("ports_en_all", "maxi", "2024-01-01", false),
		"e": archive("harbours", "", "2026-05-01", false),
	})
	var names []string
	for _, s := range e.lib.All() {
		names = append(names, s.Ref())
	}
	for _, tt := range []struct {
		name     string
		archives []string
		first    string
		also     []string
	}{
		{"two flavours and one of introductions", []string{"ports_en_all_maxi", "ports_en_all_nopic", "ports_en_all_mini"}, "ports_en_all_nopic", []string{"ports_en_all_maxi", "ports_en_all_mini"}},
		{"two editions", []string{"ports_en_all_maxi", "ports_en_all_maxi@2024-01"}, "ports_en_all_maxi", []string{"ports_en_all_maxi@2024-01"}},
		{"one alone", []string{"ports_en_all_maxi@2024-01"}, "ports_en_all_maxi@2024-01", nil},
		{"another work", []string{"ports_en_all_maxi", "harbours"}, "", nil},
	} {
		a := answer(t, e, "In which winter was the breakwater of Calem destroyed?", Want{Passages: 3}, tt.archives...)
		if len(a.Passages) == 0 || a.Passages[0].Path != "Calem" {
			t.Fatalf("%s: %v of %v", tt.name, cited(a), names)
		}
		p := a.Passages[0]
		if tt.first != "" && (refOf(p.Hit) != tt.first || !cmp.Equal(p.Also, tt.also)) {
			t.Errorf("%s: got %s, also %v; want %s, %v", tt.name, refOf(p.Hit), p.Also, tt.first, tt.also)
		}
		if n := len(slices.DeleteFunc(slices.Clone(a.Passages), func(p Passage) bool { return p.Path != "Calem" || p.Anchor != "Harbour" })); n != 1 {
			t.Errorf("%s: %d times the same: %v", tt.name, n, cited(a))
		}
	}
}

func TestFamilies(t *testing.T) {
	for _, tt := range []struct {
		name, flavour, want string
	}{
		{"wikipedia_en_all", "maxi", "wikipedia_en_all"}, {"wikipedia_en_all_maxi", "maxi", "wikipedia_en_all"}, {"Wikipedia_en_all_nopic", "", "wikipedia_en_all"},
		{"wikipedia_en_all", "_mini", "wikipedia_en_all"}, {"maxi", "", "maxi"}, {"", "", ""}, {"devdocs_en_go", "", "devdocs_en_go"},
	} {
		if got := family(library.Status{Meta: library.Meta{Name: tt.name, Flavour: tt.flavour}}); got != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.name, tt.flavour, got, tt.want)
		}
	}
}
