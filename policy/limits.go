package policy

import "fmt"

// Defaults of [Limits], and the most that each may be set to.
const (
	DefaultQueryRunes = 1000
	MaxQueryRunes     = 10_000
	DefaultPathBytes  = 4096
	MaxPathBytes      = 64 << 10 // the longest path a reader of archives lets through
	DefaultResults    = 100
	MaxResults        = 100
	DefaultReplyChars = 100_000
	MaxReplyChars     = 1_000_000
	DefaultTokens     = 8000
	MaxTokens         = 8000
)

// Limits bounds what one call may ask for. The zero value is the safe default; zero in a field means the
// default named beside it. Nothing is ever clamped: what passes a limit is refused with the limit named.
type Limits struct {
	QueryRunes int  // code points of a query, trimmed (1 to 10,000); 0 means 1,000
	PathBytes  int  // bytes of an entry path, decoded (1 to 65,536); 0 means 4,096
	Results    int  // results in one answer (1 to 100); 0 means 100
	ReplyBytes int  // characters of text in one answer (1,000 to 1,000,000); 0 means 100,000
	Tokens     int  // the most max_tokens a caller may ask for (100 to 8,000); 0 means 8,000
	Verbatim   bool // search free text as sent: keep controls and invisible characters. Invalid UTF-8 and NUL stay refused
}

// WithDefaults returns l with every zero replaced by its default.
func (l Limits) WithDefaults() Limits {
	for _, f := range l.fields() {
		if *f.value == 0 {
			*f.value = f.def
		}
	}
	return l
}

// Validate returns an [*Error] for the first field that is outside its range, nil when all are inside.
func (l Limits) Validate() error {
	for _, f := range l.fields() {
		if v := *f.value; v != 0 && (v < f.min || v > f.max) {
			return outOfRange(f.name, v, f.min, f.max)
		}
	}
	return nil
}

type limitField struct {
	name          string
	value         *int
	def, min, max int
}

func (l *Limits) fields() []limitField {
	return []limitField{
		{"query_runes", &l.QueryRunes, DefaultQueryRunes, 1, MaxQueryRunes},
		{"path_bytes", &l.PathBytes, DefaultPathBytes, 1, MaxPathBytes},
		{"results", &l.Results, DefaultResults, 1, MaxResults},
		{"reply_bytes", &l.ReplyBytes, DefaultReplyChars, 1000, MaxReplyChars},
		{"tokens", &l.Tokens, DefaultTokens, 100, MaxTokens},
	}
}

// ParseLimit reads a number a client may leave out, such as limit or max_tokens: 0 means def; anything outside
// [1, max] is refused with the range, never clamped. It does NOT check that def is in the range.
func ParseLimit(field string, n, def, max int) (int, error) { return ParseRange(field, n, def, 1, max) }

// ParseRange is ParseLimit with a lower bound of its own: 0 means def, anything else outside [min, max] is refused.
func ParseRange(field string, n, def, min, max int) (int, error) {
	if n == 0 {
		return def, nil
	}
	if n < min || n > max {
		return 0, outOfRange(field, n, min, max)
	}
	return n, nil
}

// ParseChoice reads one value of an enumeration: "" means the first, case and surrounding white space are
// tolerated. Anything else is refused with the list and the nearest value.
func ParseChoice(field, s string, allowed ...string) (string, error) {
	s = trimASCII(s)
	if s == "" && len(allowed) > 0 {
		return allowed[0], nil
	}
	folded := lowerASCII(s)
	for _, a := range allowed {
		if lowerASCII(a) == folded {
			return a, nil
		}
	}
	return "", &Error{Field: field, Reason: "is not a known value", Allowed: allowed, DidYouMean: Nearest(s, allowed, 1)}
}

// outOfRange makes the Error of a number outside [min, max]; Limit is the end that was passed.
func outOfRange(field string, n, min, max int) *Error {
	e := refuse(field, "is out of range", fmt.Sprintf("%d to %d", min, max))
	e.Limit, e.Got = max, n
	if n < min {
		e.Limit = min
	}
	return e
}
