package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A survey is the first look at a page's tree: what its head says, which profile fits, and where the content stands. It ends as
// soon as nothing more can be learnt, which on most pages is before the content.
type survey struct {
	w     *walker
	prof  *Profile
	why   string
	fixed bool // the operator or the archive chose the profile
	h1    *html.Node
	body  *html.Node
	main  *html.Node
	roots candidates
	known map[string][]rule // what classes say, by class attribute
	rules *rules            // the selectors that matter
	base  bool
	took  bool // an element was kept as a candidate
	news  bool // the profile or a candidate changed since found was asked
}

// A candidate is the best content element for a profile so far.
type candidate struct {
	p    *Profile
	n    *html.Node
	rank int
}

// candidates are those of all profiles, each once.
type candidates []candidate

// of is the candidate of a profile, nil when it has none.
func (c candidates) of(p *Profile) *candidate {
	for i := range c {
		if c[i].p == p {
			return &c[i]
		}
	}
	return nil
}

// surveyed are the selectors of all profiles: signs with kind 0, roots with their rank above 0.
var surveyed, surveyedOf = func() (rules, map[string][]claim) {
	var rs rules
	of := map[string][]claim{}
	for _, p := range profiles {
		for s := range strings.FieldsSeq(p.signs) {
			of[s] = append(of[s], claim{p, -1})
		}
		for i, s := range strings.Fields(p.roots) {
			of[s] = append(of[s], claim{p, i})
		}
	}
	for s := range of {
		rs.add(doNothing, 0, s)
	}
	return rs, of
}()

// A claim is what a selector says: the page is of a profile (rank -1), or its content is here.
type claim struct {
	p    *Profile
	rank int
}

// start takes the profile that the operator or the archive names. A crawl may turn out to be of a site with a profile of its own.
func (s *survey) start(opts *Options) {
	if opts.Profile != nil {
		s.prof, s.why, s.fixed = opts.Profile, "the operator chose it", true
	} else if p := byScraper(opts.Scraper); p != nil {
		s.prof, s.why, s.fixed = p, "the archive's scraper", p != crawl
	}
	s.rules = &surveyed
	if s.fixed {
		s.rules = &s.prof.own
	}
}

// run looks at the tree and returns the profile and the content element.
func (s *survey) run(root *html.Node) (*Profile, *html.Node) {
	for n := root; n != nil && s.w.look(); n = next(root, n, n.DataAtom != atom.Script && n.DataAtom != atom.Style && n.DataAtom != atom.Svg) {
		if n.Type != html.ElementNode {
			continue
		}
		if s.body == nil && s.head(n) {
			continue
		}
		if s.element(n); s.found() {
			break
		}
	}
	if s.prof == nil {
		s.prof, s.why = plainProfile, "no profile fits the page better"
	}
	return s.prof, s.root(root)
}

// found reports that nothing can change what the survey found: the profile is known and its best content element was seen.
func (s *survey) found() bool {
	if s.prof == nil || !s.news {
		return false
	}
	s.news = false
	c := s.roots.of(s.prof)
	return c != nil && c.rank == 0
}

