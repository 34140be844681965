package article

import (
	"errors"
	"strings"
)

// ErrTooDeep means that a page nests deeper than the HTML parser follows (512 elements). [Parse] then falls back to
// reading the page as a stream of tags and says so in [Document.Cut]; [Sanitize] refuses the page.
var ErrTooDeep = errors.New("article: elements nested too deeply")

// Options says where a page comes from and bounds what it may cost. The zero value is safe for hostile pages.
type Options struct {
	Path   string // entry path of the page without namespace; relative links are resolved against it
	Limits Limits
}

// Limits bounds the work one page may cause. A zero field means its default.
type Limits struct {
	PageBytes  int // bytes of a page that are read; 0 means 8 MiB
	Tags       int // '<' characters in it, a bound on nodes; beyond it no tree is built; 0 means 400,000
	Nodes      int // nodes visited; 0 means 1,000,000
	Output     int // bytes of text; 0 means four times the page and 64 KiB, at most 8 MiB
	TableCells int // cells of one table after spans are expanded; 0 means 20,000
	TableCols  int // columns of one table; 0 means 100
}

// withDefaults fills in zero fields. Output depends on the page, which is page bytes long: a small page that asks for much
// text repeats itself by spans or nesting.
func (l Limits) withDefaults(page int) Limits {
	set := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.PageBytes, 8<<20)
	set(&l.Tags, 400_000)
	set(&l.Nodes, 1_000_000)
	set(&l.Output, min(4*min(page, 8<<20)+64<<10, 8<<20))
	set(&l.TableCells, 20_000)
	set(&l.TableCols, 100)
	return l
}

// A Document is the readable content of one page, in document order.
type Document struct {
	Title     string    // first h1, else title element; one line; empty when the page has neither
	Heading   string    // the first h1 alone; Title when it is there
	Lang      string    // language of the content element, else of the page; may be empty
	Canonical string    // address of link rel=canonical, http or https only; may be empty
	Redirect  string    // entry path a meta refresh leads to; the page is then usually empty otherwise
	Profile   string    // name of the profile that was applied
	Blocks    []Block   // never nil entries; headings are blocks too
	Sections  []Section // Sections[0] is the lead and always exists
	Cut       Cut       // what a limit removed
}

// Cut says which limit shortened a document, in words that may be shown. Empty means nothing was cut.
type Cut string

// Values of [Document.Cut].
const (
	CutBytes  Cut = "the page is longer than the limit; its end is missing"
	CutNodes  Cut = "the page has more elements than the limit; its end is missing"
	CutOutput Cut = "the text is longer than the limit; its end is missing"
	CutTable  Cut = "a table is larger than the limit; rows or columns of it are missing"
	CutTree   Cut = "the page is nested too deeply or has too many elements; tables and lists were read as plain text"
)

// BlockKind tells what a block was on the page.
type BlockKind uint8

// Kinds of blocks.
const (
	Paragraph BlockKind = iota
	Heading
	Item       // of a list
	Definition // term or description of a definition list
	TableHead  // header row and the line below it
	Row        // of a data table
	Pair       // row of an infobox
	Code       // preformatted text; Text is verbatim
	Math       // a displayed formula
	Caption
	Hatnote
)

// A Block is the smallest unit that is shown whole.
type Block struct {
	Kind    BlockKind
	Section int    // index into Document.Sections
	First   string // written before the first line: list marker, quote mark, heading marks
	Rest    string // written before every other line
	Text    string // Markdown without the prefixes; of Code the text itself, without the fence
	Lang    string // of Code, when the page names it
	Anchor  string // of a Heading
}

// A Section begins at a heading and ends before the next heading of the same or a higher level.
type Section struct {
	Title  string // one line, empty for the lead
	Anchor string // id on the page, else "_n" for the nth heading; empty for the lead
	Level  int    // 1 for the lead, else 2 to 6
	Start  int    // first block
	End    int    // block after the last one, subsections included (Start <= End)
	Own    int    // block after the last one of its own, subsections left out (Start <= Own <= End)

	aliases []string // other ids of the same heading
}

// Find returns the index of the section with the given anchor: exact first, then with case, '_', '-' and space
// folded, then by its title. It reports false when there is none.
func (d *Document) Find(anchor string) (int, bool) {
	for i, s := range d.Sections[1:] {
		if s.Anchor == anchor {
			return i + 1, true
		}
		for _, a := range s.aliases {
			if a == anchor {
				return i + 1, true
			}
		}
	}
	folded := foldAnchor(anchor)
	for i, s := range d.Sections[1:] {
		if foldAnchor(s.Anchor) == folded || foldAnchor(s.Title) == folded {
			return i + 1, true
		}
	}
	return 0, false
}

// foldAnchor makes equal what people confuse when they write an anchor from memory. It is no normal form: only both sides
// of a comparison go through it.
func foldAnchor(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '_', '-':
			return ' '
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}
