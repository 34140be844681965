package api

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

type browseInput struct {
	Archive   string `json:"archive"`
	Prefix    string `json:"prefix"`
	Pattern   string `json:"pattern"`
	Namespace string `json:"namespace"`
	Type      string `json:"type"`
	Order     string `json:"order"`
	Limit     int    `json:"limit"`
	Cursor    string `json:"cursor"`
}

// Orders of browse. The first is the default, but for a namespace, which has the order of paths alone.
const (
	orderTitle  = "title"
	orderPath   = "path"
	orderRandom = "random"
)

const (
	browseRows   = 50     // default of limit
	browseMost   = 200    // rows in one reply
	browseTokens = 1500   // of a reply
	browseScan   = 10_000 // entries looked at for one reply when a pattern or type passes over some
)

// browseTool lists entries.
func (s *Surface) browseTool() tool {
	return define(tool{
		name: "browse", title: "List entries",
		description: "List entries of one archive in order. To find something, use search.",
		input: fmt.Sprintf(`{"type":"object","properties":{
"archive":{"type":"string"},
"prefix":{"type":"string","description":"Case matters."},
"pattern":{"type":"string","description":"With * for any letters."},
"namespace":{"type":"string"},
"type":{"type":"string","description":"MIME type or its beginning."},
"order":{"type":"string","enum":["title","path","random"],"default":"title"},
"limit":{"type":"integer","minimum":1,"maximum":%d,"default":%d},
"cursor":{"type":"string"}},
"required":["archive"],"additionalProperties":false}`, browseMost, browseRows),
		example: `{"archive":"name"}`, output: outputSchema[browseData](),
	}, s.browse)
}

// browseData is the structured form of a reply of browse.
type browseData struct {
	Archive    string       `json:"archive"`
	Order      string       `json:"order"`
	Entries    []browseRow  `json:"entries"`
	Total      *int         `json:"total,omitempty"` // of all replies together, where nothing but the prefix selects
	Provenance []provenance `json:"provenance"`
	NextCursor string       `json:"next_cursor,omitempty"`
	Reason     string       `json:"reason,omitempty"` // why there are no entries
	Trust      string       `json:"trust"`
}

// A browseRow is an entry as data.
type browseRow struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	MIME     string `json:"mime,omitempty"` // of what is no page
	Redirect bool   `json:"redirect,omitempty"`
}

// A browsing is one call of browse under way.
type browsing struct {
	s         *Surface
	in        browseInput
	a         *zim.Archive
	st        library.Status
	namespace byte
	glob      glob
	seed      int // of the order random
	from      int // entries of the order passed over by earlier replies
	reply     *reply
	data      *browseData
}

// browse parses the arguments and lists entries. The work for one reply is bounded wherever in the archive it begins.
func (s *Surface) browse(ctx context.Context, in browseInput) (*reply, error) {
	name, edition, err := policy.ParseArchiveRef(in.Archive)
	if err != nil {
		return nil, err
	}
	b := &browsing{s: s, in: in}
	if err := b.parse(); err != nil {
		return nil, err
	}
	a, st, release, err := s.lib.AcquireStatus(refOf(name, edition))
	if err != nil {
		return nil, s.noArchive(in.Archive, err)
	}
	defer release()
	b.a, b.st = a, st
	if err := b.open(); err != nil {
		return nil, err
	}
	if err := b.run(ctx); err != nil {
		s.lib.ReportError(st.Ref(), err)
		return nil, err
	}
	return b.reply, nil
}

// noArchive says which names are near an unknown one.
func (s *Surface) noArchive(asked string, err error) error {
	e := toError(err)
	if e.Code == NotFound {
		e.Reason, e.DidYouMean = "no archive is called "+quoted(asked), s.lib.Nearest(asked, 3)
	}
	return e
}

