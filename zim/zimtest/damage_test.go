package zimtest

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// span is a changed range of bytes.
type span struct{ from, to int }

// diff returns the ranges that differ; a change of length is one at the shorter end.
func diff(a, b []byte) []span {
	var out []span
	n := min(len(a), len(b))
	for i := range n {
		if a[i] == b[i] {
			continue
		}
		if k := len(out) - 1; k >= 0 && out[k].to == i {
			out[k].to++
		} else {
			out = append(out, span{i, i + 1})
		}
	}
	if len(a) != len(b) {
		out = append(out, span{n, max(len(a), len(b))})
	}
	return out
}

// Every damage can be done to some sample, leaves the original alone, and needs few bytes.
func TestDamageChangesSomething(t *testing.T) {
	done := map[string]int{}
	for _, s := range Samples() {
		b := s.Archive.Bytes()
		kept := bytes.Clone(b)
		for _, name := range Damages() {
			d := Damage(b, name)
			if d == nil {
				continue
			}
			done[name]++
			if again := Damage(b, name); !bytes.Equal(d, again) {
				t.Errorf("%s, %s: not the same twice", s.Name, name)
			}
			changes := diff(b, d)
			if len(changes) == 0 {
				t.Errorf("%s, %s: nothing changed", s.Name, name)
			}
			for _, c := range changes {
				if c.to-c.from > 16 && !resizes[name] {
					t.Errorf("%s, %s: %d bytes changed at %d", s.Name, name, c.to-c.from, c.from)
				}
			}
		}
		if !bytes.Equal(b, kept) {
			t.Fatalf("%s: damage changed the original", s.Name)
		}
	}
	for _, name := range Damages() {
		if done[name] == 0 {
			t.Errorf("%s: no sample has anything of the kind", name)
		}
		if DamageDoc(name) == "" {
			t.Errorf("%s has no description", name)
		}
	}
}

// resizes lists the damages that change more than a number.
var resizes = map[string]bool{"smaller_than_header": true, "bad_mimetype_list": true, "truncated": true, "trailing_bytes": true, "dirent_without_end": true}

