package zimtest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// python is Debian's, which sees the python3-libzim package.
const python = "/usr/bin/python3"

// dumper prints one line of JSON for each archive named on its standard input.
const dumper = `
import sys, json, hashlib
from libzim.reader import Archive

def entry(e):
    out = {"path": e.path, "title": e.title}
    if e.is_redirect:
        out["redirect"] = e.get_redirect_entry().path
    else:
        it = e.get_item()
        c = bytes(it.content)
        out.update(mime=it.mimetype, size=len(c), sha256=hashlib.sha256(c).hexdigest())
    return out

for line in sys.stdin:
    out = {"file": line.strip()}
    try:
        a = Archive(line.strip())
        if len(sys.argv) > 1:
            continue
        out.update(new=a.has_new_namespace_scheme, all=a.all_entry_count, user=a.entry_count, articles=a.article_count,
            uuid=str(a.uuid), checksum=a.has_checksum, keys=sorted(a.metadata_keys))
        if a.has_main_entry:
            out["main"] = a.main_entry.get_item().path
        out["entries"] = [entry(a._get_entry_by_id(i)) for i in range(a.all_entry_count)]
        out["found"] = all(a.has_entry_by_path(e["path"]) for e in out["entries"][:a.entry_count])
    except Exception as ex:
        out["error"] = str(ex) or type(ex).__name__
    finally:
        print(json.dumps(out), flush=True)
`

type dumped struct {
	File, Error, UUID, Main string
	New, Checksum, Found    bool
	All, User, Articles     int
	Keys                    []string
	Entries                 []dumpedEntry
}

type dumpedEntry struct{ Path, Title, Redirect, MIME, SHA256 string }

// dump reads archives with libzim, by file name. Arguments, if any, make it open them
// and do no more.
func dump(t *testing.T, files []string, args ...string) map[string]dumped {
	t.Helper()
	if err := exec.Command(python, "-c", "import libzim.reader").Run(); err != nil {
		t.Skipf("libzim is not there to read along: install python3-libzim (%v)", err)
	}
	out := run(t, strings.Join(files, "\n"), python, append([]string{"-c", dumper}, args...)...)
	all := map[string]dumped{}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		var d dumped
		if err := json.Unmarshal(s.Bytes(), &d); err != nil {
			t.Fatalf("%v in %s", err, s.Text())
		}
		all[d.File] = d
	}
	return all
}

// run returns what a program prints, which must succeed.
func run(t *testing.T, stdin, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, args[0], err, out)
	}
	return out
}

// write puts an archive into a file, and returns the name.
func write(t *testing.T, dir, name string, b []byte) string {
	t.Helper()
	file := filepath.Join(dir, strings.NewReplacer(" ", "_", ",", "").Replace(name)+".zim")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// unread names the samples libzim 8.1 cannot open or walk, and why. Newer ones can.
var unread = map[string]string{
	"6.3 no lists":           "no title list at all",
	"6.3 empty":              "no title list at all",
	"5.0 empty":              "looks for an entry that is not there",
	"5.0 deprecated dirents": "knows no such kinds any more",
}

// libzim reads what was built: every entry in path order, with title, type, content and
// target, and finds each by its path.
func TestLibzimReadsSamples(t *testing.T) {
	dir := t.TempDir()
	var files []string
	archives := map[string]Archive{}
	for _, s := range Samples() {
		if unread[s.Name] != "" {
			continue
		}
		f := write(t, dir, s.Name, s.Archive.Bytes())
		files, archives[f] = append(files, f), s.Archive
	}
	compareDumps(t, files, archives)
}

func TestLibzimReadsRandom(t *testing.T) {
	dir := t.TempDir()
	var files []string
	archives := map[string]Archive{}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		a := Random(r, 1+r.IntN(60))
		f := write(t, dir, fmt.Sprint(seed), a.Bytes())
		files, archives[f] = append(files, f), a
	}
	compareDumps(t, files, archives)
}

// A split set reads as the archive it is, wherever it is cut.
func TestLibzimReadsSplit(t *testing.T) {
	a := Archive{Minor: 1, Entries: Pages(), Metadata: Metadata(), MainPage: "C/main.html"}
	b := a.Bytes()
	c := check(t, b)
	dir := t.TempDir()
	var files []string
	archives := map[string]Archive{}
	for name, cuts := range map[string][]int{
		"cluster": {len(b) - len(c.clusterAt(1))}, "dirent": {int(c.pathPtr) - 30}, "table": {int(c.pathPtr) + 3},
		"many": {500, 1000, 1500, 2000, 2500}, "empty last": {100, len(b)},
	} {
		f := filepath.Join(dir, name+".zim")
		for i, part := range Split(b, cuts...) {
			if err := os.WriteFile(PartName(f, i), part, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		files, archives[f] = append(files, f), a
	}
	compareDumps(t, files, archives)
}

func compareDumps(t *testing.T, files []string, archives map[string]Archive) {
	t.Helper()
	dumps := dump(t, files)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			d, ok := dumps[f]
			if !ok || d.Error != "" {
				t.Fatalf("libzim: %q", d.Error)
			}
			compareDump(t, check(t, archives[f].Bytes()), archives[f], d)
		})
	}
}

func compareDump(t *testing.T, c *checked, a Archive, d dumped) {
	t.Helper()
	path := func(e checkedDirent) string {
		if a.newScheme() {
			return e.path[2:]
		}
		return e.path
	}
	var want []dumpedEntry
	user := 0
	for _, e := range c.dirents {
		w := dumpedEntry{Path: path(e), Title: e.shown()}
		if e.kind == 0xFFFF {
			w.Redirect = path(c.dirents[e.target])
		} else {
			sum := sha256.Sum256(c.blob(t, e))
			w.MIME, w.SHA256 = c.mimes[e.kind], hex.EncodeToString(sum[:])
		}
		want = append(want, w)
		if e.path[0] == 'C' || !a.newScheme() {
			user++
		}
	}
	if diff := cmp.Diff(want, d.Entries); diff != "" {
		t.Errorf("entries (-ours +libzim):\n%s", diff)
	}
	if !d.Found || d.New != a.newScheme() || d.User != user || d.Checksum == a.NoChecksum {
		t.Errorf("found %v, new scheme %v, %d user entries, checksum %v; want true, %v, %d, %v", d.Found, d.New, d.User, d.Checksum, a.newScheme(), user, !a.NoChecksum)
	}
	if u := hex.EncodeToString(c.uuid[:]); strings.ReplaceAll(d.UUID, "-", "") != u {
		t.Errorf("UUID %s, want %s", d.UUID, u)
	}
	for k := range a.Metadata {
		if !strings.Contains(" "+strings.Join(d.Keys, " ")+" ", " "+k+" ") {
			t.Errorf("no metadata %s in %v", k, d.Keys)
		}
	}
	compareFront(t, c, a, d)
}

// compareFront compares the main page and the number of front articles.
func compareFront(t *testing.T, c *checked, a Archive, d dumped) {
	t.Helper()
	main := a.MainPage
	if main != "" {
		e := c.find(t, main)
		for e.kind == 0xFFFF {
			e = c.dirents[e.target]
		}
		if main = e.path; a.newScheme() {
			main = main[2:]
		}
	}
	if d.Main != main {
		t.Errorf("main page %q, want %q", d.Main, main)
	}
	if a.hasListings() && !a.NoTitleV1 && d.Articles != len(u32s(c.blob(t, c.find(t, TitleListV1)), -1)) && c.clusterAt(c.find(t, TitleListV1).cluster)[0]&15 < 2 {
		t.Errorf("%d articles, want those in the v1 list", d.Articles)
	}
}
