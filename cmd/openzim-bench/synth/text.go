package synth

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// A pages makes the items of one text cluster after another. One goroutine at a time.
type pages interface {
	// appendPage appends a page of about size bytes.
	appendPage(dst []byte, size int) []byte
}

// newPages returns the text of cluster number. Equal numbers give equal text.
func newPages(o Options, number int, corpus []byte) pages {
	r := rand.New(rand.NewPCG(o.Seed, uint64(number)))
	if corpus != nil {
		return &cutPages{text: corpus, pos: r.IntN(len(corpus))}
	}
	return &madePages{r: r, zipf: rand.NewZipf(r, zipfS, zipfV, vocabulary-1)}
}

// pageSize draws a size from an exponential distribution, as article sizes roughly are, cut at 16 means.
func pageSize(r *rand.Rand, mean int) int {
	return max(32, min(16*mean, int(-math.Log(1-r.Float64())*float64(mean))))
}

// How made-up text is drawn. The numbers are set so that level 19 finds the ratio, and the C library the
// decoding speed, of articles.
const (
	vocabulary = 1 << 15
	phrases    = 1 << 12
	zipfS      = 1.07
	zipfV      = 3
)

// madePages writes HTML of made-up words. Frequencies of words and of phrases follow Zipf's law.
type madePages struct {
	r    *rand.Rand
	zipf *rand.Zipf
}

func (p *madePages) appendPage(dst []byte, size int) []byte {
	end := len(dst) + size
	dst = append(dst, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"...)
	dst = p.words(dst, 3)
	dst = append(dst, "</title><link rel=\"stylesheet\" href=\"./-/style.css\"></head>\n<body class=\"mw-body\"><h1>"...)
	dst = p.words(dst, 3)
	dst = append(dst, "</h1>\n"...)
	for len(dst) < end {
		dst = p.block(dst)
	}
	return append(dst, "</body></html>\n"...)
}

// block appends a heading, a reference, a row of a table or a paragraph, as often as they come in articles.
func (p *madePages) block(dst []byte) []byte {
	switch k := p.r.IntN(16); {
	case k == 0:
		dst = append(dst, "<div class=\"mw-heading mw-heading2\"><h2 class=\"section-heading\">"...)
		return append(p.phrase(dst), "</h2></div>\n"...)
	case k < 4:
		n := p.r.IntN(200)
		dst = fmt.Appendf(dst, "<li id=\"cite_note-%d\"><span class=\"mw-cite-backlink\"><b><a href=\"#cite_ref-%d\">^</a></b></span>"+
			" <span class=\"reference-text\"><cite class=\"citation web cs1\">", n, n)
		return append(p.phrase(dst), "</cite></span></li>\n"...)
	case k < 7:
		dst = append(dst, "<tr><th scope=\"row\" class=\"infobox-label\">"...)
		dst = append(p.phrase(dst), "</th><td class=\"infobox-data\">"...)
		return append(fmt.Appendf(dst, "%d", p.r.IntN(100000)), "</td></tr>\n"...)
	default:
		dst = append(dst, "<p>"...)
		return append(p.sentences(dst, 1+p.r.IntN(3)), "</p>\n"...)
	}
}

func (p *madePages) sentences(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		for range 1 + p.r.IntN(2) {
			dst = append(p.phrase(dst), ' ')
		}
		if p.r.IntN(2) == 0 {
			dst = append(dst, "<a href=\"./"...)
			at := len(dst)
			dst = p.words(dst, 1)
			word := bytes.Clone(dst[at:])
			dst = append(dst, "\" title=\""...)
			dst = append(append(append(dst, word...), "\" class=\"mw-redirect\">"...), word...)
			dst = append(dst, "</a> "...)
		}
		dst = append(p.words(dst, 4+p.r.IntN(8)), ". "...)
	}
	return dst
}

// phrase appends one of the turns that come again and again in texts of one kind.
func (p *madePages) phrase(dst []byte) []byte {
	saved := *p
	number := p.zipf.Uint64() % phrases
	p.r = rand.New(rand.NewPCG(0x706872617365, number))
	p.zipf = rand.NewZipf(p.r, zipfS, zipfV, vocabulary-1)
	dst = p.words(dst, 3+p.r.IntN(10))
	*p = saved
	return dst
}

// words appends n words with spaces between them.
func (p *madePages) words(dst []byte, n int) []byte {
	for i := range n {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendWord(dst, p.zipf.Uint64())
	}
	return dst
}

// appendWord spells word w; frequent words are short.
func appendWord(dst []byte, w uint64) []byte {
	h := mix(w ^ 0x776f7264)
	for n := 1 + min(w/8, 1) + h%2 + min(w/4096, 1); n > 0; n-- {
		h >>= 7
		dst = append(dst, syllables[h%uint64(len(syllables))]...)
	}
	return dst
}

// cutPages cuts a corpus into pages, from a place of its own and round the end.
type cutPages struct {
	text []byte
	pos  int
}

func (p *cutPages) appendPage(dst []byte, size int) []byte {
	for size > 0 {
		n := min(size, len(p.text)-p.pos)
		dst = append(dst, p.text[p.pos:p.pos+n]...)
		p.pos, size = (p.pos+n)%len(p.text), size-n
	}
	return dst
}

// maxCorpus bounds what is read of a corpus: more than all distinct clusters need by default.
const maxCorpus = 256 << 20

var errFull = errors.New("corpus is large enough")

// readCorpus returns the text files under dir, one after another; files that are not UTF-8 are left out.
func readCorpus(dir string) ([]byte, error) {
	var text []byte
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if utf8.Valid(b) && !bytes.Contains(b, []byte{0}) {
			text = append(text, b...)
		}
		if len(text) > maxCorpus {
			return errFull
		}
		return nil
	})
	if err != nil && !errors.Is(err, errFull) {
		return nil, fmt.Errorf("synth: corpus: %w", err)
	}
	if len(text) == 0 {
		return nil, fmt.Errorf("synth: corpus %q holds no text files", dir)
	}
	return text, nil
}
