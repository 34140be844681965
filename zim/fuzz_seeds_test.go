package zim

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

var writeSeeds = flag.Bool("seeds", false, "write testdata/fuzz anew")

// A seed is the arguments of one call of a fuzz target.
type seed struct {
	name string
	args []any
}

// seeds returns those of a target, which are committed as testdata/fuzz/<target>/<name>: go's
// fuzzing takes them from there, and here they show what they are made of.
func seeds(target string) []seed {
	switch target {
	case "FuzzHeader":
		return headerSeeds()
	case "FuzzMIMEList":
		return mimeSeeds()
	case "FuzzDirent":
		return direntSeeds()
	case "FuzzBlobTable":
		return blobTableSeeds()
	case "FuzzZstdFrameWalk":
		return frameSeeds()
	case "FuzzCounter":
		return texts("text/html=1;image/png=22", "text/html;charset=utf-8=12", "text/html;foo=20;a=1", "a=b=c=3;d=e=4", "a=18446744073709551616;;=1;b=", "a=1;a=2")
	case "FuzzIllustrationName":
		return texts("Illustration_48x48@1", "Illustration_48x64@1.5;lang=fr;ui=dark", "Illustration_01x01@1", "Illustration_48x48@1;",
			"Illustration_4294967295x1@0.5;a=b=c", "Illustration_1x1@1e3", "Title")
	case "FuzzUserPath":
		return texts("A/path", "/A/path", "A", "/A/", "C//p", "", "/", "//", "AB/p", "é/p")
	case "FuzzTitleList":
		return titleSeeds()
	case "FuzzOpenArchive":
		return archiveSeeds()
	case "FuzzSplit":
		return splitSeeds()
	}
	panic("no seeds for " + target)
}

var targets = []string{"FuzzHeader", "FuzzMIMEList", "FuzzDirent", "FuzzBlobTable", "FuzzZstdFrameWalk", "FuzzCounter",
	"FuzzIllustrationName", "FuzzUserPath", "FuzzTitleList", "FuzzOpenArchive", "FuzzSplit"}

// addSeeds is for a target's start; the files in testdata are added by go itself.
func addSeeds(f *testing.F) {
	for _, s := range seeds(f.Name()) {
		f.Add(s.args...)
	}
}

// file is how go writes one.
func (s seed) file() []byte {
	b := []byte("go test fuzz v1\n")
	for _, arg := range s.args {
		switch v := arg.(type) {
		case string, []byte:
			b = fmt.Appendf(b, "%T(%q)\n", v, v)
		default:
			b = fmt.Appendf(b, "%T(%v)\n", v, v)
		}
	}
	return bytes.ReplaceAll(b, []byte("[]uint8"), []byte("[]byte"))
}

