package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type libraryInput struct {
	Filter string `json:"filter"`
}

// libraryTool lists the archives.
func (s *Surface) libraryTool() tool {
	return define(tool{
		name: "library", title: "List archives",
		description: "List the archives: name, title, language, date, size, which indexes they carry. A filter naming one archive gives its " +
			"details.",
		input: `{"type":"object","properties":{
"filter":{"type":"string","description":"A name, or words from a name, title, description, language or subject."}},
"additionalProperties":false}`,
		example: `{}`, output: outputSchema[libraryData](),
	}, s.library)
}

// libraryData is the structured form of a reply of library.
type libraryData struct {
	Archives  []archiveRow   `json:"archives"`  // by rank of the filter's words, then name; without filter by name
	Total     int            `json:"total"`     // archives of the library, editions not counted
	Matched   int            `json:"matched"`   // of them, those that the filter meets
	Languages int            `json:"languages"` // of the whole library
	FullText  int            `json:"full_text"` // archives of the library with a full-text index
	Detail    *archiveDetail `json:"detail,omitempty"`
	Suggest   []string       `json:"suggest,omitempty"` // names near a filter that meets nothing
	Trust     string         `json:"trust"`
}

// An archiveRow is what a list tells of an archive. Fields without value are left out.
type archiveRow struct {
	Name     string              `json:"name"` // as other tools take it, with edition when it is not the newest
	Title    string              `json:"title,omitempty"`
	Language string              `json:"language,omitempty"` // shortest codes, at most six
	Edition  string              `json:"edition,omitempty"`  // year and month, with the day where two share a month
	Articles uint64              `json:"articles,omitempty"` // exact; the text rounds it
	Size     int64               `json:"size,omitempty"`     // bytes
	FullText bool                `json:"full_text"`          // has a full-text index, in it or beside it
	Sidecar  search.SidecarState `json:"sidecar,omitempty"`  // of the index beside it: used, stale, outdated or damaged
	Titles   bool                `json:"title_index"`        // carries an index of titles
	License  string              `json:"license,omitempty"`
	State    string              `json:"state"`            // open, degraded (served, with damaged entries), or quarantined
	Reason   string              `json:"reason,omitempty"` // why it, or a newer file of it, is not served
}

// libraryTokens bounds the list, the rest is told by number.
const libraryTokens = 1500

// library answers with the details of one archive when the filter names one or leaves one, else with a list.
func (s *Surface) library(ctx context.Context, in libraryInput) (*reply, error) {
	filter, err := policy.ParseText("filter", in.Filter, s.opts.Limits)
	if err != nil {
		return nil, err
	}
	newest := s.archives()
	if st, ok := s.named(filter); ok {
		return s.detail(ctx, st, newest)
	}
	matched := filterArchives(newest, filter)
	if len(matched) == 1 && filter != "" {
		return s.detail(ctx, matched[0], newest)
	}
	return s.list(ctx, newest, matched, filter)
}

// archives describes what each name means, sorted by name.
func (s *Surface) archives() []library.Status {
	out := []library.Status{}
	for _, st := range s.lib.All() {
		if st.Newest {
			out = append(out, st)
		}
	}
	return out
}

// named reports the archive that the filter names, edition included.
func (s *Surface) named(filter string) (library.Status, bool) {
	name, edition, err := policy.ParseArchiveRef(filter)
	if err != nil {
		return library.Status{}, false
	}
	st, err := s.lib.Status(refOf(name, edition))
	return st, err == nil
}

// filterArchives keeps the archives of which every word of the filter is found somewhere; words in name and title rank
// before words elsewhere.
func filterArchives(all []library.Status, filter string) []library.Status {
	words := strings.Fields(strings.ToLower(filter))
	type ranked struct {
		st    library.Status
		score int
	}
	var kept []ranked
next:
	for _, st := range all {
		near, far := strings.ToLower(st.Name+" "+st.Meta.Title), strings.ToLower(st.Meta.Description+" "+st.Meta.Language+" "+
			st.Meta.Tags+" "+st.Meta.Creator+" "+languageNames(st.Meta.Language))
		score := 0
		for _, w := range words {
			switch {
			case strings.Contains(near, w):
				score += 2
			case strings.Contains(far, w):
				score++
			default:
				continue next
			}
		}
		kept = append(kept, ranked{st, score})
	}
	slices.SortStableFunc(kept, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.st.Name, b.st.Name))
	})
	out := make([]library.Status, len(kept))
	for i, k := range kept {
		out[i] = k.st
	}
	return out
}

// languageNames gives the English and own names of comma-separated language codes, at most eight.
func languageNames(codes string) string {
	var out []string
	for i, c := range strings.Split(codes, ",") {
		if i == 8 {
			break
		}
		if tag, err := language.Parse(languageCode(c)); err == nil {
			out = append(out, display.English.Languages().Name(tag), display.Self.Name(tag), tag.String())
		}
	}
	return strings.Join(out, " ")
}

