package fidelity

import "golang.org/x/net/html"

// A Profile says which pages belong to a family and what of them a converter may leave out. Whatever is listed here must
// then not appear at all: it is furniture, and its text is looked for in the output.
type Profile struct {
	Name  string
	Signs string // selectors, one of which tells the family
	Omit  string // selectors of furniture
	Free  string // selectors of what may stand or fall: neither missed nor a leak
	Label string // words that the form of the text adds: see Bare
	Title string // selectors of the title where it is no h1
	Roots string // selectors of the content, best first; empty: main, [role=main], else body
	Refs  string // selectors of reference lists, which are a view of their own
}

// Everywhere lists what is no text of any page: programs, things to press or to play, frames, and what HTML itself hides.
// nav and its role are the author's own word for "furniture". The class names are those that the two most common style
// sheets use to hide text from the eye.
const Everywhere = "script style noscript template iframe object embed applet head svg canvas nav audio video map datalist " +
	"button input select textarea title rp dialog frameset noframes noembed [role=navigation] [role=search] " +
	".visually-hidden .sr-only .screen-reader-text"

// Profiles are in the order in which their signs are looked for. The last fits every page.
var Profiles = []Profile{
	{
		// Before the wikis, whose signs its pages carry, too.
		Name:  "wikihow",
		Signs: "#content_wrapper",
		Omit:  "#header_container #footer .related_articles .relatedwikihows #rwh_toc .breadcrumbs #subcats .sp_box",
		Roots: "#content_wrapper",
	},
	{
		// Markers of references and of editing, boxes that lead elsewhere, notices to editors, and the frame of the skin.
		// Hatnotes are not among them: they lead to the other meanings of a title. Stubs' notices and portals are. The line
		// about the licence has no class in older archives, only a dashed border.
		Name:  "mediawiki",
		Signs: "#mw-content-text .mw-parser-output .mw-body body.mediawiki .mw-headline .mw-body-content #mw-mf-page-center",
		Omit: "sup.reference sup#cite_ref* .navbox .navbox-styles .vertical-navbox table.sidebar .mw-editsection .catlinks #catlinks " +
			".noprint #toc .toc .mw-cite-backlink .metadata .ambox .mbox-small .sistersitebox .portalbox .authority-control " +
			".shortdescription .mw-jump-link .zim-footer #siteSub #contentSub #mw-navigation #mw-head #mw-panel #footer " +
			"#jump-to-nav .printfooter .mw-indicators .mw-empty-elt .Z3988 .mwo-no-js .mwo-cat-pagination .mwo-external-video-card " +
			"sup.Inline-Template .mw-ref div[style*=dashed] .navbar .topicon .magnify .stub .mw-kartographer-container " +
			".navigation-only .listing-sister-icons .owid-frame",
		// Coordinates stand in several notations, of which one is enough.
		Free:  "#coordinates .geo .geo-default .geo-nondefault .geo-dms .geo-dec .geo-multi-punct",
		Roots: "#content #mw-content-text #bodyContent main",
		Refs:  ".reflist .references .mw-references-wrap .refbegin",
	},
	{
		// The site's bars, what stands beside a post about its author, and comments, which are off by default. Numbers of
		// votes are told by the output in its own words, as are tags. In the archives of 2017, which have other class names, the
		// title is a heading of the second level.
		Name:  "stackexchange",
		Signs: "#question[data-questionid] .question-page .question-hyperlink .post-text .s-prose meta[content*=sotoki]",
		Omit: ".js-top-bar .s-topbar .kiwix-topbar-fill .left-sidebar #sidebar .site-footer .post-signature .s-user-card .user-info " +
			".-flair .votecell #answers-header .js-post-comments-component #footer",
		Free:  ".comments .post-taglist .tags .author .metadata .reputation .score .col-md-7>h2",
		Label: "question answer accepted score asked tags",
		Title: "h2.title",
		Roots: "#content #mainbar main",
	},
	{
		Name:  "sphinx",
		Signs: ".sphinxsidebar .headerlink .rst-content",
		Omit: ".headerlink .sphinxsidebar .related .footer #searchbox .copybutton .viewcode-link .linenos .lineno .wy-nav-side " +
			".rst-breadcrumbs-aside .skip-link .topbar",
		Roots: "[role=main] .body main",
	},
	{
		Name:  "docbook",
		Signs: ".refentry .titlepage .navheader",
		Omit:  ".navheader .navfooter table[summary^=Navigation]",
	},
	{
		Name:  "devdocs",
		Signs: "._content",
		Omit:  "devdocs-navbar ._attribution",
		Roots: "._page ._content",
	},
	{
		// The shelf around the books: choice of language, the library's name and slogan, filters. Page numbers of the printed
		// book stand in the margin, and the line about the archive at its end.
		Name:  "gutenberg",
		Signs: "body.pure-skin-gutenberg .l10nselector .zim_info",
		Omit:  ".l10nselector header .spinner .filter",
		Free:  ".pagenum .zim_info",
		Roots: "#content",
	},
	{
		// Any site at all, so only what its own author marked as the frame of the page.
		Name:  "crawl",
		Signs: "script[src$=wombat.js] script[src$=wombatSetup.js]",
		Omit:  "header footer aside [role=banner] [role=contentinfo] [role=complementary]",
	},
	{
		// A page of no known family has no furniture that its author did not mark. What closes or accompanies it by HTML's own
		// words (footers, asides) is content to one reader and frame to another.
		Name: "plain",
		Free: "footer aside #footer .footer [role=contentinfo] [role=complementary]",
	},
}

// Detect returns the profile of the page under root.
func Detect(root *html.Node) *Profile {
	best := len(Profiles) - 1
	sets := make([]selectors, best)
	for i := range sets {
		sets[i] = parseSelectors(Profiles[i].Signs)
	}
	for n := range root.Descendants() {
		for i := range sets[:best] {
			if sets[i].match(n) {
				best = i
				break
			}
		}
	}
	return &Profiles[best]
}

// ByName returns the profile of that name, or nil.
func ByName(name string) *Profile {
	for i := range Profiles {
		if Profiles[i].Name == name {
			return &Profiles[i]
		}
	}
	return nil
}