// TestSeeds compares the committed seeds with what they are made of; -seeds writes them.
func TestSeeds(t *testing.T) {
	for _, target := range targets {
		dir := filepath.Join("testdata", "fuzz", target)
		if *writeSeeds {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range seeds(target) {
			name := filepath.Join(dir, s.name)
			if *writeSeeds {
				if err := os.WriteFile(name, s.file(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, s.file()) {
				t.Errorf("%s is not what it is made of (%v): run go test -run TestSeeds -seeds", name, err)
			}
		}
	}
}

// number gives names to seeds that have none of their own.
func number(list []seed) []seed {
	for i := range list {
		list[i].name = fmt.Sprintf("seed-%03d", i)
	}
	return list
}

func texts(list ...string) (out []seed) {
	for _, s := range list {
		out = append(out, seed{args: []any{s}})
	}
	return number(out)
}

// tinyArchives are whole archives of less than a kilobyte or two, one for each scheme.
func tinyArchives() map[string]zimtest.Archive {
	text := map[string]string{"Title": "T"}
	return map[string]zimtest.Archive{
		"old-xz": {Old5: true, OldLayout: true, Compression: zimtest.XZ, MainPage: "A/a", Metadata: text, Entries: []zimtest.Entry{
			zimtest.Page("A/a", "Page", "<p>a"), zimtest.Redirect("A/b", "A/a"), {Path: "I/i.png", MIME: "image/png", Data: []byte("png"), Compression: zimtest.Stored}}},
		"new-zstd": {Minor: 1, OldLayout: true, MainPage: "C/a", Metadata: text, Entries: []zimtest.Entry{
			zimtest.Page("C/a", "Page", "<p>a"), zimtest.Page("C/b", "", "<p>b"), zimtest.Redirect("C/c", "C/a"),
			{Path: "C/d", MIME: "text/css", Data: []byte("d"), Compression: zimtest.Stored, Params: []byte("p")}}},
		"v3-extended": {Minor: 3, OldLayout: true, Extended: true, Compression: zimtest.Stored, Entries: []zimtest.Entry{
			zimtest.Page("C/a", "Page", "<p>a"), zimtest.Alias("C/e", "C/a"), {Path: "C/x", Kind: zimtest.Deleted}}},
		"no-checksum": {Old5: true, OldLayout: true, NoChecksum: true, NoCounter: true, Compression: zimtest.Zstd, Window: zimtest.Window128MiB,
			Entries: []zimtest.Entry{zimtest.Page("A/a", "Page", "<p>a"), zimtest.Page("A/a", "Twice", "<p>b")}},
	}
}

// archiveSeeds are the tiny archives, sound and with every damage there is.
func archiveSeeds() (out []seed) {
	for _, name := range []string{"old-xz", "new-zstd", "v3-extended", "no-checksum"} {
		b := tinyArchives()[name].Bytes()
		out = append(out, seed{name, []any{b}})
		for _, damage := range zimtest.Damages() {
			if bad := zimtest.Damage(b, damage); bad != nil {
				out = append(out, seed{name + "-" + damage, []any{bad}})
			}
		}
	}
	return append(out, seed{"empty", []any{emptyArchive()}}, seed{"ring", []any{zimtest.Archive{Minor: 1, OldLayout: true, NoCounter: true,
		Entries: []zimtest.Entry{zimtest.Page("C/p", "", ""), zimtest.Redirect("C/a", "C/b"), zimtest.Redirect("C/b", "C/a")}}.Bytes()}})
}

func splitSeeds() (out []seed) {
	for _, name := range []string{"old-xz", "new-zstd", "v3-extended", "no-checksum"} {
		b := tinyArchives()[name].Bytes()
		var cuts []byte
		for _, c := range []int{0, 79, 80, len(b) / 3, len(b) / 2, len(b) / 2, len(b) - 16, len(b)} {
			cuts = binary.LittleEndian.AppendUint16(cuts, uint16(c))
			out = append(out, seed{args: []any{b, bytes.Clone(cuts)}})
		}
	}
	return number(out)
}

func headerSeeds() (out []seed) {
	for _, change := range []func(*header){
		func(*header) {}, func(h *header) { h.minor, h.titlePtrPos = 3, none64 }, func(h *header) { h.minor, h.titlePtrPos = 3, 0 },
		func(h *header) { h.titlePtrPos = 5000 }, func(h *header) { h.mimeListPos = 72 }, func(h *header) { h.major = 7 },
		func(h *header) { h.entries = math.MaxUint32 }, func(h *header) { h.pathPtrPos = math.MaxUint64 - 8 }, func(h *header) { h.minor = 4 },
	} {
		h := goodHeader()
		change(&h)
		out = append(out, seed{args: []any{h.bytes(), uint64(1016), false}})
	}
	h := goodHeader()
	out = append(out, seed{args: []any{h.bytes(), uint64(2000), true}}, seed{args: []any{emptyArchive(), uint64(97), false}}, seed{args: []any{h.bytes()[:40], uint64(40), true}})
	return number(out)
}

func mimeSeeds() (out []seed) {
	for _, s := range []string{"\x00", "text/html\x00image/png\x00\x00behind", "text/html; charset=utf-8\x00", "no end", "", "a\x00\x00"} {
		out = append(out, seed{args: []any{[]byte(s), len(s)%2 == 0}})
	}
	return number(out)
}

func direntSeeds() (out []seed) {
	for _, s := range []string{
		"\x02\x00\x00C\x00\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00path\x00title\x00", "\xff\xff\x00A\x00\x00\x00\x00\x07\x00\x00\x00from\x00From\x00",
		"\xfe\xff\x00A\x00\x00\x00\x00link\x00\x00", "\xfd\xff\x00A\x00\x00\x00\x00\x00\x00", "\x02\x00\x03C\x00\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00p\x00t\x00abc",
		"\x02\x00\xffC\x00\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00p\x00t\x00", "\x02\x00\x00C\x00\x00\x00\x00\x03\x00\x00\x00\x04\x00\x00\x00no end",
	} {
		out = append(out, seed{args: []any{[]byte(s), uint16(maxDirent & 0xFFFF)}}, seed{args: []any{[]byte(s), uint16(3)}})
	}
	return number(out)
}

func blobTableSeeds() (out []seed) {
	for _, tc := range clusterCases {
		for _, extended := range []bool{false, true} {
			out = append(out, seed{args: []any{tc.bytes(extended), extended, uint32(10)}})
		}
	}
	return append(number(out), seed{"no-blobs", []any{[]byte{4, 0, 0, 0}, false, uint32(0)}})
}

func frameSeeds() (out []seed) {
	plain := zimtest.Payload(false, []byte("a page of text, a page of text, a page of text"), []byte("another"))
	frame := zimtest.ZstdFrame(plain, 0)
	for _, b := range [][]byte{frame, zimtest.ZstdFrame(plain, zimtest.Window128MiB), zimtest.ZstdFrame(nil, 0), zimtest.ZstdRLE(plain, 300_000), append(bytes.Clone(frame), frame...),
		[]byte(frameMagic + "\x24\x04\x21\x00\x00abcdsum!"), []byte("\x50\x2a\x4d\x18\x02\x00\x00\x00ab" + string(frame)), frame[:len(frame)/2], []byte(frameMagic + "\x00\x68\x07\x00\x00")} {
		out = append(out, seed{args: []any{b, uint8(len(b))}})
	}
	for _, e := range zimtest.OddFrames().Entries {
		if e.Compression == zimtest.Zstd {
			out = append(out, seed{args: []any{e.Frame, uint8(3)}})
		}
	}
	return number(out)
}

// titleSeedArchive has 32 pages whose titles, in path order, are not in title order.
func titleSeedArchive() zimtest.Archive {
	za := zimtest.Archive{Minor: 1, OldLayout: true, NoCounter: true, Compression: zimtest.Stored}
	for i := range 32 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%02d", i), strings.Repeat("ab", i*7%5)+fmt.Sprint(i*11%8), ""))
	}
	return za
}

func titleSeeds() (out []seed) {
	a := fuzzTitles()
	t, err := a.titleList(bg)
	if err != nil {
		panic(err)
	}
	sound := make([]byte, 4*t.n)
	if err := a.src.read(sound, t.pos); err != nil {
		panic(err)
	}
	bad := put(sound, 20, 4, 99)
	for _, b := range [][]byte{sound, sound[:40], sound[:41], nil, bad, append(bytes.Clone(sound[64:]), sound...)} {
		for _, title := range []string{"", "ab", "ab3", "\xff"} {
			out = append(out, seed{args: []any{b, title, int8(len(b)%8 - 1)}})
		}
	}
	return number(out)
}
