package zim

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestOptionDefaults(t *testing.T) {
	want := Options{LookupKeys: 65536, MaxDirent: 65807, MaxMIMEList: 1 << 20, MaxClusterMem: 64 << 20, MaxBlob: 256 << 20,
		MaxWindow: 128 << 20, MaxRedirects: 50, MaxMetadata: 1 << 20, MaxMetaKeys: 4096}
	for _, o := range []*Options{nil, {}} {
		got := o.withDefaults()
		if got.Cache == nil {
			t.Error("no cache")
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Options{}, "Cache")); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	set := Options{Cache: NewCache(nil), Strict: true, Salvage: true, LookupKeys: -1, MaxDirent: 1, MaxMIMEList: 2, MaxClusterMem: 3, MaxBlob: 4,
		MaxWindow: 5, MaxRedirects: 6, MaxMetadata: 7, MaxMetaKeys: 8}
	if got := set.withDefaults(); got != set {
		t.Errorf("what was set has changed: %+v", got)
	}
	o := &Options{}
	o.withDefaults()
	if *o != (Options{}) {
		t.Error("the caller's options have changed")
	}
}

// hugeArchive claims as many entries and clusters as its tables have room for in a file of
// size bytes of which nearly nothing is stored.
func hugeArchive(entries, clusters uint32, minor uint16) *sparse {
	h := header{major: 6, minor: minor, entries: entries, clusters: clusters, mimeListPos: 80, mainPage: none32}
	h.pathPtrPos = 4096
	h.titlePtrPos = h.pathPtrPos + 8*uint64(entries)
	h.clusterPtrPos = h.titlePtrPos + 4*uint64(entries)
	h.checksumPos = h.clusterPtrPos + 8*uint64(clusters) + 1<<20
	return &sparse{size: int64(h.checksumPos) + 16, head: append(h.bytes(), "text/html\x00\x00"...)}
}

// TestHugeClaims opens archives whose tables take tens of gigabytes, and reads from them with
// memory that does not depend on that.
func TestHugeClaims(t *testing.T) {
	cache := NewCache(nil)
	for _, n := range []uint32{1000, 1 << 20, none32 - 1} {
		for minor := range uint16(4) {
			f := hugeArchive(n, n, minor)
			var a *Archive
			var err error
			size := allocated(func() { a, err = NewReader(f, f.size, &Options{Cache: cache}) })
			if err != nil {
				t.Fatalf("%d entries: %v", n, err)
			}
			if size > 1<<20 {
				t.Errorf("%d entries: opening allocates %d bytes", n, size)
			}
			size = allocated(func() {
				for _, i := range []uint32{0, n / 2, n - 1} {
					_, err := a.Entry(bg, i)
					wantKind(t, fmt.Sprint("entry ", i), err, ErrCorrupt)
				}
				_, err := a.LookupNS(bg, 'C', "x")
				wantKind(t, "LookupNS", err, ErrCorrupt)
				_, err = a.cluster(bg, n-1)
				wantKind(t, "cluster", err, ErrCorrupt)
				_, err = a.TitleCount(bg)
				wantKind(t, "TitleCount", err, ErrCorrupt)
				steps := 0
				for _, err := range a.Entries(bg, 0) {
					wantKind(t, "Entries", err, ErrCorrupt)
					if steps++; steps == 100 {
						break
					}
				}
			})
			if size > 4<<20 {
				t.Errorf("%d entries: reading allocates %d bytes", n, size)
			}
			size = allocated(func() { // four bytes for each of up to 4 million clusters
				steps := 0
				for range a.Verify(bg, CheckAll&^CheckDecode&^CheckBlobs&^CheckClusterHeaders&^CheckClusterPointers) {
					if steps++; steps == 100 {
						break
					}
				}
			})
			if size > 24<<20 {
				t.Errorf("%d entries: verifying allocates %d bytes", n, size)
			}
		}
	}
}

// TestHugeClaimsStrict is refused at the first damaged entry.
func TestHugeClaimsStrict(t *testing.T) {
	f := hugeArchive(none32-1, 1000, 1)
	var err error
	size := allocated(func() { _, err = NewReader(f, f.size, &Options{Strict: true, Cache: NewCache(nil)}) })
	if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrFormat) {
		t.Errorf("got %v", err)
	}
	if size > 2<<20 {
		t.Errorf("%d bytes allocated", size)
	}
}

// TestSharedOptions opens several archives with the same options and cache.
func TestSharedOptions(t *testing.T) {
	o := &Options{Cache: NewCache(nil)}
	for _, s := range zimtest.Samples() {
		if a := openBuilt(t, s.Archive, o); a.cache != o.Cache {
			t.Errorf("%s: another cache", s.Name)
		}
	}
	if x, y := openBytes(t, emptyArchive(), nil), openBytes(t, emptyArchive(), nil); x.cache == y.cache {
		t.Error("two private caches are the same")
	}
}
