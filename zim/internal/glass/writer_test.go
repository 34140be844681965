package glass_test

import (
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// TestDumpsOfNewArchives does the same with archives that zimwriterfs has just made, of
// languages with and without stemmers and stop words.
func TestDumpsOfNewArchives(t *testing.T) {
	needXapian(t)
	if _, err := exec.LookPath("zimwriterfs"); err != nil {
		t.Skipf("no zimwriterfs to make archives with: install zim-tools (%v)", err)
	}
	html := t.TempDir()
	writePages(t, html, 120)
	for _, language := range []string{"eng", "en", "fr", "zho"} {
		t.Run(language, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "new.zim")
			cmd := exec.Command("zimwriterfs", "-w", "index.html", "-I", "icon48.png", "-l", language,
				"-t", "Title", "-d", "Description", "-c", "Creator", "-p", "Publisher", "-n", "name", html, out)
			if msg, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("zimwriterfs: %v\n%s", err, msg)
			}
			a, err := zim.Open(out, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			blobs := indexesOf(t, a, language)
			if len(blobs) != 2 {
				t.Fatalf("%d indexes, want one of full text and one of titles", len(blobs))
			}
			for _, b := range blobs {
				x := b.open(t, nil)
				if x.DocCount() == 0 {
					t.Errorf("%s: no documents", b.name)
				}
				compare(t, dump(t, x), askXapian(t, b.bytes(t)))
			}
		})
	}
}

// writePages writes n pages of words in several scripts, and an icon.
func writePages(t *testing.T, dir string, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	words := []string{"the", "of", "running", "cats", "naïve", "été", "Ärger", "中文字", "ひらがな", "москва", "c++", "3,000.5", "foo-bar", "U.S.A.", "x"}
	text := func(n int) (s string) {
		for range n {
			s += words[r.IntN(len(words))] + " "
			if r.IntN(3) == 0 {
				s += fmt.Sprintf("word%d ", r.IntN(5000))
			}
		}
		return s
	}
	for i := range n {
		name, title := fmt.Sprintf("page%d.html", i), text(1+r.IntN(5))
		if i == 0 {
			name = "index.html"
		}
		page := "<html><head><title>" + title + "</title></head><body><p>" + text(20+r.IntN(800)) + "</p></body></html>"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(filepath.Join(dir, "icon48.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, image.NewGray(image.Rect(0, 0, 48, 48))); err != nil {
		t.Fatal(err)
	}
}
