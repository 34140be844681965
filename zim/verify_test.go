package zim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// findings runs Verify and splits what it finds.
func findings(t *testing.T, a *Archive, checks Checks) (problems, notes []Problem) {
	t.Helper()
	for p, err := range a.Verify(bg, checks) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Err == nil || p.Err.Reason == "" || p.Err.Part == "" || p.Check&checks == 0 || p.Check&(p.Check-1) != 0 {
			t.Errorf("finding %+v of %v", p, checks)
		}
		if p.Note {
			notes = append(notes, p)
		} else {
			problems = append(problems, p)
		}
	}
	return problems, notes
}

// TestVerifySamples finds no damage in any valid archive, by all checks and by each alone.
func TestVerifySamples(t *testing.T) {
	noTitles := map[string]bool{"6.1 lists compressed": true, "6.3 no lists": true, "6.3 empty": true} // as libzim sees it too
	notes := map[string]int{"5.0 no checksum": 1, "5.0 duplicate paths": 1}
	for _, s := range zimtest.Samples() {
		a := openBuilt(t, s.Archive, nil)
		problems, got := findings(t, a, CheckAll)
		for _, p := range problems {
			if noTitles[s.Name] && p.Check == CheckTitles {
				continue
			}
			t.Errorf("%s: %v: %v", s.Name, p.Check, p.Err)
		}
		if len(got) != notes[s.Name] {
			t.Errorf("%s: notes %v", s.Name, got)
		}
		sum := len(got)
		for c := Checks(1); c <= CheckAll; c <<= 1 {
			problems, notes := findings(t, a, c)
			if sum -= len(notes); len(problems) > 0 && !(noTitles[s.Name] && c == CheckTitles) {
				t.Errorf("%s: %v alone: %v", s.Name, c, problems)
			}
		}
		if sum != 0 {
			t.Errorf("%s: the checks one by one find other notes than all together", s.Name)
		}
	}
}

// TestVerifyDamage has one damage for each check, in an archive that is sound otherwise: that
// check finds it, alone too, and none that has nothing to do with it.
func TestVerifyDamage(t *testing.T) {
	base := pageArchive(nil)
	xz := pageArchive(func(za *zimtest.Archive) { za.Compression = zimtest.XZ })
	for _, tc := range []struct {
		damage string
		za     zimtest.Archive
		want   Checks
	}{
		{"bad_checksum", base, CheckMD5},
		{"outofbounds_titleptrpos", base, CheckLayout | CheckTitles},
		{"outofbounds_last_direntptr", base, CheckPathPointers},
		{"direntptr_overflow", base, CheckPathPointers},
		{"nonsorted_dirent_table", base, CheckPathOrder | CheckTitles | CheckRedirects}, // entry 0 is redirected to
		{"duplicate_direntptr", base, CheckPathOrder | CheckTitles | CheckRedirects},
		{"nonsorted_title_index", base, CheckTitles},
		{"outofbounds_last_title_entry", base, CheckTitles},
		{"v1_odd_size", base, CheckTitles},
		{"v1_entry_out_of_range", base, CheckTitles},
		{"v1_compressed", base, CheckTitles},
		{"outofbounds_first_clusterptr", base, CheckClusterPointers},
		{"offset_in_cluster", base, CheckClusterHeaders},
		{"unknown_compression", base, CheckClusterHeaders},
		{"zstd_reserved_block", base, CheckClusterHeaders},
		{"zstd_window_3tib", base, CheckClusterHeaders},
		{"bad_mimetype_in_dirent", base, CheckMIME},
		{"redirect_out_of_range", base, CheckRedirects},
		{"redirect_to_itself", base, CheckRedirects},
		{"mainpage_out_of_range", base, CheckRedirects},
		{"mainpage_redirect_out_of_range", base, CheckRedirects},
		{"cluster_index_out_of_range", base, CheckBlobs},
		{"blob_index_out_of_range", base, CheckBlobs},
		{"xz_bad_chunk", xz, CheckClusterHeaders},
	} {
		b := zimtest.Damage(tc.za.Bytes(), tc.damage)
		if b == nil {
			t.Errorf("%s: nothing to damage", tc.damage)
			continue
		}
		if tc.damage != "bad_checksum" {
			b = zimtest.Seal(b)
		}
		a := openBytes(t, b, nil)
		problems, _ := findings(t, a, CheckAll)
		got := Checks(0)
		for _, p := range problems {
			got |= p.Check
		}
		if got != tc.want {
			t.Errorf("%s: found by %v, want %v", tc.damage, got, tc.want)
			for _, p := range problems {
				t.Logf("  %v: %v", p.Check, p.Err)
			}
		}
		for c := Checks(1); c <= CheckAll; c <<= 1 {
			if alone, _ := findings(t, a, c); (len(alone) > 0) != (tc.want&c != 0) {
				t.Errorf("%s: %v alone finds %v", tc.damage, c, alone)
			}
		}
	}
}

