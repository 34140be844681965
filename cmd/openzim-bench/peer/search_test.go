package peer

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// indexed is a real archive with both indexes, and queries for it.
func indexed(t *testing.T) (file, queries string) {
	t.Helper()
	dir := cmp.Or(os.Getenv("ZIM_TEST_DATA_DIR"), filepath.Join("..", "..", "..", "..", "shared", "data", "zims"))
	names, _ := filepath.Glob(filepath.Join(dir, "good", "*tonedear.com_en_2024-09.zim"))
	if len(names) == 0 {
		t.Skip("no real archive: set ZIM_TEST_DATA_DIR to a folder with good/*tonedear.com_en_2024-09.zim")
	}
	file, err := filepath.Abs(names[0])
	if err != nil {
		t.Fatal(err)
	}
	queries = filepath.Join(t.TempDir(), "queries")
	list := []string{"ear training", "interval", "the", "p", "perf", "how to hear a perfect fourth", "no such word zqx", "chord-progression"}
	if err := WritePaths(queries, list); err != nil {
		t.Fatal(err)
	}
	return file, queries
}

// startSearch runs a server of searching inside the test.
func startSearch(t *testing.T, serve func(ctx context.Context, in io.Reader, out io.Writer) error) (ask func(Command) (Answer, error)) {
	t.Helper()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := serve(t.Context(), inR, outW)
		outW.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		inW.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewReader(outR)
	return func(c Command) (Answer, error) {
		fmt.Fprintln(inW, c)
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return parseAnswer(strings.TrimSuffix(line, "\n"))
	}
}

func startOwnSearch(t *testing.T) func(Command) (Answer, error) {
	return startSearch(t, func(ctx context.Context, in io.Reader, out io.Writer) error {
		return ServeSearch(ctx, in, out, SearchOptions{Dialect: search.Dialect8})
	})
}

// must runs commands and returns the last answer.
func must(t *testing.T, ask func(Command) (Answer, error), commands ...Command) (a Answer) {
	t.Helper()
	for _, c := range commands {
		var err error
		if a, err = ask(c); err != nil {
			t.Fatalf("%v: %v", c, err)
		}
	}
	return a
}

func TestServeSearch(t *testing.T) {
	file, queries := indexed(t)
	out := filepath.Join(t.TempDir(), "out")
	ask := startOwnSearch(t)
	must(t, ask, Command{"open", 0, file}, Command{"queries", 0, queries})
	one := must(t, ask, Command{"full", 1, out})
	figures, err := ReadFigures(out)
	if err != nil || len(figures) != 8 || slices.Min(figures) <= 0 || one.Count == 0 || one.Check == 0 {
		t.Errorf("got %+v, times %v, %v", one, figures, err)
	}
	// Threads share the work: it must be neither lost nor done twice.
	three := must(t, ask, Command{"threads", 5, "shared"}, Command{"full", 3, out})
	if figures, err = ReadFigures(out); err != nil || len(figures) != 24 || three.Count != 3*one.Count || three.Check != 3*one.Check {
		t.Errorf("five threads find %+v in %d searches, one finds %+v; %v", three, len(figures), one, err)
	}
	must(t, ask, Command{"hits-suggest", 0, out})
	if hits, err := ReadHits(out); err != nil || len(hits) != 8 || len(hits[3]) == 0 || hits[6] != nil {
		t.Errorf("got %q, %v", hits, err)
	}
}

func TestServeSearchCounts(t *testing.T) {
	file, queries := indexed(t)
	out := filepath.Join(t.TempDir(), "out")
	ask := startOwnSearch(t)
	must(t, ask, Command{"open", 0, file}, Command{"queries", 0, queries})
	for _, c := range []Command{
		{"allocations", 1, "full"}, {"touches", 2, "suggest"}, {"blocks-full", 0, out}, {"reads-full", 0, out}, {"heap", 0, ""},
		{"suggest-count", 1, ""}, {"frequencies", 0, out},
	} {
		if a := must(t, ask, c); a.Count == 0 {
			t.Errorf("%v counts nothing", c)
		}
	}
	if counts, err := ReadHits(out); err != nil || len(counts) != 8 || counts[6][0] != "0" || counts[2][0] == "0" {
		t.Errorf("got %q, %v", counts, err)
	}
	before := must(t, ask, Command{"heap", 0, ""})
	if after := must(t, ask, Command{"forget", 0, ""}, Command{"heap", 0, ""}); after.Check >= before.Check {
		t.Errorf("the cache holds %d bytes before, %d after it was forgotten", before.Check, after.Check)
	}
}

func TestServeSearchCancels(t *testing.T) {
	file, queries := indexed(t)
	out := filepath.Join(t.TempDir(), "out")
	ask := startOwnSearch(t)
	must(t, ask, Command{"open", 0, file}, Command{"queries", 0, queries})
	for _, name := range []string{"cancel-full", "cancel-suggest", "cancel-full-empty", "cancel-suggest-empty"} {
		a := must(t, ask, Command{name, 40, out})
		figures, err := ReadFigures(out)
		if err != nil || a.Count+a.Check != 40 || len(figures) != 2*int(a.Count) {
			t.Errorf("%s: %+v, %d figures, %v", name, a, len(figures), err)
		}
		for i := 0; i+1 < len(figures); i += 2 {
			if figures[i] <= 0 || figures[i+1] < 0 {
				t.Errorf("%s: ended %d ns after, of which its thread ran %d", name, figures[i], figures[i+1])
			}
		}
	}
}

