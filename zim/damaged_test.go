package zim_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// A damagedRow says what one change of zim-testing-suite's small.zim leads to. The sets are
// W, the old scheme; N, the new one with both title lists; V, the new one without v0. Verify
// finds exactly checks, and the MD5 in everything that opens.
type damagedRow struct {
	name   string
	sets   string
	open   error // by default
	strict error // as libzim does
	checks zim.Checks
	hurts  func(entryPlace) bool // entries that cannot be read; nil means none
}

// An entryPlace is where an entry of the sound archive lies.
type entryPlace struct {
	index, last   uint32
	item          bool
	cluster, blob uint32
	raw           bool // in the first uncompressed cluster that has a blob
}

const headers, pointers = zim.CheckClusterHeaders, zim.CheckClusterPointers

var damagedRows = []damagedRow{
	{"smaller_than_header", "WNV", zim.ErrTruncated, zim.ErrTruncated, 0, nil},
	{"invalid_mimelistpos", "WNV", zim.ErrFormat, zim.ErrFormat, 0, nil},
	{"invalid_checksumpos", "WNV", zim.ErrFormat, zim.ErrFormat, 0, nil},
	{"outofbounds_urlptrpos", "WNV", zim.ErrFormat, zim.ErrFormat, 0, nil},
	{"outofbounds_clusterptrpos", "WNV", zim.ErrFormat, zim.ErrFormat, 0, nil},
	{"outofbounds_titleptrpos", "W", zim.ErrFormat, zim.ErrFormat, 0, nil},
	{"outofbounds_titleptrpos", "NV", nil, nil, zim.CheckLayout | zim.CheckTitles, nil},
	{"bad_mimetype_list", "WNV", zim.ErrFormat, zim.ErrFormat, 0, nil},
	{"nonsorted_dirent_table", "WNV", nil, zim.ErrCorrupt, zim.CheckPathOrder | zim.CheckTitles, nil},
	{"outofbounds_first_direntptr", "WNV", nil, zim.ErrCorrupt, zim.CheckPathPointers, first},
	{"outofbounds_last_direntptr", "WNV", nil, zim.ErrCorrupt, zim.CheckPathPointers, last},
	{"offset_in_cluster", "W", nil, nil, headers, blobs0And1},
	{"offset_in_cluster", "NV", nil, zim.ErrCorrupt, headers, blobs0And1},
	{"outofbounds_first_clusterptr", "WNV", nil, nil, pointers, func(e entryPlace) bool { return e.item && e.cluster == 0 }},
	{"outofbounds_first_title_entry", "WN", nil, nil, zim.CheckTitles, nil},
	{"outofbounds_last_title_entry", "WN", nil, nil, zim.CheckTitles, nil},
	{"nonsorted_title_index", "WN", nil, nil, zim.CheckTitles, nil},
	{"bad_mimetype_in_dirent", "WNV", nil, nil, zim.CheckMIME, func(e entryPlace) bool { return e.index == 8 }},
	{"too_small_offset_of_first_blob_in_cluster_0", "W", nil, nil, headers, ofRaw},
	{"too_small_offset_of_first_blob_in_cluster_0", "NV", nil, zim.ErrCorrupt, headers, ofRaw},
	{"too_small_offset_of_first_blob_in_cluster_7", "W", nil, nil, headers, ofRaw},
	{"too_small_offset_of_first_blob_in_cluster_7", "NV", nil, zim.ErrCorrupt, headers, ofRaw},
	{"misaligned_offset_of_first_blob_in_cluster_9", "W", nil, nil, headers, ofRaw},
	{"misaligned_offset_of_first_blob_in_cluster_9", "NV", nil, zim.ErrCorrupt, headers, ofRaw},
	{"misaligned_offset_of_first_blob_in_cluster_10", "W", nil, nil, headers, ofRaw},
	{"misaligned_offset_of_first_blob_in_cluster_10", "NV", nil, zim.ErrCorrupt, headers, ofRaw},
	{"misaligned_offset_of_first_blob_in_cluster_11", "W", nil, nil, headers, ofRaw},
	{"misaligned_offset_of_first_blob_in_cluster_11", "NV", nil, zim.ErrCorrupt, headers, ofRaw},
	{"too_large_offset_of_first_blob_in_cluster", "W", nil, nil, headers, ofRaw},
	{"too_large_offset_of_first_blob_in_cluster", "NV", nil, zim.ErrCorrupt, headers, ofRaw},
	{"too_large_offset_of_first_blob_in_cluster_max", "W", nil, nil, headers, ofRaw},
	{"too_large_offset_of_first_blob_in_cluster_max", "NV", nil, zim.ErrCorrupt, headers, ofRaw},
	{"too_small_offset_of_first_blob_in_cluster_4", "W", nil, nil, zim.CheckBlobs, ofRaw},
	{"too_small_offset_of_first_blob_in_cluster_4", "NV", nil, zim.ErrCorrupt, zim.CheckBlobs, ofRaw},
	{"bad_checksum", "WNV", nil, nil, 0, nil},
}

