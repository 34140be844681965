package api

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// A noticeWriter adds notices to a reply of search while there is room. The data says the same in full.
type noticeWriter struct {
	r    *reply
	room int // tokens left for notices
}

// add adds a line of ours about texts that may be long: those are clipped, and a line that is too long by itself is left
// out.
func (n *noticeWriter) add(format, about string) {
	for size := utf8.RuneCountInString(about); ; size /= 2 {
		line := fmt.Sprintf(format, article.Clip(about, size))
		if cost := article.Tokens("-- " + line + "\n"); cost <= n.room {
			n.room -= cost
			n.r.notice(line)
			return
		}
		if size < 8 {
			return
		}
	}
}

// search says what the reader should know of the search itself. Nothing found is no error: it says what to try.
func (n *noticeWriter) search(d *searchData, query string) {
	query = article.Clip(article.PlainLine(query), 100)
	switch d.Reason {
	case string(search.NoMatch), string(search.NoFullText), string(search.NoWords):
		n.add("nothing found for %q in "+plural(d.Searched, "archive")+"; try other words, another spelling or the language of the archive", query)
	case string(search.WeakMatch):
		n.add("no good match for %q; the passages above have little of it", query)
	}
	if d.Reading != "" {
		n.add("read as: %s", short(d.Reading))
	}
	for _, c := range d.Corrected[:min(len(d.Corrected), 4)] {
		n.add("searched also: "+strings.ReplaceAll(strings.Join(c.As, ", "), "%", "%%")+" (for %q)", c.Word)
	}
	if len(d.Unknown) > 0 && d.Searched > 0 {
		n.add("found nowhere: %s", strings.Join(d.Unknown[:min(len(d.Unknown), 8)], ", "))
	}
	if len(d.TitlesOnly) > 0 && d.Reason != "" {
		n.add("searched by title only, for want of a full-text index: %s", listed(d.TitlesOnly))
	}
	if len(d.Late) > 0 {
		n.add("not searched in time: %s", listed(d.Late))
	}
	if len(d.Failed) > 0 && d.Reason != "" {
		n.add("cannot be read at present: %s", listed(d.Failed))
	}
	if len(d.Spellings) > 0 {
		n.add("not searched, perhaps meant: %s", strings.Join(d.Spellings, "; "))
	}
}

// A correction is a word of the query that nothing has, and what was searched for it.
type correction struct {
	Word string   `json:"word"`
	As   []string `json:"as"`
}

// corrections are those of the answer, as data.
func corrections(a *search.Answer) []correction {
	var out []correction
	for _, c := range a.Corrected {
		x := correction{Word: short(c.Word)}
		for _, w := range c.As {
			x.As = append(x.As, short(w))
		}
		out = append(out, x)
	}
	return out
}

// spellings are other queries that may be meant.
func spellings(a *search.Answer) []string {
	var out []string
	for _, s := range a.Spellings {
		out = append(out, short(s))
	}
	return out
}

// suggestions adds the ids that fit, whole, and returns those.
func (n *noticeWriter) suggestions(ids []string) []string {
	const words = "did you mean: "
	for ; len(ids) > 0; ids = ids[:len(ids)-1] {
		line := words + strings.Join(ids, ", ")
		if cost := article.Tokens("-- " + line + "\n"); cost <= n.room {
			n.room -= cost
			n.r.notice(line)
			return ids
		}
	}
	return nil
}

// listed names at most ten archives.
func listed(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// plural is a count with its noun, for nouns that take an s.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
