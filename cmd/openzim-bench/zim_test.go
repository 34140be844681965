package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/synth"
)

// The benchmark starts its own program as the peer for our reader; in tests that is the test's program.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasSuffix(os.Args[1], "peer") {
		main()
		return
	}
	os.Exit(m.Run())
}

func smallArchive(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "small.zim")
	o := synth.Options{Entries: 500, Minor: 2, MeanBytes: 500, Images: 20, ClusterBytes: 16 << 10}
	if _, err := synth.Write(t.Context(), name, o); err != nil {
		t.Fatal(err)
	}
	return name
}

// Everything runs on a small archive with whatever peers are there, and all do the same work.
func TestZimCommand(t *testing.T) {
	var out, log bytes.Buffer
	args := []string{"zim", "--file", smallArchive(t), "--json", "--rounds", "1", "--lookups", "50", "--scan-mib", "64"}
	if err := dispatch(t.Context(), args, &out, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	var rep report
	if err := json.Unmarshal(out.Bytes(), &rep); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, r := range rep.Results {
		seen[r.Case] = true
		if r.Ours.Wall.Median <= 0 {
			t.Errorf("%s took no time", r.Case)
		}
	}
	for _, c := range []string{"open, warm", "lookup hit, warm", "raw blob, warm", "compressed blob, no cache", scanCase, "MD5"} {
		if !seen[c] {
			t.Errorf("case %q is missing", c)
		}
	}
	for _, n := range rep.Notes {
		if !strings.HasPrefix(n, "not compared:") {
			t.Error(n)
		}
	}
	if len(rep.Memory) != len(rep.Peers) || rep.Memory[0].Base == 0 {
		t.Errorf("memory: %+v", rep.Memory)
	}
}

func TestZimCommandTableAndCases(t *testing.T) {
	var out bytes.Buffer
	args := []string{"zim", "--file", smallArchive(t), "--rounds", "1", "--cases", "^MD5$"}
	if err := dispatch(t.Context(), args, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "MD5") || strings.Contains(out.String(), "iterate") {
		t.Errorf("got\n%s", out.String())
	}
}

func TestArguments(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "command is missing"},
		{[]string{"dance"}, `command is "dance", want zim`},
		{[]string{"zim", "a.zim"}, "--file"},
		{[]string{"zim", "--rounds", "0"}, "at least 1"},
		{[]string{"zim", "--cases", "("}, "cases"},
		{[]string{"zim", "--file", "/no/such.zim"}, "/no/such.zim"},
		{[]string{"synth"}, "the file to write"},
		{[]string{"synth", "--entries", "-1", "--level", "0", filepath.Join(t.TempDir(), "x.zim")}, "entries is -1"},
	} {
		err := dispatch(t.Context(), test.args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want an error with %q", test.args, err, test.want)
		}
	}
}

func TestSynthCommand(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.zim")
	var out bytes.Buffer
	if err := dispatch(t.Context(), []string{"synth", "--entries", "100", "--mean-bytes", "200", name}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "113 entries") {
		t.Errorf("got %q", out.String())
	}
}

// The frames found for the C library must be whole: one byte less or more does not decode.
func TestExtents(t *testing.T) {
	name := smallArchive(t)
	list, err := zstdExtents(name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dec, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	for _, e := range list {
		if _, err := dec.DecodeAll(data[e.offset:e.offset+e.length], nil); err != nil {
			t.Errorf("extent %+v: %v", e, err)
		}
		if _, err := dec.DecodeAll(data[e.offset:e.offset+e.length-1], nil); err == nil {
			t.Errorf("extent %+v is too long", e)
		}
	}
}

func TestExtentsOfOtherFiles(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/no/such.zim", empty} {
		if _, err := zstdExtents(name); err == nil {
			t.Errorf("%s has extents", name)
		}
	}
}
