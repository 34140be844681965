package zimtest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestSplit(t *testing.T) {
	b := []byte("0123456789")
	tests := []struct {
		name string
		cuts []int
		want []string
	}{
		{"no cut", nil, []string{"0123456789"}},
		{"in any order", []int{7, 2}, []string{"01", "23456", "789"}},
		{"empty middle", []int{4, 4}, []string{"0123", "", "456789"}},
		{"empty ends", []int{0, 10}, []string{"", "0123456789", ""}},
		{"outside", []int{-5, 99}, []string{"", "0123456789", ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Split(b, tt.cuts...)
			if len(got) != len(tt.want) {
				t.Fatalf("%d parts, want %d", len(got), len(tt.want))
			}
			for i := range got {
				if string(got[i]) != tt.want[i] {
					t.Errorf("part %d: got %q, want %q", i, got[i], tt.want[i])
				}
			}
		})
	}
}

// Parts do not share memory with the archive, so damaging one leaves the others alone.
func TestSplitCopies(t *testing.T) {
	b := []byte("0123456789")
	parts := Split(b, 5)
	parts[0][0] = 'x'
	_ = append(parts[0], 'y')
	if string(b) != "0123456789" || string(parts[1]) != "56789" {
		t.Errorf("got %s and %s", b, parts[1])
	}
}

func TestPartName(t *testing.T) {
	for i, want := range map[int]string{0: "x.zimaa", 25: "x.zimaz", 26: "x.zimba", 675: "x.zimzz"} {
		if got := PartName("x.zim", i); got != want {
			t.Errorf("part %d: got %s, want %s", i, got, want)
		}
	}
}

func TestEmbed(t *testing.T) {
	b := RedirectChain(1).Bytes()
	for _, offset := range []int{0, 1, 8, 5000} {
		f := Embed(b, offset, 6)
		if len(f) != offset+len(b)+6 || !bytes.Equal(f[offset:offset+len(b)], b) {
			t.Errorf("offset %d: the archive is not there", offset)
		}
	}
}

func TestEmbedParts(t *testing.T) {
	b := RedirectChain(1).Bytes()
	f, parts := EmbedParts(b, 500)
	var got []byte
	for i, p := range parts {
		if want := int64(17 + i*(500+18)); p.Offset != want {
			t.Errorf("part %d at %d, want %d", i, p.Offset, want)
		}
		got = append(got, f[p.Offset:p.Offset+p.Size]...)
	}
	if !bytes.Equal(got, b) {
		t.Error("the parts together are not the archive")
	}
	if last := parts[len(parts)-1]; int64(len(f))-last.Offset-last.Size != 15 {
		t.Errorf("%d bytes behind the last part, want 15", int64(len(f))-last.Offset-last.Size)
	}
}

// The layout is that of the real files.
func TestEmbedPartsAsInTheSuite(t *testing.T) {
	dir := suite(t)
	files, _ := filepath.Glob(filepath.Join(dir, "embedded", "*.embedded.multi"))
	for _, name := range files {
		want := readFile(t, name)
		if got, _ := EmbedParts(unembed(want), 2048); !bytes.Equal(got, want) {
			t.Errorf("%s: not the same file again", filepath.Base(name))
		}
	}
	if len(files) == 0 {
		t.Skip("no *.embedded.multi in the test data")
	}
}

// unembed takes a file of 2048-byte parts apart.
func unembed(f []byte) []byte {
	f = f[17 : len(f)-15]
	var out []byte
	for len(f) > 2048 {
		out, f = append(out, f[:2048]...), f[2048+18:]
	}
	return append(out, f...)
}

// suite returns the directory of real archives, or skips the test.
func suite(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "zims")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real archives: set ZIM_TEST_DATA_DIR to a directory with good/, damaged/ and embedded/ (%v)", err)
	}
	return dir
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
