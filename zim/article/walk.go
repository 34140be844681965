package article

import (
	"context"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A walker turns a tree into blocks while it descends. Every node is rendered once, so the cost is the number of nodes
// and the bytes written. The recursion is bounded by the parser, which nests at most 512 elements.
type walker struct {
	ctx  context.Context
	doc  *Document
	path string // of the page, for addresses
	lim  Limits // without zeros
	prof *Profile
	err  error // ctx.Err(), ends the walk

	visited int  // nodes of the walk, which lim.Nodes bounds
	looked  int  // nodes of the passes before it
	out     int  // bytes of blocks written
	done    bool // nothing more is read or written

	in        inline
	kind      BlockKind // of the block being written
	seq       int       // counts flushes, so that marks do not span blocks
	lists     []list
	quotes    int
	marker    string // list marker the next block starts with
	bold      bool
	italic    bool
	heads     int            // headings seen
	anchors   map[string]int // how often an anchor was wanted
	pending   string         // id of an empty element directly before
	pendingAt int            // bytes of in that stood before that element
	titled    bool           // the title comes from h1
	headless  bool           // inside a heading: no marks, no blocks
}

// A list is an open list of the page.
type list struct {
	ordered bool
	n, step int // next number, and what is added for the one after
	width   int // of the marker, in columns
}

const (
	maxLists  = 10 // deeper lists are indented no further
	maxQuotes = 3
)

// newWalker starts without a profile; run or flat sets it before anything asks dropped.
func newWalker(ctx context.Context, doc *Document, path string, lim Limits) *walker {
	return &walker{ctx: ctx, doc: doc, path: path, lim: lim, anchors: map[string]int{}}
}

// run reads the tree in three passes: the head, a survey for profile and content, and the walk over the content alone.
func (w *walker) run(root *html.Node) {
	w.doc.Blocks = []Block{}
	w.doc.Sections = []Section{{Level: 1}}
	w.head(root)
	prof, content := w.survey(root)
	w.prof, w.doc.Profile = prof, prof.name
	if lang := attr(content, "lang"); lang != "" {
		w.doc.Lang = PlainLine(Clip(lang, 40))
	}
	w.titleOf(root)
	if w.ownsText(content) {
		w.kids(content)
	}
	w.flush()
	w.finish()
}

// ownsText is false for a page whose body as a whole is hidden or a frame set.
func (w *walker) ownsText(content *html.Node) bool {
	return content.Type != html.ElementNode || !hidden(content)
}

// titleOf prefers the first visible h1 of the page, wherever it stands, to the title element.
func (w *walker) titleOf(root *html.Node) {
	for n := range root.Descendants() {
		if !w.look() {
			return
		}
		if n.DataAtom == atom.H1 && n.Type == html.ElementNode {
			if s := w.plainText(n); s != "" && !w.dropped(n) {
				w.doc.Title, w.titled = Clip(s, maxTitle), true
				w.doc.Heading = w.doc.Title
			}
			return
		}
	}
}

// look counts a node of a pass before the walk, which is bounded by the tree itself.
func (w *walker) look() bool {
	w.looked++
	if w.looked&1023 == 0 && w.ctx.Err() != nil {
		w.err, w.done = w.ctx.Err(), true
	}
	return !w.done
}

// visit counts a node and reports whether the walk may go on.
func (w *walker) visit() bool {
	if w.done {
		return false
	}
	w.visited++
	if w.visited > w.lim.Nodes {
		w.cut(CutNodes)
		w.done = true
		return false
	}
	if w.visited&1023 == 0 && w.ctx.Err() != nil {
		w.err, w.done = w.ctx.Err(), true
		return false
	}
	return true
}

// cut keeps the first limit that was passed: what comes later is often its consequence.
func (w *walker) cut(c Cut) {
	if w.doc.Cut == "" {
		w.doc.Cut = c
	}
}

// kids goes on after an element that was dropped, and stops only when the walk is over.
func (w *walker) kids(n *html.Node) {
	for c := n.FirstChild; c != nil && !w.done; c = c.NextSibling {
		w.node(c)
	}
}

// node renders n and all below it. A text that alone would pass the output limit is left out whole: it is longer than all
// that may be shown, and cutting it here would leave half an escape.
func (w *walker) node(n *html.Node) {
	if !w.visit() {
		return
	}
	switch n.Type {
	case html.TextNode:
		if len(w.in.b)+len(n.Data) > w.lim.Output {
			w.cut(CutOutput)
			return
		}
		w.in.text(n.Data)
		return
	case html.ElementNode:
	default:
		return
	}
	if w.math(n) || w.dropped(n) && !w.keptForm(n) { // mathematics first: its source is in a hidden copy
		return
	}
	w.remember(n)
	w.element(n)
}

// remember keeps the id of an empty element: the anchor of a heading that follows it.
func (w *walker) remember(n *html.Node) {
	if n.FirstChild != nil {
		return
	}
	if id := attr(n, "id"); id != "" {
		w.pending, w.pendingAt = id, len(w.in.b)
	} else if n.DataAtom == atom.A {
		w.pending, w.pendingAt = attr(n, "name"), len(w.in.b)
	}
}

// element handles inline elements and those that make one block; what only groups goes on to blockElement.
func (w *walker) element(n *html.Node) {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.heading(n)
	case atom.Br:
		if w.headless {
			w.in.space = true
		} else if w.in.lineBreak() {
			w.flush()
		}
	case atom.B, atom.Strong:
		w.emphasis(n, &w.bold, "**")
	case atom.I, atom.Em, atom.Var, atom.Dfn, atom.Cite:
		w.emphasis(n, &w.italic, "*")
	case atom.Del, atom.S, atom.Strike:
		start, seq := len(w.in.b), w.seq
		w.kids(n)
		if seq == w.seq && !w.headless {
			w.in.mark(start, "~~")
		}
	case atom.Code, atom.Kbd, atom.Samp, atom.Tt:
		w.code(n)
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		w.fence(n)
	case atom.Sup:
		w.script(n, '^')
	case atom.Sub:
		w.script(n, '_')
	case atom.Rt: // the reading stands behind its characters, where rp would put it
		w.in.raw("(")
		w.kids(n)
		w.in.raw(")")
	case atom.Img:
		w.image(n)
	case atom.Hr, atom.Wbr, atom.Col, atom.Colgroup, atom.Source, atom.Track, atom.Param:
	case atom.Table:
		w.table(n)
	default:
		w.blockElement(n)
	}
}

