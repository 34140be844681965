package zimtest

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// needs skips the test without the program, which is part of Debian's zim-tools.
func needs(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not there to judge what was built: install zim-tools", program)
	}
	return path
}

// An archive with all a publisher should give passes every check of zimcheck.
func TestZimcheckFindsNothing(t *testing.T) {
	zimcheck := needs(t, "zimcheck")
	full := func(es []Entry) []Entry {
		return slices.DeleteFunc(es, func(e Entry) bool { return strings.HasSuffix(e.Path, "/empty.css") })
	}
	tests := map[string]Archive{
		"5.0": {Old5: true, Compression: XZ, Entries: full(oldPages()), MainPage: "A/main.html"},
		"6.0": {Extended: true, Entries: full(oldPages()), MainPage: "A/main.html"},
		"5.1": {Old5: true, Minor: 1, Entries: full(Pages()), MainPage: "C/main.html"},
		"6.1": {Minor: 1, Entries: full(Pages()), MainPage: "C/main.html"},
		"6.2": {Minor: 2, Entries: full(mixedPages()), MainPage: "C/main.html"},
	}
	for name, a := range tests {
		t.Run(name, func(t *testing.T) {
			a.Metadata, a.Illustration = Metadata(), Icon(48)
			f := write(t, t.TempDir(), name, a.Bytes())
			if out, err := exec.Command(zimcheck, "-A", f).CombinedOutput(); err != nil || strings.Contains(string(out), "[ERROR]") || strings.Contains(string(out), "[WARNING]") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// checkedOdd says what the low-level checks of zim-tools 3.1 (libzim 8.1) rightly find in
// a sample; version 6.3 is newer than those.
var checkedOdd = map[string]string{
	"5.0 no checksum":              "Checksum doesn't match",
	"5.0 duplicate paths":          "Dirent table is not properly sorted",
	"5.0 no counter, no main page": "Missing mainpage",
	"5.0 empty":                    "Missing mainpage",
	"6.1 no v0":                    "Full Title index table outside",
	"6.3":                          "Full Title index table outside",
	"6.3 mixed clusters":           "Full Title index table outside",
	"6.3 no lists":                 "Title index table outside",
	"6.3 empty":                    "Title index table outside",
}

// The low-level checks find nothing in samples, but for those that mean it.
func TestZimcheckOfSamples(t *testing.T) {
	zimcheck := needs(t, "zimcheck")
	for _, s := range Samples() {
		t.Run(s.Name, func(t *testing.T) {
			f := write(t, t.TempDir(), s.Name, s.Archive.Bytes())
			out, err := exec.Command(zimcheck, "-C", "-I", "-P", "-L", f).CombinedOutput()
			odd := checkedOdd[s.Name]
			if (err != nil) != (odd != "") && !newerTools(t, zimcheck) || !strings.Contains(string(out), odd) && !newerTools(t, zimcheck) {
				t.Errorf("want %q, got %v\n%s", odd, err, out)
			}
		})
	}
}

// newerTools reports whether zimcheck is newer than the one the expectations are for.
func newerTools(t *testing.T, zimcheck string) bool {
	t.Helper()
	out, _ := exec.Command(zimcheck, "--version").CombinedOutput()
	return !strings.Contains(string(out), "zim-tools 3.1")
}

// zimdump lists the users' entries in path order.
func TestZimdumpLists(t *testing.T) {
	zimdump := needs(t, "zimdump")
	for _, s := range Samples() {
		if unread[s.Name] != "" {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			var want []string
			for _, d := range check(t, s.Archive.Bytes()).dirents {
				if !s.Archive.newScheme() {
					want = append(want, d.path)
				} else if d.path[0] == 'C' {
					want = append(want, d.path[2:])
				}
			}
			f := write(t, t.TempDir(), s.Name, s.Archive.Bytes())
			out := strings.TrimRight(string(run(t, "", zimdump, "list", f)), "\n")
			if diff := cmp.Diff(want, strings.Split(out, "\n")); diff != "" {
				t.Errorf("paths (-want +zimdump):\n%s", diff)
			}
		})
	}
}

// refused says which damage libzim refuses to open (measured with 8.1): in archives of the
// old scheme (o), in those with the v1 list in the damaged cluster (n).
var refused = map[string]string{
	"smaller_than_header": "on", "invalid_mimelistpos": "on", "invalid_checksumpos": "on", "outofbounds_urlptrpos": "on",
	"outofbounds_clusterptrpos": "on", "outofbounds_titleptrpos": "o", "bad_mimetype_list": "on", "nonsorted_dirent_table": "on",
	"outofbounds_first_direntptr": "on", "outofbounds_last_direntptr": "on", "offset_in_cluster": "n",
	"too_small_offset_of_first_blob_in_cluster_0": "n", "too_small_offset_of_first_blob_in_cluster_7": "n",
	"misaligned_offset_of_first_blob_in_cluster_9": "n", "misaligned_offset_of_first_blob_in_cluster_10": "n",
	"misaligned_offset_of_first_blob_in_cluster_11": "n", "too_large_offset_of_first_blob_in_cluster": "n",
	"too_large_offset_of_first_blob_in_cluster_max": "n", "too_small_offset_of_first_blob_in_cluster_4": "n",

	// Beyond the suite. A pointer into the header leaves no room for the MIME list; the rest
	// is found by bounds checks or, in the last dirent and in v1's cluster, by assertions.
	"entrycount_zero": "on", "entrycount_huge": "on", "clustercount_above_entrycount": "on",
	"urlptrpos_overflow": "on", "clusterptrpos_overflow": "on", "outofbounds_last_clusterptr": "on",
	"clusterptr_in_header": "on", "direntptr_in_header": "on", "direntptr_overflow": "on",
	"params_past_end": "on", "dirent_without_end": "on", "decreasing_offset_in_cluster": "n", "last_offset_past_end": "n",
	"bad_magic": "on", "bad_major": "on", "truncated": "on", "trailing_bytes": "on",
}

// libzim refuses damaged archives that were built as it refuses the suite's.
func TestLibzimRefusesDamage(t *testing.T) {
	dir := t.TempDir()
	archives := map[string]Archive{
		"o": {Old5: true, Entries: oldPages(), Compression: XZ, MainPage: "A/main.html", Metadata: Metadata()},
		"n": {Minor: 1, Entries: Pages(), MainPage: "C/main.html", Metadata: Metadata()},
	}
	var files []string
	names := map[string]string{}
	for kind, a := range archives {
		for _, name := range Damages() {
			if b := Damage(a.Bytes(), name); b != nil {
				f := write(t, dir, kind+name, b)
				files, names[f] = append(files, f), kind+name
			}
		}
	}
	for f, d := range dump(t, files, "open only") {
		kind, name := names[f][:1], names[f][1:]
		if want := strings.Contains(refused[name], kind); want != (d.Error != "") {
			t.Errorf("%s in %s: refused %v (%s), want %v", name, kind, !want, d.Error, want)
		}
	}
}
