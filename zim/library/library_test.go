package library

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{
		"b.zim":               edition("beta", "2026-02-01"),
		"sub/deep/a.zim":      edition("alpha", "2026-01-01"),
		"a_old.zim":           edition("alpha", "2025-01-01"),
		"broken.zim":          []byte("not an archive"),
		"readme.txt":          []byte("x"),
		".hidden.zim":         edition("hidden", "2026-02-01"),
		".trash/c.zim":        edition("trash", "2026-02-01"),
		"1/2/3/4/5/6/7/8/9.x": nil,
	})
	l := opened(t, nil, dir)
	if diff := cmp.Diff(refs(l), []string{"alpha", "alpha@2025-01", "beta", "broken malformed"}); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(l.Names(), []string{"alpha", "beta", "broken"}); diff != "" {
		t.Error(diff)
	}
	for name, text := range map[string]string{
		"alpha": "alpha 2026-01-01", "alpha@2026-01": "alpha 2026-01-01", "alpha@2025-01-01": "alpha 2025-01-01", "BETA.zim": "beta 2026-02-01",
		"gamma": `library: no such archive: "gamma"`, "alpha@2024-01": `library: no such archive: "alpha@2024-01"`,
	} {
		if got := read(l, name); got != text {
			t.Errorf("%s: got %s, want %s", name, got, text)
		}
	}
	if _, _, err := l.Acquire("broken"); !errors.Is(err, ErrQuarantined) || !errors.Is(err, zim.ErrFormat) {
		t.Errorf("broken: %v", err)
	}
	if _, _, err := l.Acquire("gamma"); !errors.Is(err, ErrUnknownArchive) {
		t.Errorf("gamma: %v", err)
	}
	if !l.Ready() || l.ScanErr() != nil {
		t.Error(l.Ready(), l.ScanErr())
	}
}

func TestStatus(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"sub/a.zim": archive("x", map[string]string{
		"Name": "a", "Title": "A\x01 \u202etitle", "Language": "eng,fra", "Date": "2026-02-14", "Description": strings.Repeat("x", 5000),
	})})
	l := opened(t, nil, dir)
	s, err := l.Status("a")
	must(t, err)
	if s.Name != "a" || s.Edition != "2026-02" || !s.Newest || s.Ref() != "a" || s.File != "sub/a.zim" || !s.Served || s.Reason != "" || s.Err != nil {
		t.Errorf("%+v", s)
	}
	if s.Meta.Title != "A title" || s.Meta.Language != "eng,fra" || len([]rune(s.Meta.Description)) != 800 {
		t.Errorf("%+v", s.Meta)
	}
	if s.Info.Entries == 0 || s.Opened.IsZero() || s.Verified != Unknown {
		t.Errorf("%+v", s)
	}
	if _, err := l.Status("b"); !errors.Is(err, ErrUnknownArchive) {
		t.Error(err)
	}
}

func TestEmptyDirectory(t *testing.T) {
	l := opened(t, nil, t.TempDir())
	if l.Ready() || len(l.All()) != 0 || l.All() == nil || l.Names() == nil || l.Nearest("x", 3) == nil {
		t.Error(l.Ready(), l.All(), l.Names())
	}
	if _, _, err := l.Acquire("x"); !errors.Is(err, ErrUnknownArchive) {
		t.Error(err)
	}
}

func TestOpenRefusesWhatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.txt": nil})
	for _, path := range []string{filepath.Join(dir, "gone"), filepath.Join(dir, "gone.zim"), filepath.Join(dir, "a.txt"), ""} {
		if l, err := Open(t.Context(), []string{dir, path}, nil); err == nil {
			l.Close()
			t.Errorf("%s opened", path)
		}
	}
}

func TestOpenOneFile(t *testing.T) {
	dir := t.TempDir()
	b := edition("b", "2026-02-01")
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-02-01"), "b.zim": b, "c.zimaa": b[:100], "c.zimab": b[100:], "c.zimac": nil})
	must(t, os.Symlink("b.zim", filepath.Join(dir, "link.zim")))
	for _, tt := range []struct{ path, want string }{
		{"a.zim", "[a]"}, {"c.zimaa", "[b]"}, {"c.zim", "[b]"}, {"link.zim", "[b]"},
	} {
		l := opened(t, nil, filepath.Join(dir, tt.path))
		if got := fmt.Sprint(refs(l)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.path, got, tt.want)
		}
	}
	l := opened(t, nil, filepath.Join(dir, "a.zim"))
	must(t, os.Remove(filepath.Join(dir, "a.zim")))
	if c, err := l.Reload(t.Context()); err != nil || !cmp.Equal(c.Removed, []string{"a"}) || l.Ready() {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestOverlappingDirectoriesServeOnce(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"sub/a.zim": edition("a", "2026-02-01")})
	must(t, os.Link(filepath.Join(dir, "sub/a.zim"), filepath.Join(dir, "hard.zim")))
	l := opened(t, nil, dir, filepath.Join(dir, "sub"), filepath.Join(dir, "sub", "a.zim"))
	if got := refs(l); !cmp.Equal(got, []string{"a"}) {
		t.Errorf("got %q", got)
	}
}

