package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// indexedArchive is the smallest real archive with both indexes: only libzim writes them.
func indexedArchive(t *testing.T) string {
	t.Helper()
	dir := cmp.Or(os.Getenv("ZIM_TEST_DATA_DIR"), filepath.Join("..", "..", "..", "shared", "data", "zims"))
	names, err := filepath.Glob(filepath.Join(dir, "good", "*.zim"))
	if err != nil {
		t.Fatal(err)
	}
	best, size := "", int64(0)
	for _, name := range names {
		a, err := zim.Open(name, nil)
		if err != nil {
			continue
		}
		info := a.Info()
		// A few pages and some titles, so that there is something to ask.
		if a.HasFullText(t.Context()) && a.HasTitleIndex(t.Context()) && info.Size > 100_000 && (best == "" || info.Size < size) {
			best, size = name, info.Size
		}
		a.Close()
	}
	if best == "" {
		t.Skip("no real archive with indexes: set ZIM_TEST_DATA_DIR to a folder with good/*.zim")
	}
	return best
}

func searchReportOf(t *testing.T, args ...string) searchReport {
	t.Helper()
	var out, log bytes.Buffer
	if err := dispatch(t.Context(), append([]string{"search", "--json"}, args...), &out, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	var rep searchReport
	if err := json.Unmarshal(out.Bytes(), &rep); err != nil {
		t.Fatal(err)
	}
	return rep
}

// Everything runs on a real archive, with whatever peers are there.
func TestSearchCommand(t *testing.T) {
	rep := searchReportOf(t, "--file", indexedArchive(t), "--rounds", "2", "--number", "4", "--cold", "2", "--cancel", "8",
		"--time", "1ms", "--kiwix-serve", "")
	seen := make(map[string]bool)
	for _, x := range rep.Searches {
		seen[x.Case] = true
		if x.Wall.Mean.Median <= 0 || x.Queries == 0 || x.PerSecond.Median <= 0 {
			t.Errorf("%s, %s: got %+v", x.Case, x.Contender, x)
		}
	}
	for _, want := range []string{"full text, warm", "suggestions, warm", scanName, "full text, cold file", "suggestions, cold file"} {
		if !seen[want] {
			t.Errorf("case %q is missing", want)
		}
	}
	for _, a := range rep.Agreement {
		if a.Same != a.Queries {
			t.Errorf("%s, %s: %d of %d differ: %+v", a.Case, a.Contender, a.Queries-a.Same, a.Queries, a.Differences)
		}
	}
	for _, n := range rep.Notes {
		if !strings.HasPrefix(n, "not compared:") {
			t.Error(n)
		}
	}
	checkOurs(t, rep)
}

// checkOurs looks at what is measured of ours alone.
func checkOurs(t *testing.T, rep searchReport) {
	t.Helper()
	if len(rep.Scaling) < len(threadCounts()) || rep.Scaling[1].Threads != 2 || rep.Scaling[1].Growth.Median <= 0 {
		t.Errorf("scaling: %+v", rep.Scaling)
	}
	if len(rep.Cost) != 2 || rep.Cost[0].Allocations <= 0 || rep.Cost[0].Blocks.P50 <= 0 || rep.Cost[0].ReadBytes.Mean <= 0 {
		t.Errorf("cost: %+v", rep.Cost)
	}
	if len(rep.Cancel) != 4 || rep.Cancel[0].Cancelled+rep.Cancel[0].Ended != 8 {
		t.Errorf("cancelling: %+v", rep.Cancel)
	}
	if len(rep.Memory) != len(rep.Peers) || rep.Memory[0].Base == 0 || rep.Memory[0].Cache == 0 {
		t.Errorf("memory: %+v", rep.Memory)
	}
}

func TestSearchCommandTableAndCases(t *testing.T) {
	file := indexedArchive(t)
	t.Setenv("PATH", "") // without a compiler it is quick
	var out bytes.Buffer
	args := []string{"search", "--file", file, "--rounds", "1", "--number", "2", "--cases", "^memory$", "--kiwix-serve", ""}
	if err := dispatch(t.Context(), args, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "memory in MB") || strings.Contains(out.String(), "contender\tmean") {
		t.Errorf("got\n%s", out.String())
	}
}

func TestSearchWithOtherDialect(t *testing.T) {
	file := indexedArchive(t)
	t.Setenv("PATH", "") // leaves Debian's Python
	rep := searchReportOf(t, "--file", file, "--rounds", "1", "--number", "2", "--cases", "answers", "--dialect", "9", "--kiwix-serve", "")
	if rep.Dialect != 9 {
		t.Errorf("timed in dialect %d", rep.Dialect)
	}
	for _, a := range rep.Agreement {
		if a.Dialect != dialectOf(a.Contender) || a.Same != a.Queries {
			t.Errorf("%s: read in dialect %d: %d of %d the same", a.Contender, a.Dialect, a.Same, a.Queries)
		}
	}
}

func TestSearchArguments(t *testing.T) {
	plain := smallArchive(t) // has no index
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "--file"},
		{[]string{"a.zim"}, "name the archive with --file"},
		{[]string{"--file", "/no/such.zim"}, "/no/such.zim"},
		{[]string{"--file", plain}, "neither a full-text nor a title index"},
		{[]string{"--file", plain, "--rounds", "0"}, "at least 1"},
		{[]string{"--file", plain, "--dialect", "7"}, "dialect is 7, want 8, 9"},
		{[]string{"--file", plain, "--time", "0s"}, "time is 0s"},
		{[]string{"--file", plain, "--cases", "("}, "cases"},
	} {
		err := dispatch(t.Context(), append([]string{"search"}, test.args...), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want an error with %q", test.args, err, test.want)
		}
	}
}

func TestMissingPeersAreNoted(t *testing.T) {
	file := indexedArchive(t)
	t.Setenv("PATH", "") // no compiler, no kiwix-serve
	rep := searchReportOf(t, "--file", file, "--rounds", "1", "--number", "2", "--cases", "^memory$", "--python", "/no/such/python")
	notes := strings.Join(rep.Notes, "\n")
	for _, want := range []string{"libzim-dev", "libxapian-dev", "/no/such/python", "kiwix-tools"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes lack %q:\n%s", want, notes)
		}
	}
}
