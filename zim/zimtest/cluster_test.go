package zimtest

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// clusterAt returns the bytes of cluster i to the end of the archive.
func (c *checked) clusterAt(i uint32) []byte {
	return c.b[binary.LittleEndian.Uint64(c.b[c.clusterP+8*uint64(i):]):]
}

func TestClustersClose(t *testing.T) {
	data := bytes.Repeat([]byte("x"), 60)
	var es []Entry
	for _, p := range []string{"C/a", "C/b", "C/c", "C/d", "C/e"} {
		es = append(es, Entry{Path: p, Data: data})
	}
	c := check(t, Archive{Minor: 3, Entries: es, ClusterSize: 100, NoCounter: true, NoTitleV1: true}.Bytes())
	want := []uint32{0, 0, 1, 1, 2} // a cluster closes at the first blob that fills it
	for i, d := range c.dirents {
		if d.cluster != want[i] {
			t.Errorf("%s is in cluster %d, want %d", d.path, d.cluster, want[i])
		}
	}
}

func TestInfoBytes(t *testing.T) {
	tests := []struct {
		name string
		e    Entry
		want byte
	}{
		{"default", Entry{}, 5},
		{"stored", Entry{Compression: Stored}, 1},
		{"stored as 0", Entry{Compression: StoredZero}, 0},
		{"xz extended", Entry{Compression: XZ, Extended: true}, 0x14},
		{"zstd extended", Entry{Compression: Zstd, Extended: true}, 0x15},
		{"zlib", Entry{Compression: Zlib}, 2},
		{"bzip2", Entry{Compression: Bzip2}, 3},
		{"unknown", Entry{Compression: 9}, 9},
		{"unused bits", Entry{Compression: 0xE0 | Zstd}, 0xE5},
		{"frame", Entry{Compression: 7, Frame: []byte("any")}, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.e.Path, tt.e.Data = "A/x", []byte("data")
			c := check(t, Archive{Entries: []Entry{tt.e}, NoCounter: true}.Bytes())
			if got := c.clusterAt(0)[0]; got != tt.want {
				t.Errorf("info byte %#x, want %#x", got, tt.want)
			}
		})
	}
}

func TestFrameIsWrittenAsItIs(t *testing.T) {
	c := check(t, Archive{NoCounter: true, Entries: []Entry{{Path: "A/x", Compression: Stored, Frame: []byte("frame"), Blob: 77}}}.Bytes())
	if got := c.clusterAt(0)[1:6]; string(got) != "frame" {
		t.Errorf("got %q", got)
	}
	if d := c.dirents[0]; d.blob != 77 || d.cluster != 0 {
		t.Errorf("cluster %d, blob %d; want 0, 77", d.cluster, d.blob)
	}
}

func TestAliasesShareABlob(t *testing.T) {
	c := check(t, Archive{Minor: 2, Entries: []Entry{Alias("C/a", "C/b"), Alias("C/b", "C/z"), Page("C/y", "", "y"), Page("C/z", "", "z")}}.Bytes())
	a, b, z := c.find(t, "C/a"), c.find(t, "C/b"), c.find(t, "C/z")
	if a.cluster != z.cluster || a.blob != z.blob || b.blob != z.blob || z.blob == c.find(t, "C/y").blob {
		t.Errorf("blobs %d, %d and %d, want the same", a.blob, b.blob, z.blob)
	}
}

func TestEmptyExtra(t *testing.T) {
	for _, ext := range []bool{false, true} {
		c := check(t, Archive{Minor: 1, Entries: Pages(), EmptyExtra: 1, Extended: ext}.Bytes())
		p, width := c.payload(t, c.clusters-1)
		if len(p) != width {
			t.Errorf("payload %x, want one offset of %d bytes", p, width)
		}
	}
}

func TestScatter(t *testing.T) {
	c := check(t, Archive{Minor: 1, Entries: Pages(), ClusterSize: 100, Scatter: true}.Bytes())
	for i := range c.clusters - 1 {
		if &c.clusterAt(i)[0] == &c.clusterAt(i + 1)[0] || len(c.clusterAt(i)) >= len(c.clusterAt(i+1)) {
			t.Errorf("cluster %d does not lie behind cluster %d", i, i+1)
		}
		if gap := c.b[len(c.b)-len(c.clusterAt(i))-len(scatterGap):]; !bytes.HasPrefix(gap, scatterGap) {
			t.Errorf("no gap before cluster %d", i)
		}
	}
}

func TestLayouts(t *testing.T) {
	for _, minor := range []uint16{1, 2} {
		c := check(t, Archive{Minor: minor, Entries: Pages()}.Bytes())
		if got, want := len(c.b)-len(c.clusterAt(0)), int(1024*minor); got != want {
			t.Errorf("6.%d: cluster 0 at %d, want %d", minor, got, want)
		}
	}
	c := check(t, Archive{Entries: oldPages(), OldLayout: true}.Bytes())
	first := uint64(len(c.b) - len(c.clusterAt(0)))
	if !(c.pathPtr < c.titlePtr && c.titlePtr < c.clusterP && c.clusterP < first) {
		t.Errorf("paths %d, titles %d, cluster pointers %d, cluster 0 %d; want them in this order", c.pathPtr, c.titlePtr, c.clusterP, first)
	}
}
