package zim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// A subject is an archive to compare, with the name of a file (or first part) that libzim opens.
type subject struct {
	name  string
	file  string
	parts []string
	open  func(*zim.Options) (*zim.Archive, error)
}

func fileSubject(name, file string) subject {
	return subject{name, file, []string{file}, func(o *zim.Options) (*zim.Archive, error) { return zim.Open(file, o) }}
}

// realSubjects are all sound archives of the test data.
func realSubjects(t *testing.T) []subject {
	t.Helper()
	var list []subject
	for _, f := range realFiles(t, "good") {
		list = append(list, fileSubject(f.name, f.path))
	}
	sets := map[string][]string{}
	for _, f := range realFiles(t, "split") {
		stem := f.path[:len(f.path)-2]
		sets[stem] = append(sets[stem], f.path)
	}
	for stem, parts := range sets {
		slices.Sort(parts)
		list = append(list, subject{"split/" + filepath.Base(filepath.Dir(stem)), stem, parts,
			func(o *zim.Options) (*zim.Archive, error) { return zim.Open(stem+"aa", o) }})
	}
	dir := t.TempDir()
	for _, f := range realFiles(t, "embedded") {
		parts := sections(t, f.path, readFile(t, f.path))
		plain := filepath.Join(dir, filepath.Base(f.path)+".zim")
		if err := os.WriteFile(plain, join(t, parts), 0o600); err != nil {
			t.Fatal(err)
		}
		list = append(list, subject{f.name, plain, []string{plain},
			func(o *zim.Options) (*zim.Archive, error) { return zim.NewSplitReader(parts, o) }})
	}
	slices.SortFunc(list, func(a, b subject) int { return strings.Compare(a.name, b.name) })
	return list
}

// sampleSubjects are the archives of zimtest, written to files.
func sampleSubjects(t *testing.T) []subject {
	t.Helper()
	dir := t.TempDir()
	var list []subject
	for _, s := range zimtest.Samples() {
		file := filepath.Join(dir, "sample_"+strings.NewReplacer(" ", "_", ",", "").Replace(s.Name)+".zim")
		if err := os.WriteFile(file, s.Archive.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		list = append(list, fileSubject("sample "+s.Name, file))
	}
	return list
}

// Every entry, title, number and lookup of every archive is what libzim makes of it.
func TestDifferentialRealArchives(t *testing.T) { differential(t, realSubjects(t)) }

func TestDifferentialSamples(t *testing.T) { differential(t, sampleSubjects(t)) }

// libzimCannotRead are samples that libzim opens and then gives up, and why.
var libzimCannotRead = map[string]string{
	"sample 5.0 deprecated dirents": "knows no such kinds any more",
	"sample 5.0 empty":              "its binding expects metadata",
}

func differential(t *testing.T, list []subject) {
	if os.Getenv("ZIM_ORACLE_GOLDEN") == "" {
		t.Parallel()
	}
	o := newOracle(t)
	compared, refused := 0, 0
	for _, s := range list {
		t.Run(s.name, func(t *testing.T) {
			a, err := s.open(nil)
			_, strict := s.open(&zim.Options{Strict: true})
			q := question{File: s.file, Parts: s.parts}
			if err == nil {
				defer a.Close()
				q = ask(a, q)
			}
			want := o.facts(q)
			if want.Error != "" {
				refused++
				t.Logf("libzim refuses it: %s; ours: %v; strict: %v", want.Error, err, strict)
				if strict == nil {
					t.Errorf("strict opens what libzim %s refuses: %s", o.version, want.Error)
				}
				return
			}
			if err != nil || strict != nil {
				t.Fatalf("libzim opens it: %v, strict %v", err, strict)
			}
			if want.Unread != "" {
				if libzimCannotRead[s.name] == "" {
					t.Errorf("libzim opens it, but cannot read it: %s", want.Unread)
				}
				return
			}
			compared++
			compareFacts(t, a, q, want)
		})
	}
	t.Logf("%d archives compared with libzim %s, which refuses %d more", compared, o.version, refused)
	if len(golden) > 0 {
		writeGolden(t)
	}
}

// compareFacts reads the archive and compares. What libzim does not tell is taken from ours.
func compareFacts(t *testing.T, a *zim.Archive, q question, want facts) {
	t.Helper()
	got, err := factsOf(t.Context(), a, q)
	if err != nil {
		t.Fatal(err)
	}
	want.complete(got)
	if os.Getenv("ZIM_ORACLE_GOLDEN") == "write" {
		golden[goldenKey(t, q)] = want.digests(t)
	}
	for i := range min(len(got.Found), len(want.Found)) {
		if got.Found[i] != want.Found[i] {
			t.Errorf("lookup of %q: entry %d, libzim %d", q.Paths[i], got.Found[i], want.Found[i])
		}
	}
	for i := range min(len(got.FoundTitles), len(want.FoundTitles)) {
		if diff := cmp.Diff(want.FoundTitles[i], got.FoundTitles[i]); diff != "" {
			t.Errorf("lookup of title %q (-libzim +ours):\n%s", q.Titles[i], diff)
		}
	}
	got.Found, got.FoundTitles, want.Found, want.FoundTitles = nil, nil, nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-libzim +ours)\n%s", diff)
		return
	}
	comparePrefixes(t, a)
	compareTitlePrefixes(t, a, want)
}

