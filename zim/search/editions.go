package search

import (
	"cmp"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// flavours are the endings that tell the sizes of one work apart, where the metadata do not name the flavour.
var flavours = []string{"maxi", "midi", "mini", "micro", "nopic", "novid", "nodet", "nopics"}

// family is what the editions and flavours of one work have in common: the name of the archive without date and flavour. ""
// is of archives without a name, which are like no other.
func family(st library.Status) string {
	name := strings.ToLower(strings.TrimSpace(st.Meta.Name))
	if flavour := strings.ToLower(strings.Trim(st.Meta.Flavour, " _")); flavour != "" {
		return strings.TrimSuffix(name, "_"+flavour)
	}
	for _, f := range flavours {
		if short, cut := strings.CutSuffix(name, "_"+f); cut {
			return short
		}
	}
	return name
}

// holdsText is the part of the longest one's bytes that an article must have to stand for its other editions: some flavours
// have introductions alone.
const holdsText = 0.7

// editions leaves of each article that several editions or flavours of one work have the newest that holds its text, with the
// rank of the best, and notes which others have it. It changes the order of found.
func (s *asking) editions() {
	groups := map[[2]string][]int{}
	doubled := false
	for i := range s.found {
		c := &s.found[i]
		f := family(s.shelves[c.shelf].status)
		if f == "" {
			continue
		}
		key := [2]string{f, c.hit.Path}
		groups[key] = append(groups[key], i)
		doubled = doubled || len(groups[key]) > 1
	}
	if !doubled {
		return
	}
	var gone []int
	for _, group := range groups {
		if len(group) > 1 {
			gone = append(gone, s.oneOf(group)...)
		}
	}
	slices.Sort(gone)
	for _, i := range slices.Backward(gone) {
		s.found = slices.Delete(s.found, i, i+1)
	}
	orderCandidates(s.found)
}

// oneOf chooses among the editions of an article, the best first, and returns the others.
func (s *asking) oneOf(group []int) (others []int) {
	sizes, most := make(map[int]int64, len(group)), int64(0)
	for _, i := range group {
		sizes[i], _ = s.found[i].item.Size(s.ctx) // one that cannot be read holds nothing
		most = max(most, sizes[i])
	}
	best := slices.MinFunc(group, func(a, b int) int {
		return cmp.Or(boolCompare(s.holds(b, sizes, most), s.holds(a, sizes, most)),
			-strings.Compare(s.date(a), s.date(b)), -cmp.Compare(sizes[a], sizes[b]), cmp.Compare(a, b))
	})
	c := &s.found[best]
	for _, i := range group {
		other := &s.found[i]
		c.score, c.exact = max(c.score, other.score), c.exact || other.exact
		if i != best {
			others = append(others, i)
			c.also = append(c.also, s.shelves[other.shelf].status.Ref())
		}
	}
	slices.Sort(c.also)
	return others
}

// holds reports that an article is not much shorter than the longest of its editions.
func (s *asking) holds(i int, sizes map[int]int64, most int64) bool {
	return float64(sizes[i]) >= float64(holdsText*float64(most))
}

// date is that of the archive a candidate is in.
func (s *asking) date(i int) string { return s.shelves[s.found[i].shelf].status.Meta.Date }

// doubles notes that a passage that is shown stands in another archive, too: word for word, or nearly, on a page that names
// the same address as its own.
func (s *asking) doubles(shown *Passage, x *scored) {
	ref := s.shelves[s.found[x.source].shelf].status.Ref()
	if at := x.doc.Canonical; at != "" && at == shown.Doc.Canonical && ref != refOf(shown.Hit) && !slices.Contains(shown.Also, ref) {
		shown.Also = append(shown.Also, ref)
	}
}

// refOf is how the library knows the archive of a hit.
func refOf(h Hit) string {
	if h.Edition == "" {
		return string(h.Archive)
	}
	return string(h.Archive) + "@" + h.Edition
}