// blockElement handles what stands on lines of its own; anything unknown is inline.
func (w *walker) blockElement(n *html.Node) {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Figure, atom.Details, atom.Header, atom.Footer, atom.Center,
		atom.Address, atom.Aside, atom.Fieldset, atom.Body, atom.Html, atom.Form, atom.Hgroup, atom.Search,
		atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th:
		if hasClass(n, "hatnote") {
			w.apart(n, Hatnote)
		} else {
			w.apart(n, w.kind)
		}
	case atom.Figcaption, atom.Caption, atom.Summary:
		w.apart(n, Caption)
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		w.list(n)
	case atom.Li:
		w.item(n)
	case atom.Dl:
		w.apart(n, w.kind)
	case atom.Dt:
		w.definition(n, "")
	case atom.Dd:
		w.definition(n, ": ")
	case atom.Blockquote:
		w.flush()
		w.quotes++
		w.kids(n)
		w.flush()
		w.quotes--
	default:
		w.kids(n)
	}
}

// apart renders n's children as blocks of the given kind.
func (w *walker) apart(n *html.Node, kind BlockKind) {
	w.flush()
	old := w.kind
	w.kind = kind
	w.kids(n)
	w.flush()
	w.kind = old
}

// flush ends the block being written. In a cell or a heading it only leaves a mark.
func (w *walker) flush() {
	w.seq++
	if w.headless {
		w.in.space = true
		return
	}
	if w.in.cell {
		w.in.separate()
		return
	}
	w.pendingClear()
	text := w.in.take()
	if text == "" {
		return
	}
	switch w.kind {
	case Caption:
		text = "*Caption:* " + text
	case Hatnote:
		text = "*" + strings.ReplaceAll(text, "\n", " ") + "*"
	default:
		text = escapeBlock(text)
	}
	w.emit(Block{Kind: w.kind, Text: text})
}

// pendingClear forgets the id of an empty element once text came after it.
func (w *walker) pendingClear() {
	if len(w.in.b) > w.pendingAt {
		w.pending = ""
	}
	w.pendingAt = 0
}

// emit adds a block with the prefixes of the lists and quotes it stands in.
func (w *walker) emit(b Block) {
	if w.done {
		return
	}
	b.Section = len(w.doc.Sections) - 1
	quote := strings.Repeat("> ", min(w.quotes, maxQuotes))
	indent := w.indent()
	b.First, b.Rest = quote+indent+b.First, quote+indent+b.Rest
	if len(w.lists) > 0 && w.marker != "" {
		b.First = quote + strings.TrimSuffix(indent, strings.Repeat(" ", len(w.marker))) + w.marker
		if b.Kind == Paragraph {
			b.Kind = Item
		}
		w.marker = ""
	}
	size := len(b.First) + len(b.Text) + 2
	if w.out+size > w.lim.Output {
		w.cut(CutOutput)
		w.done = true
		return
	}
	w.out += size
	w.doc.Blocks = append(w.doc.Blocks, b)
}

