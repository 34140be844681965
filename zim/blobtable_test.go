package zim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestNewBlobTable(t *testing.T) {
	for _, tc := range []struct {
		name         string
		first, width uint64
		entries      uint32
		blobs        uint64
		ok           bool
	}{
		{"no blobs", 4, 4, 0, 0, true},
		{"no blobs, extended", 8, 8, 0, 0, true},
		{"one", 8, 4, 1, 1, true},
		{"one, extended", 16, 8, 1, 1, true},
		{"as many as entries", 44, 4, 10, 10, true},
		{"more than entries", 48, 4, 10, 0, false},
		{"more than entries, extended", 96, 8, 10, 0, false},
		{"zero", 0, 4, 10, 0, false},
		{"smaller than an offset", 3, 4, 10, 0, false},
		{"smaller than an extended offset", 4, 8, 10, 0, false},
		{"not aligned", 9, 4, 10, 0, false},
		{"aligned for the other width", 12, 8, 10, 0, false},
		{"largest of 4 bytes", 0xFFFFFFFC, 4, math.MaxUint32, 0xFFFFFFFC/4 - 1, true},
		{"largest of 4 bytes, few entries", 0xFFFFFFFC, 4, 10, 0, false},
		{"largest of 8 bytes", math.MaxUint64 - 7, 8, math.MaxUint32, 0, false},
		{"every entry of the largest archive, extended", 8 << 32, 8, math.MaxUint32, math.MaxUint32, true},
	} {
		table, reason := newBlobTable(tc.first, tc.width, tc.entries)
		if (reason == "") != tc.ok {
			t.Errorf("%s: reason %q", tc.name, reason)
		}
		if reason == "" && table.blobs() != tc.blobs {
			t.Errorf("%s: %d blobs, want %d", tc.name, table.blobs(), tc.blobs)
		}
	}
}

func TestBlobTableOrder(t *testing.T) {
	for _, tc := range []struct {
		name    string
		offsets []uint64
		bad     int // the offset that is refused, or -1
	}{
		{"in order", []uint64{24, 25, 30}, -1},
		{"empty blobs", []uint64{24, 24, 24}, -1},
		{"decreasing", []uint64{24, 30, 25}, 2},
		{"into the table", []uint64{24, 23, 30}, 1},
		{"largest", []uint64{24, 24, math.MaxInt64}, -1},
		{"too large to be a position", []uint64{24, 24, math.MaxInt64 + 1}, 2},
		{"all ones", []uint64{24, math.MaxUint64, math.MaxUint64}, 1},
	} {
		table, reason := newBlobTable(tc.offsets[0], 8, 9)
		for i, v := range tc.offsets[1:] {
			if reason == "" {
				reason = table.read(v)
				if (reason != "") != (i+1 == tc.bad) {
					t.Errorf("%s: offset %d: %q", tc.name, i+1, reason)
				}
			}
		}
	}
}

func TestOffsetAt(t *testing.T) {
	b := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9}
	if got := offsetAt(b, 4); got != 0x04030201 {
		t.Errorf("4 bytes: %#x", got)
	}
	if got := offsetAt(b, 8); got != 0x0807060504030201 {
		t.Errorf("8 bytes: %#x", got)
	}
}

func TestPayloadBlob(t *testing.T) {
	for _, extended := range []bool{false, true} {
		blobs := [][]byte{[]byte("a"), {}, []byte("bcd"), {}}
		p := payload{data: zimtest.Payload(extended, blobs...), width: 4, n: 4}
		if extended {
			p.width = 8
		}
		for i, want := range blobs {
			if got := p.blob(uint32(i)); !bytes.Equal(got, want) || cap(got) != len(got) {
				t.Errorf("blob %d = %q with room for %d", i, got, cap(got))
			}
		}
	}
}

// A clusterCase is the payload of a cluster with one item at stake, blob 1 of three.
type clusterCase struct {
	name    string
	offsets []uint64
	data    string
	raw     error // of blob 1, when the cluster is not compressed
	packed  error // when it is: the whole table is read first
	want    string
}

