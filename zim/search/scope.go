package search

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/openzim-mcp/openzim-mcp/policy"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// Scope returns the references of the archives that any of parts names, sorted, each once: what [Engine.Ask] and
// [Engine.Titles] take. A name alone may be that of a collection. Editions other than the newest take part where they are
// named.
//
// It fails with *[NotFound] for an archive that is unknown, and with a [*policy.Error] that says what there is for a language
// that no archive is in, a kind that none is of, and a collection that nobody has defined. A collection may name archives
// that are not there: they are left out, but one of which nothing is there fails.
func (e *Engine) Scope(parts []policy.ScopePart) ([]string, error) {
	refs := map[string]bool{}
	for _, p := range parts {
		if err := e.scopePart(p, refs); err != nil {
			return nil, err
		}
	}
	return slices.Sorted(maps.Keys(refs)), nil
}

// scopePart adds the archives that a part names.
func (e *Engine) scopePart(p policy.ScopePart, to map[string]bool) error {
	switch p.Kind {
	case policy.ScopeLanguage:
		return e.selected(to, func(s library.Status) bool { return speaks(s.Meta.Language, p.Value) }, func() error { return e.noLanguage(p.Value) })
	case policy.ScopeKindOf:
		return e.selected(to, func(s library.Status) bool { return isKind(s.Meta, p.Value) }, func() error { return e.noKind(p.Value) })
	case policy.ScopeCollection:
		return e.collection(p.Name, to)
	}
	ref := string(p.Name)
	if p.Edition != "" {
		ref += "@" + p.Edition
	}
	_, _, release, err := e.acquire(ref)
	if nf, ok := err.(*NotFound); ok {
		if e.collections[p.Name] != nil && p.Edition == "" {
			return e.collection(p.Name, to)
		}
		return nf
	}
	if err == nil { // else it is there and cannot be read, which the search will say
		release()
	}
	to[ref] = true
	return nil
}

// selected adds the newest editions of which fits says so, or fails with none.
func (e *Engine) selected(to map[string]bool, fits func(library.Status) bool, none func() error) error {
	found := false
	for _, s := range e.lib.All() {
		if s.Newest && s.Served && fits(s) {
			to[s.Name], found = true, true
		}
	}
	if !found {
		return none()
	}
	return nil
}

// collection adds the archives of a collection.
func (e *Engine) collection(name policy.ArchiveName, to map[string]bool) error {
	parts, ok := e.collections[name]
	if !ok {
		var names []string
		for n := range e.collections {
			names = append(names, string(n))
		}
		slices.Sort(names)
		return noScope("names no collection of this library", "collection:", string(name), names)
	}
	var last error
	found := false
	for _, p := range parts {
		if err := e.scopePart(p, to); err != nil {
			last = err
			continue
		}
		found = true
	}
	if !found {
		return last
	}
	return nil
}

// mostOffered is how many languages, kinds or collections an error lists.
const mostOffered = 30

// noScope is the error of a part that fits nothing. have is what would.
func noScope(reason, key, asked string, have []string) error {
	err := &policy.Error{Field: "archive", Reason: reason}
	for _, h := range have[:min(len(have), mostOffered)] {
		err.Allowed = append(err.Allowed, key+h)
	}
	for _, h := range policy.Nearest(asked, have, maxCandidates) {
		err.DidYouMean = append(err.DidYouMean, key+h)
	}
	return err
}

// noLanguage is the error of a language that no archive is in.
func (e *Engine) noLanguage(asked string) error {
	have := map[string]bool{}
	for _, s := range e.lib.All() {
		for _, l := range languagesOf(s.Meta.Language) {
			have[l.code] = true
		}
	}
	return noScope("names a language of no archive", "lang:", asked, slices.Sorted(maps.Keys(have)))
}

// noKind is the error of a kind that no archive is of.
func (e *Engine) noKind(asked string) error {
	have := map[string]bool{}
	for _, s := range e.lib.All() {
		for _, k := range kindsOf(s.Meta) {
			have[k] = true
		}
	}
	return noScope("names a kind of no archive", "kind:", asked, slices.Sorted(maps.Keys(have)))
}

// A spoken is a language as an archive names it.
type spoken struct {
	code string // the shortest there is, without region and script
	tag  language.Tag
}

// mostSpoken are looked at of one archive.
const mostSpoken = 64

// languagesOf reads ISO 639 codes separated by commas. What is no code is left as it is.
func languagesOf(codes string) []spoken {
	var out []spoken
	for c := range strings.SplitSeq(codes, ",") {
		c = strings.ToLower(strings.Trim(c, " =")) // some archives hold "=en", by a slip on a command line
		if c == "" || len(out) == mostSpoken {
			continue
		}
		out = append(out, spokenAs(c))
	}
	return out
}

// spokenAs reads one code.
func spokenAs(code string) spoken {
	if t, ok := terminological[code]; ok {
		code = t
	}
	tag, err := language.Parse(code)
	if err != nil {
		return spoken{code: code}
	}
	base, _ := tag.Base()
	return spoken{base.String(), language.Make(base.String())}
}

// speaks reports whether one of the languages of an archive is meant by a code or by a name, in English or in the language
// itself.
func speaks(codes, asked string) bool {
	want := spokenAs(asked).code
	for _, l := range languagesOf(codes) {
		if l.code == want || l.code == asked {
			return true
		}
		if l.tag != language.Und && (strings.EqualFold(display.English.Languages().Name(l.tag), asked) || strings.EqualFold(display.Self.Name(l.tag), asked)) {
			return true
		}
	}
	return false
}

// terminological has the codes of languages of ISO 639-2/T by those of 639-2/B, where they differ.
var terminological = map[string]string{"alb": "sqi", "arm": "hye", "baq": "eus", "bur": "mya", "chi": "zho", "cze": "ces", "dut": "nld",
	"fre": "fra", "geo": "kat", "ger": "deu", "gre": "ell", "ice": "isl", "mac": "mkd", "mao": "mri", "may": "msa", "per": "fas",
	"rum": "ron", "slo": "slk", "tib": "bod", "wel": "cym"}
