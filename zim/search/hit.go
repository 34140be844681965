package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// Match tells how a query met a title, best first.
type Match uint8

// Values of Match.
const (
	Exact  Match = iota // the query is the path or the title, as given or with its first letter as a capital
	Folded              // equal but for case, accents and punctuation
	Prefix              // the title begins with the query
	Words               // every word of the query begins a word of the title
	Near                // only near: a candidate, not an answer
)

// String returns the word replies use.
func (m Match) String() string {
	return [...]string{"title", "folded", "prefix", "words", "near"}[min(m, Near)]
}

// A Hit is an entry that was found. Redirects are followed: Path and Title are of the entry with the content.
type Hit struct {
	Archive   policy.ArchiveName // as clients name it
	Edition   string             // as in the query; "" means the newest
	Namespace byte
	Path      string
	Title     string // as stored; the path when there is none
	From      string // title of the redirect that was asked for or matched, "" when there was none
	MIME      string // "" when the archive does not say
	Match     Match
}

// ID returns the id that opens the hit.
func (h Hit) ID() string {
	return h.id("").String()
}

// IDWith returns the id that opens a section of the hit.
func (h Hit) IDWith(anchor string) string { return h.id(anchor).String() }

// URIWith returns the zim:// address of the hit, or of a section of it, in ASCII.
func (h Hit) URIWith(anchor string) string { return h.id(anchor).URI() }

func (h Hit) id(anchor string) policy.ID {
	return policy.ID{Archive: h.Archive, Edition: h.Edition, Namespace: shownNamespace(h), Path: h.Path, Anchor: anchor}
}

// shownNamespace leaves out the content's own namespaces, as ids do.
func shownNamespace(h Hit) byte {
	if (h.Namespace == 'C' || h.Namespace == 'A') && h.Path != "" {
		return 0
	}
	return h.Namespace
}

// hitOf follows e to its content. It fails as [zim.Entry.Resolve].
func hitOf(ctx context.Context, name policy.ArchiveName, e zim.Entry, m Match) (Hit, zim.Item, error) {
	item, err := e.Resolve(ctx)
	if err != nil {
		return Hit{}, zim.Item{}, err
	}
	final := item.Entry()
	h := Hit{Archive: name, Namespace: final.Namespace(), Path: final.Path(), Title: final.Title(), Match: m}
	if e.IsRedirect() {
		h.From = displayTitle(e)
	}
	if mime, err := item.MIMEType(); err == nil {
		h.MIME = mime
	}
	return h, item, nil
}

// displayTitle is a redirect's title; a redirect without one is called by its path, where '_' stands for a space.
func displayTitle(e zim.Entry) string {
	if e.Title() == e.Path() {
		return strings.ReplaceAll(e.Path(), "_", " ")
	}
	return e.Title()
}

// readable reports what a title search may show: text to read, not style sheets, scripts, pictures or fonts.
func (h Hit) readable() bool {
	kind, _, _ := strings.Cut(strings.ToLower(h.MIME), ";")
	switch kind = strings.TrimSpace(kind); kind {
	case "text/css", "text/javascript", "text/vtt":
		return false
	case "", "application/pdf", "application/epub+zip", "application/xhtml+xml":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

// order sorts hits by match, then shorter titles, then title, archive and path, so that equal questions get equal answers.
func order(hits []Hit) {
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Match, b.Match),
			cmp.Compare(utf8.RuneCountInString(a.shown()), utf8.RuneCountInString(b.shown())),
			strings.Compare(a.shown(), b.shown()),
			strings.Compare(string(a.Archive), string(b.Archive)),
			cmp.Compare(a.Namespace, b.Namespace), strings.Compare(a.Path, b.Path))
	})
}

// shown is the title that matched.
func (h Hit) shown() string {
	if h.From != "" {
		return h.From
	}
	return h.Title
}

// target identifies the entry a hit leads to.
type target struct {
	archive policy.ArchiveName
	ns      byte
	path    string
}

func (h Hit) target() target { return target{h.Archive, h.Namespace, h.Path} }