// What the change is, by where it is, in one archive of each scheme.
func TestDamageWhere(t *testing.T) {
	b := Archive{Minor: 1, Entries: Pages(), Metadata: Metadata(), MainPage: "C/main.html"}.Bytes()
	c := check(t, b)
	p, _ := parse(b)
	rawHead, _ := p.rawCluster()
	at := func(path string, plus int) int {
		d, _ := p.first(0, func(d *dirent) bool { return d.path == path })
		return int(d.pos) + plus
	}
	le := func(width int, v uint64) string {
		q := &parsed{b: make([]byte, width)}
		q.put(0, width, v)
		return string(q.b)
	}
	n, size := uint64(c.entries), uint64(len(b))
	last := int(c.pathPtr) + 8*int(n-1)
	lastTitle := int(c.titlePtr) + 4*int(n-1)
	head := int(rawHead.pos) + 1
	tests := []struct {
		name string
		at   int
		want string // the bytes there afterwards
	}{
		{"invalid_mimelistpos", 56, le(8, 0)},
		{"invalid_checksumpos", 72, le(8, 0)},
		{"outofbounds_urlptrpos", 32, le(8, size+10)},
		{"outofbounds_clusterptrpos", 48, le(8, size+10)},
		{"outofbounds_titleptrpos", 40, le(8, size+10)},
		{"outofbounds_first_direntptr", int(c.pathPtr), le(8, size+10)},
		{"outofbounds_last_direntptr", last, le(8, size+10)},
		{"outofbounds_first_clusterptr", int(c.clusterP), le(8, size+10)},
		{"outofbounds_first_title_entry", int(c.titlePtr), le(4, n)},
		{"outofbounds_last_title_entry", lastTitle, le(4, n)},
		{"nonsorted_dirent_table", int(c.pathPtr), string(b[c.pathPtr+8:c.pathPtr+16]) + string(b[c.pathPtr:c.pathPtr+8])},
		{"nonsorted_title_index", int(c.titlePtr), string(b[c.titlePtr+4:c.titlePtr+8]) + string(b[c.titlePtr:c.titlePtr+4])},
		{"bad_mimetype_in_dirent", at(c.dirents[8].path, 0), le(2, 1234)},
		{"offset_in_cluster", head + 4, le(4, 0xFFFFFFFF)},
		{"too_small_offset_of_first_blob_in_cluster_0", head, le(4, 0)},
		{"too_small_offset_of_first_blob_in_cluster_4", head, le(4, 4)},
		{"too_small_offset_of_first_blob_in_cluster_7", head, le(4, 7)},
		{"misaligned_offset_of_first_blob_in_cluster_9", head, le(4, 9)},
		{"misaligned_offset_of_first_blob_in_cluster_11", head, le(4, 11)},
		{"too_large_offset_of_first_blob_in_cluster", head, le(4, 4*(n+2))},
		{"too_large_offset_of_first_blob_in_cluster_max", head, le(4, 0xFFFFFFFC)},
		{"redirect_to_itself", at("C/Accueil", 8), le(4, uint64(slices.IndexFunc(c.dirents, func(d checkedDirent) bool { return d.path == "C/Accueil" })))},
		{"redirect_out_of_range", at("C/Accueil", 8), le(4, n)},
		{"mainpage_redirect_out_of_range", at("W/mainPage", 8), le(4, n)},
		{"cluster_index_out_of_range", at("C/Zebra", 8), le(4, uint64(c.clusters))},
		{"blob_index_out_of_range", at("C/Zebra", 12), le(4, n)},
		{"mainpage_out_of_range", 64, le(4, n+7)},
		{"zstd_window_3tib", int(p.mustHead(0).pos) + 6, "\xfc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := Damage(b, tt.name)
			if got := string(d[tt.at : tt.at+len(tt.want)]); got != tt.want {
				t.Errorf("got %x, want %x", got, tt.want)
			}
			for _, c := range diff(b, d) {
				if c.from < tt.at || c.to > tt.at+len(tt.want) {
					t.Errorf("bytes %d to %d changed too", c.from, c.to)
				}
			}
		})
	}
}

func (p *parsed) mustHead(i uint32) rawHead {
	h, _ := p.head(i)
	return h
}

func TestDamageV1(t *testing.T) {
	b := Archive{Minor: 1, Entries: Pages()}.Bytes()
	whole := check(t, b)
	want := whole.blob(t, whole.find(t, TitleListV1))

	odd := check(t, Seal(Damage(b, "v1_odd_size")))
	if got := odd.blob(t, odd.find(t, TitleListV1)); len(got) != len(want)+1 || !bytes.HasPrefix(got, want) {
		t.Errorf("odd size: %d bytes, want %d and the same list", len(got), len(want)+1)
	}
	packed := check(t, Seal(Damage(b, "v1_compressed")))
	if info := packed.clusterAt(packed.find(t, TitleListV1).cluster)[0]; info != Zstd {
		t.Errorf("compressed: info byte %#x", info)
	}
	missing := Seal(Damage(b, "v1_missing"))
	if got := check(t, missing).dirents; !slices.ContainsFunc(got, func(d checkedDirent) bool { return d.path == "X/listing/titleOrdered/v9" }) {
		t.Errorf("missing: %v", got)
	}
	out := check(t, Seal(Damage(b, "v1_entry_out_of_range")))
	if got := u32s(out.blob(t, out.find(t, TitleListV1)), 1)[0]; got != whole.entries {
		t.Errorf("out of range: first is %d, want %d", got, whole.entries)
	}
}

// Text fills the list's room, and nothing else.
func TestDamageMIMEList(t *testing.T) {
	for _, s := range Samples() {
		b := s.Archive.Bytes()
		c := check(t, b)
		d := Damage(b, "bad_mimetype_list")
		changes := diff(b, d)
		from, to := changes[0].from, changes[len(changes)-1].to
		if bytes.IndexByte(d[from:to], 0) >= 0 || uint64(from) != c.mime {
			t.Errorf("%s: a NUL between %d and %d", s.Name, from, to)
		}
		if c.clusters > 0 && !s.Archive.Scatter && !s.Archive.OldLayout && to != len(b)-len(c.clusterAt(0)) {
			t.Errorf("%s: ends at %d, want cluster 0 at %d", s.Name, to, len(b)-len(c.clusterAt(0)))
		}
	}
}

