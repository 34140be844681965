package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"unicode"

	"github.com/tiktoken-go/tokenizer"

	"github.com/openzim-mcp/openzim-mcp/zim/article"
)

// vocabularies are the two that budgets are judged by. A nil one counts nothing.
type vocabularies struct{ o200k, cl100k tokenizer.Codec }

func newVocabularies() *vocabularies {
	o, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		panic(err) // both are part of the program
	}
	c, err := tokenizer.Get(tokenizer.Cl100kBase)
	if err != nil {
		panic(err)
	}
	return &vocabularies{o, c}
}

// A tokenCount is how many tokens a text takes in each vocabulary.
type tokenCount struct {
	O200k  int `json:"o200k"`
	Cl100k int `json:"cl100k"`
}

func (t *tokenCount) add(u tokenCount) { t.O200k += u.O200k; t.Cl100k += u.Cl100k }

func (v *vocabularies) count(s string) tokenCount {
	if v == nil || s == "" {
		return tokenCount{}
	}
	o, err := v.o200k.Count(s)
	if err != nil {
		o = 0
	}
	c, err := v.cl100k.Count(s)
	if err != nil {
		c = 0
	}
	return tokenCount{o, c}
}

// A calibration compares article.Tokens with the true numbers, on pieces as long as replies are, by script.
type calibration struct {
	vocab   *vocabularies
	scripts map[string]*calibre
}

// A calibre is one script's figures. Ratios are true tokens for each one estimated: above 1.10 a budget was broken.
type calibre struct {
	Script     string  `json:"script"`
	Pieces     int     `json:"pieces"`
	WorstO200k float64 `json:"worst_o200k"`
	WorstCl    float64 `json:"worst_cl100k"`
	MeanO200k  float64 `json:"mean_o200k"` // all true tokens by all estimated
	MeanCl     float64 `json:"mean_cl100k"`
	WorstText  string  `json:"worst_text,omitempty"` // how the worst piece begins

	estimated int
	truth     tokenCount
}

func newCalibration(v *vocabularies) *calibration { return &calibration{v, map[string]*calibre{}} }

// calibrationPiece is the length in runes of the texts that are compared, about the default budget of a reply.
const calibrationPiece = 3000

// add cuts s into pieces and compares each. Pieces that are shorter than a tenth say nothing of budgets.
func (c *calibration) add(s string) {
	if c == nil {
		return
	}
	r := []rune(s)
	for len(r) >= calibrationPiece/10 {
		n := min(len(r), calibrationPiece)
		c.piece(string(r[:n]))
		r = r[n:]
	}
}

func (c *calibration) piece(s string) {
	name := scriptOf(s)
	k := c.scripts[name]
	if k == nil {
		k = &calibre{Script: name}
		c.scripts[name] = k
	}
	est, truth := article.Tokens(s), c.vocab.count(s)
	k.Pieces++
	k.estimated += est
	k.truth.add(truth)
	if q := float64(truth.O200k) / float64(est); q > k.WorstO200k {
		k.WorstO200k = q
	}
	if q := float64(truth.Cl100k) / float64(est); q > k.WorstCl {
		k.WorstCl = q
		k.WorstText = fmt.Sprintf("%.120q", s)
	}
}

// addEvaluation adds the documents of an evaluation set (xquad/LANGUAGE/documents.jsonl under dir), read by our converter:
// parallel text in scripts that few archives at hand have.
func (c *calibration) addEvaluation(ctx context.Context, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "xquad", "*", "documents.jsonl"))
	if err != nil {
		return err
	}
	for _, name := range files {
		b, err := os.ReadFile(filepath.Clean(name))
		if err != nil {
			return err
		}
		for line := range bytes.Lines(b) {
			var doc struct {
				HTML string `json:"html"`
			}
			if err := json.Unmarshal(line, &doc); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			out, err := convertOurs(ctx, source{html: []byte(doc.HTML)})
			if err != nil {
				return err
			}
			c.add(out.text)
		}
	}
	return nil
}

func (c *calibration) rows() []*calibre {
	if c == nil {
		return nil
	}
	var out []*calibre
	for _, k := range c.scripts {
		k.MeanO200k = float64(k.truth.O200k) / float64(max(k.estimated, 1))
		k.MeanCl = float64(k.truth.Cl100k) / float64(max(k.estimated, 1))
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Script < out[j].Script })
	return out
}

// scripts that budgets are calibrated for. A text belongs to the one that a fifth of its letters have, else to Latin: much
// of a text in another script is still names, numbers and code in Latin letters.
var scripts = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"Cyrillic", unicode.Cyrillic}, {"Arabic", unicode.Arabic}, {"Devanagari", unicode.Devanagari}, {"Han", unicode.Han},
	{"Kana", unicode.Hiragana}, {"Hangul", unicode.Hangul}, {"Thai", unicode.Thai}, {"Greek", unicode.Greek},
	{"Hebrew", unicode.Hebrew}, {"Canadian syllabics", unicode.Canadian_Aboriginal},
}

func scriptOf(s string) string {
	counts := make([]int, len(scripts))
	letters := 0
	for _, r := range s {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		if r < 0x250 {
			continue
		}
		for i := range scripts {
			if unicode.Is(scripts[i].table, r) {
				counts[i]++
				break
			}
		}
	}
	for i, n := range counts {
		if n*5 > letters {
			return scripts[i].name
		}
	}
	return "Latin"
}
