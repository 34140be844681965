package zim

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// A model is an archive as a map in memory, from what it was built of.
type model struct {
	newScheme bool
	paths     []string // full, sorted
	entries   map[string]modelEntry
	titles    []modelTitle // the front articles in title order
}

type modelEntry struct {
	title, redirect string
	data            []byte
}

type modelTitle struct{ title, path string }

// modelOf understands what zimtest.Random makes: no duplicate paths, no deprecated kinds.
func modelOf(za zimtest.Archive) *model {
	m := &model{newScheme: za.Minor >= 1, entries: map[string]modelEntry{}}
	byPath := map[string]zimtest.Entry{}
	for _, e := range za.Entries {
		byPath[e.Path] = e
	}
	for _, e := range za.Entries {
		title, data, mime := e.Title, e.Data, e.MIME
		if title == "" {
			title = e.Path[2:]
		}
		for o := e; o.Alias != ""; {
			o = byPath[o.Alias]
			data, mime = o.Data, o.MIME
		}
		m.entries[e.Path] = modelEntry{title, e.Redirect, data}
		front := e.Path[0] == 'A'
		if m.newScheme {
			front = e.Redirect == "" && strings.HasPrefix(mime, "text/html")
			if za.Minor == 3 && za.NoTitleV1 {
				front = false
			}
		}
		if front {
			m.titles = append(m.titles, modelTitle{title, e.Path})
		}
	}
	for p := range m.entries {
		m.paths = append(m.paths, p)
	}
	slices.Sort(m.paths)
	sort.Slice(m.titles, func(i, j int) bool {
		a, b := m.titles[i], m.titles[j]
		return a.title < b.title || a.title == b.title && a.path < b.path
	})
	return m
}

// find is Lookup by libzim's rules, from A.10 of the format.
func (m *model) find(path string) (full string, ok bool) {
	ns, rest, parsed := strings.TrimPrefix(path, "/"), "", false
	if ns != "" && ns[0] != '/' && (len(ns) == 1 || ns[1] == '/') {
		parsed = true
		if len(ns) > 1 {
			rest = ns[2:]
		}
		ns = ns[:1]
	}
	try := []string{"C/" + path}
	if parsed {
		try = append(try, "C/"+rest)
	}
	if !m.newScheme {
		try = nil
		if parsed {
			try = append(try, ns+"/"+rest)
		}
		for _, n := range []string{"A/", "I/", "J/", "-/"} {
			try = append(try, n+path)
		}
	}
	for _, full := range try {
		if _, ok := m.entries[full]; ok {
			return full, true
		}
	}
	return "", false
}

// checkPath compares one exact lookup and one by the rules.
func (m *model) checkPath(t *testing.T, a *Archive, full string) {
	t.Helper()
	want, exists := m.entries[full]
	e, err := a.LookupNS(bg, full[0], full[2:])
	switch {
	case !exists:
		if full[0] != 'M' && full[0] != 'W' && full[0] != 'X' {
			wantKind(t, full, err, ErrNotFound)
		}
	case err != nil:
		t.Fatalf("%q: %v", full, err)
	case e.FullPath() != full || e.Title() != want.title || e.IsRedirect() != (want.redirect != ""):
		t.Fatalf("%q: got %q, title %q, redirect %v, want %+v", full, e.FullPath(), e.Title(), e.IsRedirect(), want)
	case e.IsRedirect():
		if to, err := e.Target(bg); err != nil || to.FullPath() != want.redirect {
			t.Fatalf("%q: leads to %q, %v, want %q", full, to.FullPath(), err, want.redirect)
		}
	default:
		it, err := e.Item()
		if err != nil {
			t.Fatal(err)
		}
		if b, err := it.Bytes(bg); err != nil || !bytes.Equal(b, want.data) {
			t.Fatalf("%q: read %d bytes, %v, want %d", full, len(b), err, len(want.data))
		}
	}
	for _, in := range []string{full, "/" + full, full[2:], "/" + full[2:], full[:2] + full, strings.TrimSuffix(full, "a")} {
		want, ok := m.find(in)
		e, err := a.Lookup(bg, in)
		if ok && (err != nil || e.FullPath() != want) {
			t.Fatalf("Lookup(%q) = %v, want %q", in, err, want)
		}
		if !ok && err == nil && strings.IndexByte("AIJ-C", e.Namespace()) >= 0 {
			t.Fatalf("Lookup(%q) = %q, want nothing", in, e.FullPath())
		}
	}
}

// checkPrefix compares the entries under a prefix, by index and by iteration.
func (m *model) checkPrefix(t *testing.T, a *Archive, full string) {
	t.Helper()
	var want, got []string
	for _, p := range m.paths {
		if strings.HasPrefix(p, full) {
			want = append(want, p)
		}
	}
	lo, hi, err := a.Range(bg, full[0], full[2:])
	if err != nil {
		t.Fatal(err)
	}
	for i := lo; i < hi; i++ {
		e, err := a.Entry(bg, i)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.FullPath())
	}
	if !slices.Equal(got, want) {
		t.Fatalf("Range(%q) = %q, want %q", full, got, want)
	}
	i := lo
	for e, err := range a.PathPrefix(bg, full[0], full[2:]) {
		if err != nil || e.Index() != i || e.FullPath() != got[i-lo] {
			t.Fatalf("PathPrefix(%q): entry %d %q, %v", full, e.Index(), e.FullPath(), err)
		}
		i++
	}
	if i != max(lo, hi) {
		t.Fatalf("PathPrefix(%q) ends at %d, not at %d", full, i, hi)
	}
}

