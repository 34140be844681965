package match

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// titleIndex is what testdata/oracle/titles.py says of an archive.
type titleIndex struct {
	Name     string
	Metadata map[string]string
	Titles   []struct {
		Title string
		Terms map[string][]int
	}
}

// TestRealTitlesDifferential makes the terms of titles in real archives, written since 2019
// by many versions of libzim, and compares them with those in their indexes.
func TestRealTitlesDifferential(t *testing.T) {
	needOracle(t, "xapian", "libzim.reader")
	files := realArchives(t)
	var indexes []titleIndex
	askScript(t, "titles.py", files, &indexes)
	titles, compared := 0, 0
	for _, index := range indexes {
		if len(index.Titles) == 0 {
			continue
		}
		compared++
		titles += len(index.Titles)
		compareTitles(t, index)
	}
	t.Logf("%d titles in %d of %d archives", titles, compared, len(files))
	if compared == 0 {
		t.Errorf("no index of titles in %d archives", len(files))
	}
}

// realArchives returns the sound archives in the directory of test data.
func realArchives(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data", "zims")
	}
	files, err := filepath.Glob(filepath.Join(dir, "good", "*.zim"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("no real archives in %s; set ZIM_TEST_DATA_DIR to a directory that has good/*.zim", dir)
	}
	return files
}

// compareTitles tries the ways in which writers treated titles: since 2023 with n-grams and
// with one raw term for a title without words. An index does not say which of the two.
func compareTitles(t *testing.T, index titleIndex) {
	t.Helper()
	var first string
	for _, since2023 := range []bool{true, false} {
		difference := ""
		for _, title := range index.Titles {
			got := titleTerms(title.Title, index.Metadata, since2023)
			if d := diff.Diff(title.Terms, got); d != "" {
				difference = title.Title + " (-libzim +ours)\n" + d
				break
			}
		}
		if difference == "" {
			return
		}
		if first == "" {
			first = difference
		}
	}
	t.Errorf("%s, language %q, valuesmap %q: %.3000s", index.Name, index.Metadata["language"], index.Metadata["valuesmap"], first)
}

// titleTerms returns the terms of a title with their positions.
func titleTerms(title string, metadata map[string]string, since2023 bool) map[string][]int {
	stemmer := stem.New(metadata["language"])
	stop := ParseStopWords(metadata["stopwords"])
	folded := Fold(title)
	text := folded
	if anchored := strings.Contains(metadata["valuesmap"], "targetPath"); anchored {
		text, stop = "0posanchor "+folded, nil
	}
	terms := map[string][]int{}
	at := 0
	add := func(term string, positioned bool) {
		if len(term) > maxIndexed || stop.Has(term) {
			return
		}
		if positioned {
			at++
		}
		if terms[term] == nil {
			terms[term] = []int{}
		}
		if positioned {
			terms[term] = append(terms[term], at)
		}
		if stemmer != nil && StartsWithLetter(term) {
			terms["Z"+stemmer.Stem(term)] = []int{}
		}
	}
	for w := range Words(text, since2023) {
		if !w.Unbroken {
			add(w.Term, true)
			continue
		}
		for g := range Grams(w.Term) {
			add(g.Term, !g.Pair)
		}
	}
	if since2023 && at == 1 && folded != "" && terms["0posanchor"] != nil {
		return map[string][]int{folded: {}}
	}
	return terms
}
