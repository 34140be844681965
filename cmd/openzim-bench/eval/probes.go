package eval

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// A Probe is a query that another server answered with the wrong article.
type Probe struct {
	ID, Query string
	Expect    []string // right titles; none when there is no single right article
	Avoid     []string // titles that must not come first; "kind:disambiguation" and "Prefix*" are patterns
	Mode      string   // when it passes, see [Probe.Judge]
	Needs     string   // what an archive must have: "titles", "redirects" of Wikipedia, "text" of real articles
	Class     string   // the kind of mistake
}

// ReadProbes reads a probes.tsv.
func ReadProbes(name string) ([]Probe, error) {
	rows, err := readTSV(name, "id", "query", "expect", "avoid", "mode", "needs", "class")
	if err != nil {
		return nil, err
	}
	var list []Probe
	for _, r := range rows {
		list = append(list, Probe{ID: r["id"], Query: r["query"], Expect: splitBars(r["expect"]), Avoid: splitBars(r["avoid"]),
			Mode: r["mode"], Needs: r["needs"], Class: r["class"]})
	}
	return list, nil
}

// splitBars splits at bars; a bar that belongs to a title has a backslash before it.
func splitBars(s string) []string {
	if s == "" {
		return nil
	}
	const own = "\x00"
	parts := strings.Split(strings.ReplaceAll(s, `\|`, own), "|")
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], own, "|")
	}
	return parts
}

// anyDisambiguation is the pattern in Avoid for every disambiguation page.
const anyDisambiguation = "kind:disambiguation"

// ProbeArchive is an archive of the titles that the probes speak of, each page one sentence long. A title that must not
// be mistaken for its disambiguation page gets one.
func ProbeArchive(probes []Probe) Archive {
	titles := map[string]bool{}
	add := func(t string) {
		if _, ok := titles[t]; !ok && t != "" && !strings.HasPrefix(t, "kind:") {
			titles[t] = strings.HasSuffix(t, " (disambiguation)")
		}
	}
	for _, p := range probes {
		for _, t := range p.Expect {
			add(t)
			if slices.Contains(p.Avoid, anyDisambiguation) {
				add(withoutArticle(t) + " (disambiguation)")
			}
		}
		for _, t := range p.Avoid {
			add(strings.TrimSuffix(t, "*"))
		}
	}
	a := Archive{Name: "probes", Title: "Titles", Lang: "eng"}
	for t, several := range titles {
		a.Pages = append(a.Pages, Document{ID: strings.ReplaceAll(t, " ", "_"), Title: t, Lang: "en", HTML: titlePage(t, several)})
	}
	slices.SortFunc(a.Pages, func(x, y Document) int { return strings.Compare(x.ID, y.ID) })
	return a
}

// titlePage says nothing that could help or hurt a ranking.
func titlePage(title string, several bool) string {
	t := html.EscapeString(title)
	body := fmt.Sprintf("<p><b>%s</b> has a page in this archive.</p>", t)
	if several {
		name := html.EscapeString(strings.TrimSuffix(title, " (disambiguation)"))
		body = fmt.Sprintf(`<p><b>%[1]s</b> may refer to:</p><ul><li><a href="./%[2]s">%[1]s</a>, the page of this name</li></ul><div id="disambigbox" class="dmbox-disambig"></div>`,
			name, strings.ReplaceAll(name, " ", "_"))
	}
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s</title></head><body><h1>%s</h1>%s</body></html>`,
		t, t, body)
}

func withoutArticle(title string) string {
	for _, a := range []string{"The ", "A ", "An "} {
		if rest, ok := strings.CutPrefix(title, a); ok {
			return rest
		}
	}
	return title
}