// comparePrefixes compares ranges found by searching with what counting finds, for prefixes
// of paths that are there, and for near misses.
func comparePrefixes(t *testing.T, a *zim.Archive) {
	t.Helper()
	var keys []string // namespace and path, in order
	for e, err := range a.Entries(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, string([]byte{e.Namespace()})+e.Path())
	}
	for i := 0; i < len(keys); i += 1 + len(keys)/40 {
		k := keys[i]
		for _, prefix := range []string{k[:1], k[:1+len(k)/4], k[:1+len(k)/2], k, k + "\xff", k[:len(k)-1] + "\xff"} {
			if prefix == "" || prefix[0] != k[0] {
				continue
			}
			lo := sort.SearchStrings(keys, prefix)
			hi := lo
			for hi < len(keys) && strings.HasPrefix(keys[hi], prefix) {
				hi++
			}
			gotLo, gotHi, err := a.Range(t.Context(), prefix[0], prefix[1:])
			if err != nil || gotHi-gotLo != uint32(hi-lo) || hi > lo && gotLo != uint32(lo) {
				t.Errorf("prefix %q: [%d, %d), %v; want [%d, %d)", prefix, gotLo, gotHi, err, lo, hi)
			}
		}
	}
}

// compareTitlePrefixes does the same for the front articles, whose order libzim has told.
func compareTitlePrefixes(t *testing.T, a *zim.Archive, want facts) {
	t.Helper()
	for i := 0; i < len(want.Titles); i += 1 + len(want.Titles)/40 {
		title := want.Entries[want.Titles[i]].Title
		for _, prefix := range []string{title[:len(title)/3], title[:len(title)/2], title, title + "\xff"} {
			n, first := 0, -1
			for j, index := range want.Titles {
				if strings.HasPrefix(want.Entries[index].Title, prefix) {
					if n++; first < 0 {
						first = j
					}
				}
			}
			lo, hi, err := a.TitleRange(t.Context(), prefix)
			if err != nil || hi-lo != uint32(n) || n > 0 && lo != uint32(first) {
				t.Errorf("title prefix %q: [%d, %d), %v; want %d from %d on", prefix, lo, hi, err, n, first)
			}
		}
	}
}

// complete replaces what libzim does not tell.
func (f *facts) complete(ours facts) {
	if f.Titles == nil {
		f.Titles = ours.Titles
	}
	for i, n := range f.Counts {
		if n == math.MaxUint64 {
			f.Counts[i] = ours.Counts[i]
		}
	}
}

// goldenFile holds digests of what libzim 9.8 says of every archive, so that the comparison
// runs without libzim too. A real archive's key is the SHA-256 of its bytes. Make it anew:
//
//	ZIM_ORACLE_GOLDEN=write ZIM_ORACLE_PYTHON=venv/bin/python go test -run 'TestDifferential(Real|Samples)' ./zim
const goldenFile = "testdata/oracle/golden.tsv"

var golden = map[string]string{} // key to digests, when writing

// digests are short hashes of the parts that a difference can be in. Where the archive's
// bytes are made by a compressor that may change, what depends on it is left out.
func (f facts) digests(t *testing.T) string {
	t.Helper()
	entries, titles, found, foundTitles := f.Entries, f.Titles, f.Found, f.FoundTitles
	f.Entries, f.Titles, f.Found, f.FoundTitles = nil, nil, nil, nil
	f.Size, f.Checksum, f.UUID, f.Version = 0, "", "", ""
	var all []string
	for _, part := range []any{entries, titles, found, foundTitles, f} {
		b, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, hash(b)[:16])
	}
	return strings.Join(all, "\t")
}

