package zim_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// tool finds a program of Debian's zim-tools, or skips the test.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not there to read along: install zim-tools", name)
	}
	return path
}

// output returns what a program prints. It may fail, but not hang.
func output(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("%s %q does not end", name, args)
	}
	return string(out), err
}

// zimcheckSays maps what zimcheck prints to the checks of ours that have to find it. Any
// other complaint about integrity must be found by one of them.
var zimcheckSays = map[string]zim.Checks{
	"Checksum doesn't match":               zim.CheckMD5,
	"Redirect loop(s) exist":               zim.CheckRedirects,
	"Dirent table is not properly sorted":  zim.CheckPathOrder | zim.CheckPathPointers, // it reads what a bad pointer leads to
	"Title index is not properly sorted":   zim.CheckTitles,
	"Invalid title index entry":            zim.CheckTitles,
	"Invalid dirent pointer":               zim.CheckPathPointers,
	"Invalid cluster pointer":              zim.CheckClusterPointers,
	"Error parsing cluster":                zim.CheckClusterHeaders | zim.CheckClusterPointers,
	"has invalid MIME-type value":          zim.CheckMIME,
	"ZIM file's low level structure is in": zim.CheckAll,
}

// Whatever zimcheck finds wrong with integrity, checksum and redirects, Verify finds too, or
// the archive does not open.
func TestZimcheckFindsNoMore(t *testing.T) {
	t.Parallel()
	zimcheck := tool(t, "zimcheck")
	files := map[string]string{}
	dir := t.TempDir()
	write := func(name string, b []byte) {
		files[name] = filepath.Join(dir, fmt.Sprint(len(files), ".zim"))
		if err := os.WriteFile(files[name], b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for set, base := range damageBases() {
		for _, name := range zimtest.Damages() {
			if b := zimtest.Damage(base.Bytes(), name); b != nil {
				write(set+" "+name, zimtest.Seal(b))
			}
		}
	}
	write("redirect ring", zimtest.RedirectRing(3).Bytes())
	runZimcheck(t, zimcheck, files)
}

// With the right MD5 zimcheck goes on to what else is wrong, so damaged files are sealed too.
func TestZimcheckFindsNoMoreInRealArchives(t *testing.T) {
	t.Parallel()
	zimcheck := tool(t, "zimcheck")
	files := map[string]string{}
	dir := t.TempDir()
	for _, f := range slices.Concat(realFiles(t, "good"), realFiles(t, "damaged")) {
		files[f.name] = f.path
		if !strings.HasPrefix(f.name, "damaged") {
			continue
		}
		sealed := filepath.Join(dir, filepath.Base(f.name))
		if err := os.WriteFile(sealed, zimtest.Seal(readFile(t, f.path)), 0o600); err != nil {
			t.Fatal(err)
		}
		files[f.name+" sealed"] = sealed
	}
	runZimcheck(t, zimcheck, files)
}

func runZimcheck(t *testing.T, zimcheck string, files map[string]string) {
	bad, total := 0, 0
	said := map[string]int{}
	for name, file := range files {
		out, err := output(t, zimcheck, "-C", "-I", "-L", file)
		total++
		if err == nil {
			continue
		}
		bad++
		a, err := zim.Open(file, nil)
		if err != nil {
			continue
		}
		defer a.Close()
		if info := a.Info(); info.Minor >= 3 && strings.Contains(out, "Full Title index table outside") {
			continue // that zimcheck is older than the version without such a table
		}
		damage, notes := found(t, a, zim.CheckAll)
		for line, want := range zimcheckSays {
			if strings.Contains(out, line) {
				said[line]++
				if (damage|notes)&want == 0 {
					t.Errorf("%s: zimcheck says %q, Verify finds %v and notes %v:\n%s", name, line, damage, notes, out)
				}
			}
		}
		if damage|notes == 0 {
			t.Errorf("%s: Verify finds nothing, zimcheck:\n%s", name, out)
		}
	}
	t.Logf("zimcheck finds fault with %d of %d files: %v", bad, total, said)
}

// zimdump's list of an archive is ours.
func TestDifferentialZimdump(t *testing.T) {
	t.Parallel()
	zimdump := tool(t, "zimdump")
	list := sampleSubjects(t)
	if _, err := realDataDir(); err == nil {
		list = append(list, realSubjects(t)...)
	}
	compared := 0
	for _, s := range list {
		if s.name == "sample 5.0 deprecated dirents" {
			continue // zimdump knows no such kinds any more
		}
		out, err := output(t, zimdump, "list", "--details", s.file)
		a, ours := s.open(nil)
		if ours != nil || err != nil {
			continue // the comparison with libzim says whether that is right
		}
		defer a.Close()
		compared++
		if diff := cmp.Diff(out, listAsZimdump(t, a)); diff != "" {
			t.Errorf("%s (-zimdump +ours):\n%.2000s", s.name, diff)
		}
	}
	t.Logf("%d lists compared", compared)
}

// listAsZimdump prints the users' entries as zimdump list --details does.
func listAsZimdump(t *testing.T, a *zim.Archive) string {
	t.Helper()
	var ns byte
	if a.Info().NewNamespaces {
		ns = 'C'
	}
	var out strings.Builder
	field := func(name, value string) { fmt.Fprintf(&out, "* %-15s %s\n", name+":", value) }
	for e, err := range a.Entries(t.Context(), ns) {
		if err != nil {
			t.Fatal(err)
		}
		path := e.FullPath()
		if ns == 'C' {
			path = e.Path()
		}
		fmt.Fprintf(&out, "path: %s\n", path)
		field("title", e.Title())
		field("idx", strconv.Itoa(int(e.Index())))
		if target, err := e.Target(t.Context()); err == nil {
			field("type", "redirect")
			field("redirect index", strconv.Itoa(int(target.Index())))
			continue
		}
		it, err := e.Item()
		if err != nil {
			t.Fatal(err)
		}
		mime, err := it.MIMEType()
		if err != nil {
			t.Error(err)
		}
		size, err := it.Size(t.Context())
		if err != nil {
			t.Error(err)
		}
		field("type", "item")
		field("mime-type", mime)
		field("item size", strconv.FormatInt(size, 10))
	}
	return out.String()
}