// TestVerifyNotes tells oddities from damage.
func TestVerifyNotes(t *testing.T) {
	b := pageArchive(nil).Bytes()
	_, notes := findings(t, openBytes(t, zimtest.Seal(zimtest.Damage(b, "future_minor")), nil), CheckAll)
	if len(notes) != 1 || notes[0].Check != CheckLayout || !errors.Is(notes[0].Err, ErrVersion) {
		t.Errorf("minor 4: %v", notes)
	}
	h, _, err := parseHeader(b, uint64(len(b)), false)
	if err != nil {
		t.Fatal(err)
	}
	same := put(b, int(h.clusterPtrPos)+8, 8, offsetAt(b[h.clusterPtrPos:], 8))
	_, notes = findings(t, openBytes(t, same, nil), CheckClusterPointers)
	if len(notes) != 1 {
		t.Errorf("two pointers to one cluster: %v", notes)
	}
	overlap := put(b, 48, 8, h.pathPtrPos)
	a := openBytes(t, overlap, &Options{Salvage: true})
	if _, notes = findings(t, a, CheckLayout); len(notes) != 1 || !strings.Contains(notes[0].Err.Reason, "overlaps") {
		t.Errorf("overlapping tables: %v", notes)
	}
	var parts []*io.SectionReader
	for _, p := range zimtest.Split(b, 0, 500, 500, len(b)) {
		parts = append(parts, io.NewSectionReader(bytes.NewReader(p), 0, int64(len(p))))
	}
	if a, err = NewSplitReader(parts, nil); err != nil {
		t.Fatal(err)
	}
	problems, notes := findings(t, a, CheckAll)
	if len(notes) != 1 || len(problems) != 0 || !strings.Contains(notes[0].Err.Reason, "3 parts") {
		t.Errorf("empty parts: %v, %v", notes, problems)
	}
}

// TestVerifyProgress counts up to the end, and is told of the checks that were asked for.
func TestVerifyProgress(t *testing.T) {
	a := openBuilt(t, pageArchive(func(za *zimtest.Archive) { za.ClusterSize = 100 }), nil)
	ended := Checks(0)
	last := map[Checks]int64{}
	for p := range a.VerifyProgress(bg, CheckAll, func(p Progress) {
		if p.Done < 0 || p.Done > p.Total || p.Done < last[p.Checks] && p.Checks != CheckTitles {
			t.Errorf("%v: %d of %d, after %d", p.Checks, p.Done, p.Total, last[p.Checks])
		}
		if last[p.Checks] = p.Done; p.Done == p.Total {
			ended |= p.Checks
		}
	}) {
		t.Error(p.Err)
	}
	if want := CheckAll &^ CheckLayout; ended != want {
		t.Errorf("told of the end of %v, want %v", ended, want)
	}
	for range a.VerifyProgress(bg, CheckMD5, func(p Progress) {
		if p.Checks&^CheckMD5 != 0 {
			t.Errorf("told of %v", p.Checks)
		}
	}) {
	}
}

// TestVerifyEnds with the context or with the file, once, and leaves no goroutine.
func TestVerifyEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	b := pageArchive(nil).Bytes()
	for c := Checks(1); c <= CheckAll; c <<= 1 {
		ctx, cancel := context.WithCancel(bg)
		cancel()
		ended := 0
		for p, err := range openBytes(t, b, nil).Verify(ctx, c) {
			if ended++; !errors.Is(err, context.Canceled) {
				t.Errorf("%v: %v, %v", c, p, err)
			}
		}
		if c != CheckLayout && ended != 1 || ended > 1 {
			t.Errorf("%v: %d ends", c, ended)
		}
	}
	eio := errors.New("input/output error")
	for at := 0; at < len(b)-16; at += 50 {
		broken := false
		f := &zimtest.Faulty{Data: b, Fail: func(off int64) error {
			if broken && off >= int64(at) {
				return eio
			}
			return nil
		}}
		a, err := NewReader(f, int64(len(b)), nil)
		if err != nil {
			t.Fatal(err)
		}
		broken = true
		ended := 0
		for p, err := range a.Verify(bg, CheckAll) {
			if err == nil {
				t.Errorf("error from %d on: finding %v", at, p.Err)
			} else if ended++; !errors.Is(err, eio) {
				t.Errorf("error from %d on: %v", at, err)
			}
		}
		if ended != 1 {
			t.Errorf("error from %d on: %d ends", at, ended)
		}
	}
}

func TestChecksString(t *testing.T) {
	for c, want := range map[Checks]string{0: "", CheckMD5: "md5", CheckLayout | CheckDecode: "layout,decode", 1 << 30: "",
		CheckAll: "layout,md5,path-pointers,path-order,titles,cluster-pointers,cluster-headers,mime,redirects,blobs,decode"} {
		if got := c.String(); got != want {
			t.Errorf("%b: %q, want %q", c, got, want)
		}
	}
	if CheckQuick&(CheckMD5|CheckDecode) != 0 || CheckQuick|CheckMD5|CheckDecode != CheckAll {
		t.Errorf("quick checks: %v", CheckQuick)
	}
}

// TestVerifyMemory verifies many clusters and entries in memory that does not grow with them.
func TestVerifyMemory(t *testing.T) {
	za := manyClusters(3000, 100)
	a := openBuilt(t, za, nil)
	findings(t, a, CheckAll)
	if n := allocated(func() { findings(t, a, CheckAll) }); n > 24<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// TestVerifyMainPage wants the main page to lead to data.
func TestVerifyMainPage(t *testing.T) {
	za := pageArchive(nil)
	za.Entries = append(za.Entries, zimtest.Entry{Path: "C/gone", Kind: zimtest.Deleted})
	za.MainPage = "C/gone"
	problems, _ := findings(t, openBuilt(t, za, nil), CheckAll)
	if i := slices.IndexFunc(problems, func(p Problem) bool { return p.Check == CheckRedirects }); i < 0 {
		t.Errorf("findings: %v", problems)
	}
	for n, want := range map[int]int{49: 0, 50: 0, 51: 1} {
		problems, _ := findings(t, openBuilt(t, zimtest.RedirectChain(n), nil), CheckRedirects)
		if len(problems) != want {
			t.Errorf("%s: %v", fmt.Sprint(n, " hops"), problems)
		}
	}
}
