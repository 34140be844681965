package zimtest

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"io"
	"sort"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// checked is an archive as a reader of its own sees it: written from the format's
// description, with other decoders than the builder's encoders.
type checked struct {
	b                           []byte
	major, minor                uint16
	uuid                        [16]byte
	entries, clusters           uint32
	pathPtr, titlePtr, clusterP uint64
	mime, checksum              uint64
	main                        uint32
	mimes                       []string
	dirents                     []checkedDirent
	decoded                     map[uint32][]byte
}

type checkedDirent struct {
	kind          uint16
	path, title   string // path with namespace; title as stored
	params        []byte
	target        uint32
	cluster, blob uint32
}

// check reads everything and fails the test on what the format does not allow.
func check(t *testing.T, b []byte) *checked {
	t.Helper()
	le := binary.LittleEndian
	if len(b) < 72 || le.Uint32(b) != 0x044D495A {
		t.Fatalf("no header in %d bytes", len(b))
	}
	c := &checked{b: b, major: le.Uint16(b[4:]), minor: le.Uint16(b[6:]), uuid: [16]byte(b[8:24]), entries: le.Uint32(b[24:]), clusters: le.Uint32(b[28:]),
		pathPtr: le.Uint64(b[32:]), titlePtr: le.Uint64(b[40:]), clusterP: le.Uint64(b[48:]), mime: le.Uint64(b[56:]), main: le.Uint32(b[64:])}
	if le.Uint32(b[68:]) != 0xFFFFFFFF {
		t.Error("layout page is set")
	}
	if c.mime == 80 {
		c.checksum = le.Uint64(b[72:])
		if c.checksum+16 != uint64(len(b)) {
			t.Errorf("checksum at %d of %d bytes", c.checksum, len(b))
		}
		if got, want := [16]byte(b[c.checksum:]), md5.Sum(b[:c.checksum]); got != want {
			t.Errorf("MD5: got %x, want %x", got, want)
		}
	} else if c.mime != 72 {
		t.Errorf("MIME list at %d", c.mime)
	}
	for at := int(c.mime); b[at] != 0; {
		n := bytes.IndexByte(b[at:], 0)
		c.mimes = append(c.mimes, string(b[at:at+n]))
		at += n + 1
	}
	for i := range c.entries {
		c.dirents = append(c.dirents, c.dirent(t, i))
	}
	if !sort.SliceIsSorted(c.dirents, func(i, j int) bool { return c.dirents[i].path < c.dirents[j].path }) {
		t.Error("dirents are not sorted")
	}
	return c
}

func (c *checked) dirent(t *testing.T, i uint32) checkedDirent {
	t.Helper()
	le := binary.LittleEndian
	p := c.b[le.Uint64(c.b[c.pathPtr+8*uint64(i):]):]
	d := checkedDirent{kind: le.Uint16(p), path: string(p[3]) + "/"}
	paramLen, at := int(p[2]), 8
	switch {
	case d.kind == 0xFFFF:
		d.target, at = le.Uint32(p[8:]), 12
	case d.kind < 0xFFFD:
		d.cluster, d.blob, at = le.Uint32(p[8:]), le.Uint32(p[12:]), 16
		if int(d.kind) >= len(c.mimes) {
			t.Fatalf("entry %d: MIME number %d of %d", i, d.kind, len(c.mimes))
		}
	}
	for _, s := range []*string{&d.path, &d.title} {
		n := bytes.IndexByte(p[at:], 0)
		*s += string(p[at : at+n])
		at += n + 1
	}
	d.params = p[at : at+paramLen]
	return d
}

// shown returns the title as a reader shows it.
func (d checkedDirent) shown() string {
	if d.title == "" {
		return d.path[2:]
	}
	return d.title
}

// payload returns cluster i, decoded, and the width of its offsets.
func (c *checked) payload(t *testing.T, i uint32) ([]byte, int) {
	t.Helper()
	p := c.b[binary.LittleEndian.Uint64(c.b[c.clusterP+8*uint64(i):]):]
	width := 4
	if p[0]&0x10 != 0 {
		width = 8
	}
	if c.decoded[i] == nil {
		if c.decoded == nil {
			c.decoded = map[uint32][]byte{}
		}
		c.decoded[i] = decode(t, p)
	}
	return c.decoded[i], width
}

// decode returns the payload of the cluster at the start of p.
func decode(t *testing.T, p []byte) []byte {
	t.Helper()
	switch p[0] & 0x0F {
	case 0, 1:
		return p[1:]
	case 4:
		r, err := xz.NewReader(bytes.NewReader(p[1:]))
		if err != nil {
			t.Fatal(err)
		}
		return readUntilError(r)
	case 5:
		r, err := zstd.NewReader(bytes.NewReader(p[1:]), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		return readUntilError(r)
	}
	t.Fatalf("info byte %#x", p[0])
	return nil
}

// readUntilError reads what there is: bytes of the file follow each stream, which ends in
// an error then.
func readUntilError(r io.Reader) []byte {
	out, _ := io.ReadAll(r)
	return out
}

// blob returns the content of an item.
func (c *checked) blob(t *testing.T, d checkedDirent) []byte {
	t.Helper()
	if d.cluster >= c.clusters {
		t.Fatalf("%s: cluster %d of %d", d.path, d.cluster, c.clusters)
	}
	p, width := c.payload(t, d.cluster)
	offset := func(i int) uint64 {
		if width == 8 {
			return binary.LittleEndian.Uint64(p[8*i:])
		}
		return uint64(binary.LittleEndian.Uint32(p[4*i:]))
	}
	if n := offset(0)/uint64(width) - 1; uint64(d.blob) >= n {
		t.Fatalf("%s: blob %d of %d", d.path, d.blob, n)
	}
	return p[offset(int(d.blob)):offset(int(d.blob)+1)]
}

// u32s reads n indexes, or all there are if n is negative.
func u32s(b []byte, n int) []uint32 {
	var out []uint32
	for i := 0; i+4 <= len(b) && len(out) != n; i += 4 {
		out = append(out, binary.LittleEndian.Uint32(b[i:]))
	}
	return out
}

// find returns the first entry of the path.
func (c *checked) find(t *testing.T, path string) checkedDirent {
	t.Helper()
	for _, d := range c.dirents {
		if d.path == path {
			return d
		}
	}
	t.Fatalf("no entry %s", path)
	return checkedDirent{}
}

func (d checkedDirent) String() string { return fmt.Sprintf("%s (%q)", d.path, d.shown()) }
