package search

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// compatAnswer is what libzim says to a query.
type compatAnswer struct {
	Est   uint64   `json:"est"`
	Top   []string `json:"top"`
	Error string   `json:"error"`
}

// An oracle is a Python with libzim, read along with.
type oracle struct {
	python  string
	version string
	dialect Dialect
}

// oracles returns the versions of libzim at hand: Debian's, and the one that
// ZIM_ORACLE_PYTHON names. It skips the test without any.
func oracles(t *testing.T) (found []oracle) {
	t.Helper()
	var misses []string
	for _, python := range []string{"/usr/bin/python3", os.Getenv("ZIM_ORACLE_PYTHON")} {
		if python == "" {
			continue
		}
		const ask = "import libzim.search\ntry:\n from libzim.version import get_libzim_version as v\n print(v())\nexcept ImportError: print('8')"
		out, err := exec.Command(python, "-c", ask).CombinedOutput()
		if err != nil {
			misses = append(misses, fmt.Sprintf("%s: %v %.200s", python, err, out))
			continue
		}
		o := oracle{python: python, version: strings.TrimSpace(string(out))}
		if o.version == "8" { // Debian's python3-libzim 2.1 is built with libzim 8.1
			o.dialect = Dialect8
		}
		found = append(found, o)
	}
	if len(found) == 0 {
		t.Skipf("libzim is not there to read along: install python3-libzim, or name a Python that has it in ZIM_ORACLE_PYTHON (%s)", strings.Join(misses, "; "))
	}
	return found
}

// ask returns full text and suggestion for each query.
func (o oracle) ask(t *testing.T, file string, queries []string) [][2]*compatAnswer {
	t.Helper()
	var in bytes.Buffer
	for _, q := range queries {
		line, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command(o.python, filepath.Join("testdata", "oracle", "compat.py"), file)
	var complaints bytes.Buffer
	cmd.Stdin, cmd.Stderr = &in, &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("libzim %s: %v\n%.2000s", o.version, err, complaints.Bytes())
	}
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 1<<20)
	if s.Scan(); strings.HasPrefix(s.Text(), "cannot open") { // libzim is stricter with some old archives
		t.Logf("libzim %s: %s", o.version, s.Text())
		return nil
	}
	var answers [][2]*compatAnswer
	for s.Scan() {
		var a [2]*compatAnswer
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(queries) {
		t.Fatalf("libzim %s answered %d of %d queries\n%s", o.version, len(answers), len(queries), complaints.Bytes())
	}
	return answers
}

// ours answers as libzim's Python does, where paths of old archives have a namespace.
func ours(t *testing.T, c *Compat, text string, suggest bool) compatAnswer {
	t.Helper()
	search := c.FullText
	if suggest {
		search = c.Suggest
	}
	res, err := search(t.Context(), text, CompatRange{Limit: 10, Estimate: true})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	a := compatAnswer{Est: res.Estimate}
	for _, h := range res.Hits {
		path := h.Path
		if !c.a.Info().NewNamespaces {
			path = string([]byte{h.Namespace, '/'}) + path
		}
		a.Top = append(a.Top, path)
	}
	return a
}

// compatFiles returns the real archives that libzim can search, and those in the folder that
// ZIM_COMPAT_DIR names.
func compatFiles(t *testing.T) (files []string) {
	t.Helper()
	dir := cmp.Or(os.Getenv("ZIM_TEST_DATA_DIR"), filepath.Join("..", "..", "..", "shared", "data", "zims"))
	files, _ = filepath.Glob(filepath.Join(dir, "good", "*.zim"))
	if more := os.Getenv("ZIM_COMPAT_DIR"); more != "" {
		found, _ := filepath.Glob(filepath.Join(more, "*.zim"))
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skip("no real archives to search: set ZIM_TEST_DATA_DIR to a folder with good/*.zim, or ZIM_COMPAT_DIR to one with archives")
	}
	return files
}

// tally counts searches and those that agree.
type tally struct{ searches, order, estimate, defective int }

// TestDifferentialCompat asks libzim and us the same questions about every archive with an
// index. ZIM_SWEEP=full asks many more.
func TestDifferentialCompat(t *testing.T) {
	files := compatFiles(t)
	all := map[string]*tally{}
	versions := oracles(t)
	for _, file := range files {
		a, err := zim.Open(file, nil)
		if err != nil {
			continue // whether archives open is not the question here
		}
		if a.HasFullText(t.Context()) || a.HasTitleIndex(t.Context()) {
			t.Run(filepath.Base(file), func(t *testing.T) {
				queries := compatQueries(t, a)
				for _, o := range versions {
					if all[o.version] == nil {
						all[o.version] = new(tally)
					}
					compareCompat(t, o, file, a, queries, all[o.version])
				}
			})
		}
		a.Close()
	}
	for version, n := range all {
		t.Logf("beside libzim %s: %d searches, order equal in %d, estimate in %d, defects of it explain %d", version, n.searches, n.order, n.estimate, n.defective)
	}
}

func compareCompat(t *testing.T, o oracle, file string, a *zim.Archive, queries []string, n *tally) {
	t.Helper()
	c := NewCompat(a, &CompatOptions{Dialect: o.dialect})
	titles := a.HasTitleIndex(t.Context())
	if !titles { // libzim 9.8 ends the process when it lists the titles that begin with nothing
		queries = slices.DeleteFunc(slices.Clone(queries), func(q string) bool { return q == "" })
	}
	shown := 0
	for i, want := range o.ask(t, file, queries) {
		for kind, w := range want {
			if w == nil {
				continue
			}
			got := ours(t, c, queries[i], kind == 1)
			// Debian's binding lists all titles, and libzim cuts two characters off paths that some
			// early writers stored without a namespace.
			w.Top = w.Top[:min(len(w.Top), 10)]
			order, est := slices.EqualFunc(got.Top, w.Top, samePath), got.Est == w.Est
			n.searches++
			n.order += count(order)
			n.estimate += count(est)
			if order && est {
				continue
			}
			if defective(t, o, c, queries[i], kind == 1, w) {
				n.defective++
				continue
			}
			if shown++; shown <= 8 {
				t.Errorf("libzim %s, %s of %q:\n got  %d %q\n want %d %q %s", o.version, [2]string{"full text", "suggestion"}[kind], queries[i], got.Est, got.Top, w.Est, w.Top, w.Error)
			}
		}
	}
	if shown > 8 {
		t.Errorf("libzim %s: %d differences in all", o.version, shown)
	}
}

func samePath(got, want string) bool { return got == want || len(got) > 2 && got[2:] == want }

func count(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

// defective reports whether the answer is due to a defect of Xapian up to 1.4.24: ordinary
// words around an unbroken run can be a syntax error for it. Full text then finds nothing,
// and suggestions are a listing of titles.
func defective(t *testing.T, o oracle, c *Compat, query string, suggest bool, w *compatAnswer) bool {
	t.Helper()
	var run, ordinary bool
	for word := range match.Words(match.Fold(query), true) {
		run, ordinary = run || word.Unbroken, ordinary || !word.Unbroken
	}
	if o.dialect != Dialect9 || !run || !ordinary {
		return false
	}
	if !suggest {
		return len(w.Top) == 0 && w.Est == 0
	}
	res, err := c.list(t.Context(), query, CompatRange{Limit: 10, Estimate: true})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, h := range res.Hits {
		paths = append(paths, h.Path)
	}
	return slices.Equal(paths, w.Top) && res.Estimate == w.Est
}