// checkTitles compares the title listing, from its start and under a prefix.
func (m *model) checkTitles(t *testing.T, a *Archive, prefix string) {
	t.Helper()
	var want, got []modelTitle
	for _, x := range m.titles {
		if strings.HasPrefix(x.title, prefix) {
			want = append(want, x)
		}
	}
	for e, err := range a.TitlePrefix(bg, prefix) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, modelTitle{e.Title(), e.FullPath()})
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(modelTitle{})); diff != "" {
		t.Fatalf("TitlePrefix(%q): -want +got\n%s", prefix, diff)
	}
	lo, hi, err := a.TitleRange(bg, prefix)
	if err != nil || int(hi-lo) != len(want) {
		t.Fatalf("TitleRange(%q) = %d, %d, %v, want %d titles", prefix, lo, hi, err, len(want))
	}
	for i := lo; i < hi; i++ {
		if e, err := a.TitleEntry(bg, i); err != nil || e.FullPath() != want[i-lo].path {
			t.Fatalf("TitleEntry(%d) = %q, %v, want %q", i, e.FullPath(), err, want[i-lo].path)
		}
	}
	e, err := a.LookupTitle(bg, prefix)
	for _, x := range want {
		if x.title == prefix {
			if err != nil || e.Title() != prefix || e.FullPath() != x.path {
				t.Fatalf("LookupTitle(%q) = %q, %v, want %q", prefix, e.FullPath(), err, x.path)
			}
			return
		}
	}
	if err == nil && strings.IndexByte("CAIJ-", e.Namespace()) < 0 || err == nil && e.Title() != prefix {
		t.Fatalf("LookupTitle(%q) = %q", prefix, e.FullPath())
	}
}

// near returns a path and its neighbours: what differs from it at the end by very little.
func near(full string) []string {
	rest := full[2:]
	out := []string{full, full + "\x01", full + "\xff", full + "/", full + "a", full[:2] + "\xff", full[:2]}
	if rest != "" {
		last := rest[len(rest)-1]
		out = append(out, full[:len(full)-1], full[:len(full)-1]+string([]byte{last - 1}), full[:len(full)-1]+string([]byte{last + 1}),
			full[:len(full)-1]+string([]byte{last - 1, 0xFF}), full[:2]+strings.ToUpper(rest), full[:2]+rest[:len(rest)/2])
	}
	return out
}

// TestModel compares random archives with a map: all paths, neighbours, prefixes, misses and
// titles, with search keys for none, few and all of the entries.
func TestModel(t *testing.T) {
	seeds, sizes := 24, []int{1, 2, 5, 30, 150}
	if testing.Short() {
		seeds = 6
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(uint64(seed), 9))
		za := zimtest.Random(r, sizes[seed%len(sizes)])
		b, m := za.Bytes(), modelOf(za)
		for _, keys := range []int{0, -1, 7, 65536} {
			a := openBytes(t, b, &Options{LookupKeys: keys, Strict: seed%2 == 0})
			name := fmt.Sprintf("seed %d, keys %d", seed, keys)
			t.Run(name, func(t *testing.T) {
				for _, p := range m.paths {
					for _, q := range near(p) {
						m.checkPath(t, a, q)
					}
					if r.IntN(3) == 0 {
						m.checkPrefix(t, a, p[:2+r.IntN(len(p)-1)])
					}
				}
				m.checkTitles(t, a, "")
				for _, x := range m.titles {
					m.checkTitles(t, a, x.title[:r.IntN(len(x.title)+1)])
					m.checkTitles(t, a, x.title)
				}
				m.checkTitles(t, a, "\xff")
				m.checkTitles(t, a, "nothing like it")
			})
		}
	}
}

// TestModelLarge has more entries than one window holds, so that a search takes all its steps.
func TestModelLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	za := zimtest.Archive{Minor: 1, Compression: zimtest.Stored, NoTitleV0: true}
	for i := range 6000 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%05d", i*3), fmt.Sprintf("%05d", r.IntN(9000)), "x"))
	}
	b, m := za.Bytes(), modelOf(za)
	for _, keys := range []int{0, -1, 7, 100} {
		a := openBytes(t, b, &Options{LookupKeys: keys})
		for range 300 {
			n := r.IntN(6000)
			path := fmt.Sprintf("%05d", n*3)
			if e, err := a.LookupNS(bg, 'C', path); err != nil || e.Index() != uint32(n) || e.Path() != path {
				t.Fatalf("keys %d: %s: entry %d, %v", keys, path, e.Index(), err)
			}
			_, err := a.LookupNS(bg, 'C', fmt.Sprintf("%05d", n*3+1))
			wantKind(t, "a miss", err, ErrNotFound)
			lo, hi, err := a.Range(bg, 'C', path[:3])
			if err != nil || hi-lo < 33 || hi-lo > 34 {
				t.Fatalf("keys %d: prefix %s: [%d, %d), %v", keys, path[:3], lo, hi, err)
			}
			title := fmt.Sprintf("%05d", r.IntN(9000))
			i := sort.Search(len(m.titles), func(i int) bool { return m.titles[i].title >= title })
			lo, _, err = a.TitleRange(bg, title)
			if err != nil || lo != uint32(i) {
				t.Fatalf("keys %d: title %s: position %d, %v, want %d", keys, title, lo, err, i)
			}
		}
	}
}