func first(e entryPlace) bool      { return e.index == 0 }
func last(e entryPlace) bool       { return e.index == e.last }
func ofRaw(e entryPlace) bool      { return e.item && e.raw }
func blobs0And1(e entryPlace) bool { return ofRaw(e) && e.blob < 2 }

func rowOf(name, set string) (damagedRow, bool) {
	for _, r := range damagedRows {
		if r.name == name && strings.Contains(r.sets, set) {
			return r, true
		}
	}
	return damagedRow{}, false
}

// damageBases are archives to damage in memory, one of each set.
func damageBases() map[string]zimtest.Archive {
	old := func(path string) string {
		if path == "" {
			return ""
		}
		return "A" + path[1:]
	}
	base := zimtest.Archive{Metadata: zimtest.Metadata(), Illustration: zimtest.Icon(48)}
	w, n := base, base
	w.Old5, w.Compression, w.MainPage = true, zimtest.XZ, "A/main.html"
	for _, e := range zimtest.Pages() {
		e.Path, e.Redirect = old(e.Path), old(e.Redirect)
		w.Entries = append(w.Entries, e)
	}
	// Pages come first, so that swapped pointers only swap pages and not redirects' targets.
	w.Entries = append(w.Entries, zimtest.Page("-/0", "", "nought"), zimtest.Page("-/1", "", "one"))
	n.Minor, n.MainPage = 1, "C/main.html"
	n.Entries = append(zimtest.Pages(), zimtest.Page("C/0", "", "nought"), zimtest.Page("C/1", "", "one"))
	v := n
	v.Minor = 3
	return map[string]zimtest.Archive{"W": w, "N": n, "V": v}
}

// Every damage of the table, made in memory: what opens, what Verify finds, which entries
// can be read, and that nothing is taken for something else.
func TestDamaged(t *testing.T) {
	for set, base := range damageBases() {
		b := base.Bytes()
		done := 0
		for _, r := range damagedRows {
			if !strings.Contains(r.sets, set) {
				continue
			}
			d := zimtest.Damage(b, r.name)
			if d == nil {
				t.Errorf("%s: no such damage can be done to %s", r.name, set)
				continue
			}
			done++
			t.Run(set+" "+r.name, func(t *testing.T) { checkDamaged(t, r, b, d) })
		}
		t.Logf("%s: %d damages", set, done)
	}
}

func checkDamaged(t *testing.T, r damagedRow, sound, b []byte) {
	t.Helper()
	a, err := openBytes(b, nil)
	if kindOf(err) != kindOf(r.open) {
		t.Errorf("opens with %v, want %v", err, r.open)
	}
	if _, err := openBytes(b, &zim.Options{Strict: true}); kindOf(err) != kindOf(r.strict) {
		t.Errorf("strict opens with %v, want %v", err, r.strict)
	}
	if err != nil {
		isFormatError(t, err)
		return
	}
	defer a.Close()
	if got, _ := found(t, a, zim.CheckAll); got != r.checks|zim.CheckMD5 {
		t.Errorf("Verify finds %v, want %v", got, r.checks|zim.CheckMD5)
	}
	if got, _ := found(t, mustOpen(t, zimtest.Seal(b), nil), zim.CheckAll); got != r.checks && r.name != "bad_checksum" {
		t.Errorf("with the right MD5 Verify finds %v, want %v", got, r.checks)
	}
	if sound != nil {
		compareEntries(t, r, mustOpen(t, sound, nil), a)
	}
}