// indent is the space before a block inside the open lists: as wide as their markers, so that it belongs to the item.
func (w *walker) indent() string {
	n := 0
	for _, l := range w.lists[:min(len(w.lists), maxLists)] {
		n += l.width
	}
	return strings.Repeat(" ", n)
}

// list opens a list. In a cell or a heading there are no lines, so its items are only separated.
func (w *walker) list(n *html.Node) {
	w.flush()
	if w.in.cell || w.headless {
		w.kids(n)
		w.flush()
		return
	}
	l := list{ordered: n.DataAtom == atom.Ol, n: 1, step: 1}
	if l.ordered {
		if v, err := strconv.Atoi(attr(n, "start")); err == nil && v > -1e6 && v < 1e6 {
			l.n = v
		}
	}
	w.lists = append(w.lists, l)
	old := w.kind
	w.kind = Item
	w.kids(n)
	w.flush()
	w.kind = old
	w.lists = w.lists[:len(w.lists)-1]
	w.marker = ""
}

// item gives the next block its marker. The marker waits in w.marker: the block may be a paragraph, code or another list.
func (w *walker) item(n *html.Node) {
	w.flush()
	if w.in.cell || w.headless {
		w.kids(n)
		w.flush()
		return
	}
	if len(w.lists) == 0 { // an item without a list
		w.lists = append(w.lists, list{})
		defer func() { w.lists, w.marker = w.lists[:0], "" }()
	}
	l := &w.lists[len(w.lists)-1]
	if v, err := strconv.Atoi(attr(n, "value")); err == nil && l.ordered && v > -1e6 && v < 1e6 {
		l.n = v
	}
	w.marker = "- "
	if l.ordered {
		w.marker = strconv.Itoa(l.n) + ". "
		l.n += l.step
	}
	l.width = len(w.marker)
	old := w.kind
	w.kind = Item
	w.kids(n)
	w.flush()
	w.kind = old
	w.marker = ""
}

// definition writes a term in bold and a description behind ": ". Only the first block of a description gets the prefix.
func (w *walker) definition(n *html.Node, prefix string) {
	w.flush()
	if w.in.cell || w.headless {
		w.kids(n)
		w.flush()
		return
	}
	old := w.kind
	w.kind = Definition
	before := len(w.doc.Blocks)
	if prefix == "" {
		w.emphasis(n, &w.bold, "**")
	} else {
		w.kids(n)
	}
	w.flush()
	if before < len(w.doc.Blocks) && prefix != "" && w.doc.Blocks[before].Kind == Definition {
		w.doc.Blocks[before].First += prefix
		w.out += len(prefix)
	}
	w.kind = old
}

// emphasis puts marks around n's text. Marks inside the same marks vanish, and text of several blocks gets none.
func (w *walker) emphasis(n *html.Node, on *bool, marks string) {
	if *on || w.headless {
		w.kids(n)
		return
	}
	*on = true
	start, seq := len(w.in.b), w.seq
	w.kids(n)
	*on = false
	if seq == w.seq {
		w.in.mark(start, marks)
	}
}

// image writes the alt text, never the address: what a reader of the text would fetch from there is not in the archive's
// hands. Alts that only name the file, or are too short to say anything, are left out.
func (w *walker) image(n *html.Node) {
	alt := PlainLine(Clip(attr(n, "alt"), 500))
	if len(alt) <= 3 || w.headless || strings.Contains(attr(n, "src"), alt) || fileName(alt) {
		return
	}
	w.in.raw("![")
	w.in.text(strings.NewReplacer("[", "(", "]", ")").Replace(alt))
	w.in.raw("]")
}

// fileName reports alts that only repeat the name of the image's file.
func fileName(alt string) bool {
	dot := strings.LastIndexByte(alt, '.')
	if dot < 0 || len(alt)-dot > 5 || strings.ContainsAny(alt, " ") {
		return false
	}
	switch strings.ToLower(alt[dot+1:]) {
	case "jpg", "jpeg", "png", "gif", "svg", "webp", "tif", "tiff", "bmp":
		return true
	}
	return false
}

// keptForm tells a form that wraps the page, as some sites write, from one to fill in.
func (w *walker) keptForm(n *html.Node) bool {
	if n.DataAtom != atom.Form || hidden(n) {
		return false
	}
	for c := range n.Descendants() {
		if !w.visit() {
			return false
		}
		switch c.DataAtom {
		case atom.P, atom.H1, atom.H2, atom.H3, atom.Article, atom.Main:
			return true
		}
	}
	return false
}
