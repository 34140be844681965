package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// A Code says what kind of failure a tool met. The list is closed.
type Code string

// Codes of tool errors.
const (
	InvalidArgument Code = "invalid_argument" // unknown, missing, ill-typed or out of range
	NotFound        Code = "not_found"        // no such archive, entry or section
	Ambiguous       Code = "ambiguous"        // a title or address fits several entries equally
	NoIndex         Code = "no_index"         // the archive has no index for this
	NoLinkIndex     Code = "no_link_index"    // nobody knows what links to an entry of the archive
	BadCursor       Code = "bad_cursor"       // broken, of another call, or of an edition that was replaced
	TooLarge        Code = "too_large"        // a ceiling on bytes, nodes or depth
	Busy            Code = "busy"             // try again soon
	Timeout         Code = "timeout"          // the deadline passed
	CorruptArchive  Code = "corrupt_archive"  // damaged data behind this entry
	Internal        Code = "internal"         // anything else; never with a text
)

// Codes returns all codes.
func Codes() []Code {
	return []Code{InvalidArgument, NotFound, Ambiguous, NoIndex, NoLinkIndex, BadCursor, TooLarge, Busy, Timeout, CorruptArchive, Internal}
}

// An Error is what a client is told of a failure. Every text in it is ours or cleaned: no file name, no host, no text of
// another error.
type Error struct {
	Code       Code
	Field      string   // argument at fault, "" when none is
	Reason     string   // what is wrong, a phrase
	Allowed    []string // what would be right
	DidYouMean []string // nearest values or ids, best first
	Next       *Call    // a call that is ready to send
	RetryAfter time.Duration
}

// A Call is a tool with arguments, as a client would send it.
type Call struct {
	Tool      string          `json:"tool"`
	Arguments json.RawMessage `json:"arguments"`
}

// callOf makes a call whose arguments are strings. They are marshalled, so whatever they hold cannot leave its place.
func callOf(tool string, args map[string]string) *Call {
	text, _ := json.Marshal(args) // strings always marshal
	return &Call{Tool: tool, Arguments: text}
}

// maxErrorText bounds the text of an error, in bytes.
const maxErrorText = 400

// Error returns at most 400 bytes: what was wrong, what is allowed, the call to make instead. What does not fit is left out,
// the call first.
func (e *Error) Error() string {
	text := string(e.Code) + ":"
	if e.Field != "" && (e.Code == InvalidArgument || e.Code == BadCursor) { // the other reasons are sentences of their own
		text += " " + e.Field
	}
	text = clipBytes(text+" "+e.Reason, maxErrorText)
	add := func(s string) {
		if len(text)+len(s) <= maxErrorText {
			text += s
		}
	}
	if len(e.DidYouMean) > 0 {
		add("; did you mean " + strings.Join(e.DidYouMean, " or ") + "?")
	}
	if len(e.Allowed) > 0 {
		add("; allowed: " + strings.Join(e.Allowed, ", "))
	}
	if e.RetryAfter > 0 {
		add(fmt.Sprintf("; try again in %d ms", e.RetryAfter.Milliseconds()))
	}
	if e.Next != nil {
		add("; next: " + e.Next.Tool + " " + string(e.Next.Arguments))
	}
	return text
}

// clipBytes cuts s to max bytes, and a rune that the cut went through with it.
func clipBytes(s string, max int) string {
	if len(s) <= max {
		return s
	}
	return strings.ToValidUTF8(s[:max], "")
}

// errorData is the structured form.
type errorData struct {
	Code       Code     `json:"code"`
	Field      string   `json:"field,omitempty"`
	Message    string   `json:"message"`
	Allowed    []string `json:"allowed,omitempty"`
	DidYouMean []string `json:"did_you_mean,omitempty"`
	Next       *Call    `json:"next_call,omitempty"`
	RetryAfter int64    `json:"retry_after_ms,omitempty"`
}

// result is the error as a tool's reply: isError with HTTP 200, because a model is to read it and try again.
func (e *Error) result() *mcp.CallToolResult {
	return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: e.Error()}},
		StructuredContent: errorData{e.Code, e.Field, e.Reason, e.Allowed, e.DidYouMean, e.Next, e.RetryAfter.Milliseconds()}}
}

// toError is the only way by which a failure of another package reaches a client.
func toError(err error) *Error {
	var (
		own       *Error
		refused   *policy.Error
		missing   *search.NotFound
		ambiguous *search.Ambiguous
		unlinked  *search.NoLinkIndex
	)
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &refused):
		return fromPolicy(refused)
	case errors.As(err, &missing):
		return fromNotFound(missing)
	case errors.As(err, &ambiguous):
		return fromAmbiguous(ambiguous)
	case errors.As(err, &unlinked):
		return &Error{Code: NoLinkIndex, Field: "direction", Reason: unlinked.Reason, Allowed: []string{dirSimilar, dirEditions}}
	}
	return fromSentinel(err)
}

