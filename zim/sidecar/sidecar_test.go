package sidecar

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var testKey = Key{UUID: "0123", Checksum: "abcd", Size: 99}

// make builds a sidecar with one file.
func build(t *testing.T, dir string, key Key, schema int, text string) File {
	t.Helper()
	b, err := Begin(dir, Text, schema, key)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	f := write(t, b, "terms", text)
	if err := b.Finish([]File{f}, map[string]int{"docs": 3}); err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, b *Build, name, text string) File {
	t.Helper()
	f, err := b.Write(name, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhere(t *testing.T) {
	beside := Where{}.Path("/srv/zim/wiki.zimaa", testKey, Text)
	if want := filepath.Join("/srv/zim/wiki.zimaa.sidecar", "text"); beside != want {
		t.Errorf("beside the archive: got %q, want %q", beside, want)
	}
	apart := Where{Dir: "/var/lib/x"}.Path("/srv/zim/wiki.zim", testKey, Links)
	if want := filepath.Join("/var/lib/x", "0123.sidecar", "links"); apart != want {
		t.Errorf("in a directory: got %q, want %q", apart, want)
	}
}

func TestOpenTellsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, dir string, f File)
		key   Key
		want  error
	}{
		{"as it was made", nil, testKey, nil},
		{"another UUID", nil, Key{UUID: "9", Checksum: "abcd", Size: 99}, ErrStale},
		{"another checksum", nil, Key{UUID: "0123", Checksum: "ef", Size: 99}, ErrStale},
		{"another size", nil, Key{UUID: "0123", Checksum: "abcd", Size: 98}, ErrStale},
		{"file cut short", func(t *testing.T, dir string, f File) { must(t, os.Truncate(filepath.Join(dir, f.Name), 2)) }, testKey, ErrDamaged},
		{"file gone", func(t *testing.T, dir string, f File) { must(t, os.Remove(filepath.Join(dir, f.Name))) }, testKey, ErrDamaged},
		{"file is a link", func(t *testing.T, dir string, f File) {
			name := filepath.Join(dir, f.Name)
			must(t, os.Rename(name, name+"2"))
			must(t, os.Symlink(name+"2", name))
		}, testKey, ErrDamaged},
		{"no manifest", func(t *testing.T, dir string, _ File) { must(t, os.Remove(filepath.Join(dir, manifestName))) }, testKey, ErrAbsent},
		{"manifest cut short", func(t *testing.T, dir string, _ File) { must(t, os.Truncate(filepath.Join(dir, manifestName), 40)) }, testKey, ErrDamaged},
		{"manifest leads out", func(t *testing.T, dir string, f File) {
			rewrite(t, filepath.Join(dir, manifestName), `"`+f.Name+`"`, `"../secret"`)
		}, testKey, ErrDamaged},
		{"another schema", func(t *testing.T, dir string, _ File) {
			rewrite(t, filepath.Join(dir, manifestName), `"schema": 1`, `"schema": 2`)
		}, testKey, ErrSchema},
		{"another kind", func(t *testing.T, dir string, _ File) {
			rewrite(t, filepath.Join(dir, manifestName), `"kind": "text"`, `"kind": "links"`)
		}, testKey, ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "text")
			f := build(t, dir, testKey, 1, "some terms")
			if c.spoil != nil {
				c.spoil(t, dir, f)
			}
			s, err := Open(dir, Text, 1, c.key)
			if !errors.Is(err, c.want) {
				t.Fatalf("got error %v, want %v", err, c.want)
			}
			if c.want == nil {
				must(t, s.Check(t.Context()))
				return
			}
			if !strings.Contains(err.Error(), "openzim-mcp index") || strings.Contains(err.Error(), dir) {
				t.Errorf("the error must name the command and no path: %v", err)
			}
		})
	}
}

func TestCheckFindsFlips(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "text")
	f := build(t, dir, testKey, 1, "some terms")
	must(t, os.WriteFile(filepath.Join(dir, f.Name), []byte("sOme terms"), 0o600))
	s, err := Open(dir, Text, 1, testKey)
	must(t, err)
	if err := s.Check(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want %v", err, ErrDamaged)
	}
}

func TestBuildGoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "text")
	b, err := Begin(dir, Text, 1, testKey)
	must(t, err)
	one, two := write(t, b, "1.seg", "one"), write(t, b, "2.seg", "two")
	write(t, b, "3.seg", "never saved")
	must(t, b.Save([]File{one, two}, []int{1, 2}))
	if _, err := Begin(dir, Text, 1, testKey); !errors.Is(err, ErrBusy) {
		t.Errorf("a second build: got %v, want %v", err, ErrBusy)
	}
	if _, err := Open(dir, Text, 1, testKey); !errors.Is(err, ErrAbsent) {
		t.Errorf("a half-built sidecar: got %v, want %v", err, ErrAbsent)
	}
	must(t, os.WriteFile(filepath.Join(b.Dir(), "2.seg"), []byte("t"), 0o600)) // the machine stopped
	b.Close()

	b, err = Begin(dir, Text, 1, testKey)
	must(t, err)
	var detail []int
	if !b.Resumed() || !b.Detail(&detail) || !cmp.Equal(detail, []int{1, 2}) {
		t.Errorf("resumed %v with detail %v", b.Resumed(), detail)
	}
	if diff := cmp.Diff([]File{one}, b.Files()); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if got := names(t, b.Dir()); !cmp.Equal(got, []string{"1.seg", manifestName}) {
		t.Errorf("left in the directory: %v", got)
	}
	must(t, b.Finish([]File{one}, nil))
	b.Close()
	if got := names(t, dir); !cmp.Equal(got, []string{"1.seg", "lock", manifestName}) {
		t.Errorf("the finished sidecar has %v", got)
	}

	b, err = Begin(dir, Text, 1, Key{UUID: "other"})
	must(t, err)
	defer b.Close()
	if b.Resumed() || len(b.Files()) > 0 {
		t.Error("a build of another archive was continued")
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "text")
	f := build(t, dir, testKey, 1, "some terms")
	for name, want := range map[string]os.FileMode{filepath.Dir(dir): 0o700, dir: 0o700, filepath.Join(dir, f.Name): 0o600, filepath.Join(dir, manifestName): 0o600} {
		info, err := os.Stat(name)
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: mode %o, want %o", name, got, want)
		}
	}
}

func TestRemove(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "text")
	build(t, dir, testKey, 1, "some terms")
	b, err := Begin(dir, Text, 1, testKey)
	must(t, err)
	if err := Remove(dir, Text); !errors.Is(err, ErrBusy) {
		t.Errorf("during a build: got %v, want %v", err, ErrBusy)
	}
	b.Close()
	must(t, Remove(dir, Text))
	if _, err := os.Stat(filepath.Dir(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory around it is still there: %v", err)
	}
	if err := Remove(dir, Text); !errors.Is(err, ErrAbsent) {
		t.Errorf("the second time: got %v, want %v", err, ErrAbsent)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func rewrite(t *testing.T, name, old, with string) {
	t.Helper()
	data, err := os.ReadFile(name)
	must(t, err)
	must(t, os.WriteFile(name, []byte(strings.Replace(string(data), old, with, 1)), 0o600))
}

// Files that something else has written become part of a build by name; what it does not keep goes.
func TestAdoptAndDrop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "text")
	b, err := Begin(dir, Text, 1, testKey)
	must(t, err)
	defer b.Close()
	must(t, os.WriteFile(b.Path("x.tmp"), []byte("some terms"), 0o644))
	f, err := b.Adopt("x.tmp", "x")
	must(t, err)
	if want := write(t, b, "y", "some terms"); f.CRC32C != want.CRC32C || f.Size != want.Size || f.Name != "x" {
		t.Errorf("adopted %+v, written %+v", f, want)
	}
	if info, err := os.Stat(b.Path("x")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	f, err = b.Rename(f, Named("terms", f, ".zap"))
	must(t, err)
	r, err := b.Reader(f)
	must(t, err)
	text, err := io.ReadAll(r)
	must(t, errors.Join(err, r.Close()))
	if string(text) != "some terms" || !strings.HasPrefix(f.Name, "terms-") {
		t.Errorf("%s: %q", f.Name, text)
	}
	b.Drop([]File{f})
	if got := names(t, b.Dir()); !cmp.Equal(got, []string{"y"}) {
		t.Errorf("left: %v", got)
	}
	if _, err := b.Write("../y", nil); err == nil {
		t.Error("a name that leads out was taken")
	}
}

// A build that comes to nothing leaves nothing, but for a sidecar that was there before.
func TestDiscard(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "text")
	b, err := Begin(dir, Text, 1, testKey)
	must(t, err)
	write(t, b, "x", "x")
	b.Discard()
	b.Close()
	if _, err := os.Stat(filepath.Dir(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
	build(t, dir, testKey, 1, "some terms")
	b, err = Begin(dir, Text, 1, testKey)
	must(t, err)
	b.Discard()
	b.Close()
	if _, err := Open(dir, Text, 1, testKey); err != nil {
		t.Error(err)
	}
}

func TestFree(t *testing.T) {
	if n, ok := Free(t.TempDir()); ok && n == 0 {
		t.Error("no space at all")
	}
	if _, ok := Free(filepath.Join(t.TempDir(), "absent")); ok {
		t.Error("space in a directory that is not there")
	}
}

func TestCommands(t *testing.T) {
	for k, want := range map[Kind]string{Text: "openzim-mcp index FILE", Links: "openzim-mcp links build FILE"} {
		if got := (&Error{Kind: k, Err: ErrAbsent}).Error(); !strings.HasSuffix(got, "make it with: "+want) {
			t.Errorf("%s: %s", k, got)
		}
	}
	if got := (&Error{Kind: Text, Err: ErrBusy}).Error(); strings.Contains(got, "make it") {
		t.Error(got)
	}
}
