package glass_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// python is Debian's own: another does not see its modules.
const python = "/usr/bin/python3"

// needXapian skips the test unless Debian's python3-xapian is installed.
func needXapian(t testing.TB) {
	t.Helper()
	if out, err := exec.Command(python, "-c", "import xapian").CombinedOutput(); err != nil {
		t.Skipf("Xapian is not there to read along: install python3-xapian (%v %.200s)", err, out)
	}
}

// askXapian returns the lines that testdata/oracle/dump.py prints of an index.
func askXapian(t testing.TB, index []byte, args ...string) []string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "index")
	if err := os.WriteFile(name, index, 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(name)
	cmd := exec.Command(python, append([]string{filepath.Join("testdata", "oracle", "dump.py"), name}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("Xapian: %v\n%s", err, stderr.Bytes())
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// compare reports the first lines that differ.
func compare(t testing.TB, got, want []string) {
	t.Helper()
	for i, bad := 0, 0; i < max(len(got), len(want)) && bad < 5; i++ {
		g, w := "nothing", "nothing"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("line %d:\n got  %.300s\n want %.300s", i+1, g, w)
			bad++
		}
	}
}

// TestDumpsOfRealIndexes compares all that is in every index with what Xapian reads.
func TestDumpsOfRealIndexes(t *testing.T) {
	blobs := realBlobs(t)
	needXapian(t)
	for _, b := range blobs {
		t.Run(b.name, func(t *testing.T) {
			compare(t, dump(t, b.open(t, nil)), askXapian(t, b.bytes(t)))
		})
	}
	t.Logf("%d indexes", len(blobs))
}

// TestDumpsOfShapes does the same with indexes made to measure: gaps, deletions, every block
// size, long keys and tags, tables that archives leave empty.
func TestDumpsOfShapes(t *testing.T) {
	needXapian(t)
	if _, err := exec.LookPath("xapian-compact"); err != nil {
		t.Skipf("no xapian-compact to make indexes with: install xapian-tools (%v)", err)
	}
	dir := t.TempDir()
	if out, err := exec.Command(python, filepath.Join("testdata", "oracle", "build.py"), dir).CombinedOutput(); err != nil {
		t.Fatalf("building indexes: %v\n%s", err, out)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*.glass"))
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			x := blob{name, bytes.NewReader(data), int64(len(data))}.open(t, &glass.Options{MaxPositions: 1 << 17})
			compare(t, dump(t, x), askXapian(t, data))
			seeks(t, x)
			got, want := skips(t, x, askXapian(t, data, "skip"))
			compare(t, got, want)
		})
	}
	if len(names) < 10 {
		t.Errorf("only %d indexes were built", len(names))
	}
}

// skips answers the questions that Xapian was asked, in its words.
func skips(t testing.TB, x *glass.Index, asked []string) (got, want []string) {
	t.Helper()
	var p *glass.Postings
	for _, line := range asked {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue // an index without terms
		}
		term, err := hex.DecodeString(words[1])
		if err != nil {
			t.Fatal(err)
		}
		if p, err = x.Postings(t.Context(), term, p); err != nil {
			t.Fatal(err)
		}
		answer := words[:2:2]
		for _, w := range words[2:] {
			at, _, _ := strings.Cut(w, ":")
			doc, err := strconv.ParseUint(at, 10, 32)
			if err != nil {
				t.Fatal(err)
			}
			if p.Seek(uint32(doc)) {
				answer = append(answer, fmt.Sprintf("%d:%d:%d", doc, p.DocID(), p.WDF()))
			} else {
				answer = append(answer, at+":end")
			}
		}
		if p.Err() != nil {
			t.Fatal(p.Err())
		}
		got, want = append(got, strings.Join(answer, " ")), append(want, line)
	}
	return got, want
}
