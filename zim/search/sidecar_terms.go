package search

import (
	"slices"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar/terms"
)

// maxIndexed is the length in bytes from which on a word is not indexed. Such words are data, and no one asks for them.
const maxIndexed = 64

// A termWriter makes terms of texts for a sidecar, in the way in which passages are compared with questions: the same
// folding, the same stems, characters and pairs of them where words are written solid. It is for one goroutine.
type termWriter struct {
	batch *terms.Batch
	stems *stems
}

func newTermWriter(language string) *termWriter {
	return &termWriter{batch: terms.NewBatch(), stems: newStems(language)}
}

// An indexedDoc is what is kept of an article beside its terms.
type indexedDoc struct {
	entry  uint32
	length uint32 // of the body: the sum of how often it has each term
	title  uint32 // the same of the title
}

// add indexes an article, and reports false when it has no text. The words of its title count as many times more as its
// text is long, as they do in the indexes that archives bring along: else they would count for nothing in a long text.
func (w *termWriter) add(entry uint32, title string, d *article.Document) (doc indexedDoc, most uint32, ok bool) {
	size := 0
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Kind != article.Comment {
			folded := plain(b.Text)
			size += len(folded)
			w.words(folded, func(term string) {
				w.batch.Add(terms.Body, term, 1)
				ok = true
			})
		}
	}
	if !ok {
		return doc, 0, false
	}
	folded := plain(title)
	w.words(folded, func(term string) { w.batch.Add(terms.Body, term, uint32(size/titleEvery+1)) })
	readWords(folded, func(t textWord, _ int) {
		if len(t.text) <= maxIndexed {
			w.batch.Add(terms.Title, t.text, 1)
		}
	})
	lengths, most := w.batch.Next()
	return indexedDoc{entry: entry, length: lengths[terms.Body], title: lengths[terms.Title]}, most, true
}

// titleEvery is after how many bytes of text the words of the title count once more.
const titleEvery = 500

// words yields the terms of a folded text.
func (w *termWriter) words(folded string, yield func(term string)) {
	readWords(folded, func(t textWord, _ int) {
		switch {
		case len(t.text) > maxIndexed:
		case t.solid:
			yield(t.text)
		default:
			yield(w.stems.of(t.text))
		}
	})
}

// sidecarLanguage returns the language by which the text of an archive is stemmed in a sidecar: what the archive says, when
// that is one language with a stemmer. Codes that only libraries use are understood, too.
func sidecarLanguage(archive string) string {
	first, _, several := strings.Cut(strings.ToLower(strings.TrimSpace(archive)), ",")
	if several {
		return ""
	}
	if i := slices.IndexFunc(libraryCodes, func(c [2]string) bool { return c[0] == first }); i >= 0 {
		first = libraryCodes[i][1]
	}
	if stem.Language(first) == "" {
		return ""
	}
	return first
}

// libraryCodes are the codes of ISO 639-2/B that differ from those of ISO 639-2/T, of languages with a stemmer.
var libraryCodes = [][2]string{
	{"arm", "hye"}, {"baq", "eus"}, {"dut", "nld"}, {"fre", "fra"}, {"ger", "deu"}, {"gre", "ell"}, {"rum", "ron"},
}
