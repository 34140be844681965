package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/fidelity.json anew, with what is measured")

const demoArchive = "../openzim-mcp/demo/demo.zim"

// reportOf runs the command and reads its JSON.
func reportOf(t *testing.T, args ...string) *articleReport {
	t.Helper()
	var out, log bytes.Buffer
	if err := dispatch(t.Context(), append([]string{"article", "--json"}, args...), &out, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	var r articleReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

func TestArticleReport(t *testing.T) {
	out := filepath.Join(t.TempDir(), "r.json")
	r := reportOf(t, "--file", demoArchive, "--sample", "2", "--rounds", "1", "--speed-bytes", "20000", "--worst", "1", "--out", out)
	by := map[string]fidelityRow{}
	for _, x := range r.Fidelity {
		by[x.Contestant+" "+x.By+" "+x.Name] = x
	}
	for _, name := range []string{oursName + " total ", peerName + " total ", oursName + " archive demo.zim", oursName + " profile mediawiki"} {
		x, ok := by[name]
		if !ok || x.Pages == 0 || x.Percent["recall"] < 50 || x.HTML.O200k == 0 || x.Text.Cl100k == 0 || x.Ratio <= 0 {
			t.Errorf("%q: got %+v", name, x)
		}
	}
	seen := map[string]bool{}
	for _, s := range r.Speed {
		seen[s.Act] = true
		if s.MBs.Median <= 0 || s.Ratio.Median <= 0 || s.Bytes == 0 || s.Allocs <= 0 && s.Act != "render" {
			t.Errorf("speed: %+v", s)
		}
	}
	for _, a := range []string{parseOnly, "article.Parse", "article.Text", "render", peerName} {
		if !seen[a] {
			t.Errorf("the speed of %s is missing", a)
		}
	}
	if len(r.Corpora) != 2 || r.Corpora[1].Name != "demo.zim" || r.Corpora[1].Judged != 2 || len(r.Tokens) == 0 {
		t.Errorf("got corpora %+v, %d scripts", r.Corpora, len(r.Tokens))
	}
	if b, err := os.ReadFile(out); err != nil || !json.Valid(b) {
		t.Errorf("%s: %v", out, err)
	}
}

func TestArticleTables(t *testing.T) {
	t.Setenv("ZIM_TEST_DATA_DIR", "") // hand-written pages alone
	var out bytes.Buffer
	args := []string{"article", "--rounds", "1", "--speed-bytes", "1000", "--worst", "1", "--peer=false", "--tokens=false"}
	if err := dispatch(t.Context(), args, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"profile mediawiki", "precision-form", "article.Parse", "worst precision"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), peerName) {
		t.Error("the other converter was not left out")
	}
}

func TestArticleArguments(t *testing.T) {
	t.Setenv("ZIM_TEST_DATA_DIR", "")
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"x.zim"}, "--file"},
		{[]string{"--sample", "-1"}, "at least 0"},
		{[]string{"--edges=false"}, "ZIM_TEST_DATA_DIR"},
		{[]string{"--dir", "/no/such"}, "/no/such"},
		{[]string{"--file", demoArchive, "--edges=false", "--binary", "/no/such/program"}, "/no/such/program"},
	} {
		err := dispatch(t.Context(), append([]string{"article"}, test.args...), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want an error with %q", test.args, err, test.want)
		}
	}
}

// An archive that cannot be read is noted, and the others are judged.
func TestUnreadableArchive(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.zim")
	if err := os.WriteFile(bad, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := reportOf(t, "--file", bad, "--rounds", "0", "--tokens=false", "--peer=false")
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "bad.zim: not read") || len(r.Corpora) != 1 {
		t.Errorf("got notes %q, corpora %+v", r.Notes, r.Corpora)
	}
}

