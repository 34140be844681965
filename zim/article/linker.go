package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A linker keeps the targets of a page, each once. Equal addresses are resolved once.
type linker struct {
	byHref   stringIndex // index into Document.Links
	byTarget stringIndex // by what target tells apart
}

// empty makes room for the next page.
func (l *linker) empty() {
	l.byHref.empty()
	l.byTarget.empty()
}

// maxLinks bounds the targets of a page that are kept.
const maxLinks = 100_000

// link writes the text of a link and notes where it leads. An anchor without address is only its text.
func (w *walker) link(n *html.Node) {
	href := attr(n, "href")
	if href == "" {
		w.kids(n)
		return
	}
	i := w.linkTo(href, Internal)
	if i < 0 || !w.in.push(markLink, i) {
		w.kids(n)
		return
	}
	w.kids(n)
	w.in.pop()
}

// linkTo is the index of the link with this address, -1 when it cannot be kept. kind is what an address inside the archive is,
// as far as its place on the page says.
func (w *walker) linkTo(href string, kind LinkKind) int {
	if i, ok := w.links.byHref.get(href); ok {
		w.doc.Links[i].Count++
		return i
	}
	if len(href) > maxAttr || len(w.doc.Links) >= maxLinks {
		return -1
	}
	t := w.inside(ResolveLink(w.path, href))
	key := t.key()
	i, ok := w.links.byTarget.get(key)
	if ok {
		w.doc.Links[i].Count++
	} else {
		i = len(w.doc.Links)
		w.doc.Links = append(w.doc.Links, Link{Target: t, Kind: kindOfTarget(t, kind), Section: len(w.doc.Sections) - 1, Count: 1})
		w.links.byTarget.add(key, i)
	}
	w.links.byHref.add(href, i)
	return i
}

// inside turns an address on the web that the archive has as an entry into its path.
func (w *walker) inside(t Target) Target {
	if t.URL == "" || w.has == nil {
		return t
	}
	address, fragment, _ := strings.Cut(t.URL, "#")
	path := w.has(address)
	if path == "" {
		return t
	}
	if plain, ok := unescapePath(fragment); ok {
		fragment = plain
	}
	return Target{Path: path, Fragment: fragment}
}

// key tells targets apart.
func (t *Target) key() string {
	switch {
	case t.URL != "":
		return t.URL
	case t.Query == "" && t.Fragment == "":
		return t.Path
	}
	return t.Path + "?" + t.Query + "#" + t.Fragment
}

// kindOfTarget sorts a target; inside is its kind if it leads to an entry that is a page.
func kindOfTarget(t Target, inside LinkKind) LinkKind {
	switch {
	case t.URL != "":
		return External
	case t.Path == "" && t.Fragment != "":
		return Anchor
	case t.Path == "" && t.Query == "":
		return OtherLink
	case t.Path == "":
		return Anchor
	case isMediaPath(t.Path):
		return Media
	}
	return inside
}

// mediaNames are endings of entries that are no pages.
var mediaNames = set("jpg jpeg png gif svg webp tif tiff bmp avif ico mp3 ogg oga ogv opus wav flac mp4 webm m4a m4v mov pdf epub djvu zip gz " +
	"xz bz2 tar tgz 7z mid midi css js json xml vtt srt")

// isMediaPath goes by the ending of a path.
func isMediaPath(path string) bool {
	dot := strings.LastIndexByte(path, '.')
	return dot > 0 && len(path)-dot <= 5 && mediaNames[strings.ToLower(path[dot+1:])]
}

// collectLinks notes the links below n, which are not text of the page.
func (w *walker) collectLinks(n *html.Node, kind LinkKind) {
	for c := n; c != nil && w.visit(); c = next(n, c, true) {
		if c.DataAtom != atom.A {
			continue
		}
		if href := attr(c, "href"); href != "" {
			if i := w.linkTo(href, kind); i >= 0 && w.doc.Links[i].Text == "" {
				w.doc.Links[i].Text = Clip(w.plainText(c), maxTitle)
			}
		}
	}
}

// settleLinks gives links the text of their first appearance.
func (w *walker) settleLinks() {
	d := w.doc
	for i := range d.Blocks {
		b := &d.Blocks[i]
		for _, s := range b.Spans {
			if s.Link >= 0 && d.Links[s.Link].Text == "" {
				d.Links[s.Link].Text = spanText(b.Text[s.Start:s.End])
			}
		}
	}
}

// spanText is the text of a link without marks, on one line.
func spanText(s string) string {
	if strings.ContainsAny(s, "*`~") {
		s = strings.Trim(s, "*`~ ")
	}
	if plainRun(s) == len(s) {
		return Clip(s, maxTitle)
	}
	return Clip(plainOf(s), maxTitle)
}

// inLink reports that a link is open.
func (w *walker) inLink() bool {
	for i := range w.in.marks {
		if w.in.marks[i].kind == markLink {
			return true
		}
	}
	return false
}