// parse checks the arguments that need no archive.
func (b *browsing) parse() error {
	for field, text := range map[string]string{"prefix": b.in.Prefix, "pattern": b.in.Pattern, "type": b.in.Type} {
		if n := len(text); n > b.s.opts.Limits.PathBytes {
			return &policy.Error{Field: field, Reason: "is too long, in bytes", Limit: b.s.opts.Limits.PathBytes, Got: n}
		}
		if strings.ContainsRune(text, 0) {
			return &policy.Error{Field: field, Reason: "holds a NUL"}
		}
	}
	switch {
	case b.in.Namespace == "":
		if b.in.Type != "" && b.in.Order == "" {
			b.in.Order = orderPath // the list of titles holds articles alone
		}
	case len(b.in.Namespace) != 1 || b.in.Namespace[0] <= ' ' || b.in.Namespace[0] > '~':
		return &policy.Error{Field: "namespace", Reason: "is not one letter, such as C for content or M for metadata"}
	case b.in.Order == orderTitle || b.in.Order == orderRandom:
		return &policy.Error{Field: "order", Reason: "has no meaning in a namespace", Allowed: []string{orderPath}}
	default:
		b.in.Order, b.namespace = orderPath, b.in.Namespace[0]
	}
	if b.in.Order == "" {
		b.in.Order = orderTitle
	}
	if b.in.Order == orderRandom && (b.in.Prefix != "" || b.in.Pattern != "") {
		return &policy.Error{Field: "order", Reason: "cannot be random among entries that are selected", Allowed: []string{orderTitle, orderPath}}
	}
	b.glob = parseGlob(b.in.Pattern)
	return nil
}

// open reads the cursor, which must be of the same list.
func (b *browsing) open() error {
	if b.in.Order == orderRandom {
		var seed [4]byte
		rand.Read(seed[:]) // never fails
		b.seed = int(binary.LittleEndian.Uint32(seed[:]) & 0x7fffffff)
	}
	if b.in.Cursor == "" {
		return nil
	}
	c, ok := b.s.cursor.decode(b.in.Cursor, b.a.Info())
	again := map[string]string{"archive": b.in.Archive}
	switch {
	case !ok:
		return &Error{Code: BadCursor, Field: "cursor", Reason: "is not one that was given out for this archive; start again without it", Next: callOf("browse", again)}
	case c.use.Tool != "browse":
		return &Error{Code: BadCursor, Field: "cursor", Reason: "belongs to another tool", Next: callOf("browse", again)}
	case c.archive != ownerOf(b.a.Info().UUID) || c.what != b.subject():
		return &Error{Code: BadCursor, Field: "cursor", Reason: "belongs to another list; send all arguments it came with, or start again without it", Next: callOf("browse", again)}
	}
	b.from, b.seed = c.Block, c.Off
	return nil
}

// subject is what positions of this call's cursors count in.
func (b *browsing) subject() [8]byte {
	return subjectOf("browse", b.in.Order, b.in.Prefix, b.in.Pattern, b.in.Namespace, b.in.Type)
}

// run lists the entries.
func (b *browsing) run(ctx context.Context) error {
	p := provenanceOf(b.st)
	b.data = &browseData{Archive: b.st.Ref(), Order: b.in.Order, Entries: []browseRow{}, Provenance: []provenance{p}, Trust: untrusted}
	b.reply = &reply{data: b.data, provenance: []provenance{p.within(browseTokens / 8)}}
	list, err := b.order(ctx)
	if err != nil {
		return err
	}
	if b.in.Pattern == "" && b.in.Type == "" {
		b.data.Total = &list.n
	}
	next, err := b.rows(ctx, list)
	if err != nil {
		return err
	}
	if len(b.data.Entries) == 0 && next >= list.n {
		b.data.Reason = "no_match"
		b.reply.notice("no entries; try another prefix or pattern, or search")
	}
	if next < list.n {
		info := b.a.Info()
		b.data.NextCursor = b.s.cursor.encode(cursor{use: cursorUse{"browse", ""}, archive: ownerOf(info.UUID), what: b.subject(), Block: next, Off: b.seed}, info)
		if len(b.data.Entries) < b.in.Limit && next-b.from >= browseScan {
			b.reply.notice(fmt.Sprintf("looked at %d of %d entries", next, list.n))
		}
		b.reply.notice("next_cursor: " + b.data.NextCursor)
	}
	return nil
}

// rows writes entries until the reply is full or enough were looked at, and returns where to go on.
func (b *browsing) rows(ctx context.Context, list listing) (next int, err error) {
	room := min(browseTokens, b.s.opts.Limits.Tokens) - article.Tokens(b.reply.text()) - cursorTokens
	for next = b.from; next < list.n && next-b.from < browseScan && len(b.data.Entries) < b.in.Limit; next++ {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		e, err := list.at(ctx, next)
		if err != nil {
			return 0, err
		}
		row, ok := b.row(e)
		if !ok {
			continue
		}
		line := row.line()
		cost := article.Tokens(line)
		if cost > room && len(b.data.Entries) > 0 {
			break
		}
		room -= cost
		b.reply.body.WriteString(line)
		b.data.Entries = append(b.data.Entries, row)
	}
	return next, nil
}