// list is one line for each archive, as many as fit.
func (s *Surface) list(ctx context.Context, all, matched []library.Status, filter string) (*reply, error) {
	r := &reply{}
	d := &libraryData{Archives: []archiveRow{}, Total: len(all), Matched: len(matched), Trust: untrusted}
	r.data = d
	if err := s.summarize(ctx, d, all); err != nil {
		return nil, err
	}
	r.body.WriteString(firstLine(d) + "\n")
	used := article.Tokens(r.body.String()) + 60
	for i, st := range matched {
		row, err := s.row(ctx, st)
		if err != nil {
			return nil, err
		}
		line := row.line() + "\n"
		if used += article.Tokens(line); used > libraryTokens && i > 0 {
			r.notice(fmt.Sprintf("%d more; filter by words of a name, title, language or subject", len(matched)-i))
			break
		}
		d.Archives = append(d.Archives, row)
		r.body.WriteString(line)
	}
	s.listNotices(r, d, filter)
	return r, nil
}

// listNotices says what to do with an empty list. Whoever asks cannot add archives, but can tell the operator how.
func (s *Surface) listNotices(r *reply, d *libraryData, filter string) {
	switch {
	case d.Total == 0:
		r.notice("no archives are loaded: the operator names directories with the setting library.paths or as arguments of serve; " +
			"archives come from library.kiwix.org")
	case d.Matched == 0:
		r.notice(fmt.Sprintf("no archive matches %q; without filter all are listed", article.Clip(filter, 100)))
		if d.Suggest = s.lib.Nearest(filter, 3); len(d.Suggest) > 0 {
			r.notice("did you mean: " + strings.Join(d.Suggest, ", "))
		}
	}
}

// summarize counts languages and indexes over the whole library.
func (s *Surface) summarize(ctx context.Context, d *libraryData, all []library.Status) error {
	languages := map[string]bool{}
	for _, st := range all {
		for l := range strings.SplitSeq(st.Meta.Language, ",") {
			if l = shortLanguage(l); l != "" {
				languages[l] = true
			}
		}
		if !st.Served {
			continue
		}
		f, err := s.factsOf(ctx, st)
		if ctx.Err() != nil {
			return err
		}
		if f.fullText || s.sidecarOf(ctx, st) == search.SidecarUsed {
			d.FullText++
		}
	}
	d.Languages = len(languages)
	return nil
}

// firstLine sums up the whole library, also when a filter leaves little of it: it shows what there would be to ask.
func firstLine(d *libraryData) string {
	return fmt.Sprintf("%s, %s; full text in %d", plural(d.Total, "archive"), plural(d.Languages, "language"), d.FullText)
}

// row describes one archive. An archive that fails meanwhile is shown by what is known.
func (s *Surface) row(ctx context.Context, st library.Status) (archiveRow, error) {
	row := archiveRow{Name: st.Ref(), Title: short(st.Meta.Title), Language: languageList(st.Meta.Language), Edition: st.Edition,
		License: short(st.Meta.License), State: "open", Size: st.Info.Size, Reason: string(st.Reason)}
	if !st.Served {
		row.State = "quarantined"
		return row, nil
	}
	if st.Degraded {
		row.State = "degraded"
	}
	f, err := s.factsOf(ctx, st)
	if ctx.Err() != nil {
		return row, err
	}
	row.Sidecar = s.sidecarOf(ctx, st)
	row.FullText, row.Titles, row.Articles = f.fullText || row.Sidecar == search.SidecarUsed, f.titles, f.counts.Articles
	return row, nil
}

// line is the row for people and models, parts without value left out.
func (r archiveRow) line() string {
	parts := []string{r.Name, r.Title, r.Language, r.Edition}
	if r.Articles > 0 {
		parts = append(parts, articles(r.Articles))
	}
	var indexes []string
	if words := fullTextWords(r.FullText, r.Sidecar); words != "" {
		indexes = append(indexes, words)
	}
	if r.Titles {
		indexes = append(indexes, "titles")
	}
	parts = append(parts, strings.Join(indexes, ", "), r.License)
	switch {
	case r.State == "quarantined":
		parts = append(parts, r.State+" ("+r.Reason+")")
	case r.State == "degraded":
		parts = append(parts, "degraded: some entries are damaged")
	}
	if r.State != "quarantined" && r.Reason != "" {
		parts = append(parts, "a newer file is not served ("+r.Reason+")")
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

// articles is a rounded count with its noun.
func articles(n uint64) string {
	if n == 1 {
		return "1 article"
	}
	return rounded(n) + " articles"
}

// rounded writes 6912345 as 6.9M.
func rounded(n uint64) string {
	switch {
	case n >= 1_000_000:
		return fmt.Sprintf("%.1fM", float64(n)/1e6)
	case n >= 10_000:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprint(n)
}

// languageList shortens "eng,fra" to "en, fr"; of many languages the first ones.
func languageList(codes string) string {
	var out []string
	for c := range strings.SplitSeq(codes, ",") {
		if c = shortLanguage(c); c != "" && len(out) < 6 {
			out = append(out, c)
		}
	}
	return strings.Join(out, ", ")
}

// languageCode is a code without what stands around it. Some archives, made by a slip on a command line, hold "=en". Their
// titles have the same '=' and are shown as they are stored: in a title it can be meant.
func languageCode(code string) string { return strings.Trim(strings.TrimSpace(code), "=") }

// shortLanguage is a language's shortest code; what is no code is cleaned and clipped.
func shortLanguage(code string) string {
	code = languageCode(code)
	if tag, err := language.Parse(code); err == nil && utf8.RuneCountInString(code) <= 12 {
		return tag.String()
	}
	return article.Clip(short(code), 12)
}
