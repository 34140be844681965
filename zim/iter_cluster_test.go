package zim

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// TestByCluster yields every item once, by cluster, with the same data as reading by path.
func TestByCluster(t *testing.T) {
	for _, s := range zimtest.Samples() {
		a := openBuilt(t, s.Archive, nil)
		want := map[uint32][]byte{}
		for e, err := range a.Entries(bg, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if it, err := e.Item(); err == nil && (!a.Info().NewNamespaces || e.Namespace() == 'C') {
				if want[e.Index()], err = it.Bytes(bg); err != nil {
					t.Fatalf("%s: %s: %v", s.Name, e.FullPath(), err)
				}
			}
		}
		last := uint32(0)
		for it, err := range a.ByCluster(bg) {
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			if it.Cluster() < last {
				t.Errorf("%s: cluster %d behind %d", s.Name, it.Cluster(), last)
			}
			last = it.Cluster()
			b, err := it.Bytes(bg)
			data, ok := want[it.Entry().Index()]
			if err != nil || !ok || !bytes.Equal(b, data) {
				t.Errorf("%s: %s: %d bytes, %v, want %d (%v)", s.Name, it.Entry().FullPath(), len(b), err, len(data), ok)
			}
			if n, err := it.Size(bg); err != nil || n != int64(len(data)) {
				t.Errorf("%s: %s: Size() = %d, %v", s.Name, it.Entry().FullPath(), n, err)
			}
			delete(want, it.Entry().Index())
		}
		if len(want) > 0 {
			t.Errorf("%s: %d items were left out", s.Name, len(want))
		}
	}
}

// TestByClusterDecodesOnce counts decodes and leaves the cache to others.
func TestByClusterDecodesOnce(t *testing.T) {
	za := zimtest.Archive{Minor: 1, NoCounter: true, ClusterSize: 500}
	for i := range 200 {
		za.Entries = append(za.Entries, zimtest.Page(fmt.Sprintf("C/%03d", i*37%200), "", fmt.Sprintf("%0100d", i)))
	}
	a := openBuilt(t, za, nil)
	for it, err := range a.ByCluster(bg) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := it.Bytes(bg); err != nil {
			t.Fatal(err)
		}
	}
	s := a.cache.Stats()
	if want := uint64(40); s.FullDecodes != want || s.PartialDecodes != 0 || s.Bytes != 0 { // five items each; lists apart
		t.Errorf("stats %+v, want %d full decodes", s, want)
	}
}

// TestByClusterDamage tells of damaged entries once and of damaged clusters where they are read.
func TestByClusterDamage(t *testing.T) {
	good := pageArchive(func(za *zimtest.Archive) { za.ClusterSize = 1; za.NoCounter = true }).Bytes()
	h, _, err := parseHeader(good, uint64(len(good)), false)
	if err != nil {
		t.Fatal(err)
	}
	items := 0
	for range openBytes(t, good, nil).ByCluster(bg) {
		items++
	}
	for c := range h.clusters - 1 {
		a := openBytes(t, put(good, int(h.clusterPtrPos)+8*int(c), 8, 3), nil)
		n, failed := 0, 0
		for it, err := range a.ByCluster(bg) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			if _, err := it.Bytes(bg); err != nil {
				failed++
				wantKind(t, "a cluster outside", err, ErrCorrupt)
			}
		}
		if n != items || failed > 2 { // the empty item shares a cluster
			t.Errorf("cluster %d: %d of %d items, %d failed", c, n, items, failed)
		}
	}
	a := openBytes(t, zimtest.Damage(good, "cluster_index_out_of_range"), nil)
	n, failed := 0, 0
	for _, err := range a.ByCluster(bg) {
		if n++; err != nil {
			failed++
			wantKind(t, "cluster number", err, ErrCorrupt)
		}
	}
	if n != items || failed != 1 {
		t.Errorf("cluster number: %d of %d items, %d failed", n, items, failed)
	}
}
