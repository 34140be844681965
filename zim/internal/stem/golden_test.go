package stem_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

var update = flag.Bool("update", false, "ask Xapian for testdata/stems anew")

// TestGolden compares stems with testdata/stems, where Xapian 1.4's stand: a word, a tab
// and its stem in each line. Words come from Snowball's own lists, where those are under
// its BSD licence, and otherwise from inflected.
func TestGolden(t *testing.T) {
	for _, code := range stem.Languages() {
		name := names[code]
		if name == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", "stems", name+".tsv")
			if *update {
				writeGolden(t, golden, code)
			}
			compareGolden(t, golden, code)
		})
	}
}

func compareGolden(t *testing.T, golden, code string) {
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	s := stem.New(code)
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, line := range lines {
		word, want, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("%s: %q has no tab", golden, line)
		}
		if got := s.Stem(word); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
	if len(lines) < 50 {
		t.Errorf("%s has %d words, which is too few to show anything", golden, len(lines))
	}
}

func writeGolden(t *testing.T, golden, code string) {
	needOracle(t, "xapian")
	words := inflect(code)
	if len(words) == 0 {
		for _, w := range thin(vocabulary(t, names[code]), 200) {
			if w = match.Fold(w); len(w) > 3 {
				words = append(words, w)
			}
		}
	}
	var b bytes.Buffer
	for i, s := range ask(t, question{Stem: code, Words: words})[0] {
		fmt.Fprintf(&b, "%s\t%s\n", words[i], s)
	}
	if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// inflected gives beginnings, roots and endings of words, for languages whose word list is
// under another licence than Snowball's. Not every word made of them exists.
var inflected = map[string][3]string{
	"ar": {"- ال و وال ب ل", "كتاب مدرس علم مسلم حديق", "- ة ات ون ين ها هم نا"},
	"ca": {"- des re", "cant parl nacion feli activ intel·ligent", "ar ava em ament acio itat s os es ador issim"},
	"eu": {"-", "etxe mendi gizon herri ikas eder", "- a ak aren ari tik ra ko n z rekin entzat tasun keta"},
	"fr": {"- re in", "parl nation continu activ heureu verit", "er ait ons ement ation ite x euse ives istes ables issement"},
	"hy": {"-", "քաղաք մարդ լեզու գրող աշխատ", "- ը ի ին ով ում ներ ների ներով ություն ական ել եցին"},
	"id": {"- me ber di ter pe mem meng", "main ajar tulis baca pakai besar", "- kan an i nya lah"},
	"lt": {"-", "nam knyg vaik miest graz dirb medz", "as o ui a u e ai ams us ais uose ininkas ejo iausias"},
	"ta": {"-", "மரம் நூல் பளள நகர வட மனத பரச சமத", "- கள களல உடன ககு இன ஆன இலிருந்து"},
}

// inflect returns every beginning, root and ending put together.
func inflect(code string) []string {
	parts, ok := inflected[code]
	if !ok {
		return nil
	}
	words := []string{""}
	for _, part := range parts {
		var longer []string
		for _, w := range words {
			for _, p := range strings.Fields(part) {
				longer = append(longer, w+strings.TrimPrefix(p, "-"))
			}
		}
		words = longer
	}
	for i, w := range words {
		words[i] = match.Fold(w)
	}
	return words
}
