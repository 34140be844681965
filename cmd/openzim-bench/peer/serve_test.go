package peer

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/synth"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// archive makes a small archive and lists for it: every path but redirects, one miss, and their numbers.
type archive struct {
	file, paths, items string
	entries, found     int
}

func newArchive(t *testing.T) archive {
	t.Helper()
	dir := t.TempDir()
	a := archive{filepath.Join(dir, "a.zim"), filepath.Join(dir, "paths"), filepath.Join(dir, "items"), 60, 0}
	if _, err := synth.Write(t.Context(), a.file, synth.Options{Entries: a.entries, Minor: 2, MeanBytes: 300, Images: 20}); err != nil {
		t.Fatal(err)
	}
	arc, err := zim.Open(a.file, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer arc.Close()
	paths, numbers := []string{"no such path"}, []uint32(nil)
	for e, err := range arc.Entries(t.Context(), 'C') {
		if err != nil {
			t.Fatal(err)
		}
		if !e.IsRedirect() {
			paths, numbers = append(paths, e.Path()), append(numbers, e.Index())
		}
	}
	a.found = len(numbers)
	if err := WritePaths(a.paths, paths); err != nil {
		t.Fatal(err)
	}
	if err := WriteNumbers(a.items, numbers); err != nil {
		t.Fatal(err)
	}
	return a
}

// script is one of every command.
func (a archive) script() []Command {
	return []Command{
		{"open", 2, a.file}, {"paths", 0, a.paths}, {"lookup", 3, ""}, {"items", 0, a.items}, {"read", 2, ""},
		{"iterate", 0, ""}, {"iterate", 5, ""}, {"scan", 1 << 30, ""}, {"md5", 0, ""}, {"close", 0, ""},
	}
}

// startServer runs our own peer inside the test.
func startServer(t *testing.T) (ask func(Command) (Answer, error)) {
	t.Helper()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Serve(t.Context(), inR, outW, nil) }()
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

func TestServe(t *testing.T) {
	a := newArchive(t)
	ask := startServer(t)
	want := []uint64{1, uint64(a.found + 1), uint64(3 * a.found), uint64(a.found), 0, uint64(a.entries), 5, 0, 0, 0}
	var size uint64
	for i, c := range a.script() {
		got, err := ask(c)
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		if want[i] != 0 && got.Count != want[i] {
			t.Errorf("%v: count %d, want %d", c, got.Count, want[i])
		}
		switch c.Name {
		case "read":
			size = got.Count / 2
		case "scan":
			if got.Count != size || size == 0 {
				t.Errorf("scan reads %d bytes, read %d", got.Count, size)
			}
		case "md5":
			if got.Count == 0 {
				t.Error("the checksum is wrong")
			}
		}
	}
}

func TestServeErrors(t *testing.T) {
	ask := startServer(t)
	for _, c := range []Command{
		{Name: "lookup", Number: 1}, {Name: "open", Number: 1, File: "/no/such.zim"}, {Name: "paths", File: "/no/such"}, {Name: "dance"},
	} {
		if _, err := ask(c); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
}
