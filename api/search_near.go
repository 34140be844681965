package api

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

type searchNearInput struct {
	searchInput
	Near string `json:"near"`
}

// searchNearTool is search with what the extended profile adds to it.
func (s *Surface) searchNearTool() tool {
	t := s.searchTool()
	t.input = extended(t.input, `"near":{"type":"string","description":"Only places near: lat,lon,5km. Needs no query."}`)
	t.output = json.RawMessage(nearOutput)
	return define(t, s.searchNear)
}

// nearOutput describes what replies with near and without it have in common.
const nearOutput = `{"type":"object","properties":{"results":{"type":"array","items":{"type":"object"}},"provenance":{"type":"array"},` +
	`"searched":{"type":"integer"},"reason":{"type":"string"},"trust":{"type":"string"}},"required":["results","provenance","searched","trust"]}`

// searchNear lists places when near is given, and is search otherwise.
func (s *Surface) searchNear(ctx context.Context, in searchNearInput) (*reply, error) {
	if strings.TrimSpace(in.Near) == "" {
		return s.search(ctx, in.searchInput)
	}
	near, err := policy.ParseNear(in.Near)
	if err != nil {
		return nil, err
	}
	query, err := policy.ParseText("query", in.Query, s.opts.Limits)
	if err != nil {
		return nil, err
	}
	limit, err := policy.ParseRange("limit", in.Limit, min(placesShown, s.opts.Limits.Results), 1, s.opts.Limits.Results)
	if err != nil {
		return nil, err
	}
	budget, err := s.budget(in.MaxTokens, searchTokens)
	if err != nil {
		return nil, err
	}
	archives, err := s.scope(in.Archive)
	if err != nil {
		return nil, err
	}
	p, err := s.engine.Places(ctx, near, query, archives, limit)
	if err != nil {
		return nil, err
	}
	if len(archives) == 1 && len(p.Failed) > 0 {
		return nil, s.whyNot(archives[0])
	}
	return s.placesReply(ctx, query, p, budget), nil
}

// placesShown is how many places a reply has at most when no number is asked for.
const placesShown = 10

// placesData is the structured form of a reply with near.
type placesData struct {
	Results    []placeRow   `json:"results"`    // by the query where there is one, else the nearest first
	Total      int          `json:"total"`      // places in the circle, of those that have a word of the query
	Searched   int          `json:"searched"`   // archives looked through
	With       []string     `json:"positions"`  // archives whose index has coordinates
	Provenance []provenance `json:"provenance"` // of the archives that appear
	Reason     string       `json:"reason,omitempty"`
	Late       []string     `json:"late,omitempty"`
	Failed     []string     `json:"failed,omitempty"`
	Trust      string       `json:"trust"`
}

// A placeRow is a place as data.
type placeRow struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	URL       string  `json:"url"`
	Text      string  `json:"text,omitempty"` // beginning of its passage that fits the query best, or of its lead
	Archive   string  `json:"archive"`
	Metres    int     `json:"metres"` // from the middle
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// placesReply writes a line and a few words for each place, as many as fit.
func (s *Surface) placesReply(ctx context.Context, query string, p *search.Places, budget int) *reply {
	d := &placesData{Results: []placeRow{}, Total: p.All, Searched: p.Searched, With: p.With, Provenance: []provenance{}, Late: p.Late, Failed: p.Failed, Trust: untrusted}
	r := &reply{data: d}
	n := &noticeWriter{r: r, room: budget / 3}
	n.places(d, p)
	room := budget - article.Tokens(strings.Join(r.notices, "\n")) - moreTokens
	for i := range p.List {
		row := s.placeRow(&p.List[i], p)
		if len(d.Results) < placesRead {
			row.Text = s.placeText(ctx, query, &p.List[i], p)
		}
		st := p.Archives[refOf(p.List[i].Archive, p.List[i].Edition)]
		source := provenanceOf(st)
		text := fmt.Sprintf("[%d] %s, %s (%s)\n", len(d.Results)+1, row.Title, distance(row.Metres), row.ID)
		if row.Text != "" {
			text += row.Text + "\n"
		}
		cost := article.Tokens(text) + 1
		if !seen(d.Provenance, source.Archive, source.Edition) {
			cost += article.Tokens(provenanceLine([]provenance{source.within(max(budget/8, 12))})) + 2
		}
		if cost > room {
			break
		}
		room -= cost
		if !seen(d.Provenance, source.Archive, source.Edition) {
			d.Provenance = append(d.Provenance, source)
			r.provenance = append(r.provenance, source.within(max(budget/8, 12)))
		}
		d.Results = append(d.Results, row)
		r.body.WriteString(text + "\n")
	}
	if more := p.All - len(d.Results); more > 0 && len(d.Results) > 0 {
		r.notice(fmt.Sprintf("%d more; raise limit or max_tokens, or take a smaller circle", more))
	}
	return r
}

