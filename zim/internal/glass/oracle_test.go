package glass_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// python is Debian's own: another does not see its modules.
const python = "/usr/bin/python3"

// xapian fails to be there unless Debian's python3-xapian is installed.
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
