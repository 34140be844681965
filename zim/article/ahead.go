package article

import (
	"bytes"
	"strings"
)

// An ahead tells what a page cannot hold, as far as its bytes tell. It lets a survey end where it would find nothing more: a search
// in the bytes takes a small part of the time that reading all tags does.
type ahead struct {
	noRoot, noH1, noMain bool
}

// lookAhead searches a page for what a survey with these selectors may find.
func lookAhead(page []byte, rs *rules) *ahead {
	return &ahead{
		noRoot: !mentions(page, rs),
		noH1:   !hasTag(page, "h1"),
		noMain: !hasTag(page, "main") && !hasValue(page, "main"),
	}
}

// over reports that no tag of the page can be one that the survey still looks for.
func (sc *scout) over() bool {
	s := &sc.s
	if !s.fixed || s.body == nil || s.w.doc.Title == "" || s.prof.density || len(s.rules.class) > 0 {
		return false
	}
	if sc.ahead == nil {
		sc.ahead = lookAhead(sc.page, s.rules)
	}
	a := sc.ahead
	return a.noRoot && (a.noH1 || s.h1 != nil) && (a.noMain || s.main != nil)
}

// mentions reports that an element of one of the selectors may stand in the page. They name no classes.
func mentions(page []byte, rs *rules) bool {
	for id := range rs.id {
		if hasValue(page, id) {
			return true
		}
	}
	for i := range rs.attr {
		if hasValue(page, rs.attr[i].val) {
			return true
		}
	}
	for tag := range rs.tag {
		if hasTag(page, tag.String()) {
			return true
		}
	}
	return len(rs.start) > 0
}

// hasTag reports that a start tag whose name begins so, in any case, may stand in the page. name is in lower case.
func hasTag(page []byte, name string) bool {
	for {
		i := bytes.IndexByte(page, '<')
		if i < 0 || len(page)-i-1 < len(name) {
			return false
		}
		page = page[i+1:]
		if page[0]|0x20 == name[0] && strings.EqualFold(string(page[:len(name)]), name) {
			return true
		}
	}
}

// hasValue reports that an attribute whose value begins so may stand in the page. Values written with character references are
// not looked for: nobody writes names so.
func hasValue(page []byte, val string) bool {
	for from := 0; ; {
		i := bytes.Index(page[from:], []byte(val))
		if i < 0 {
			return false
		}
		before := bytes.TrimRight(page[max(from+i-16, 0):from+i], " \t\n\r\f\"'")
		if len(before) == 0 || before[len(before)-1] == '=' {
			return true
		}
		from += i + 1
	}
}
