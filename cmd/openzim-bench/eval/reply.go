package eval

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Reply is what a tool answered, read as a client would.
type Reply struct {
	Text       string // text blocks, joined
	Structured string // structuredContent as JSON; "" without
	Passages   []Shown
	Reason     string // why there is nothing good, a code of the server; "" otherwise
	None       bool   // the reply says that nothing good was found
	Ambiguous  bool   // options of a disambiguation page are offered
	Offers     bool   // there are suggestions
	Cursor     string // of the next page
	Failed     bool   // the result is an error
	Differs    bool   // text and structured part show different passages
}

// A Shown is a passage as a reply shows it.
type Shown struct {
	ID, Title, Text string
	From            string // title of the redirect that led to it
	Weak            bool
	Ambiguous       bool // a disambiguation page
}

// structured is what is read of structuredContent.
type structured struct {
	Results []struct {
		ID      string `json:"id"`
		Title   string `json:"title"`
		Text    string `json:"text"`
		From    string `json:"from"`
		Weak    bool   `json:"weak"`
		Kind    string `json:"kind"`
		Options []any  `json:"options"`
	} `json:"results"`
	Kind       string `json:"kind"`
	Options    []any  `json:"options"`
	Suggest    []any  `json:"suggest"`
	Reason     string `json:"reason"`
	NextCursor string `json:"next_cursor"`
}

// Reasons that say that nothing good was found.
var noneReasons = []string{"no_match", "weak_match", "no_title", "stop_words_only", "script_mismatch"}

var (
	noneLine   = regexp.MustCompile(`(?m)^(?:-- )?(?:no good match for|nothing found for|no title in )`)
	cursorLine = regexp.MustCompile(`(?m)^-- next_cursor: (\S+)$`)
)

// ParseReply reads a result of search or fetch. data is structuredContent as JSON, or nil.
func ParseReply(text string, data []byte, failed bool) Reply {
	r := Reply{Text: text, Structured: string(data), Failed: failed, Passages: ParseText(text)}
	var s structured
	if len(data) > 0 && json.Unmarshal(data, &s) == nil {
		r.fromStructured(s)
	}
	if m := cursorLine.FindStringSubmatch(text); m != nil && r.Cursor == "" {
		r.Cursor = m[1]
	}
	r.Offers = r.Offers || strings.Contains(text, "did you mean:")
	weak := len(r.Passages) > 0 && !slices.ContainsFunc(r.Passages, func(p Shown) bool { return !p.Weak })
	r.None = !failed && (len(r.Passages) == 0 || weak || slices.Contains(noneReasons, r.Reason) || noneLine.MatchString(text))
	r.Ambiguous = r.Ambiguous || slices.ContainsFunc(r.Passages, func(p Shown) bool { return p.Ambiguous })
	return r
}

// fromStructured prefers the structured part, and notes when the text shows something else.
func (r *Reply) fromStructured(s structured) {
	r.Reason, r.Cursor = s.Reason, s.NextCursor
	r.Ambiguous = s.Kind == "disambiguation" || len(s.Options) > 0
	r.Offers = len(s.Suggest) > 0
	if s.Results == nil {
		return
	}
	inText := r.Passages
	r.Passages = nil
	for _, x := range s.Results {
		r.Passages = append(r.Passages, Shown{ID: x.ID, Title: x.Title, Text: x.Text, From: x.From, Weak: x.Weak,
			Ambiguous: x.Kind == "disambiguation" || len(x.Options) > 0})
	}
	r.Differs = !slices.EqualFunc(inText, r.Passages, func(a, b Shown) bool {
		return a.ID == b.ID && strings.TrimSpace(a.Text) == strings.TrimSpace(b.Text)
	})
}

// passageLine opens a passage: number, title, and as last word the id in parentheses.
var passageLine = regexp.MustCompile(`^\[(\d+)\] (.*?) ?\((\S+/\S*)\)$`)

// fromTitle is the mark of a redirect at the end of a title.
var fromTitle = regexp.MustCompile(`^(.*) \(from "(.*)"\)(.*)$`)

// ParseText reads the passages of the text block of search. A line opens a passage only when its number is the next one.
func ParseText(text string) []Shown {
	var list []Shown
	var body []string
	end := func() {
		if len(list) > 0 {
			list[len(list)-1].Text = strings.Trim(strings.Join(body, "\n"), "\n")
		}
		body = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		m := passageLine.FindStringSubmatch(line)
		if m != nil && m[1] == strconv.Itoa(len(list)+1) {
			end()
			list = append(list, shown(m[2], m[3]))
			continue
		}
		if strings.HasPrefix(line, "-- ") {
			break // our own words come last
		}
		body = append(body, line)
	}
	end()
	return list
}

// shown reads the title of a passage's first line.
func shown(title, id string) Shown {
	p := Shown{ID: id}
	title, p.Weak = strings.CutPrefix(title, "weak: ")
	if m := fromTitle.FindStringSubmatch(title); m != nil {
		title, p.From = m[1]+m[3], m[2]
	}
	title, p.Ambiguous = cutAny(title, " (disambiguation page)")
	p.Title = title
	return p
}

func cutAny(s, mark string) (string, bool) {
	before, after, found := strings.Cut(s, mark)
	return before + after, found
}
