package links

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// open returns an archive built in memory.
func open(t testing.TB, b zimtest.Archive) *zim.Archive {
	t.Helper()
	data := b.Bytes()
	a, err := zim.NewReader(bytes.NewReader(data), int64(len(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// graph builds a graph into a file of the test and opens it.
func graph(t testing.TB, a *zim.Archive, o Options) (*Index, Stats) {
	t.Helper()
	o.Dir = t.TempDir()
	f, err := os.Create(filepath.Join(t.TempDir(), "graph"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	st, err := Build(t.Context(), a, f, &o)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(o.Dir); len(left) > 0 {
		t.Errorf("%d parts were left behind", len(left))
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	x, err := NewIndex(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() != st.FileSize {
		t.Errorf("the file has %d bytes, reported are %d", info.Size(), st.FileSize)
	}
	return x, st
}

// named is a row as a test reads it.
type named struct {
	Path           string
	Count, Section uint32
	Text, Fragment string
}

// inbound returns the rows of a path, all of them.
func inbound(t testing.TB, a *zim.Archive, x *Index, path string) []named {
	t.Helper()
	e, err := a.LookupContent(t.Context(), path)
	if err != nil {
		t.Fatal(path, err)
	}
	rows, err := x.Rows(e.Index(), 0, 1<<30)
	if err != nil {
		t.Fatal(path, err)
	}
	if n, err := x.Inbound(e.Index()); err != nil || n != len(rows) {
		t.Errorf("%s: counted %d (%v), there are %d rows", path, n, err, len(rows))
	}
	out := []named{}
	for _, r := range rows {
		s, err := a.Entry(t.Context(), r.Source)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, named{s.Path(), r.Count, r.Section, r.Text, r.Fragment})
	}
	return out
}

func music() zimtest.Archive {
	return zimtest.Archive{Minor: 1, Entries: []zimtest.Entry{
		zimtest.Page("C/Ray", "Ray Charles", `<h1>Ray</h1><p>A singer of <a href="Soul">soul</a>, see <a href="Ray">himself</a>, <a href="Gone">gone</a>.</p>
<h2 id="Life">Life</h2><p>Born in <a href="Albany_(Georgia)#Sights">Albany</a>.</p>`),
		zimtest.Page("C/Soul", "Soul music", `<p><a href="Ray#Life">Ray Charles</a>, <a href="./Ray">Ray</a>, <a href="Ray_Robinson">his first name</a>.</p>`),
		zimtest.Page("C/Albany_(Georgia)", "Albany", `<p>A town.</p><h2 id="Sights">Sights</h2><p>A statue of <a href="Ray_Robinson">Ray Robinson</a>; <a href="mailto:x@y.z">mail</a>,
<a href="https://example.org/">out</a>, <a href="pic.png">picture</a>, <a href="#Sights">here</a></p>`),
		zimtest.Page("C/Blues", "Blues", `<p>Sung by <a href="Ray">Ray Charles</a>.</p><p hidden><a href="Soul">unseen</a></p>`),
		zimtest.Page("C/dir/Deep", "Deep", `<p><a href="../Ray">up</a> <a href="../Old?x=1">old</a></p>`),
		zimtest.Page("C/Old?x=1", "With a query", `<p>text</p>`),
		zimtest.Redirect("C/Ray_Robinson", "C/Ray"),
		{Path: "C/pic.png", MIME: "image/png", Data: []byte("x")},
		{Path: "C/notes.txt", MIME: "text/plain", Data: []byte(`<a href="Ray">no page</a>`)},
	}}
}

func TestRows(t *testing.T) {
	a := open(t, music())
	x, st := graph(t, a, Options{})
	for path, want := range map[string][]named{
		"Ray": {
			{"Soul", 3, 0, "Ray Charles", "Life"},
			{"Blues", 1, 0, "Ray Charles", ""},
			{"dir/Deep", 1, 0, "up", ""},
			{"Albany_(Georgia)", 1, 1, "Ray Robinson", ""},
		},
		"Soul":             {{"Ray", 1, 0, "soul", ""}},
		"Albany_(Georgia)": {{"Ray", 1, 1, "Albany", "Sights"}},
		"Old?x=1":          {{"dir/Deep", 1, 0, "old", ""}},
		"Blues":            {},
		"pic.png":          {},
		"Ray_Robinson":     {}, // its links are those of its target
	} {
		if diff := gocmp.Diff(want, inbound(t, a, x, path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	want := Stats{Header: Header{UUID: a.Info().UUID, Entries: a.Info().Entries, Pages: 6, Targets: 4, Rows: 7, Blocks: 1}, Links: 9, Missing: 1}
	st.FileSize, st.Spilled, st.Parts, st.directory, st.counts = 0, 0, 0, 0, 0
	if st != want {
		t.Errorf("got %+v, want %+v", st, want)
	}
}

// random makes pages that link to each other at random, by way of redirects too, and says which links there are.
func random(r *rand.Rand, pages int, hub bool) (zimtest.Archive, map[string][]named) {
	name := func(i int) string { return fmt.Sprintf("Page_%d", i) }
	b := zimtest.Archive{Minor: 1}
	want := map[string][]named{}
	for i := range pages {
		text := strings.Builder{}
		rows := map[string]*named{}
		for range r.IntN(12) {
			k := r.IntN(pages)
			if hub && r.IntN(2) == 0 {
				k = 0
			}
			href, label := name(k), fmt.Sprintf("link %d of %d", r.IntN(5), k)
			if r.IntN(4) == 0 {
				href = "To_" + href
			}
			fmt.Fprintf(&text, `<p>word <a href="%s">%s</a></p>`, href, label)
			if k == i {
				continue
			}
			if rows[name(k)] == nil {
				rows[name(k)] = &named{Path: name(i), Text: label}
			}
			rows[name(k)].Count++
		}
		for to, row := range rows {
			want[to] = append(want[to], *row)
		}
		b.Entries = append(b.Entries, zimtest.Page("C/"+name(i), "", "<h1>x</h1>"+text.String()), zimtest.Redirect("C/To_"+name(i), "C/"+name(i)))
	}
	for _, rows := range want {
		slices.SortFunc(rows, func(a, b named) int { return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Path, b.Path)) })
	}
	return b, want
}

// What a graph says is what the pages say, also when memory is so small that it is sorted in many parts.
func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		b, want := random(r, 200, seed%2 == 0)
		a := open(t, b)
		x, _ := graph(t, a, Options{Workers: 1 + int(seed%3)})
		for i := range 200 {
			path := fmt.Sprintf("Page_%d", i)
			got := inbound(t, a, x, path)
			if diff := gocmp.Diff(append([]named{}, want[path]...), got); diff != "" {
				t.Fatalf("seed %d, %s (-want +got):\n%s", seed, path, diff)
			}
		}
	}
}

// A page that everything leads to has rows in many blocks. Any part of them is found by itself, and parts that did not fit into
// memory make no difference.
func TestHub(t *testing.T) {
	list := []edge{}
	for i := range uint32(20_000) {
		list = append(list, edge{target: 7, Row: Row{Source: i + 10, Count: 1 + i%3, Text: fmt.Sprintf("text %d", i)}})
		if i%100 == 0 {
			list = append(list, edge{target: i, Row: Row{Source: 5, Count: 1}})
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	x := written(t, list, 30_000, 64<<10)
	slices.SortFunc(list, func(a, b edge) int { return compareEdges(&a, &b) })
	byTarget := map[uint32][]Row{}
	for _, e := range list {
		byTarget[e.target] = append(byTarget[e.target], e.Row)
	}
	if x.header.Blocks < 10 {
		t.Fatalf("only %d blocks: the test shows nothing", x.header.Blocks)
	}
	for target, want := range byTarget {
		for _, from := range []int{0, 1, 999, 5000, len(want) - 1, len(want), len(want) + 5, -1} {
			rows, err := x.Rows(target, from, 50)
			if err != nil {
				t.Fatal(err)
			}
			var part []Row
			if from >= 0 && from < len(want) {
				part = want[from:min(from+50, len(want))]
			}
			if diff := gocmp.Diff(part, rows); diff != "" {
				t.Fatalf("target %d from %d (-want +got):\n%s", target, from, diff)
			}
		}
	}
	for _, unknown := range []uint32{1, 29_999, 30_000, 1<<32 - 1} {
		if rows, err := x.Rows(unknown, 0, 10); err != nil || len(rows) > 0 {
			t.Errorf("entry %d has rows %v, %v", unknown, rows, err)
		}
	}
}

// written passes edges through piles, runs and the writer.
func written(t testing.TB, list []edge, entries uint32, memory int) *Index {
	t.Helper()
	dir := t.TempDir()
	rs := &runs{dir: dir, room: func(int64) error { return nil }}
	defer rs.close()
	p := newPile(memory)
	for i := range list {
		if p.full(&list[i]) {
			if err := rs.write(p); err != nil {
				t.Fatal(err)
			}
		}
		p.add(&list[i])
	}
	if err := rs.write(p); err != nil {
		t.Fatal(err)
	}
	if err := rs.compact(); err != nil {
		t.Fatal(err)
	}
	m, err := rs.merge()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "graph"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	w, err := newWriter(f, dir, Header{Entries: entries})
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	for {
		e, ok, err := m.next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		if err := w.add(&e); err != nil {
			t.Fatal(err)
		}
	}
	h, err := w.finish()
	if err != nil {
		t.Fatal(err)
	}
	x, err := NewIndex(f, h.counts+4*int64(h.Entries))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// More runs than are merged at once become fewer first.
func TestManyRuns(t *testing.T) {
	rs := &runs{dir: t.TempDir(), room: func(int64) error { return nil }}
	defer rs.close()
	p := newPile(0)
	var want []uint32
	for i := range uint32(3*mostRuns + 5) {
		e := edge{target: i * 7919 % 1009, Row: Row{Source: i, Count: 1}}
		want = append(want, e.target)
		p.add(&e)
		if err := rs.write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := rs.compact(); err != nil {
		t.Fatal(err)
	}
	if len(rs.files) > mostRuns {
		t.Errorf("%d runs are left", len(rs.files))
	}
	m, err := rs.merge()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	var got []uint32
	for {
		e, ok, err := m.next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		got = append(got, e.target)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyArchive(t *testing.T) {
	a := open(t, zimtest.Archive{Minor: 1})
	x, st := graph(t, a, Options{})
	if st.Rows != 0 || st.Blocks != 0 {
		t.Errorf("got %+v", st)
	}
	if rows, err := x.Rows(0, 0, 5); err != nil || len(rows) != 0 {
		t.Errorf("got %v, %v", rows, err)
	}
}

func TestBuildEndsWithItsContext(t *testing.T) {
	a := open(t, music())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "links")
	if _, err := Make(ctx, a, dir, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := whyNot(t, dir, a); !errors.Is(err, sidecar.ErrAbsent) {
		t.Errorf("a build that was broken off left something: %v", err)
	}
}

// whyNot says why there is no graph in dir, nil when there is one.
func whyNot(t *testing.T, dir string, a *zim.Archive) error {
	t.Helper()
	f, err := Open(t.Context(), dir, a)
	if err == nil {
		f.Close()
	}
	return err
}

func TestNoRoom(t *testing.T) {
	full := errors.New("the disk is full")
	a := open(t, music())
	dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "links")
	if _, err := Make(t.Context(), a, dir, &Options{Room: func(int64) error { return full }}); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

func TestSidecar(t *testing.T) {
	a := open(t, music())
	dir := filepath.Join(t.TempDir(), "a.zim.sidecar", "links")
	_, err := Open(t.Context(), dir, a)
	if !errors.Is(err, sidecar.ErrAbsent) || !strings.Contains(err.Error(), "openzim-mcp links build") {
		t.Errorf("without a sidecar: %v", err)
	}
	for range 2 { // the second takes the place of the first
		if _, err := Make(t.Context(), a, dir, nil); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Open(t.Context(), dir, a)
	if err != nil {
		t.Fatal(err)
	}
	if got := inbound(t, a, f.Index, "Soul"); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if err := f.Close(); err != nil || f.Close() != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := f.Rows(0, 0, 1); err == nil {
		t.Error("a closed graph was read")
	}
	other := music()
	other.UUID = [16]byte{9}
	if err := whyNot(t, dir, open(t, other)); !errors.Is(err, sidecar.ErrStale) {
		t.Errorf("for another archive: %v", err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "graph-*"))
	if len(files) != 1 {
		t.Fatalf("files: %v", files)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	data[3] ^= 1
	if err := os.WriteFile(files[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := whyNot(t, dir, a); !errors.Is(err, sidecar.ErrDamaged) {
		t.Errorf("damaged: %v", err)
	}
}

// Whatever is changed in a file, reading it ends, and rows stay within their bounds.
func TestDamage(t *testing.T) {
	b, _ := random(rand.New(rand.NewPCG(3, 3)), 300, true)
	a := open(t, b)
	x, _ := graph(t, a, Options{})
	good := make([]byte, x.size)
	if _, err := x.r.ReadAt(good, 0); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 400 {
		bad := bytes.Clone(good)
		for range 1 + r.IntN(3) {
			bad[r.IntN(len(bad))] ^= byte(1 << r.IntN(8))
		}
		if r.IntN(10) == 0 {
			bad = bad[:r.IntN(len(bad))]
		}
		probe(t, bad)
	}
}

// probe asks a graph that may be anything.
func probe(t testing.TB, data []byte) {
	x, err := NewIndex(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrVersion) {
			t.Fatalf("refused with %v", err)
		}
		return
	}
	for i := range min(x.header.Entries, 50) {
		rows, err := x.Rows(i, int(i%3), 20)
		if len(rows) > 20 || err != nil && !errors.Is(err, ErrFormat) {
			t.Fatalf("entry %d: %d rows, %v", i, len(rows), err)
		}
		for _, row := range rows {
			if len(row.Text) > maxText || len(row.Fragment) > maxText || row.Count == 0 {
				t.Fatalf("entry %d: row %+v", i, row)
			}
		}
	}
}

func FuzzIndex(f *testing.F) {
	x := written(f, []edge{{target: 3, Row: Row{Source: 1, Count: 2, Text: "text", Fragment: "frag"}}, {target: 3, Row: Row{Source: 2, Count: 1}}, {target: 9, Row: Row{Source: 1, Count: 1}}}, 12, 0)
	data := make([]byte, x.size)
	if _, err := x.r.ReadAt(data, 0); err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:headerSize])
	f.Fuzz(func(t *testing.T, data []byte) { probe(t, resealed(data)) })
}

// resealed gives a header the checksum that it should have, so that what lies behind it is reached.
func resealed(data []byte) []byte {
	if len(data) < headerSize {
		return data
	}
	data = bytes.Clone(data)
	sum := crc32.Checksum(data[:headerSize-4], castagnoli)
	for i := range 4 {
		data[headerSize-4+i] = byte(sum >> (8 * i))
	}
	return data
}

func FuzzRows(f *testing.F) {
	e := edge{target: 3, Row: Row{Source: 1, Count: 2, Text: "text", Fragment: "frag"}}
	f.Add(appendRow(appendRow(nil, &e, 0), &e, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := rowReader{b: data}
		var again []byte
		last := uint32(0)
		for {
			e, ok, _ := r.next()
			if !ok {
				break
			}
			again = appendRow(again, &e, last)
			last = e.target
		}
		read := rowReader{b: again}
		for {
			if _, ok, bad := read.next(); bad {
				t.Fatal("what was read cannot be written and read again")
			} else if !ok {
				break
			}
		}
	})
}

// testData is where archives of others lie.
func testData() string {
	return cmp.Or(os.Getenv("ZIM_TEST_DATA_DIR"), filepath.Join("..", "..", "..", "shared", "data", "zims"))
}

// Every row of the graph is a link of its source, and every link of a page is a row, in archives as they are made.
func TestRealArchives(t *testing.T) {
	dir := testData()
	for _, name := range []string{"good/776b2d94_wikipedia_en_ray_charles_maxi_2019-08.zim", "good/352879b3_wikipedia_en_ray_charles_2015-06.zim",
		"good/9edd601d_wikibooks_be_all_nopic_2017-02.zim", "good/c79a5fbd_Book_about_Aviation.zim", "good/46e99aed_meta.esperanto.stackexchange.com_eng_all_2017-05.zim"} {
		t.Run(name, func(t *testing.T) {
			a, err := zim.Open(filepath.Join(dir, name), nil)
			if err != nil {
				t.Skip("no real archive to read: set ZIM_TEST_DATA_DIR to a folder with good/*.zim")
			}
			defer a.Close()
			scraper, _ := a.Metadata(t.Context(), "Scraper")
			x, st := graph(t, a, Options{Scraper: string(scraper), Memory: 1 << 16})
			pairs := map[[2]uint32]uint32{} // target and source: count
			for it, err := range a.ByCluster(t.Context()) {
				if err != nil || !IsPage(it) {
					continue
				}
				page, err := it.Bytes(t.Context())
				if err != nil {
					continue
				}
				doc, err := article.Parse(t.Context(), page, &article.Options{Path: it.Entry().Path(), Scraper: string(scraper)})
				if err != nil {
					continue
				}
				for i := range doc.Links {
					l := &doc.Links[i]
					if !Leads(l) {
						continue
					}
					to, err := Lookup(t.Context(), a, l.Target)
					if err == nil && to.Entry().Index() != it.Entry().Index() {
						pairs[[2]uint32{to.Entry().Index(), it.Entry().Index()}] += uint32(l.Count)
					}
				}
			}
			got := map[[2]uint32]uint32{}
			for i := range a.Info().Entries {
				rows, err := x.Rows(i, 0, 1<<30)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					got[[2]uint32{i, r.Source}] = r.Count
				}
			}
			if diff := gocmp.Diff(pairs, got); diff != "" {
				t.Error(diff)
			}
			t.Logf("%d pages, %d rows, %d bytes of graph for %d of archive", st.Pages, st.Rows, st.FileSize, a.Info().Size)
		})
	}
}