func isFormatError(t *testing.T, err error) {
	t.Helper()
	if fe := (*zim.FormatError)(nil); !errors.As(err, &fe) || fe.Reason == "" || fe.Part == "" {
		t.Errorf("%v does not say where", err)
	}
}

// compareEntries reads every entry of the damaged archive by its index and by its path: it is
// the sound one's, or an error that says where, for those that the damage is said to hurt.
func compareEntries(t *testing.T, r damagedRow, sound, damaged *zim.Archive) {
	t.Helper()
	ctx := t.Context()
	rawAt := firstRaw(t, sound)
	swapped := r.name == "nonsorted_dirent_table"
	n := sound.Info().Entries
	hurts := func(e zim.Entry) bool {
		place := entryPlace{index: e.Index(), last: n - 1}
		if it, err := e.Item(); err == nil {
			place.item, place.cluster, place.blob, place.raw = true, it.Cluster(), it.Blob(), it.Cluster() == rawAt
		}
		return r.hurts != nil && r.hurts(place)
	}
	for i := range n {
		e, err := sound.Entry(ctx, i)
		if err != nil {
			t.Fatal(err)
		}
		want, err := entryFactsOf(ctx, e, true)
		if err != nil {
			t.Fatal(err)
		}
		hurt := hurts(e)
		if target, err := e.Target(ctx); err == nil && r.checks&zim.CheckPathPointers != 0 {
			hurt = hurt || hurts(target)
		}
		if strings.HasSuffix(e.Path(), "titleOrdered/v0") && r.checks&zim.CheckTitles != 0 {
			continue // the table is also this entry's content
		}
		if !swapped || i > 1 {
			d, err := damaged.Entry(ctx, i)
			expectEntry(t, fmt.Sprint("entry ", i), d, err, want, hurt)
		}
		d, err := damaged.LookupNS(ctx, e.Namespace(), e.Path())
		if swapped && i < 2 && errors.Is(err, zim.ErrNotFound) {
			continue
		}
		if err != nil && r.checks&zim.CheckPathPointers != 0 && errors.Is(err, zim.ErrCorrupt) {
			continue // the search had to look at the damaged entry
		}
		expectEntry(t, "lookup of "+e.FullPath(), d, err, want, hurt)
	}
}