var clusterCases = []clusterCase{
	{"plain", []uint64{16, 17, 19, 20}, "abcd", nil, nil, "bc"},
	{"empty blob", []uint64{16, 17, 17, 20}, "abcd", nil, nil, ""},
	{"bytes behind", []uint64{16, 17, 19, 20}, "abcdefgh", nil, nil, "bc"},
	{"next blob is bad", []uint64{16, 17, 19, 18}, "abcd", nil, ErrCorrupt, "bc"},
	{"next blob ends outside", []uint64{16, 17, 19, 1 << 30}, "abcd", nil, nil, "bc"},
	{"ends before it starts", []uint64{16, 19, 17, 20}, "abcd", ErrCorrupt, ErrCorrupt, ""},
	{"in the table", []uint64{16, 15, 19, 20}, "abcd", ErrCorrupt, ErrCorrupt, ""},
	{"ends outside", []uint64{16, 17, 1 << 30, 1 << 30}, "abcd", ErrCorrupt, ErrTooLarge, ""},
	{"ends a little outside", []uint64{16, 17, 5000, 5000}, "abcd", ErrCorrupt, ErrTruncated, ""},
	{"offset 0 too small", []uint64{0, 17, 19, 20}, "abcd", ErrCorrupt, ErrCorrupt, ""},
	{"offset 0 not aligned", []uint64{17, 17, 19, 20}, "abcd", ErrCorrupt, ErrCorrupt, ""},
	{"more blobs than entries", []uint64{1600, 17, 19, 20}, "abcd", ErrCorrupt, ErrCorrupt, ""},
	{"no blobs", []uint64{4, 17, 19, 20}, "abcd", ErrCorrupt, ErrCorrupt, ""},
	{"one blob", []uint64{8, 17, 19, 20}, "abcd", ErrCorrupt, ErrCorrupt, ""},
	{"two blobs", []uint64{12, 13, 15}, "abcd", nil, nil, "bc"},
	{"cut off in offset 0", nil, "ab", ErrCorrupt, ErrTruncated, ""},
}

// bytes writes the payload; in an extended cluster all offsets count twice as much for the table.
func (c *clusterCase) bytes(extended bool) []byte {
	var b []byte
	table := uint64(4 * len(c.offsets))
	for i, v := range c.offsets {
		switch {
		case !extended:
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		case i == 0:
			b = binary.LittleEndian.AppendUint64(b, 2*v)
		default:
			b = binary.LittleEndian.AppendUint64(b, v+table)
		}
	}
	return append(b, c.data...)
}

// TestClusters reads an item from tables that are sound, and from tables that are not, in
// every compression and both widths.
func TestClusters(t *testing.T) {
	for _, extended := range []bool{false, true} {
		for _, compression := range []byte{zimtest.Stored, zimtest.StoredZero, zimtest.XZ, zimtest.Zstd, zimtest.Zstd | 0xE0} {
			for _, tc := range clusterCases {
				frame, kind := tc.bytes(extended), tc.packed
				switch compression & compressionMask {
				case compressionZstd:
					frame = zimtest.ZstdFrame(frame, 0)
				case compressionXZ:
					frame = zimtest.XZStream(frame)
				default:
					kind = tc.raw
				}
				// Nothing follows the cluster but the tables: what is outside, is outside of the file.
				za := zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV1: true, NoTitleV0: true, Scatter: true, Entries: []zimtest.Entry{
					zimtest.Page("C/a", "", "a"), zimtest.Page("C/b", "", "b"), zimtest.Page("C/c", "", "c"),
					{Path: "C/x", Frame: frame, Compression: compression, Extended: extended, Blob: 1}}}
				a := openBuilt(t, za, &Options{MaxBlob: 1 << 20})
				for range 3 { // the first touch, the second, and from the cache
					b, err := itemAt(t, a, "C/x").Bytes(bg)
					if tc.name == "ends a little outside" && compression&compressionMask <= compressionNone {
						break // the sections behind the cluster have room for it
					}
					if kind == ErrTruncated && errors.Is(err, ErrCorrupt) {
						kind = ErrCorrupt // what lies behind the frame is no frame
					}
					wantKind(t, tc.name, err, kind)
					if err == nil && string(b) != tc.want {
						t.Errorf("%s, compression %#x, extended %v: got %q", tc.name, compression, extended, b)
					}
				}
			}
		}
	}
}
