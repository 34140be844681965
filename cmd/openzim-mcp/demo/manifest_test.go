package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// root leads from this package to the root of the repository.
const root = "../../.."

// maxSize bounds the archive, because every binary carries it.
const maxSize = 500 << 10

// manifest returns the hashes that build-demo.sh recorded, by path from the root.
func manifest(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("demo.sum")
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if ok && !strings.HasPrefix(line, "#") {
			sums[name] = sum
		}
	}
	return sums
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// hashFile reads with line ends as they are in the repository, wherever it was cloned.
func hashFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return hash([]byte(strings.ReplaceAll(string(data), "\r\n", "\n")))
}

// pages returns the names of the manual's pages, sorted, without directory and suffix.
func pages(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages in docs: %v", err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".md")
	}
	return files
}

// TestArchiveIsCurrent fails when docs/ was changed and the archive was not rebuilt.
func TestArchiveIsCurrent(t *testing.T) {
	want := manifest(t)
	got := map[string]string{
		"cmd/openzim-mcp/demo/demo.zim": hash(Archive),
		"scripts/render-docs.py":        hashFile(t, "scripts/render-docs.py"),
	}
	for _, page := range pages(t) {
		name := "docs/" + page + ".md"
		got[name] = hashFile(t, name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("demo.zim is stale: run scripts/build-demo.sh (-recorded, +found):\n%s", diff)
	}
}

func TestArchiveIsSmall(t *testing.T) {
	if len(Archive) >= maxSize {
		t.Errorf("demo.zim has %d bytes; every binary carries it, keep it below %d", len(Archive), maxSize)
	}
}
