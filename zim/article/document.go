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
	Path    string   // entry path of the page without namespace; relative links are resolved against it
	Scraper string   // the archive's Scraper metadata, which tells the profile; may be empty
	Profile *Profile // the profile to apply; nil: by Scraper, else by the page's own marks
	Limits  Limits

	// Entry returns the path of the entry that was made of a page of the web, "" when the archive has none. Links to such
	// addresses lead to the entry. It is asked for each http or https address of a page, without its fragment; it
	// must be quick, and may be nil.
	Entry func(address string) string

	// Furniture is what the archive's pages repeat, nil when that is not known. It is left out of pages of no known family.
	Furniture *Furniture
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
	Title       string      // first h1, else title element; one line; empty when the page has neither
	Heading     string      // the first h1 alone; Title when it is there
	Lang        string      // language of the content element, else of the page; may be empty
	Dir         string      // "rtl" or "ltr" of the same elements; may be empty
	Canonical   string      // address of link rel=canonical, http or https only; may be empty
	Redirect    string      // entry path a meta refresh leads to; the page is then usually empty otherwise
	Kind        Kind        // what the page is
	Profile     string      // name of the profile that was applied
	Why         string      // how that profile was chosen, in a few words
	Description string      // short description that the page carries; one line, may be empty
	Coordinates string      // "latitude, longitude" in degrees, when the page names a place; may be empty
	License     string      // what the scraper says of source and licence at the foot of the page; may be empty
	Blocks      []Block     // never nil entries; headings are blocks too
	Sections    []Section   // Sections[0] is the lead and always exists
	Links       []Link      // each target once, in the order in which it appears first
	Images      []Image     // in document order
	References  []Reference // in document order
	Tables      []Table     // of data, in document order
	Dropped     []Dropped   // elements that were left out, by rule
	Cut         Cut         // what a limit removed
}

// Kind tells what a page is, as far as its marks say.
type Kind uint8

// Kinds of pages.
const (
	Article        Kind = iota
	Disambiguation      // leads to pages of like titles
	List                // most of its words stand in lists and tables
	Category            // lists the members of a category
	Question            // a question with its answers
	Redirect            // only sends its reader elsewhere
	Placeholder         // stands for a page that the scraper could not read
)

// String returns the kind in lower case.
func (k Kind) String() string {
	names := [...]string{"article", "disambiguation", "list", "category", "question", "redirect", "placeholder"}
	if int(k) < len(names) {
		return names[k]
	}
	return "article"
}

// Dropped counts the elements that one rule left out.
type Dropped struct {
	Rule  string // selector of a profile, or "hidden", "not text" and the like
	Count int    // elements, at least 1; what they hold is not counted again
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
	Quote   // paragraph of a quotation or a note set apart
	Comment // remark on a post; shown only where a view asks for it
)

// A Block is the smallest unit that is shown whole.
type Block struct {
	Kind    BlockKind
	Section int    // index into Document.Sections
	First   string // written before the first line: list marker, quote mark, heading marks
	Rest    string // written before every other line
	Text    string // Markdown without the prefixes and without targets of links; of Code the text itself, without the fence
	Lang    string // of Code, when the page names it
	Anchor  string // of a Heading, a TableHead, a Definition or another block that can be cited by itself; may be empty
	Depth   int    // open lists around the block: 1 for the items of a list that is in no other
	Spans   []Span // where links and images stand in Text, by Start

	end int // of a Definition: block after its description, 0 when it has none
}

// A Span is a part of a block's text that is a link or stands for an image.
type Span struct {
	Start, End int // bytes of Block.Text, 0 ≤ Start ≤ End ≤ len(Text)
	Link       int // index into Document.Links, -1 of an image
	Image      int // index into Document.Images, -1 of a link
	Code       int // backticks of the code it stands in, 0 when it stands in none
}

// A Section begins at a heading and ends before the next heading of the same or a higher level.
type Section struct {
	Title   string   // one line, empty for the lead
	Anchor  string   // id on the page, else "_n" for the nth heading; empty for the lead
	Aliases []string // other ids that lead to the same heading, "_n" among them
	Level   int      // 1 for the lead, else 2 to 6
	Start   int      // first block
	End     int      // block after the last one, subsections included (Start <= End)
	Own     int      // block after the last one of its own, subsections left out (Start <= Own <= End)

	keep bool // the heading says something by itself, such as a signature
	lost bool // something of it was left out
}

// A Table is a table of data. Its header and its rows are blocks.
type Table struct {
	Anchor  string // id on the page, else "table-n" for the nth table
	Caption string // one line, may be empty
	Section int    // index into Document.Sections
	Start   int    // block of the caption or the header
	Head    int    // block of the header (Start <= Head < End)
	End     int    // block after the last row
	Cols    int    // columns, empty ones left out
}

// Rows is the number of rows below the header.
func (t *Table) Rows() int { return t.End - t.Head - 1 }

// An Image is a picture of the page, small and decorative ones left out.
type Image struct {
	Path          string // entry path; empty when it is not in the archive
	Alt           string // one line, may be empty
	Caption       string // one line, may be empty
	Width, Height int    // pixels by its attributes; 0 when they do not say
	Section       int    // index into Document.Sections
}

// A Reference is an entry of a list of sources or notes.
type Reference struct {
	Number   string   // as the text marks it, such as "12" or "note 1"; empty in lists without numbers
	Anchor   string   // id of the entry, may be empty
	Text     string   // one line of plain Markdown
	URLs     []string // addresses outside the archive, each once
	Sections []int    // sections that cite it, increasing; empty when unknown
}

// Find returns the index of the section with the given anchor: exact first, then with case, '_', '-' and space
// folded, then by its title. It reports false when there is none.
func (d *Document) Find(anchor string) (int, bool) {
	if i, ok := d.exact(anchor); ok {
		return i, true
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
