package article

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Profile says what on the pages of one family of sites is content and what is furniture. Profiles are data: a class
// name means one thing on one site and another elsewhere, so nothing is dropped globally that a profile can name.
type Profile struct {
	name       string
	scrapers   []string // beginnings of the Scraper metadata, in lower case
	generators []string // beginnings of meta name=generator, in lower case
	signs      string   // selectors, one of which tells the family
	roots      string   // selectors of the content element, best first; without one of them: main, then body
	does       map[action]string
	kinds      map[Kind]string // selectors that say what the page is
	tex        bool            // text between dollars or \( \) is TeX and not escaped
	density    bool            // blocks that are mostly links are furniture
	ids        string          // beginning of ids that the scraper makes up
	empties    bool            // sections without text are left out, also where nothing was dropped from them
	replaces   string          // profile whose signs pages of this one have, too

	rules  rules
	own    rules                 // of roots, for a survey that knows the profile
	kept   atomic.Pointer[known] // outlives collections of garbage, so that a site that is read now and then is still known
	knowns sync.Pool             // of *known, those beside it
}

// Name returns the name under which an operator chooses the profile.
func (p *Profile) Name() string { return p.name }

// compile makes the tables that the walk asks, once at the start of the program.
func compile(p *Profile) *Profile {
	for do := doNothing; do < doKind; do++ { // in order: the first rule of a class is the one that counts
		p.rules.add(do, 0, p.does[do])
	}
	for kind := Article; kind <= Placeholder; kind++ {
		p.rules.add(doKind, kind, p.kinds[kind])
	}
	p.own.add(doNothing, 0, p.roots)
	return p
}

// profiles in the order in which their signs are looked for. Crawls come last but one: a crawled wiki is a wiki.
var profiles = []*Profile{mediawiki, stackexchange, devdocs, sphinx, docbook, asciidoc, wikihow, gutenberg, crawl, plainProfile}

// Profiles returns all profiles in the order in which pages are tested for their marks. The last is plain, which fits any page.
func Profiles() []*Profile { return slices.Clone(profiles) }

// ProfileNamed finds a profile by its name, in any case.
func ProfileNamed(name string) (*Profile, bool) {
	for _, p := range profiles {
		if strings.EqualFold(p.name, name) {
			return p, true
		}
	}
	return nil, false
}

// replaced reports that a page with the signs of p may still turn out to be of another profile.
func (p *Profile) replaced() bool {
	return p == crawl || slices.ContainsFunc(profiles, func(q *Profile) bool { return q.replaces == p.name })
}

// byScraper finds the profile for an archive's Scraper metadata.
func byScraper(scraper string) *Profile {
	s := strings.ToLower(strings.TrimSpace(scraper))
	if s == "" {
		return nil
	}
	for _, p := range profiles {
		for _, start := range p.scrapers {
			if strings.HasPrefix(s, start) {
				return p
			}
		}
	}
	return nil
}

// byGenerator finds the profile for a page's meta name=generator.
func byGenerator(generator string) *Profile {
	g := strings.ToLower(strings.TrimSpace(generator))
	for _, p := range profiles {
		for _, start := range p.generators {
			if strings.HasPrefix(g, start) {
				return p
			}
		}
	}
	return nil
}

// set makes a set of the words of a string, which reads better in a table than a map does.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// neverText lists elements whose content a reader does not see as text of the page.
func neverText(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Noscript, atom.Template, atom.Iframe, atom.Button, atom.Input, atom.Select,
		atom.Textarea, atom.Datalist, atom.Form, atom.Svg, atom.Nav, atom.Audio, atom.Video, atom.Canvas, atom.Object, atom.Embed,
		atom.Link, atom.Meta, atom.Title, atom.Noembed, atom.Noframes, atom.Rp, atom.Frameset, atom.Applet, atom.Map, atom.Dialog:
		return true
	}
	return false
}