// next is the node behind n in document order, with or without those below it; nil at the end of root.
func next(root, n *html.Node, below bool) *html.Node {
	if below && n.FirstChild != nil {
		return n.FirstChild
	}
	for n != root && n != nil {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
}

// root is the content element for the profile: by its selectors, else main, else the body.
func (s *survey) root(doc *html.Node) *html.Node {
	switch c := s.roots.of(s.prof); {
	case c != nil:
		return c.n
	case s.prof.density && s.body != nil: // finds it by the words
		return s.body
	case s.main != nil:
		return s.main
	case s.body != nil:
		return s.body
	}
	return doc
}

// head reads an element before the body, and reports whether it was one.
func (s *survey) head(n *html.Node) bool {
	d := s.w.doc
	switch n.DataAtom {
	case atom.Html:
		d.Lang, d.Dir = langOf(n), dirOf(n)
	case atom.Title:
		if d.Title == "" && n.FirstChild != nil && n.Namespace == "" {
			d.Title = PlainLine(Clip(n.FirstChild.Data, maxTitle))
		}
	case atom.Base:
		if href := attr(n, "href"); href != "" && !s.base {
			s.base = true
			if t := ResolveLink(s.w.path, href); t.Path != "" {
				s.w.path = t.Path
			}
		}
	case atom.Link:
		if strings.EqualFold(attr(n, "rel"), "canonical") && d.Canonical == "" {
			d.Canonical = WebAddress(attr(n, "href"))
		}
	case atom.Meta:
		s.meta(n)
	case atom.Script:
		if s.rules != nil {
			s.element(n) // crawlers leave their marks here
		}
	case atom.Head, atom.Style, atom.Noscript:
	default:
		return false
	}
	return true
}

// meta reads where the page leads on and what made it.
func (s *survey) meta(n *html.Node) {
	d := s.w.doc
	switch {
	case strings.EqualFold(attr(n, "http-equiv"), "refresh"):
		if d.Redirect == "" {
			d.Redirect = refreshTarget(s.w.path, attr(n, "content"))
		}
	case strings.EqualFold(attr(n, "name"), "generator"):
		if p := byGenerator(attr(n, "content")); p != nil {
			s.choose(p, "the page's generator")
		}
	}
}

// choose takes a profile, unless a better reason chose another before. A crawl is what is left when no other profile fits.
func (s *survey) choose(p *Profile, why string) {
	if s.fixed || s.prof != nil && (s.prof != crawl || p == crawl) && p.replaces != s.prof.name {
		return
	}
	s.prof, s.why, s.news = p, why, true
	if s.rules != nil && !p.replaced() { // only its own selectors matter from here on
		s.fixed, s.rules, s.known = true, &p.own, nil
	}
}

// element looks for signs and content in one element.
func (s *survey) element(n *html.Node) {
	switch {
	case n.DataAtom == atom.Title && s.w.doc.Title == "" && n.FirstChild != nil && n.Namespace == "": // misplaced
		s.w.doc.Title = PlainLine(Clip(n.FirstChild.Data, maxTitle))
	case n.DataAtom == atom.Body && s.body == nil:
		s.body = n
	case n.DataAtom == atom.Main && s.main == nil && !hidden(n):
		s.main = n
	case n.DataAtom == atom.H1 && s.h1 == nil && !hidden(n):
		s.h1 = n
	}
	for i := range n.Attr {
		a := &n.Attr[i]
		switch a.Key {
		case "id":
			if a.Val != "" && s.rules.first[a.Val[0]] {
				s.rules.byID(n, a.Val, func(r *rule) { s.claims(n, r.name) })
			}
		case "class":
			if len(s.rules.class) == 0 {
				continue
			}
			list, ok := s.known[a.Val]
			if !ok {
				list = s.rules.byClass(a.Val)
				if s.known == nil {
					s.known = map[string][]rule{}
				}
				if len(s.known) < maxKnown {
					s.known[a.Val] = list
				}
			}
			for i := range list {
				if list[i].fits(n) {
					s.claims(n, list[i].name)
				}
			}
		case "role":
			if a.Val == "main" && s.main == nil && !hidden(n) {
				s.main = n
			}
			fallthrough
		case "data-questionid", "src":
			if r := s.rules.byAttr(n); r != nil {
				s.claims(n, r.name)
			}
		}
	}
	if n.DataAtom != 0 {
		if r := s.rules.tag[n.DataAtom]; r != nil {
			s.claims(n, r.name)
		}
	}
}

// claims notes what a selector that fits n says.
func (s *survey) claims(n *html.Node, selector string) {
	for _, c := range surveyedOf[selector] {
		if c.rank < 0 {
			s.choose(c.p, "the page has "+selector)
			continue
		}
		best := s.roots.of(c.p)
		switch {
		case best != nil && c.rank >= best.rank || hidden(n):
			continue
		case best != nil:
			*best = candidate{c.p, n, c.rank}
		default:
			s.roots = append(s.roots, candidate{c.p, n, c.rank})
		}
		s.took, s.news = true, true
	}
}

// maxKnown bounds the class attributes that are remembered with what they mean.
const maxKnown = 4096

// langOf and dirOf read attributes of the html or content element.
func langOf(n *html.Node) string { return PlainLine(Clip(attr(n, "lang"), 40)) }

func dirOf(n *html.Node) string {
	switch d := strings.ToLower(strings.TrimSpace(attr(n, "dir"))); d {
	case "rtl", "ltr":
		return d
	}
	return ""
}