func expectEntry(t *testing.T, what string, e zim.Entry, err error, want entryFacts, hurt bool) {
	t.Helper()
	var got entryFacts
	if err == nil {
		got, err = entryFactsOf(t.Context(), e, true)
	}
	switch {
	case err != nil && !hurt:
		t.Errorf("%s: %v", what, err)
	case err != nil && !errors.Is(err, zim.ErrCorrupt):
		t.Errorf("%s: %v, want %v", what, err, zim.ErrCorrupt)
	case err != nil:
		isFormatError(t, err)
	case hurt:
		t.Errorf("%s can be read", what)
	case got != want:
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

// firstRaw returns the first uncompressed cluster that holds an item.
func firstRaw(t *testing.T, a *zim.Archive) uint32 {
	t.Helper()
	at := uint32(1<<32 - 1)
	for e, err := range a.Entries(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if it, err := e.Item(); err == nil {
			if _, ok, err := it.Location(t.Context()); ok && err == nil {
				at = min(at, it.Cluster())
			}
		}
	}
	return at
}

// Damage to the content stays what it is for callers of single entries.
func TestDamagedMIMETypeLeavesContent(t *testing.T) {
	b := zimtest.Damage(damageBases()["N"].Bytes(), "bad_mimetype_in_dirent")
	e, err := mustOpen(t, b, nil).Entry(t.Context(), 8)
	if err != nil {
		t.Fatal(err)
	}
	it, err := e.Item()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := it.MIMEType(); !errors.Is(err, zim.ErrCorrupt) {
		t.Errorf("MIMEType: %v", err)
	}
	if b, err := it.Bytes(t.Context()); err != nil || len(b) == 0 {
		t.Errorf("Bytes: %d, %v", len(b), err)
	}
}

// titlesOf reads the title listing and says which positions cannot be read.
func titlesOf(t *testing.T, b []byte) (titles []string, broken []int, warnings int) {
	t.Helper()
	a := mustOpen(t, b, nil)
	i := 0
	for e, err := range a.Articles(t.Context()) {
		if err != nil {
			broken = append(broken, i)
			titles = append(titles, "")
		} else {
			titles = append(titles, e.Title())
		}
		i++
	}
	return titles, broken, len(a.Info().Warnings)
}

// Without a usable v1 list the v0 table serves, with a warning; without both there are no
// titles, and all else works.
func TestDamagedTitleLists(t *testing.T) {
	bases := damageBases()
	n, v := bases["N"].Bytes(), bases["V"].Bytes()
	for _, name := range []string{"too_small_offset_of_first_blob_in_cluster_0", "misaligned_offset_of_first_blob_in_cluster_9",
		"too_large_offset_of_first_blob_in_cluster", "too_small_offset_of_first_blob_in_cluster_4"} {
		titles, broken, warnings := titlesOf(t, zimtest.Damage(n, name))
		if len(titles) != len(bases["N"].Entries) || len(broken) > 0 || warnings != 1 {
			t.Errorf("%s: %d titles from v0, %d broken, %d warnings; want all pages, none, 1", name, len(titles), len(broken), warnings)
		}
		a := mustOpen(t, zimtest.Damage(v, name), nil)
		if _, err := a.TitleCount(t.Context()); !errors.Is(err, zim.ErrCorrupt) {
			t.Errorf("%s without v0: %v", name, err)
		}
		if e, err := a.Lookup(t.Context(), "Zebra"); err != nil || e.Title() != "Zebra" {
			t.Errorf("%s without v0: lookup: %v", name, err)
		}
	}
	sound, _, _ := titlesOf(t, n)
	for _, name := range []string{"outofbounds_titleptrpos", "outofbounds_first_title_entry", "outofbounds_last_title_entry", "nonsorted_title_index", "offset_in_cluster"} {
		titles, broken, _ := titlesOf(t, zimtest.Damage(n, name))
		if !slices.Equal(titles, sound) || len(broken) > 0 {
			t.Errorf("%s: v1 gives %q, %v broken; want %q", name, titles, broken, sound)
		}
	}
	titles, broken, _ := titlesOf(t, zimtest.Damage(n, "v1_entry_out_of_range"))
	if !slices.Equal(broken, []int{0}) || !slices.Equal(titles[1:], sound[1:]) {
		t.Errorf("the first index is out of range: %q, %v broken; want %q and the first broken", titles, broken, sound)
	}
}

// An archive with a checksum that is elsewhere can be salvaged.
func TestDamagedSalvage(t *testing.T) {
	for set, base := range damageBases() {
		for _, name := range []string{"invalid_checksumpos", "trailing_bytes"} {
			b := zimtest.Damage(base.Bytes(), name)
			a := mustOpen(t, b, &zim.Options{Salvage: true})
			if got, _ := found(t, a, zim.CheckLayout|zim.CheckMD5); got != zim.CheckLayout|zim.CheckMD5 {
				t.Errorf("%s %s: Verify finds %v", set, name, got)
			}
			if e, err := a.Entry(t.Context(), 0); err != nil || e.Path() == "" {
				t.Errorf("%s %s: %v", set, name, err)
			}
			if _, err := a.Checksum(t.Context()); !errors.Is(err, zim.ErrNotFound) {
				t.Errorf("%s %s: checksum: %v", set, name, err)
			}
		}
	}
}

// Damages beyond the suite's never go unseen.
func TestDamagedAllFound(t *testing.T) {
	harmless := map[string]zim.Checks{"N future_minor": zim.CheckLayout, "V future_minor": zim.CheckLayout, "W future_minor": zim.CheckLayout,
		"N v1_missing":          0, // the v0 list serves
		"W duplicate_direntptr": zim.CheckPathOrder}
	for set, base := range damageBases() {
		for _, name := range zimtest.Damages() {
			b := zimtest.Damage(base.Bytes(), name)
			if b == nil || name == "bad_checksum" || name == "truncated" || name == "trailing_bytes" {
				continue
			}
			a, err := openBytes(zimtest.Seal(b), nil)
			if err != nil {
				isFormatError(t, err)
				continue
			}
			damage, notes := found(t, a, zim.CheckAll)
			a.Close()
			if note, ok := harmless[set+" "+name]; damage == 0 && (!ok || notes&note != note) {
				t.Errorf("%s %s: Verify finds nothing, notes %v", set, name, notes)
			}
		}
	}
}

// The files of zim-testing-suite and of libzim's tests, by the name they have there. Some are
// of an older edition: where titlePtrPos is 0 for none, a change of the title table hits the header.
func TestDamagedRealArchives(t *testing.T) {
	sound := map[string][]byte{} // by UUID
	for _, f := range realFiles(t, "good") {
		if strings.HasSuffix(f.name, "_small.zim") {
			b := readFile(t, f.path)
			sound[string(b[8:24])+fmt.Sprint(len(b))] = b
		}
	}
	rows, compared := map[string]int{}, 0
	for _, f := range realFiles(t, "damaged") {
		b := readFile(t, f.path)
		name := strings.TrimSuffix(f.name[strings.Index(f.name, "_")+1:], ".zim")
		name = strings.TrimPrefix(name, "invalid.")
		set := "W"
		switch {
		case strings.Contains(f.origin, "noTitleListingV0"):
			set = "V"
		case strings.Contains(f.origin, "nons/"):
			set = "N"
		}
		r, ok := realRow(f.name, name, set, b)
		if !ok {
			t.Errorf("%s: no row of the table says what %s, %s, leads to", f.name, name, set)
			continue
		}
		rows[set+name]++
		t.Run(f.name, func(t *testing.T) {
			var s []byte
			if len(b) > 80 {
				s = sound[string(b[8:24])+fmt.Sprint(len(b))]
			}
			if s != nil {
				compared++
			}
			checkDamaged(t, r, s, b)
		})
	}
	t.Logf("%d rows of the table, %d files compared with the sound one", len(rows), compared)
}

// realRow finds the row, with what is particular to older editions of the files.
func realRow(file, name, set string, b []byte) (damagedRow, bool) {
	if strings.Contains(file, "6fdc25d6") { // wrote its number a table further on: cluster pointer 0 is 0
		return damagedRow{name, set, nil, zim.ErrFormat, zim.CheckTitles | pointers, func(e entryPlace) bool { return e.item && e.cluster == 0 }}, true
	}
	titleAtZero := set == "V" && len(b) >= 80 && binary.LittleEndian.Uint64(b[40:]) == 0
	if titleAtZero && strings.Contains(name, "title_") { // wrote into the header: the magic number, or the place of the MIME list
		return damagedRow{name, set, zim.ErrFormat, zim.ErrFormat, 0, nil}, true
	}
	r, ok := rowOf(name, set)
	if name == "nonsorted_dirent_table" && set == "V" {
		r.checks &^= zim.CheckTitles // the only list is of one page, which is not one of the two
	}
	if titleAtZero && r.open == nil {
		r.strict, r.checks = zim.ErrFormat, r.checks|zim.CheckLayout|zim.CheckTitles
	}
	return r, ok
}
