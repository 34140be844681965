package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

func newPlanFor(t *testing.T) *searchPlan {
	t.Helper()
	return &searchPlan{dir: t.TempDir(), lists: make(map[string][]string), source: make(map[string]string)}
}

func TestQueriesFromFile(t *testing.T) {
	p := newPlanFor(t)
	file := filepath.Join(p.dir, "q.txt")
	if err := os.WriteFile(file, []byte("one two\r\n\n typed \nthree\nfour"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.load(fullList, file, 3, nil); err != nil {
		t.Fatal(err)
	}
	// A space at the end matters to suggestions, and stays.
	if want := []string{"one two", " typed ", "three"}; !slices.Equal(p.lists[fullList], want) || p.source[fullList] != "q.txt" {
		t.Errorf("got %q from %s, want %q", p.lists[fullList], p.source[fullList], want)
	}
	for name, want := range map[string]string{"/no/such": "no such file", os.DevNull: "holds no query"} {
		if err := p.load(suggestList, name, 3, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, want)
		}
	}
}

func TestQueriesFromTitles(t *testing.T) {
	titles := []string{"A title of words", "Éclair", "two words"}
	make100 := func() (list []string) {
		p, r := newPlanFor(t), rand.New(rand.NewPCG(5, 6))
		if err := p.load(fullList, "", 50, func() string { return someWords(r, titles) }); err != nil {
			t.Fatal(err)
		}
		if err := p.load(suggestList, "", 50, func() string { return beginning(r, titles) }); err != nil {
			t.Fatal(err)
		}
		return append(p.lists[fullList], p.lists[suggestList]...)
	}
	list := make100()
	for i, q := range list {
		of := func(title string) bool {
			return i < 50 && strings.Contains(title, q) && len(strings.Fields(q)) <= 4 || strings.HasPrefix(title, q)
		}
		if q == "" || !slices.ContainsFunc(titles, of) {
			t.Errorf("query %d is %q, of no title", i, q)
		}
	}
	if !slices.Equal(list, make100()) {
		t.Error("two runs ask different queries")
	}
}

func TestListsReachPeers(t *testing.T) {
	p := newPlanFor(t)
	name, err := p.write([]string{"one two", "", "三"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil || string(b) != "one two\x00\x00三\x00" {
		t.Errorf("got %q, %v", b, err)
	}
	if got, err := peer.ReadHits(name); err != nil || len(got) != 3 || got[1] != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
