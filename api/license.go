package api

import (
	"regexp"
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// longLicense is how long the text of a licence may be, in runes, to be taken for its name.
const longLicense = 40

// Names of licences, as scrapers and people write them.
var (
	licenses = regexp.MustCompile(`(?i)\bCC[ -]?0\b(?: ?1\.0)?|\bCC[ -]BY(?:[ -](?:NC|ND|SA)\b)*(?:[ -]?v?\d\.\d)?|` +
		`\bCreative[ -]Commons(?:[ -]+(?:Attribution|Non-?Commercial|No-?Deriv(?:ative)?s?|Share[ -]?Alike|Zero)\b)+(?:[ -]+(?:Licen[cs]e )?v?\d\.\d)?|` +
		`\bcreativecommons\.org/licenses/by[a-z-]*/\d\.\d|` +
		`\bGFDL\b|\bGNU Free Documentation Licen[cs]e\b|\bpublic domain\b`)
	licenseVersion = regexp.MustCompile(`\d\.\d`)
	deniedDomain   = regexp.MustCompile(`(?i)\bnot(?: yet)?(?: in| part of)?(?: the)? $`)
)

// licenseName returns the names of the licences in a text about them, in order, separated by ", ". Without any, found is
// false, and it returns the text, at most 80 runes of it.
func licenseName(text string) (name string, found bool) {
	var names []string
	for _, at := range licenses.FindAllStringIndex(text, 8) {
		name := commonName(text[at[0]:at[1]])
		if name == publicDomain && deniedDomain.MatchString(text[:at[0]]) || slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, name) }) {
			continue
		}
		names = slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(name, n+" ") }) // now with its version
		names = append(names, name)
	}
	if len(names) == 0 {
		return clipWords(text, 80), false
	}
	return strings.Join(names, ", "), true
}

const publicDomain = "public domain"

// commonName is the usual short form of a licence's name, such as "CC BY-SA 4.0".
func commonName(name string) string {
	low := strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(name))
	switch {
	case low == "publicdomain":
		return publicDomain
	case low == "gfdl" || strings.HasPrefix(low, "gnu"):
		return "GFDL"
	case strings.HasPrefix(low, "cc0") || strings.Contains(low, "zero"):
		return "CC0"
	}
	_, address, _ := strings.Cut(low, "/licenses/by")
	out := "CC BY"
	for _, part := range [...]struct{ short, long, sign string }{{"nc", "noncommercial", "-NC"}, {"nd", "noderiv", "-ND"}, {"sa", "sharealike", "-SA"}} {
		if short := strings.HasPrefix(low, "cc") && strings.Contains(low, part.short) || strings.Contains(address, part.short); short || strings.Contains(low, part.long) {
			out += part.sign
		}
	}
	if v := licenseVersion.FindString(name); v != "" {
		out += " " + v
	}
	return out
}

// clipWords clips a text as [article.Clip] does, but behind a word where it has several.
func clipWords(s string, most int) string {
	c := article.Clip(s, most)
	if c == s {
		return s
	}
	whole := strings.HasPrefix(s[len(c)-len("…"):], " ")
	if i := strings.LastIndexByte(c, ' '); i > 0 && !whole {
		return strings.TrimRight(c[:i], " ,.;:-") + "…"
	}
	return c
}