// The same draw gives the same pages.
func TestSampleIsRepeatable(t *testing.T) {
	draw := func(seed uint64) (paths []string) {
		c, err := openCorpus(t.Context(), demoArchive, 3, seed)
		if err != nil {
			t.Fatal(err)
		}
		defer c.close()
		for _, e := range c.paths {
			paths = append(paths, e.Path())
		}
		return paths
	}
	if a, b := draw(1), draw(1); !slices.Equal(a, b) || len(a) != 3 {
		t.Errorf("got %q, then %q", a, b)
	}
	if slices.Equal(draw(1), draw(2)) && slices.Equal(draw(1), draw(3)) {
		t.Error("the seed changes nothing")
	}
}

// figures100 are those of a corpus: percent by metric, and leaks.
type figures100 struct {
	Percent map[string]float64 `json:"percent"`
	Leaks   int                `json:"leaks"`
}

// thresholdsFile holds what was measured last. A figure that falls by more than a tenth of a point fails; one that rises is
// written down with -update.
const thresholdsFile = "testdata/fidelity.json"

func TestFidelity(t *testing.T) {
	args := []string{"--file", demoArchive, "--rounds", "0", "--tokens=false", "--peer=false", "--sample", "25"}
	args = append(args, realArchives(t)...)
	got := map[string]figures100{}
	for _, x := range reportOf(t, args...).Fidelity {
		if x.By == "archive" {
			for m, v := range x.Percent {
				x.Percent[m] = math.Floor(v*100) / 100
			}
			got[x.Name] = figures100{x.Percent, x.Leaks}
		}
	}
	if *update {
		writeThresholds(t, got)
		return
	}
	b, err := os.ReadFile(thresholdsFile)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]figures100
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	for name, g := range got {
		for _, complaint := range fallen(want[name], g) {
			t.Errorf("%s: %s", name, complaint)
		}
	}
}

// fallen says what is worse than it was.
func fallen(was, is figures100) (out []string) {
	for _, m := range slices.Sorted(maps.Keys(was.Percent)) {
		if is.Percent[m] < was.Percent[m]-0.1 {
			out = append(out, m+" fell from "+short2(was.Percent[m])+" to "+short2(is.Percent[m]))
		}
	}
	if is.Leaks > was.Leaks {
		out = append(out, "more furniture comes through")
	}
	return out
}

func short2(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

func TestFallenFigures(t *testing.T) {
	was := figures100{map[string]float64{"recall": 99.5, "cell": 100}, 1}
	for _, test := range []struct {
		name   string
		recall float64
		leaks  int
		want   int
	}{
		{"as it was", 99.5, 1, 0}, {"better", 100, 0, 0}, {"within a tenth", 99.45, 1, 0}, {"worse", 99.3, 1, 1}, {"a leak more", 99.5, 2, 1},
	} {
		if got := fallen(was, figures100{map[string]float64{"recall": test.recall, "cell": 100}, test.leaks}); len(got) != test.want {
			t.Errorf("%s: got %q, want %d complaints", test.name, got, test.want)
		}
	}
	if got := fallen(was, figures100{}); len(got) != 2 {
		t.Errorf("a metric that vanished: got %q", got)
	}
}

func writeThresholds(t *testing.T, got map[string]figures100) {
	t.Helper()
	b, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(thresholdsFile, append(b, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// realArchives names archives that others made, one of each scraper, when they are there. The thresholds know them by the
// beginning of their checksum.
func realArchives(t *testing.T) (args []string) {
	t.Helper()
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "zims")
	}
	for _, prefix := range []string{"352879b3", "51864ea9", "776b2d94", "d4368987", "90b52291", "c79a5fbd", "fcea1740", "1176b137",
		"46e99aed", "29017d53", "a6725b3a", "c7b45e51", "59b67b20"} {
		names, err := filepath.Glob(filepath.Join(dir, "good", prefix+"*.zim"))
		if err != nil || len(names) != 1 {
			t.Logf("no archive %s*: set ZIM_TEST_DATA_DIR to a directory that holds good/*.zim", prefix)
			continue
		}
		args = append(args, "--file", names[0])
	}
	return args
}
