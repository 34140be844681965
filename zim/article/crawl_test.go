package article

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"text/template"
	"unicode"
)

// A site makes pages of one template, the frame of which is in English or Chinese. What is content is in words of no language, so
// each word of an output tells where it comes from.
type site struct {
	name  string
	pages [][]byte
	want  []string // words of the content of each page
}

// sites reads the templates: the frames of a blog, a manual, a site laid out in tables, a newspaper, a forum, a reference of
// classes and a Chinese site, as crawlers find them.
func sites(t *testing.T, n int) (out []site) {
	t.Helper()
	files, err := filepath.Glob("testdata/crawl/*.html")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d templates, %v", len(files), err)
	}
	for _, file := range files {
		page := template.Must(template.ParseFiles(file))
		s := site{name: strings.TrimSuffix(filepath.Base(file), ".html")}
		for i := range n {
			rng := rand.New(rand.NewPCG(uint64(i), uint64(len(file))))
			words := func(n int) string { return strings.Join(made(rng, n), " ") }
			data := struct {
				Title, Body, Links string
				Numbers            []int
			}{Title: words(3), Numbers: make([]int, 40)}
			for k := range data.Numbers {
				data.Numbers[k] = k
			}
			data.Body = content(rng, i, words)
			for range 3 { // what differs from page to page
				data.Links += `<p><a href="x">` + words(5) + "</a></p>"
			}
			var b strings.Builder
			if err := page.Execute(&b, data); err != nil {
				t.Fatal(err)
			}
			s.pages = append(s.pages, []byte(b.String()))
			s.want = append(s.want, strings.Join(strings.FieldsFunc(untagged(data.Title+" "+data.Body), notLetter), " "))
		}
		out = append(out, s)
	}
	return out
}

// content is what an author wrote: paragraphs with links, a list of links behind one, a table, code. Some pages are short.
func content(rng *rand.Rand, i int, words func(int) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<p>%s <a href=l>%s</a> %s.</p>", words(20), words(2), words(12))
	if i%4 == 3 { // a short page
		return b.String()
	}
	fmt.Fprintf(&b, "<h2 id=h%d>%s</h2><p>%s.</p><ul>", i, words(2), words(30))
	for range 4 + rng.IntN(10) {
		fmt.Fprintf(&b, "<li><a href=m>%s</a></li>", words(3))
	}
	fmt.Fprintf(&b, "</ul><table><tr><th>%s<th>%s</tr><tr><td>%s<td>%s</tr></table><pre>%s</pre><blockquote><p>%s</p></blockquote>",
		words(1), words(1), words(2), words(2), words(4), words(9))
	return b.String()
}

// made are words of no language, all of which begin with "ze".
func made(rng *rand.Rand, n int) (out []string) {
	for range n {
		w := "ze"
		for range 2 + rng.IntN(3) {
			w += string("bdfgklmnprstv"[rng.IntN(13)]) + string("aeiou"[rng.IntN(5)])
		}
		out = append(out, w)
	}
	return out
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

func untagged(s string) string {
	var b strings.Builder
	in := false
	for _, r := range s {
		switch {
		case r == '<':
			in = true
			b.WriteByte(' ')
		case r == '>':
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// measureSite counts the words of the content, those that are missed, and the words of the frame that came through. Links to other
// stories differ from page to page and are neither.
func measureSite(t *testing.T, s site, f *Furniture) (all, missed, leaked int, example string) {
	t.Helper()
	for i, page := range s.pages {
		d, err := Parse(t.Context(), page, &Options{Path: "e.org/page", Furniture: f})
		if err != nil {
			t.Fatal(err)
		}
		have := map[string]int{}
		text := d.Title
		for _, b := range d.Blocks {
			text += " " + b.Text
		}
		for _, w := range strings.FieldsFunc(text, notLetter) {
			if have[w]++; !strings.HasPrefix(w, "ze") {
				leaked++
				if example == "" {
					example = w
				}
			}
		}
		for w := range strings.FieldsSeq(s.want[i]) {
			all++
			if have[w]--; have[w] < 0 {
				missed++
			}
		}
	}
	return all, missed, leaked, example
}

// Pages of a site that nobody knows come out as their content: nothing of it is lost, with or without knowing what the site repeats, and
// knowing it nothing else is shown.
func TestFramesOfCrawledSites(t *testing.T) {
	for _, s := range sites(t, 12) {
		f, err := Learn(t.Context(), s.pages[:LearnPages], nil)
		if err != nil {
			t.Fatal(err)
		}
		all, missed, before, word := measureSite(t, s, nil)
		_, missedToo, leaked, example := measureSite(t, s, f)
		t.Logf("%-8s %d words, %d and %d missed; words of the frame: %d (%q) by the page alone, %d with %d blocks learnt", s.name, all, missed,
			missedToo, before, word, leaked, f.Len())
		if missed > 0 || missedToo > 0 {
			t.Errorf("%s: of %d words %d are missed, %d with what the site repeats", s.name, all, missed, missedToo)
		}
		// The newspaper puts a heading over a few links that differ from page to page: they could as well be its sources.
		if most := map[string]int{"news": 2 * len(s.pages)}[s.name]; leaked > most {
			t.Errorf("%s: %d words of the frame came through, such as %q; want at most %d", s.name, leaked, example, most)
		}
	}
}

// What pages of other sites repeat means nothing here, and a page that holds nothing else is shown whole.
func TestFurnitureDoesNotEatPages(t *testing.T) {
	list := sites(t, LearnPages)
	f, err := Learn(t.Context(), list[0].pages, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _, alone, _ := measureSite(t, list[1], nil)
	if _, missed, leaked, _ := measureSite(t, list[1], f); missed > 0 || leaked != alone {
		t.Errorf("another site: %d missed, %d of the frame shown, %d without knowing anything", missed, leaked, alone)
	}
	same := make([][]byte, LearnPages)
	for i := range same {
		same[i] = []byte("<p>this page is the same wherever it stands")
	}
	if f, err = Learn(t.Context(), same, nil); err != nil || f.Len() != 0 {
		t.Errorf("equal pages: %d blocks, %v", f.Len(), err)
	}
}

// A page of links alone is an index: they are its content.
func TestIndexOfACrawl(t *testing.T) {
	page := `<script src="../_zim_static/wombat.js"></script><h1>All stations</h1><div class=list>`
	for i := range 60 {
		page += fmt.Sprintf("<div><a href=s%d>Station number %d of the line</a> km %d</div>", i, i, i)
	}
	d := parse(t, page+"</div>")
	if got := d.Text(d.Whole()); strings.Count(got, "Station number") != 60 {
		t.Errorf("%d of 60 stations: %.200s", strings.Count(got, "Station number"), got)
	}
}

// What is learnt may be used by many at once.
func TestFurnitureIsShared(t *testing.T) {
	s := sites(t, LearnPages)[0]
	f, err := Learn(t.Context(), s.pages, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, page := range s.pages {
		wg.Go(func() {
			if d, err := Parse(t.Context(), page, &Options{Furniture: f}); err != nil || len(d.Blocks) == 0 {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
}
