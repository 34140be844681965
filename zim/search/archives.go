package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// stageShare is the part of the time left that the archives have for one stage of a search. Who has not answered by then is
// left out of the rest, so that one slow disk costs its own archives and not the answer.
const stageShare = 2

// each runs fn for the archives, the most promising first and several at once. It returns when all are done or the time is
// up. Who is not done then is late, and takes no part any more.
func (s *asking) each(fn func(context.Context, *shelf) error) {
	var queue []*shelf
	for _, sh := range s.shelves {
		if !sh.out {
			sh.late = true
			sh.busy.Add()
			queue = append(queue, sh)
		}
	}
	slices.SortStableFunc(queue, func(a, b *shelf) int { return cmp.Compare(b.promise, a.promise) })
	ctx, cancel := s.stage(len(queue))
	defer cancel()
	next, done := make(chan *shelf, len(queue)), make(chan *shelf, len(queue))
	for _, sh := range queue {
		next <- sh
	}
	close(next)
	for range min(s.e.parallel, len(queue)) {
		go func() {
			for sh := range next {
				s.turn(ctx, sh, fn, done)
			}
		}()
	}
	for n := len(queue); n > 0; n-- {
		select {
		case sh := <-done:
			sh.late, sh.err = false, errors.Join(sh.err, sh.next)
		case <-ctx.Done():
			n = 1
		}
	}
	s.settle()
}

// turn runs fn for one archive, unless the time is up.
func (s *asking) turn(ctx context.Context, sh *shelf, fn func(context.Context, *shelf) error, done chan<- *shelf) {
	defer sh.busy.Sub()
	if ctx.Err() != nil {
		return
	}
	sh.next = s.e.guarded(ctx, sh, fn)
	done <- sh
}

// stage returns the time that so many archives have for one stage; one that is alone keeps nobody waiting.
func (s *asking) stage(archives int) (context.Context, context.CancelFunc) {
	end, ok := s.ctx.Deadline()
	if !ok || archives == 1 {
		return context.WithCancel(s.ctx)
	}
	return context.WithTimeout(s.ctx, time.Until(end)/stageShare)
}

// outOfTime reports that an archive was not done when its time was up.
func outOfTime(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// promises weighs the archives by the words of the question that they have.
func (s *asking) promises(idf []float64) {
	for _, sh := range s.shelves {
		if sh.out || sh.index == nil {
			continue
		}
		for i, n := range sh.tf {
			if n > 0 {
				sh.promise += idf[i]
			}
		}
	}
}

// foreign is what an article loses in a language that has none of the question's words, against one that has all.
const foreign = 0.3

// fit weighs the archives by their languages: names are alike in many, and the other words of a question are in the
// archives of its own language. All archives of a language count together, so that it does not matter how articles are spread
// over them.
func (s *asking) fit() {
	has, of := map[string][]bool{}, map[*shelf]string{}
	for _, sh := range s.shelves {
		if sh.fitting = 1; sh.elsewhere {
			sh.fitting = 1 - foreign
		}
		if sh.out || sh.index == nil {
			continue
		}
		key := ""
		for _, l := range languagesOf(sh.status.Meta.Language) {
			key += l.code + ","
		}
		if of[sh] = key; has[key] == nil {
			has[key] = make([]bool, len(s.q.words))
		}
		for i, n := range sh.tf {
			has[key][i] = has[key][i] || n > 0 && !s.q.words[i].solid
		}
	}
	best, share := 0.0, map[string]float64{}
	for key, words := range has {
		for _, w := range words {
			if w {
				share[key] += 1 / float64(len(words))
			}
		}
		best = max(best, share[key])
	}
	for sh, key := range of {
		sh.fitting = 1 - float64(foreign*(best-share[key]))
	}
}

// floor is what the text of an article must weigh to be among the best of all archives, whatever its title adds: with
// hundreds of archives most of what each finds is not.
func (s *asking) floor() float64 {
	var all []float64
	for _, sh := range s.shelves {
		if sh.out {
			continue
		}
		for i := range sh.hits {
			sh.hits[i].Weight = float64(sh.hits[i].Weight * sh.fitting)
			all = append(all, sh.hits[i].Weight)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[max(len(all)-articlesRanked, 0)]
}

// route leaves out the texts of archives in languages that are written in other scripts than the question: none of its words
// is in them, or only as a name. Their titles are looked at all the same. Where the archives were named, or when none would be
// left, all are searched.
func (s *asking) route() {
	asked := scriptsOf(s.q.text)
	if s.named || len(asked) == 0 {
		return
	}
	var far []*shelf
	near := false
	for _, sh := range s.shelves {
		switch {
		case sh.out || sh.index == nil:
		case writtenIn(sh.status, asked):
			near = true
		default:
			far = append(far, sh)
		}
	}
	if !near {
		return
	}
	for _, sh := range far {
		sh.index, sh.runs, sh.elsewhere = nil, nil, true
		clear(sh.tf)
	}
}

// A script is the letters of languages.
type script struct {
	table *unicode.RangeTable
	tags  []string // of languages that are written in it
}

// scripts are those by which languages are told apart, with the names that language tags have for them: a tag may stand for
// several scripts.
var scripts = []script{
	{unicode.Latin, []string{"Latn"}}, {unicode.Cyrillic, []string{"Cyrl"}}, {unicode.Greek, []string{"Grek"}},
	{unicode.Arabic, []string{"Arab"}}, {unicode.Hebrew, []string{"Hebr"}}, {unicode.Devanagari, []string{"Deva"}},
	{unicode.Bengali, []string{"Beng"}}, {unicode.Tamil, []string{"Taml"}}, {unicode.Telugu, []string{"Telu"}},
	{unicode.Thai, []string{"Thai"}}, {unicode.Georgian, []string{"Geor"}}, {unicode.Armenian, []string{"Armn"}},
	{unicode.Han, []string{"Hans", "Hant", "Jpan", "Kore"}}, {unicode.Hiragana, []string{"Jpan"}}, {unicode.Katakana, []string{"Jpan"}},
	{unicode.Hangul, []string{"Kore"}},
}

// scriptsOf returns the tags of the scripts of a text's letters; none when it has letters of other scripts than those known
// here.
func scriptsOf(text string) map[string]bool {
	out := map[string]bool{}
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		i := slices.IndexFunc(scripts, func(s script) bool { return unicode.Is(s.table, r) })
		if i < 0 {
			return nil
		}
		for _, t := range scripts[i].tags {
			out[t] = true
		}
	}
	return out
}

// writtenIn reports whether an archive has a language that is written in one of the scripts, or one of which that is not
// known.
func writtenIn(st library.Status, asked map[string]bool) bool {
	languages := languagesOf(st.Meta.Language)
	if len(languages) == 0 {
		return true
	}
	for _, l := range languages {
		code, sure := l.tag.Script()
		known := slices.ContainsFunc(scripts, func(s script) bool { return slices.Contains(s.tags, code.String()) })
		if l.tag == language.Und || sure == language.No || !known || asked[code.String()] {
			return true
		}
	}
	return false
}
