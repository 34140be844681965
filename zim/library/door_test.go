package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tree lays out a directory to serve, with everything beside and in it that must not be served.
func tree(t *testing.T) (dir string) {
	t.Helper()
	outer := t.TempDir()
	dir = filepath.Join(outer, "served")
	write(t, outer, map[string][]byte{"secret.zim": edition("secret", ""), "out/s.zim": edition("secret", "")})
	write(t, dir, map[string][]byte{"real.zim": edition("real", ""), "sub/z.zim": edition("deep", ""), "d.zim/inner.zim": edition("inner", "")})
	for link, target := range map[string]string{
		"absolute.zim": filepath.Join(outer, "secret.zim"),
		"escape.zim":   "../secret.zim",
		"inside.zim":   "real.zim",
		"upward.zim":   "sub/../real.zim",
		"loop.zim":     "loop.zim",
		"dangling.zim": "nothing.zim",
		"proc.zim":     "/proc/self/fd/0",
		"outdir":       "../out",
		"self":         ".",
	} {
		must(t, os.Symlink(target, filepath.Join(dir, link)))
	}
	return dir
}

func TestLinksAreRefused(t *testing.T) {
	l := opened(t, nil, tree(t))
	if diff := cmp.Diff(refs(l), []string{
		"absolute outside", "dangling outside", "deep", "escape outside", "inner", "inside outside",
		"loop outside", "proc outside", "real", "upward outside",
	}); diff != "" {
		t.Error(diff)
	}
}

func TestLinksInsideAreFollowedWhenAsked(t *testing.T) {
	l := opened(t, &Options{Links: true}, tree(t))
	if diff := cmp.Diff(refs(l), []string{ // inside.zim comes before real.zim, which is the same file
		"absolute outside", "dangling missing", "deep", "escape outside", "inner", "loop outside", "proc outside", "real",
	}); diff != "" {
		t.Error(diff)
	}
	if s, err := l.Status("real"); err != nil || s.File != "inside.zim" {
		t.Errorf("%+v, %v", s, err)
	}
}

// os.Root stands in where the kernel lacks openat2; it must refuse the same.
func TestDoorByRoot(t *testing.T) {
	dir := tree(t)
	for _, links := range []bool{false, true} {
		d, err := openDoor(dir, links)
		must(t, err)
		defer d.Close()
		for name, inside := range map[string]bool{
			"real.zim": true, "sub/z.zim": true, "inside.zim": links, "upward.zim": links, "absolute.zim": false, "escape.zim": false,
			"loop.zim": false, "proc.zim": false, "outdir/s.zim": false, "../secret.zim": false, "/etc/passwd": false, "self/real.zim": links,
		} {
			for how, open := range map[string]func(string, int) (*os.File, error){"kernel": d.open, "root": d.openRoot} {
				f, err := open(name, 0)
				if (err == nil) != inside {
					t.Errorf("%s, links %v: opening %s: %v", how, links, name, err)
				}
				if err == nil {
					f.Close()
				} else if reasonOf(err) != Outside {
					t.Errorf("%s, links %v: opening %s: reason %s of %v", how, links, name, reasonOf(err), err)
				}
			}
			for how, stat := range map[string]func(string) (fs.FileInfo, error){"kernel": d.stat, "root": d.statRoot} {
				if _, err := stat(name); (err == nil) != inside {
					t.Errorf("%s, links %v: looking at %s: %v", how, links, name, err)
				}
			}
		}
	}
}

// A directory below is exchanged for a link to the outside, over and over, while it is read: nothing of the outside is
// ever served.
func TestSwapRaceNeverEscapes(t *testing.T) {
	outer := t.TempDir()
	write(t, outer, map[string][]byte{"out/a.zim": edition("secret", ""), "served/sub/a.zim": edition("open", "")})
	dir := filepath.Join(outer, "served")
	must(t, os.Symlink("../out", filepath.Join(dir, "link")))
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
			}
			os.Rename(filepath.Join(dir, "sub"), filepath.Join(dir, "aside"))
			os.Rename(filepath.Join(dir, "link"), filepath.Join(dir, "sub"))
			os.Rename(filepath.Join(dir, "sub"), filepath.Join(dir, "link"))
			os.Rename(filepath.Join(dir, "aside"), filepath.Join(dir, "sub"))
		}
	}()
	for _, links := range []bool{false, true} {
		d, err := openDoor(dir, links)
		must(t, err)
		defer d.Close()
		for how, open := range map[string]func(string, int) (*os.File, error){"kernel": d.open, "root": d.openRoot} {
			opens, tries := 0, 0
			for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); tries++ {
				f, err := open("sub/a.zim", 0)
				if err != nil {
					continue
				}
				opens++
				b := make([]byte, 4096)
				n, _ := f.ReadAt(b, 0)
				if strings.Contains(string(b[:n]), "secret") {
					t.Fatalf("%s, links %v: read the outside", how, links)
				}
				f.Close()
			}
			t.Logf("%s, links %v: %d of %d opened", how, links, opens, tries)
		}
	}
	close(stop)
	<-done
}

func TestWhatIsNoRegularFileIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no named pipes in directories")
	}
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "")})
	makePipe(t, filepath.Join(dir, "pipe.zim"))
	makePipe(t, filepath.Join(dir, "set.zimaa"))
	start := time.Now()
	l := opened(t, nil, dir)
	if diff := cmp.Diff(refs(l), []string{"a", "pipe not_regular", "set not_regular"}); diff != "" {
		t.Error(diff)
	}
	d, err := openDoor(dir, false)
	must(t, err)
	defer d.Close()
	if _, _, err := d.file("pipe.zim"); !errors.Is(err, errNotRegular) { // also when it takes a file's place after the scan
		t.Errorf("opening a pipe: %v", err)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("a pipe held it up for %v", took)
	}
}

func TestUnreadableFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Log("running as root, who may read everything: only the reason is tested")
		if got := newFault(&fs.PathError{Op: "openat2", Path: "secret/a.zim", Err: fs.ErrPermission}); got.Reason != Permission || strings.Contains(got.Error(), "secret") {
			t.Errorf("%v", got)
		}
		return
	}
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", ""), "b.zim": edition("b", ""), "sub/c.zim": edition("c", "")})
	must(t, os.Chmod(filepath.Join(dir, "b.zim"), 0))
	must(t, os.Chmod(filepath.Join(dir, "sub"), 0))
	l := opened(t, nil, dir)
	if got := refs(l); !cmp.Equal(got, []string{"a", "b permission"}) || l.ScanErr() == nil {
		t.Errorf("got %q, %v", got, l.ScanErr())
	}
	must(t, os.Chmod(filepath.Join(dir, "b.zim"), 0o644))
	must(t, os.Chmod(filepath.Join(dir, "sub"), 0o755))
	if c, err := l.Reload(t.Context()); err != nil || fmt.Sprint(c.Added) != "[b c]" {
		t.Errorf("%+v, %v", c, err)
	}
}
