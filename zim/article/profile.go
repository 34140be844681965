package article

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Profile says what on the pages of one family of sites is content and what is furniture. Profiles are data: a class
// name means one thing on one site and another elsewhere, so nothing is dropped globally that a profile can name.
type Profile struct {
	name       string          // shown in Document.Profile
	signs      map[string]bool // classes or ids, one of which tells the family
	dropClass  map[string]bool // furniture, by class
	dropID     map[string]bool // furniture, by id
	references map[string]bool // classes of reference lists, which the text view leaves out
	content    []string        // ids of the content element, best first
}

// Name returns the name under which an operator chooses the profile.
func (p *Profile) Name() string { return p.name }

// Profiles returns all profiles in the order in which pages are tested for their marks. The last is plain, which fits any page.
func Profiles() []*Profile { return append(slices.Clone(profiles), plainProfile) }

// ProfileNamed finds a profile by its name, in any case.
func ProfileNamed(name string) (*Profile, bool) {
	for _, p := range Profiles() {
		if strings.EqualFold(p.name, name) {
			return p, true
		}
	}
	return nil, false
}

// set makes a set of the words of a string, which reads better in a table than a map does.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// plainProfile is for pages of no known family: it drops as little as can be, since any class may mean anything.
var plainProfile = &Profile{
	name:    "plain",
	dropID:  set("toc"),
	content: []string{"content", "main", "main-content"},
}

// profiles in the order in which their signs are looked for. The first node with a sign decides.
var profiles = []*Profile{
	{
		name:  "mediawiki",
		signs: set("mw-parser-output mw-content-text mw-body-content mw-body mw-headline mw-redirect bodyContent mwUQ mw-empty-elt mediawiki"),
		dropClass: set("navbox navbox-styles vertical-navbox sistersitebox mw-editsection catlinks noprint mw-jump-link toc metadata " +
			"mw-cite-backlink Z3988 zim-footer shortdescription printfooter mw-indicators mbox-small ambox js-top-bar " +
			"vector-menu mw-navigation authority-control portalbox"),
		dropID:     set("mw-navigation footer catlinks toc siteSub jump-to-nav mw-head mw-panel siteNotice mw-page-base mw-head-base p-lang-btn"),
		references: set("reflist references refbegin mw-references-wrap"),
		content:    []string{"content", "mw-content-text", "bodyContent"},
	},
	{
		name:      "stackexchange",
		signs:     set("question-hyperlink post-text postcell answercell s-prose"),
		dropClass: set("site-footer user-gravatar32 -flair js-menu-popup-container vote-count-post votecell"),
		dropID:    set("footer sidebar"),
		content:   []string{"content", "mainbar"},
	},
	{
		name:      "sphinx",
		signs:     set("sphinxsidebar headerlink sphinxsidebarwrapper rst-content"),
		dropClass: set("headerlink sphinxsidebar related footer wy-nav-side"),
		content:   []string{"content", "main"},
	},
}

// survey finds the profile and the content element of a page in one pass over its tree.
func (w *walker) survey(root *html.Node) (*Profile, *html.Node) {
	found := map[string]*html.Node{} // by id, first wins
	var body, main *html.Node
	prof := plainProfile
	for n := range root.Descendants() {
		if !w.look() {
			break
		}
		if n.Type != html.ElementNode {
			continue
		}
		switch {
		case n.DataAtom == atom.Body:
			body = n
		case main == nil && (n.DataAtom == atom.Main || attr(n, "role") == "main"):
			main = n
		}
		id := attr(n, "id")
		if id != "" && found[id] == nil && len(found) < 100_000 {
			found[id] = n
		}
		if prof == plainProfile {
			prof = signed(n, id)
		}
	}
	for _, id := range prof.content {
		if n := found[id]; n != nil && !hidden(n) {
			return prof, n
		}
	}
	switch {
	case main != nil && !hidden(main):
		return prof, main
	case body != nil:
		return prof, body
	}
	return prof, root
}

// signed returns the profile whose sign n carries, else the plain one.
func signed(n *html.Node, id string) *Profile {
	for _, p := range profiles {
		if p.signs[id] {
			return p
		}
	}
	for c := range strings.FieldsSeq(attr(n, "class")) {
		for _, p := range profiles {
			if p.signs[c] {
				return p
			}
		}
	}
	return plainProfile
}

// dropped reports whether n and all below it are left out.
func (w *walker) dropped(n *html.Node) bool {
	if neverText(n) || hidden(n) {
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			for c := range strings.FieldsSeq(a.Val) {
				if w.prof.dropClass[c] || w.prof.references[c] ||
					c == "reference" && n.DataAtom == atom.Sup || // Sphinx marks every internal link with the same class
					c == "sidebar" && n.DataAtom == atom.Table && w.prof.name == "mediawiki" {
					return true
				}
			}
		case "id":
			if w.prof.dropID[a.Val] || strings.HasPrefix(a.Val, "cite_ref-") {
				return true
			}
		}
	}
	return false
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
