package zim_test

import "github.com/openzim-mcp/openzim-mcp/zim/zimtest"

// damageBases are archives that are damaged in memory, as zim-testing-suite has them: in the
// old scheme, in the new one with both title lists, and without the v0 list.
func damageBases() map[string]zimtest.Archive {
	pages := func(es []zimtest.Entry, ns string) []zimtest.Entry {
		out := make([]zimtest.Entry, len(es))
		for i, e := range es {
			e.Path = ns + e.Path[1:]
			if e.Redirect != "" {
				e.Redirect = ns + e.Redirect[1:]
			}
			out[i] = e
		}
		return out
	}
	base := zimtest.Archive{Metadata: zimtest.Metadata(), Illustration: zimtest.Icon(48)}
	w, n := base, base
	w.Old5, w.Compression, w.Entries, w.MainPage = true, zimtest.XZ, pages(zimtest.Pages(), "A"), "A/main.html"
	n.Minor, n.Entries, n.MainPage = 1, zimtest.Pages(), "C/main.html"
	v := n
	v.Minor = 3
	return map[string]zimtest.Archive{"W": w, "N": n, "V": v}
}
