package search

import (
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// kinds are what archives are called by those who choose among them, with the words that tell them: of the name, of the tags
// and of the scraper, in small letters. An archive may be of several kinds.
var kinds = []struct {
	name  string
	signs []string
}{
	{"book", signs("gutenberg gutenberg2zim wikibooks wikisource books ebooks")},
	{"course", signs("khan kolibri kolibri2zim openedx openedx2zim freecodecamp fcc2zim libretexts mindtouch2zim phet phet2zim courses")},
	{"dictionary", signs("wiktionary wordnet dictionary dict gcide")},
	{"guide", signs("ifixit ifixit2zim wikihow wikihow2zim wikivoyage")},
	{"manual", signs("manual manuals devdocs devdocs2zim documentation docs reference man")},
	{"stackexchange", signs("stackexchange sotoki stackoverflow askubuntu superuser serverfault mathoverflow")},
	{"video", signs("ted ted2zim youtube youtube2zim videos video")},
	{"website", signs("zimit zimit2 warc2zim")},
	{"wiki", signs("mwoffliner mediawiki wiki wikipedia wiktionary wikibooks wikiquote wikisource wikivoyage wikinews wikiversity wikispecies")},
	{"wikibooks", signs("wikibooks")},
	{"wikinews", signs("wikinews")},
	{"wikipedia", signs("wikipedia")},
	{"wikiquote", signs("wikiquote")},
	{"wikisource", signs("wikisource")},
	{"wikiversity", signs("wikiversity")},
	{"wikivoyage", signs("wikivoyage")},
	{"wiktionary", signs("wiktionary")},
}

func signs(list string) []string { return strings.Fields(list) }

// kindsOf returns the kinds of an archive, sorted; none when nothing tells.
func kindsOf(m library.Meta) []string {
	has := signsOf(m)
	var out []string
	for _, k := range kinds {
		if slices.ContainsFunc(k.signs, func(s string) bool { return has[s] }) {
			out = append(out, k.name)
		}
	}
	return out
}

// isKind reports whether an archive is of a kind, a plural counting as its singular. What is in no list of kinds is looked for
// among the tags and the words of the name: those who pack archives know more kinds.
func isKind(m library.Meta, asked string) bool {
	one := strings.TrimSuffix(asked, "s")
	for _, k := range kindsOf(m) {
		if k == asked || k == one {
			return true
		}
	}
	known := slices.ContainsFunc(kinds, func(k struct {
		name  string
		signs []string
	}) bool {
		return k.name == asked || k.name == one
	})
	return !known && signsOf(m)[strings.ReplaceAll(asked, " ", "_")]
}

// signsOf are the words by which an archive's kind can be told.
func signsOf(m library.Meta) map[string]bool {
	has := map[string]bool{}
	add := func(text string, cut func(rune) bool) {
		for _, w := range strings.FieldsFunc(strings.ToLower(text), cut) {
			has[w] = true
		}
	}
	add(strings.ReplaceAll(m.Name, "stack_exchange", "stackexchange"), func(r rune) bool { return r == '_' || r == '.' || r == '-' || r == ' ' })
	add(m.Scraper, func(r rune) bool { return strings.ContainsRune(" /,;()", r) })
	for tag := range strings.SplitSeq(strings.ToLower(m.Tags), ";") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "_category:")
		has[tag] = true
		has[strings.ReplaceAll(tag, "_", "")] = true
	}
	delete(has, "")
	return has
}