func TestSeal(t *testing.T) {
	for _, s := range Samples() {
		b := s.Archive.Bytes()
		if !bytes.Equal(Seal(b), b) {
			t.Errorf("%s: sealing a sound archive changes it", s.Name)
		}
		d := Damage(b, "nonsorted_dirent_table")
		if d == nil || s.Archive.NoChecksum {
			continue
		}
		sealed := Seal(d)
		if sum := md5.Sum(sealed[:len(d)-16]); !bytes.Equal(sum[:], sealed[len(d)-16:]) {
			t.Errorf("%s: MD5 still wrong", s.Name)
		}
	}
}

func TestDamageOfWhatIsNoArchive(t *testing.T) {
	sound := RedirectChain(2).Bytes()
	for _, name := range Damages() {
		for _, n := range []int{0, 1, 71, 79, 80, 200} {
			if d := Damage(sound[:n], name); d != nil && n < 80 {
				t.Errorf("%s did something to %d bytes", name, n)
			}
			Damage(make([]byte, n), name)
		}
	}
	defer func() {
		if r := recover(); !strings.Contains(fmt.Sprint(r), "no damage is called") {
			t.Errorf("unknown name: got %v", r)
		}
	}()
	Damage(sound, "unheard of")
}

// Damage to damage, of any two kinds, neither panics nor reads out of bounds.
func TestDamageTwice(t *testing.T) {
	for _, a := range []Archive{{Minor: 1, Entries: Pages(), MainPage: "C/a"}, {Old5: true, Entries: oldPages(), Compression: XZ}} {
		b := a.Bytes()
		for _, first := range Damages() {
			d := Damage(b, first)
			for _, second := range Damages() {
				Damage(d, second)
			}
		}
	}
}

// The files invalid.<name>.zim of the suite are its sound ones with our change. The text
// in place of the MIME list differs, so of that only the length is compared.
func TestDamageAsInTheSuite(t *testing.T) {
	dir := suite(t)
	sound := map[string][][]byte{} // by UUID
	goods, _ := filepath.Glob(filepath.Join(dir, "good", "*small.zim"))
	for _, name := range goods {
		b := readFile(t, name)
		sound[string(b[8:24])] = append(sound[string(b[8:24])], b)
	}
	compared := map[string]int{}
	files, _ := filepath.Glob(filepath.Join(dir, "damaged", "*invalid.*.zim"))
	for _, name := range files {
		_, kind, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".zim"), "invalid.")
		want := readFile(t, name)
		for _, b := range sound[string(want[8:24])] {
			if kind != "smaller_than_header" && len(b) != len(want) || len(diff(b, want)) > 2000 {
				continue
			}
			got := Damage(b, kind)
			if kind == "bad_mimetype_list" {
				copy(got[80:2048], want[80:2048])
			}
			if ok := bytes.Equal(got, want); !ok && !otherChange(b, want) {
				t.Errorf("%s: %v, the suite has %v", filepath.Base(name), diff(b, got), diff(b, want))
			} else if ok {
				compared[kind]++
			}
			break
		}
	}
	t.Logf("the same as in the suite: %v", compared)
	if len(compared) < 14 {
		t.Errorf("only %d kinds compared", len(compared))
	}
}

// otherChange reports whether a file of the data is not the suite's release but another
// project's older edition, whose changes write other numbers, or none at all in place of
// a table the archive does not have.
func otherChange(b, want []byte) bool {
	d := diff(b, want)
	text := want[d[0].from:d[0].to]
	return bytes.HasPrefix(text, []byte("\xee\xee")) || bytes.HasPrefix(text, []byte("\x04\x08\x04\x03")) || d[0].from < 8 || d[0].from == 60
}
