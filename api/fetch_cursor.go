package api

import (
	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// open reads a cursor, which must be of this tool, archive and view. Of what part of which entry it is, bind tells.
func (f *fetching) open(text string) error {
	info := f.found.Archive.Info()
	c, ok := f.s.cursor.decode(text, info)
	switch {
	case !ok:
		return f.badCursor("is not one that was given out for this archive; start again without it")
	case c.use.Tool != "fetch":
		return f.badCursor("belongs to another tool")
	case c.archive != ownerOf(info.UUID):
		return f.badCursor("belongs to another archive or to an edition that was replaced; start again without it")
	case f.view != "" && c.use.View != f.view:
		return f.badCursor("belongs to view " + c.use.View + "; leave view out, or start again without the cursor")
	}
	f.from, f.cont, f.view = c, true, c.use.View
	return nil
}

// badCursor is an error that offers the same call without the cursor.
func (f *fetching) badCursor(reason string) error {
	next := map[string]string{"id": shownID(f.found.Hit, f.found.Anchor)}
	if f.view != "" && f.view != viewText {
		next["view"] = f.view
	}
	if f.find != "" {
		next["find"] = f.find
	}
	if f.linkKind != "" {
		next["kind"] = f.linkKind
	}
	return &Error{Code: BadCursor, Field: "cursor", Reason: reason, Next: callOf("fetch", next)}
}

// bind says which part of the entry is read, and refuses a cursor that belongs to something else. Positions count within
// that part, so another part would be read from a wrong place.
func (f *fetching) bind(anchor string) error {
	f.anchor = anchor
	if f.cont && f.from.what != f.subject() {
		return f.badCursor("belongs to another entry, section or find; send all arguments it came with, or start again without it")
	}
	return nil
}

// subject is what positions of this call's cursors count in.
func (f *fetching) subject() [8]byte {
	parts := []string{string([]byte{f.found.Namespace, '/'}) + f.found.Path, f.anchor, f.find}
	if f.linkKind != "" && f.linkKind != linksInternal {
		parts = append(parts, f.linkKind)
	}
	return subjectOf(parts...)
}

// next gives out a cursor.
func (f *fetching) next(block, off int) {
	info := f.found.Archive.Info()
	f.data.NextCursor = f.s.cursor.encode(cursor{use: cursorUse{"fetch", f.view}, archive: ownerOf(info.UUID), what: f.subject(), Block: block, Off: off}, info)
	f.reply.notice("next_cursor: " + f.data.NextCursor)
}

// cursorTokens is what a cursor and its notice take at most.
const cursorTokens = 60

// start is where reading begins in r: at its beginning, or where the cursor says. A position beyond the end, of a page that
// is read otherwise since, is the end.
func (f *fetching) start(r article.Range) article.Range {
	if f.cont && f.from.Block >= r.From.Block {
		r.From = article.Pos{Block: min(f.from.Block, r.To), Offset: f.from.Off}
	}
	return r
}

// page writes as much of r as fits and gives a cursor for the rest.
func (f *fetching) page(doc *article.Document, v article.View, r article.Range) error {
	if len(doc.Blocks) == 0 {
		return f.empty("no_text", "this entry has no text")
	}
	r = f.start(r)
	text, next, done := doc.MarkdownPage(v, r, f.left())
	if !done {
		text, next, done = doc.MarkdownPage(v, r, f.left()-cursorTokens)
	}
	f.reply.body.WriteString(text)
	if !done {
		f.next(next.Block, next.Offset)
	}
	return nil
}

// list writes lines from the cursor's place on, as many as fit, and gives a cursor for the rest. line returns line i of n, ""
// for one to leave out; shown is told of each that was written. A line that alone would pass the size is left out and
// counted, because an id that was cut would not open.
func (f *fetching) list(n int, line func(i int) (string, error), shown func(i int)) (long int, err error) {
	at := 0
	if f.cont {
		at = min(f.from.Block, n)
	}
	room, used := f.left(), 0
	for ; at < n; at++ {
		l, err := line(at)
		if err != nil {
			return long, err
		}
		cost := article.Tokens(l + "\n")
		switch {
		case l == "":
			continue
		case used == 0 && cost > room-cursorTokens:
			long++
			continue
		case used+cost > room-cursorTokens && (at < n-1 || used+cost > room):
			f.next(at, 0)
			n = at
			continue
		}
		f.reply.body.WriteString(l + "\n")
		used += cost
		shown(at)
	}
	if long > 0 {
		f.reply.notice(plural(long, "line") + " left out as too long; raise max_tokens")
	}
	return long, nil
}