// places says which archives have positions, and why there are no results.
func (n *noticeWriter) places(d *placesData, p *search.Places) {
	switch {
	case len(p.With) == 0 && p.Searched > 0:
		d.Reason = "no_positions"
		n.add("no archive searched has positions in its index; %s", "ask without near")
	case p.All == 0:
		d.Reason = string(search.NoMatch)
		n.add("nothing there in %s; take a larger circle or other words", listed(p.With))
	default:
		n.add("archives with positions: %s", listed(p.With))
	}
	if len(p.Late) > 0 {
		n.add("not searched in time: %s", listed(p.Late))
	}
	if len(p.Failed) > 0 {
		n.add("cannot be read at present: %s", listed(p.Failed))
	}
}

// placeRow is a place as data, without its text.
func (s *Surface) placeRow(x *search.Place, p *search.Places) placeRow {
	st := p.Archives[refOf(x.Archive, x.Edition)]
	return placeRow{ID: shownID(x.Hit, ""), Title: shownTitle(x.Hit), URL: pageURL(x.Hit, st, "", ""), Archive: string(x.Archive),
		Metres: int(x.Metres + 0.5), Latitude: roundedDegrees(x.Latitude), Longitude: roundedDegrees(x.Longitude)}
}

// roundedDegrees keeps what an index knows of degrees.
func roundedDegrees(d float64) float64 { return math.Round(d*1e5) / 1e5 }

// distance is how far it is, for people.
func distance(metres int) string {
	switch {
	case metres < 1000:
		return fmt.Sprintf("%d m", metres)
	case metres < 100_000:
		return fmt.Sprintf("%.1f km", float64(metres)/1000)
	}
	return fmt.Sprintf("%d km", (metres+500)/1000)
}

const (
	placesRead = 10 // articles of which words are shown
	placeRunes = 240
)

// placeText is the beginning of the passage of an article that fits the query best, or of its first one. A page that cannot be
// read costs only its text.
func (s *Surface) placeText(ctx context.Context, query string, x *search.Place, p *search.Places) string {
	st := p.Archives[refOf(x.Archive, x.Edition)]
	a, release, err := s.lib.Acquire(st.Ref())
	if err != nil {
		return ""
	}
	defer release()
	if a.Info().UUID != st.Info.UUID || kindOf(x.MIME, x.Path) != kindHTML {
		return ""
	}
	item, err := itemAt(ctx, a, x.Hit)
	if err != nil {
		return ""
	}
	f := &fetching{s: s, found: &search.Found{Hit: x.Hit, Status: st, Archive: a, Item: item}}
	doc, err := f.load(ctx, item, kindHTML)
	if err != nil {
		return ""
	}
	if query != "" {
		if parts, _, err := search.Within(ctx, doc, query, st.Meta.Language, 1); err == nil && len(parts) > 0 {
			return oneLine(parts[0].Text)
		}
	}
	for i := range doc.Blocks {
		if b := &doc.Blocks[i]; b.Kind == article.Paragraph && len(b.Text) > 40 {
			return oneLine(b.Text)
		}
	}
	return short(doc.Description)
}

// itemAt is the item of a hit.
func itemAt(ctx context.Context, a *zim.Archive, h search.Hit) (zim.Item, error) {
	e, err := a.LookupNS(ctx, h.Namespace, h.Path)
	if err != nil {
		return zim.Item{}, err
	}
	return e.Resolve(ctx)
}

// oneLine is Markdown on one line, clipped.
func oneLine(s string) string { return article.Guard(article.Clip(article.PlainLine(s), placeRunes)) }