func TestSplitSets(t *testing.T) {
	b := edition("w", "2026-02-01")
	for _, tt := range []struct {
		name  string
		parts [][]byte
		skip  int // the part that is missing
		want  string
	}{
		{"three parts", zimtest.Split(b, 90, 200), -1, "[w]"},
		{"one part", [][]byte{b}, -1, "[w]"},
		{"empty parts", zimtest.Split(b, 0, 90, 90, len(b)), -1, "[w]"},
		{"thirty parts", zimtest.Split(b, cuts(29, len(b))...), -1, "[w]"},
		{"a part is missing", zimtest.Split(b, 90, 200), 1, "[set truncated]"},
		{"the last is missing", zimtest.Split(b, 90, 200), 2, "[set truncated]"},
		{"a part too many", append(zimtest.Split(b, 90), []byte("more")), -1, "[set malformed]"},
		{"parts without a first", zimtest.Split(b, 90), 0, "[]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for i, part := range tt.parts {
				if i != tt.skip {
					write(t, dir, map[string][]byte{zimtest.PartName("set.zim", i): part})
				}
			}
			l := opened(t, nil, dir)
			if got := fmt.Sprint(refs(l)); got != tt.want {
				t.Errorf("got %s, want %s: %v", got, tt.want, l.All())
			}
			if tt.want == "[w]" && read(l, "w") != "w 2026-02-01" {
				t.Errorf("reads %s", read(l, "w"))
			}
		})
	}
}

func cuts(n, size int) []int {
	var at []int
	for i := range n {
		at = append(at, (i+1)*size/(n+1))
	}
	return at
}

func TestDepthAndNumberAreBounded(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", ""), "1/b.zim": edition("b", ""), "1/2/c.zim": edition("c", "")})
	if got := refs(opened(t, &Options{MaxDepth: 2}, dir)); !cmp.Equal(got, []string{"a", "b"}) {
		t.Errorf("depth 2: %q", got)
	}
	l := opened(t, &Options{MaxArchives: 2}, dir)
	if got := refs(l); !cmp.Equal(got, []string{"b", "c"}) { // 1/ sorts before a.zim
		t.Errorf("2 archives: %q", got)
	}
	if err := l.ScanErr(); err == nil || err.Error() != "library: 3 archives, more than the limit of 2; the rest is left out" {
		t.Error(err)
	}
}

func TestLookupKeysShareTheBytes(t *testing.T) {
	o := (&Options{}).withDefaults()
	for n, want := range map[int]int{1: 65536, 10: 57852, 100: 5785, 1000: 1024} {
		if got := o.zimOptions(n).LookupKeys; got != want {
			t.Errorf("%d archives: got %d keys, want %d", n, got, want)
		}
	}
	o.Zim.LookupKeys = 7
	if got := o.zimOptions(3).LookupKeys; got != 7 {
		t.Errorf("got %d, want what was set", got)
	}
}

func TestAcquireStatus(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01"), "b.zim": edition("a", "2026-02-01"), "c.zim": nil})
	l := opened(t, nil, dir)
	for name, ref := range map[string]string{"a": "a", "A.zim": "a", "a@2026-02": "a", "a@2026-01": "a@2026-01"} {
		a, s, release, err := l.AcquireStatus(name)
		must(t, err)
		if s.Ref() != ref || s.Info.UUID != a.Info().UUID {
			t.Errorf("%s: got %s", name, s.Ref())
		}
		release()
	}
	if _, _, _, err := l.AcquireStatus("c"); !errors.Is(err, ErrQuarantined) {
		t.Error(err)
	}
}