func TestServeSearchErrors(t *testing.T) {
	ask := startOwnSearch(t)
	for _, c := range []Command{{"full", 1, ""}, {"open", 0, "/no/such.zim"}, {"queries", 0, "/no/such"}, {"heap", 0, ""}, {"dance", 0, ""}} {
		if _, err := ask(c); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
	file, queries := indexed(t)
	must(t, ask, Command{"open", 0, file}, Command{"queries", 0, queries})
	for _, c := range []Command{{"full", 1, "/no/such/out"}, {"hits-dance", 0, ""}, {"allocations", 1, "dance"}, {"dance", 1, ""}} {
		if _, err := ask(c); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
}

// Peers that are installed must find the same, and say so in the same way.
func TestSearchPeersAgree(t *testing.T) {
	for name, find := range map[string]func(dir string) ([]string, error){
		"C++":    BuildLibzimSearch,
		"Python": func(dir string) ([]string, error) { return PythonSearch(dir, "/usr/bin/python3") },
	} {
		t.Run(name, func(t *testing.T) {
			argv, err := find(t.TempDir())
			if err != nil {
				t.Skip(err)
			}
			p, err := Start(argv)
			if err != nil {
				t.Fatal(err)
			}
			compareSearch(t, p.Do)
			if _, err := p.Do(Command{Name: "open", File: "/no/such.zim"}); err == nil {
				t.Error("a missing file opens")
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func compareSearch(t *testing.T, theirs func(Command) (Answer, error)) {
	t.Helper()
	file, queries := indexed(t)
	dir := t.TempDir()
	ours := startOwnSearch(t)
	for i, c := range []Command{
		{"open", 0, file}, {"queries", 0, queries}, {"full", 2, "out"}, {"suggest", 1, "out"}, {"full-count", 1, ""}, {"suggest-count", 1, ""}, {"full-titles", 1, "out"},
		{"hits-full", 0, "out"}, {"hits-suggest", 0, "out"}, {"threads", 3, "shared"}, {"full", 4, "out"}, {"threads", 2, "own"}, {"suggest", 2, "out"}, {"close", 0, ""},
	} {
		if c.File == "out" {
			c.File = filepath.Join(dir, "ours")
		}
		want := must(t, ours, c)
		if strings.HasPrefix(c.File, dir) {
			c.File = filepath.Join(dir, "theirs")
		}
		got, err := theirs(c)
		if errors.Is(err, ErrUnsupported) {
			continue
		}
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		if got.Count != want.Count || got.Check != want.Check && !strings.HasPrefix(c.Name, "open") {
			t.Errorf("command %d, %v: ours count %d check %d, theirs count %d check %d", i, c, want.Count, want.Check, got.Count, got.Check)
		}
		if strings.HasPrefix(c.Name, "hits") {
			sameFiles(t, filepath.Join(dir, "ours"), c.File)
		}
	}
}

func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	ours, err1 := ReadHits(a)
	theirs, err2 := ReadHits(b)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(ours, theirs, slices.Equal) {
		t.Errorf("ours %q, theirs %q", ours, theirs)
	}
}

// What kiwix-serve answers over HTTP are the same paths.
func TestKiwixAgrees(t *testing.T) {
	program, err := exec.LookPath("kiwix-serve")
	if err != nil {
		t.Skip("no kiwix-serve: install kiwix-tools")
	}
	file, queries := indexed(t)
	dir := t.TempDir()
	theirs := startSearch(t, func(ctx context.Context, in io.Reader, out io.Writer) error { return ServeKiwix(ctx, in, out, program) })
	ours := startOwnSearch(t)
	for _, c := range []Command{{"open", 0, file}, {"queries", 0, queries}} {
		must(t, ours, c)
		must(t, theirs, c)
	}
	for _, name := range []string{"hits-full", "hits-suggest"} {
		must(t, ours, Command{name, 0, filepath.Join(dir, "ours")})
		must(t, theirs, Command{name, 0, filepath.Join(dir, "theirs")})
		sameFiles(t, filepath.Join(dir, "ours"), filepath.Join(dir, "theirs"))
	}
	if a := must(t, theirs, Command{"threads", 1, "shared"}, Command{"suggest", 2, ""}); a.Count == 0 || a.CPU == 0 {
		t.Errorf("got %+v", a)
	}
	if _, err := theirs(Command{"full-count", 1, ""}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("full-count: got %v", err)
	}
	if a := must(t, theirs, Command{"round-trip", 1, ""}); a.Count != 0 {
		t.Errorf("a page that does not exist is found: %+v", a)
	}
}

func TestMissingSearchPrograms(t *testing.T) {
	if err := ServeKiwix(t.Context(), strings.NewReader(""), io.Discard, "/no/such/kiwix"); err == nil || !strings.Contains(err.Error(), "kiwix-tools") {
		t.Errorf("kiwix-serve: got %v", err)
	}
	if _, err := PythonSearch(t.TempDir(), "/no/such/python"); err == nil {
		t.Error("a missing interpreter is found")
	}
	t.Setenv("PATH", "")
	for what, build := range map[string]func(string) ([]string, error){"libzim-dev": BuildLibzimSearch, "libxapian-dev": BuildXapian} {
		if _, err := build(t.TempDir()); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: got %v", what, err)
		}
	}
}
