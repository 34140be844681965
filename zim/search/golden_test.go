package search

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// goldenFile has what versions of libzim answered, a line for each query and dialect. To make
// it anew, set ZIM_GOLDEN=write, with both versions at hand as for TestDifferentialCompat;
// the archive is made by testdata/oracle/golden.py.
var goldenFile = filepath.Join("testdata", "golden.jsonl")

// A goldenAnswer is one line of it.
type goldenAnswer struct {
	Libzim  string       `json:"libzim"`
	Dialect Dialect      `json:"dialect"` // 0 is that of libzim 9, as in [Dialect]
	Query   string       `json:"query"`
	Full    compatAnswer `json:"full"`
	Titles  compatAnswer `json:"titles"`
}

// goldenArchive returns the archive of the golden queries.
func goldenArchive(t testing.TB) *zim.Archive {
	t.Helper()
	packed, err := os.ReadFile(filepath.Join("testdata", "golden.zim.gz"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return reader(t, data)
}

// TestGoldenQueries answers as libzim did: the same paths in the same order, and the same
// estimates.
func TestGoldenQueries(t *testing.T) {
	a := goldenArchive(t)
	if os.Getenv("ZIM_GOLDEN") == "write" {
		writeGolden(t, a)
	}
	text, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	n, found := 0, 0
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); n++ {
		var want goldenAnswer
		if err := json.Unmarshal(s.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		c := NewCompat(a, &CompatOptions{Dialect: want.Dialect})
		got := goldenAnswer{want.Libzim, want.Dialect, want.Query, ours(t, c, want.Query, false), ours(t, c, want.Query, true)}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("libzim %s, %q (-got +want)\n%s", want.Libzim, want.Query, diff)
		}
		found += len(got.Full.Top) + len(got.Titles.Top)
	}
	if n < 800 || found < 5*n {
		t.Errorf("only %d hits of %d queries: the file is not what it was", found, n)
	}
}

// writeGolden asks libzim. It leaves out what its defects explain.
func writeGolden(t *testing.T, a *zim.Archive) {
	file := filepath.Join(t.TempDir(), "golden.zim")
	in, err := os.Open(filepath.Join("testdata", "golden.zim.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	queries := madeQueries(t, a, 400)
	slices.Sort(queries)
	queries = slices.DeleteFunc(slices.Compact(queries), func(q string) bool { return len(q) > 100 })
	var out bytes.Buffer
	for _, o := range oracles(t) {
		c := NewCompat(a, &CompatOptions{Dialect: o.dialect})
		for i, w := range o.ask(t, file, queries) {
			if defective(t, o, c, queries[i], false, w[0]) || defective(t, o, c, queries[i], true, w[1]) {
				continue
			}
			for _, answer := range w {
				if answer.Top = answer.Top[:min(len(answer.Top), 10)]; len(answer.Top) == 0 {
					answer.Top = nil
				}
			}
			line, err := json.Marshal(goldenAnswer{o.version, o.dialect, queries[i], *w[0], *w[1]})
			if err != nil {
				t.Fatal(err)
			}
			out.Write(append(line, '\n'))
		}
	}
	if err := os.WriteFile(goldenFile, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPathsAlone: without titles the same is found.
func TestPathsAlone(t *testing.T) {
	c := NewCompat(goldenArchive(t), nil)
	for _, q := range []string{"harbour", "the lighthouse keeper", "灯台", "--", "storm"} {
		for name, ask := range map[string]func(context.Context, string, CompatRange) (CompatResult, error){"full text": c.FullText, "suggestion": c.Suggest} {
			want, err := ask(t.Context(), q, CompatRange{Limit: 20})
			got, err2 := ask(t.Context(), q, CompatRange{Limit: 20, Paths: true})
			for i := range want.Hits {
				if want.Hits[i].Title == "" {
					t.Errorf("%s of %q: hit %d has no title", name, q, i)
				}
				want.Hits[i].Title = ""
			}
			if diff := cmp.Diff(got, want); err != nil || err2 != nil || diff != "" {
				t.Errorf("%s of %q: %v, %v (-paths +entries)\n%s", name, q, err, err2, diff)
			}
		}
	}
}