func TestNearest(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("wikipedia_en_all", ""), "b.zim": edition("gutenberg", "")})
	l := opened(t, nil, dir)
	for in, want := range map[string][]string{
		"wikipedia": {"wikipedia_en_all"}, "Gutenbrg.zim": {"gutenberg"}, "wikipedia_en_al@2026-02": {"wikipedia_en_all"}, "zzz": {},
	} {
		if got := l.Nearest(in, 3); !cmp.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func TestStatic(t *testing.T) {
	b := edition("whatever", "2026-02-01")
	a, err := zim.NewReader(bytes.NewReader(b), int64(len(b)), nil)
	must(t, err)
	l := NewStatic("Manual", a)
	if got := read(l, "manual"); got != "whatever 2026-02-01" || !l.Ready() {
		t.Errorf("got %s", got)
	}
	if c, err := l.Reload(t.Context()); err != nil || !c.Empty() || !cmp.Equal(refs(l), []string{"manual"}) {
		t.Errorf("%+v, %v, %q", c, err, refs(l))
	}
	l.ReportError("manual", zim.ErrTruncated) // nobody to judge it
	must(t, l.Close())
	if _, err := a.MainPage(t.Context()); !errors.Is(err, zim.ErrClosed) {
		t.Errorf("the archive is open: %v", err)
	}
}

func TestClosed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "")})
	l, err := Open(t.Context(), []string{dir}, nil)
	must(t, err)
	a, release, err := l.Acquire("a")
	must(t, err)
	must(t, l.Close())
	if got := page(a); got != "a " {
		t.Errorf("a call under way reads %s", got)
	}
	release()
	release()
	if got := page(a); got != zim.ErrClosed.Error() {
		t.Errorf("after its release it reads %s", got)
	}
	_, _, err = l.Acquire("a")
	_, statusErr := l.Status("a")
	_, reloadErr := l.Reload(t.Context())
	for _, err := range []error{err, statusErr, reloadErr, l.Close(), l.Watch(t.Context())} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	if len(l.All())+len(l.Names()) != 0 || l.Ready() {
		t.Error("a closed library lists archives")
	}
	l.ReportError("a", zim.ErrTruncated)
}

func TestFiveHundredArchives(t *testing.T) {
	dir := t.TempDir()
	files := make(map[string][]byte)
	for i := range 500 {
		files[fmt.Sprintf("%d/a%03d.zim", i%7, i)] = edition(fmt.Sprintf("a%03d", i), "2026-02-01")
	}
	write(t, dir, files)
	start := time.Now()
	l := opened(t, nil, dir)
	t.Logf("opened 500 in %v", time.Since(start))
	if n := len(l.Names()); n != 500 {
		t.Errorf("%d archives", n)
	}
	var wait sync.WaitGroup
	for i := range 500 {
		wait.Go(func() {
			name := fmt.Sprintf("a%03d", i)
			if got := read(l, name); got != name+" 2026-02-01" {
				t.Errorf("%s reads %s", name, got)
			}
		})
	}
	wait.Wait()
	start = time.Now()
	c, err := l.Reload(t.Context())
	t.Logf("looked again in %v", time.Since(start))
	if err != nil || !c.Empty() {
		t.Errorf("%+v, %v", c, err)
	}
}

// realArchives returns the directory of archives that others made, or skips.
func realArchives(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "zims")
	}
	if _, err := os.Stat(filepath.Join(dir, "good")); err != nil {
		t.Skip("no archives of others: set ZIM_TEST_DATA_DIR to a directory with good, split and damaged")
	}
	return dir
}

func TestRealArchives(t *testing.T) {
	dir := realArchives(t)
	for sub, served := range map[string]bool{"good": true, "split": true, "damaged": false} {
		l := opened(t, nil, filepath.Join(dir, sub))
		all := l.All()
		if len(all) < 5 {
			t.Errorf("%s: %d archives", sub, len(all))
		}
		for _, s := range all {
			const cut = "4de5373a_wikipedia_cr_all_2015-04.zim" // ends too early where it was collected; libzim refuses it, too
			if served && s.File != cut && (!s.Served || s.Err != nil) {
				t.Errorf("%s is not served: %v", s.File, s.Err)
			}
			if text := fmt.Sprint(s.Err); strings.Contains(text, "/") || strings.Contains(text, "zims") {
				t.Errorf("%s: error names a path: %s", s.File, text)
			}
			if !s.Served {
				continue
			}
			a, release, err := l.Acquire(s.Ref())
			if err != nil || a.Info().UUID != s.Info.UUID {
				t.Errorf("%s: %v", s.Ref(), err)
				continue
			}
			if _, err := a.MainPage(t.Context()); served && err != nil && !errors.Is(err, zim.ErrNotFound) {
				t.Errorf("%s: main page: %v", s.File, err)
			}
			release()
		}
		t.Logf("%s: %d archives", sub, len(all))
	}
}

// TestFile shows that an archive tells where its file lies, for what is kept beside it.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"sub/a.zim": edition("a", "2026-01-01")})
	for _, named := range []string{dir, filepath.Join(dir, "sub", "a.zim")} {
		a, release, err := opened(t, nil, named).Acquire("a")
		must(t, err)
		if got, want := a.File(), filepath.Join(dir, "sub", "a.zim"); got != want {
			t.Errorf("named %s: got %q, want %q", named, got, want)
		}
		release()
	}
}