// fromSentinel maps the errors that carry nothing a client may see.
func fromSentinel(err error) *Error {
	list := &Call{Tool: "library", Arguments: json.RawMessage(`{}`)}
	for _, m := range []struct {
		is  error
		err Error
	}{
		{context.DeadlineExceeded, Error{Code: Timeout, Reason: "the call took too long; ask for less", Next: list}},
		{library.ErrUnknownArchive, Error{Code: NotFound, Field: "archive", Reason: "no such archive", Next: list}},
		{library.ErrClosed, Error{Code: Busy, Reason: "the server is stopping", RetryAfter: 5 * time.Second}},
		{zim.ErrClosed, Error{Code: Busy, Reason: "the archive was just replaced", RetryAfter: time.Second}},
		{library.ErrQuarantined, Error{Code: CorruptArchive, Field: "archive", Reason: "the archive cannot be read at present", Next: list}},
		{zim.ErrNoIndex, Error{Code: NoIndex, Field: "archive", Reason: "the archive has no index for this", Next: list}},
		{zim.ErrTooLarge, Error{Code: TooLarge, Reason: "the entry is larger than a call may read"}},
		{article.ErrTooDeep, Error{Code: TooLarge, Field: "view", Reason: "the page is nested too deeply for this view", Allowed: []string{"text", "outline", "raw"}}},
		{zim.ErrRedirectLoop, Error{Code: CorruptArchive, Field: "id", Reason: "the redirects of this entry lead nowhere"}},
		{zim.ErrNotFound, Error{Code: NotFound, Field: "id", Reason: "the archive has no such entry"}},
		{zim.ErrIsRedirect, Error{Code: CorruptArchive, Field: "id", Reason: "the entry leads nowhere"}},
		{zim.ErrCorrupt, damaged}, {zim.ErrFormat, damaged}, {zim.ErrTruncated, damaged}, {zim.ErrVersion, damaged},
		{zim.ErrCompression, damaged}, {zim.ErrChecksum, damaged},
	} {
		if errors.Is(err, m.is) {
			e := m.err
			return &e
		}
	}
	if format := (*zim.FormatError)(nil); errors.As(err, &format) {
		e := damaged
		return &e
	}
	return &Error{Code: Internal, Reason: "internal error"}
}

var damaged = Error{Code: CorruptArchive, Reason: "the archive is damaged here; other entries may be readable"}

// fromPolicy keeps the words of policy, which are fixed by contract, and cleans what may repeat the caller's.
func fromPolicy(p *policy.Error) *Error {
	reason := p.Reason
	if p.Limit != 0 {
		reason += fmt.Sprintf(" (limit %d, got %d)", p.Limit, p.Got)
	}
	return &Error{Code: InvalidArgument, Field: p.Field, Reason: reason, Allowed: p.Allowed, DidYouMean: p.DidYouMean}
}

// fromNotFound says what is missing and offers the nearest there is. It never opens anything in its place: an answer from
// another article would be cited as if it had been asked for.
func fromNotFound(n *search.NotFound) *Error {
	e := &Error{Code: NotFound, Field: "id", DidYouMean: shown(n.Candidates)}
	switch n.What {
	case "archive", "edition":
		e.Field = "archive"
		e.Reason = "no " + n.What + " is called " + quoted(n.Asked)
		e.Next = callOf("library", map[string]string{})
		if len(e.DidYouMean) > 0 {
			e.Next = callOf("library", map[string]string{"filter": e.DidYouMean[0]})
		}
		return e
	case "main page":
		e.Reason = "the archive has no main page"
	case "address":
		e.Reason = "no archive holds the page at this address"
	default:
		e.Reason = "no entry is called " + quoted(n.Asked)
		if n.Archive != "" {
			e.Reason += " in " + string(n.Archive)
		}
	}
	if len(e.DidYouMean) > 0 {
		e.Next = callOf("fetch", map[string]string{"id": e.DidYouMean[0]})
	} else if title := article.PlainLine(article.Clip(n.Asked, 100)); title != "" && n.What == "entry" {
		e.Next = callOf("search", map[string]string{"query": title})
	}
	return e
}

// fromAmbiguous lists the options as ids that open, for the caller to choose.
func fromAmbiguous(a *search.Ambiguous) *Error {
	e := &Error{Code: Ambiguous, Field: "id", Reason: quoted(a.Asked) + " fits several entries equally well"}
	for _, h := range a.Options[:min(len(a.Options), maxOptions)] {
		e.DidYouMean = append(e.DidYouMean, shownID(h, ""))
	}
	if len(e.DidYouMean) > 0 {
		e.Next = callOf("fetch", map[string]string{"id": e.DidYouMean[0]})
	}
	return e
}

// maxOptions bounds the options of an ambiguous request.
const maxOptions = 12

// shown cleans candidates, which hold paths from archives.
func shown(candidates []string) []string {
	out := make([]string, 0, len(candidates))
	for _, c := range candidates {
		if plain := article.PlainLine(c); plain == c && len(c) <= 600 {
			out = append(out, c) // an id that had to be cleaned would not open
		}
	}
	return out
}

// quoted repeats what the caller sent, cleaned and clipped.
func quoted(s string) string { return `"` + article.PlainLine(article.Clip(s, 60)) + `"` }
