package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// An action is what the walk does with an element that a rule of the profile names.
type action uint8

const (
	doNothing     action = iota
	doKeep               // read it, though it would be left out otherwise
	doDrop               // leave it out with all it holds
	doReferences         // a list of references: for their own view
	doCitation           // a mark of a reference: it says where that is cited
	doHatnote            // one line that leads to other meanings
	doCaption            // of a picture or table
	doLicense            // provenance, no text
	doDescription        // short description of the page, no text
	doCategories         // its links are categories of the page
	doRelated            // its links are related pages
	doTitle              // title of the page
	doNote               // a note set apart, as a quotation
	doNoteTitle          // its title
	doSignature          // term that opens a section: name of a function, option or the like
	doSignatures         // a list whose terms do, those with an id
	doCoordinates        // holds one decimal pair
	doTeX                // holds TeX between \( and \)
	doInfobox            // table of pairs
	doData               // table of data, whatever its cells hold
	doQuestion           // a post that asks
	doAnswer             // a post that answers
	doAnswers            // holds posts that answer
	doReply              // a post that answers if it stands there
	doAccepted           // mark of the answer that was accepted
	doScore              // the number of votes, as text
	doTags               // tags of a post
	doDate               // of a post
	doComments           // remarks on a post
	doComment            // one of them
	doKind               // says what the page is
)

// A rule is one selector of a profile with what it means. Selectors name one element: "tag", ".class", "#id", "#start*",
// "[key]", "[key=value]", "[key^=start]", "[key*=part]", and a tag before any of them.
type rule struct {
	tag  atom.Atom // 0: any
	key  string    // attribute that must be so, for selectors in brackets
	val  string
	part bool // only the beginning must be so
	has  bool // it must be somewhere in the value
	do   action
	kind Kind   // with doKind
	name string // the selector
}

// rules finds the rule of an element by its id, its classes, other attributes and its tag, in this order.
type rules struct {
	id    map[string][]rule
	first [256]bool // bytes with which ids of a rule begin
	start []rule    // ids by their beginning, in val
	class map[string][]rule
	attr  []rule
	tag   map[atom.Atom]*rule
}

// add compiles a list of selectors.
func (rs *rules) add(do action, kind Kind, selectors string) {
	if rs.id == nil {
		rs.id, rs.class, rs.tag = map[string][]rule{}, map[string][]rule{}, map[atom.Atom]*rule{}
	}
	for s := range strings.FieldsSeq(selectors) {
		r := rule{do: do, kind: kind, name: s}
		at := strings.IndexAny(s, ".#[")
		if at < 0 {
			at = len(s)
		}
		r.tag = atom.Lookup([]byte(s[:at]))
		switch rest := s[at:]; {
		case rest == "":
			rs.tag[r.tag] = &r
		case rest[0] == '.':
			rs.class[rest[1:]] = append(rs.class[rest[1:]], r)
		case rest[0] == '#' && strings.HasSuffix(rest, "*"):
			r.val = rest[1 : len(rest)-1]
			rs.start = append(rs.start, r)
			rs.first[r.val[0]] = true
		case rest[0] == '#':
			rs.id[rest[1:]] = append(rs.id[rest[1:]], r)
			rs.first[rest[1]] = true
		default:
			var ok bool
			r.key, r.val, ok = strings.Cut(strings.Trim(rest, "[]"), "=")
			r.part, r.has = !ok || strings.HasSuffix(r.key, "^"), strings.HasSuffix(r.key, "*")
			r.key = strings.TrimRight(r.key, "^*")
			rs.attr = append(rs.attr, r)
		}
	}
}

// fits reports that the rule is about elements of this name.
func (r *rule) fits(n *html.Node) bool { return r.tag == 0 || r.tag == n.DataAtom }

// byClass are the rules of all classes in a class attribute, in its order.
func (rs *rules) byClass(classes string) []rule {
	var out []rule
	for c := range strings.FieldsSeq(classes) {
		out = append(out, rs.class[c]...)
	}
	return out
}

// byID hands the rules for an element with this id to each.
func (rs *rules) byID(n *html.Node, id string, each func(*rule)) {
	if id == "" || !rs.first[id[0]] {
		return
	}
	list := rs.id[id]
	for i := range list {
		if list[i].fits(n) {
			each(&list[i])
		}
	}
	for i := range rs.start {
		if r := &rs.start[i]; r.fits(n) && strings.HasPrefix(id, r.val) {
			each(r)
		}
	}
}

// byAttr returns the rule for an element with these attributes, whose names are compared as they are.
func (rs *rules) byAttr(n *html.Node) *rule {
	for i := range rs.attr {
		r := &rs.attr[i]
		if !r.fits(n) {
			continue
		}
		for j := range n.Attr {
			a := &n.Attr[j]
			if a.Key == r.key && (a.Val == r.val || r.part && strings.HasPrefix(a.Val, r.val) || r.has && strings.Contains(a.Val, r.val)) {
				return r
			}
		}
	}
	return nil
}
