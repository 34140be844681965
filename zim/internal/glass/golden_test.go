package glass_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fixtures are indexes made by testdata/oracle/build.py, with Xapian's dumps of them.
var fixtures = []string{"example", "words", "empty", "titles"}

// fixture returns an index of testdata.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".glass.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func fixtureBlob(t testing.TB, name string) blob {
	data := fixture(t, name)
	return blob{name, bytes.NewReader(data), int64(len(data))}
}

// TestGoldenDumps compares all that the indexes of testdata hold with Xapian's dumps.
func TestGoldenDumps(t *testing.T) {
	for _, name := range fixtures {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, dump(t, fixtureBlob(t, name).open(t, nil)), strings.Split(strings.TrimSpace(string(want)), "\n"))
		})
	}
}

// TestExample finds the bytes that doc.go explains.
func TestExample(t *testing.T) {
	const item = "\x60\x11\x03cat\x03\x85\x01\x00\x31\xab\x02\x02\x00\x01\xa9\x02\x82\x01"
	if !bytes.Contains(fixture(t, "example"), []byte(item)) {
		t.Error("the example's list of cat is stored otherwise")
	}
}
