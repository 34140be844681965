package article

import (
	"strings"

	"golang.org/x/net/html"
)

// A classInfo is what a class attribute says. Pages repeat few class attributes, so each is read once.
type classInfo struct {
	rules []rule
	kinds []rule
	flags flags
	hides bool
	lang  string // of code
}

// A known remembers what class and style attributes mean on pages of one profile, and holds the buffers of a walk. Pages of a
// site repeat few of both, so a known is handed on from page to page. It is for one walk at a time.
type known struct {
	page    page
	blocks  []Block
	found   []Link
	links   linker
	line    inline   // of the block written last
	cells   inline   // of the table read last
	grid    gridRoom // for its cells and rows
	near    []nearID // room for ids
	inner   []string
	classes map[string]*classInfo
	styles  map[string]styleInfo
	recent  [128]struct { // the classes asked for last, by a cheap hash
		val  string
		info *classInfo
	}
}

// borrow takes a known that no walk is using.
func (p *Profile) borrow() *known {
	if k := p.kept.Swap(nil); k != nil {
		return k
	}
	if k, ok := p.knowns.Get().(*known); ok {
		return k
	}
	return &known{classes: map[string]*classInfo{}, styles: map[string]styleInfo{}}
}

// giveBack returns a known for the next page, unless a page filled it with what others do not repeat.
func (p *Profile) giveBack(k *known) {
	switch {
	case k == nil || len(k.classes) >= maxKnown/2 || len(k.styles) >= maxKnown/2 || !k.within(maxBuffer):
	case k.within(maxKept) && p.kept.CompareAndSwap(nil, k):
	default:
		p.knowns.Put(k)
	}
}

// within reports that the buffers take no more than a few times size bytes.
func (k *known) within(size int) bool {
	return cap(k.page.arena) <= size && cap(k.line.b) <= size && cap(k.cells.b) <= size && cap(k.blocks) <= size/128 &&
		cap(k.found) <= size/128 && cap(k.grid.cells) <= size/32 && cap(k.grid.at) <= size/4
}

// maxBuffer bounds the text buffer that is kept for the next page, in bytes; pages of more than that are rare.
const maxBuffer = 4 << 20

// maxKept is the same for the buffers that stay when garbage is collected, one set for each profile.
const maxKept = 256 << 10

// maxRemembered bounds the attribute values that are kept from page to page, in bytes.
const maxRemembered = 200

// class reads a class attribute.
func (w *walker) class(val string) *classInfo {
	k := w.known
	n := len(val)
	if n == 0 {
		return &classInfo{}
	}
	slot := &k.recent[(n*31+int(val[0])*7+int(val[n/2])*3+int(val[n-1]))&127]
	if slot.val == val {
		return slot.info
	}
	c, ok := k.classes[val]
	if !ok {
		c = w.readClass(val)
		if len(k.classes) < maxKnown && n <= maxRemembered {
			k.classes[strings.Clone(val)] = c // the page itself is not kept
		}
	}
	if n <= maxRemembered {
		slot.val, slot.info = val, c
	}
	return c
}

// readClass reads a class attribute that was not seen before.
func (w *walker) readClass(val string) *classInfo {
	c := &classInfo{hides: hidden(&html.Node{Type: html.ElementNode, Attr: []html.Attribute{{Key: "class", Val: val}}})}
	for _, r := range w.prof.rules.byClass(val) {
		if r.do == doKind {
			c.kinds = append(c.kinds, r)
		} else {
			c.rules = append(c.rules, r)
		}
	}
	for name := range strings.FieldsSeq(val) {
		c.flags |= flagsOf(name)
	}
	c.lang = strings.Clone(languageOf(val))
	return c
}

// A styleInfo is what a style attribute says.
type styleInfo struct {
	hides bool
	named bool // a rule of the profile may be about it
}

// style reads a style attribute. Like classes, pages repeat few of them.
func (w *walker) style(val string) styleInfo {
	if s, ok := w.known.styles[val]; ok {
		return s
	}
	s := styleInfo{hides: hidden(&html.Node{Type: html.ElementNode, Attr: []html.Attribute{{Key: "style", Val: val}}})}
	for i := range w.prof.rules.attr {
		r := &w.prof.rules.attr[i]
		s.named = s.named || r.key == "style" && strings.Contains(val, r.val)
	}
	if len(w.known.styles) < maxKnown && len(val) <= maxRemembered {
		w.known.styles[strings.Clone(val)] = s
	}
	return s
}
