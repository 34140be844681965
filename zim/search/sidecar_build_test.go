package search

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// manyPorts is the pages of ports several times, in archives of some hundred clusters.
func manyPorts(t *testing.T) (c corpus, file string) {
	t.Helper()
	for _, word := range []string{"", " One", " Two", " Three", " Four", " Five"} {
		for _, p := range ports().pages {
			c.pages = append(c.pages, titledPage{p.title + word, p.html})
		}
	}
	c.language = "eng"
	file = filepath.Join(t.TempDir(), "many.zim")
	must(t, os.WriteFile(file, c.bare().Bytes(), 0o600))
	return c, file
}

// A build that is broken off again and again comes to the same end as one that was not.
func TestBuildGoesOn(t *testing.T) {
	c, file := manyPorts(t)
	a, err := zim.Open(file, nil)
	must(t, err)
	defer a.Close()
	dir, resumed, runs := sidecarDir(file), 0, 0
	var articles []uint32
	for done := false; !done && runs < 500; runs++ {
		ctx, cancel := context.WithCancel(t.Context())
		parts := 0
		built, err := BuildText(ctx, a, dir, &BuildOptions{Workers: 2, BatchBytes: 1, Progress: func(BuildProgress) {
			if parts++; parts > 7 {
				cancel()
			}
		}})
		cancel()
		switch {
		case err == nil:
			done = true
			articles = append(articles, built.Articles)
		case !errors.Is(err, context.Canceled):
			t.Fatal(err)
		}
		if built.Resumed {
			resumed++
		}
		if _, err := sidecar.Open(dir, sidecar.Text, TextSchema, keyOf(t, a)); (err == nil) != done {
			t.Fatalf("after %d runs: the sidecar: %v", runs, err)
		}
	}
	if runs < 10 || resumed != 1 || !cmp.Equal(articles, []uint32{uint32(len(c.pages))}) {
		t.Errorf("%d runs, %d resumed, %v articles of %d", runs, resumed, articles, len(c.pages))
	}

	apart := t.TempDir()
	_, err = BuildText(t.Context(), a, apart, &BuildOptions{BatchBytes: 1})
	must(t, err)
	if diff := cmp.Diff(listTerms(t, a, apart), listTerms(t, a, dir)); diff != "" {
		t.Errorf("-at once +broken off:\n%s", diff)
	}
}

func keyOf(t *testing.T, a *zim.Archive) sidecar.Key {
	t.Helper()
	k, err := sidecar.KeyOf(t.Context(), a)
	must(t, err)
	return k
}

// listTerms lists all terms of a sidecar with the entries that have them, and how often.
func listTerms(t *testing.T, a *zim.Archive, dir string) map[string]map[uint32]uint32 {
	t.Helper()
	x := NewIndexes(nil)
	ix, err := openSideIn(t.Context(), x, a, keyOf(t, a), dir)
	must(t, err)
	defer ix.side.close()
	out := map[string]map[uint32]uint32{}
	v := ix.vocabulary(t.Context(), walkLimit{})
	for v.next() {
		term := string(v.term())
		out[term] = map[uint32]uint32{}
		p, _, err := ix.Postings(t.Context(), term, nil)
		must(t, err)
		for p.Next() {
			e, _, err := ix.entry(t.Context(), p.DocID())
			must(t, err)
			out[term][e.Index()] = p.WDF()
		}
		must(t, p.Err())
	}
	must(t, v.err())
	if len(out) < 100 {
		t.Fatalf("only %d terms", len(out))
	}
	return out
}

// Only one builds at a time.
func TestBuildsDoNotMeet(t *testing.T) {
	_, file := manyPorts(t)
	a, err := zim.Open(file, nil)
	must(t, err)
	defer a.Close()
	busy := 0
	_, err = BuildText(t.Context(), a, sidecarDir(file), &BuildOptions{BatchBytes: 1, Progress: func(BuildProgress) {
		if _, err := BuildText(t.Context(), a, sidecarDir(file), nil); errors.Is(err, sidecar.ErrBusy) {
			busy++
		}
	}})
	if err != nil || busy == 0 {
		t.Errorf("%v, busy %d times", err, busy)
	}
}

// An archive without any text gets no sidecar, and nothing is left behind.
func TestBuildWithoutText(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.zim")
	must(t, os.WriteFile(file, zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{{Path: "C/a.png", MIME: "image/png", Data: []byte("x")}, zimtest.Page("C/empty", "Empty", "")}}.Bytes(), 0o600))
	a, err := zim.Open(file, nil)
	must(t, err)
	defer a.Close()
	if _, err := BuildText(t.Context(), a, sidecarDir(file), nil); !errors.Is(err, ErrNoText) {
		t.Errorf("got %v, want %v", err, ErrNoText)
	}
	if list, _ := os.ReadDir(filepath.Dir(file)); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
}

// Damaged entries are left out and counted; the others are indexed.
func TestBuildAroundDamage(t *testing.T) {
	c := ports()
	b := zimtest.Damage(c.bare().Bytes(), "cluster_index_out_of_range")
	file := filepath.Join(t.TempDir(), "a.zim")
	must(t, os.WriteFile(file, b, 0o600))
	a, err := zim.Open(file, nil)
	must(t, err)
	defer a.Close()
	built, err := BuildText(t.Context(), a, sidecarDir(file), nil)
	if err != nil || built.Unreadable != 1 || int(built.Articles) != len(c.pages)-1 {
		t.Errorf("%+v, %v", built, err)
	}
}

func TestSidecarLanguage(t *testing.T) {
	for archive, want := range map[string]string{"eng": "eng", "en": "en", "fre": "fra", "ger": "deu", "eng,fra": "", "": "", "mul": "", "xxx": "", " DEU ": "deu"} {
		if got := sidecarLanguage(archive); got != want {
			t.Errorf("%q: got %q, want %q", archive, got, want)
		}
	}
}