func goldenKey(t *testing.T, q question) string {
	t.Helper()
	if base := filepath.Base(q.File); strings.HasPrefix(base, "sample_") {
		return strings.TrimSuffix(base, ".zim")
	}
	var all []byte
	for _, p := range q.Parts {
		all = append(all, readFile(t, p)...)
	}
	return hash(all)
}

// writeGolden adds to the file what was learned.
func writeGolden(t *testing.T) {
	t.Helper()
	for key, digests := range readGolden(t) {
		if golden[key] == "" {
			golden[key] = digests
		}
	}
	var out bytes.Buffer
	out.WriteString("# key\tentries\ttitles\tpaths found\ttitles found\tthe rest\n")
	for _, key := range slices.Sorted(maps.Keys(golden)) {
		fmt.Fprintf(&out, "%s\t%s\n", key, golden[key])
	}
	if err := os.WriteFile(goldenFile, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readGolden(t *testing.T) map[string]string {
	t.Helper()
	m := map[string]string{}
	b, err := os.ReadFile(goldenFile)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if key, digests, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && key[0] != '#' {
			m[key] = digests
		}
	}
	return m
}

// What libzim 9.8 said once is what we read now, with nothing installed.
func TestGoldenSamples(t *testing.T) { compareGolden(t, sampleSubjects(t), 25) }

func TestGoldenRealArchives(t *testing.T) { compareGolden(t, realSubjects(t), 0) }

func compareGolden(t *testing.T, list []subject, atLeast int) {
	t.Parallel()
	want, compared := readGolden(t), 0
	for _, s := range list {
		a, err := s.open(nil)
		if err != nil {
			continue // the other tests say whether that is right
		}
		defer a.Close()
		q := ask(a, question{File: s.file, Parts: s.parts})
		digests := want[goldenKey(t, q)]
		if digests == "" {
			continue
		}
		got, err := factsOf(t.Context(), a, q)
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		compared++
		if diff := cmp.Diff(strings.Split(digests, "\t"), strings.Split(got.digests(t), "\t")); diff != "" {
			t.Errorf("%s: entries, titles, paths found, titles found, the rest (-libzim +ours):\n%s", s.name, diff)
		}
	}
	t.Logf("%d archives compared", compared)
	if compared < atLeast {
		t.Errorf("%d archives compared, want %d", compared, atLeast)
	}
}

// Strict mode refuses what libzim refuses, and nothing else.
func TestDifferentialRefusals(t *testing.T) {
	t.Parallel()
	o := newOracle(t)
	dir := t.TempDir()
	for base, a := range damageBases() {
		for _, name := range zimtest.Damages() {
			if b := zimtest.Damage(a.Bytes(), name); b != nil {
				file := filepath.Join(dir, base+" "+name)
				if err := os.WriteFile(file, b, 0o600); err != nil {
					t.Fatal(err)
				}
				compareRefusal(t, o, base+" "+name, file)
			}
		}
	}
}

func TestDifferentialRealRefusals(t *testing.T) {
	t.Parallel()
	o := newOracle(t)
	for _, f := range slices.Concat(realFiles(t, "damaged"), realFiles(t, "good")) {
		compareRefusal(t, o, f.name, f.path)
	}
}

// refusedOtherwise are the files where libzim's answer depends on how it was built.
var refusedOtherwise = map[string]string{
	"dd030968_invalid.offset_in_cluster.zim": "libzim 9 with Xapian opens the title index at once, which lies in the damaged cluster; 8.1, and 9.8 without Xapian, open the archive",
	"W direntptr_at_end":                     "libzim takes what lies behind the end of the file for the last dirent",
	"N direntptr_at_end":                     "libzim takes what lies behind the end of the file for the last dirent",
}

func compareRefusal(t *testing.T, o *oracle, name, file string) {
	t.Helper()
	a, err := zim.Open(file, &zim.Options{Strict: true})
	if err == nil {
		defer a.Close()
	}
	libzim := o.facts(question{File: file, Open: true}).Error
	if why := refusedOtherwise[strings.TrimPrefix(name, "damaged/")]; why != "" {
		t.Logf("%s: strict: %v; libzim %s: %s (%s)", name, err, o.version, libzim, why)
		return
	}
	if (err != nil) != (libzim != "") {
		t.Errorf("%s: strict: %v; libzim %s: %s", name, err, o.version, libzim)
	}
}
