package zim

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// bytes writes the header as a file has it.
func (h *header) bytes() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, magic)
	b = le.AppendUint16(b, h.major)
	b = le.AppendUint16(b, h.minor)
	b = append(b, h.uuid[:]...)
	b = le.AppendUint32(b, h.entries)
	b = le.AppendUint32(b, h.clusters)
	for _, v := range []uint64{h.pathPtrPos, h.titlePtrPos, h.clusterPtrPos, h.mimeListPos} {
		b = le.AppendUint64(b, v)
	}
	b = le.AppendUint32(b, h.mainPage)
	b = le.AppendUint32(b, none32)
	return le.AppendUint64(b, h.checksumPos)
}

// goodHeader describes a file of 1016 bytes.
func goodHeader() header {
	return header{major: 6, minor: 1, uuid: UUID{1, 2, 3}, entries: 10, clusters: 2, pathPtrPos: 100, titlePtrPos: 300,
		clusterPtrPos: 400, mimeListPos: 80, mainPage: 7, checksumPos: 1000, end: 1000}
}

// emptyArchive is the smallest archive: no entries, no clusters, one NUL for the MIME list.
func emptyArchive() []byte {
	h := header{major: 5, pathPtrPos: 81, titlePtrPos: 81, clusterPtrPos: 81, mimeListPos: 80, mainPage: none32, checksumPos: 81}
	b := append(h.bytes(), 0)
	sum := md5.Sum(b)
	return append(b, sum[:]...)
}

func TestHeader(t *testing.T) {
	const size = 1016
	for _, tc := range []struct {
		name     string
		change   func(*header) // of what is in the file
		want     func(*header) // of what is read, beside that
		warnings int
	}{
		{"plain", func(h *header) {}, nil, 0},
		{"version 5", func(h *header) { h.major, h.minor = 5, 0 }, nil, 0},
		{"minor from the future", func(h *header) { h.minor = 4 }, nil, 0},
		{"largest minor", func(h *header) { h.minor = math.MaxUint16 }, nil, 0},
		{"no main page", func(h *header) { h.mainPage = none32 }, nil, 0},
		{"main page that does not exist is judged when used", func(h *header) { h.mainPage = 10 }, nil, 0},
		{"no title table", func(h *header) { h.titlePtrPos = none64 }, nil, 0},
		{"no title table, said with 0 in 6.3", func(h *header) { h.minor, h.titlePtrPos = 3, 0 },
			func(h *header) { h.titleAtZero, h.titlePtrPos = true, none64 }, 1},
		{"title table outside in 6.1", func(h *header) { h.titlePtrPos = 2000 }, func(h *header) { h.titlePtrPos = none64 }, 1},
		{"title table ends outside in 6.2", func(h *header) { h.minor, h.titlePtrPos = 2, size-39 }, func(h *header) { h.titlePtrPos = none64 }, 1},
		{"tables end with the file", func(h *header) { h.pathPtrPos, h.titlePtrPos, h.clusterPtrPos = size-80, size-40, size-16 }, nil, 0},
		{"tables at the MIME list", func(h *header) { h.pathPtrPos, h.titlePtrPos, h.clusterPtrPos = 80, 80, 80 }, nil, 0},
		{"72 bytes: no checksum", func(h *header) { h.mimeListPos, h.checksumPos = 72, math.MaxUint64 },
			func(h *header) { h.checksumPos, h.end = 0, size }, 0},
		{"72 bytes: tables may begin there", func(h *header) { h.mimeListPos, h.pathPtrPos, h.checksumPos = 72, 72, 0 },
			func(h *header) { h.end = size }, 0},
		{"nothing inside", func(h *header) { h.entries, h.clusters = 0, 0 }, nil, 0},
	} {
		want := goodHeader()
		tc.change(&want)
		b := want.bytes()
		if tc.want != nil {
			tc.want(&want)
		}
		got, warnings, err := parseHeader(b, size, false)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(header{})); diff != "" {
			t.Errorf("%s: -want +got\n%s", tc.name, diff)
		}
		if len(warnings) != tc.warnings {
			t.Errorf("%s: warnings %v, want %d", tc.name, warnings, tc.warnings)
		}
	}
}

func TestHeaderRefused(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*header)
		size   uint64
		kind   error
		offset int64
	}{
		{"major 4", func(h *header) { h.major = 4 }, 1016, ErrVersion, 4},
		{"major 7", func(h *header) { h.major = 7 }, 1016, ErrVersion, 4},
		{"entries without clusters", func(h *header) { h.clusters = 0 }, 1016, ErrFormat, 24},
		{"clusters without entries", func(h *header) { h.entries = 0 }, 1016, ErrFormat, 24},
		{"more clusters than entries", func(h *header) { h.clusters = 11 }, 1016, ErrFormat, 24},
		{"MIME list at 0", func(h *header) { h.mimeListPos = 0 }, 1016, ErrFormat, 56},
		{"MIME list at 81", func(h *header) { h.mimeListPos = 81 }, 1016, ErrFormat, 56},
		{"path pointers in the header", func(h *header) { h.pathPtrPos = 79 }, 1016, ErrFormat, 32},
		{"titles in the header", func(h *header) { h.titlePtrPos = 79 }, 1016, ErrFormat, 40},
		{"titles at 0 before 6.3", func(h *header) { h.minor, h.titlePtrPos = 2, 0 }, 1016, ErrFormat, 40},
		{"cluster pointers in the header", func(h *header) { h.clusterPtrPos = 79 }, 1016, ErrFormat, 48},
		{"path pointers end outside", func(h *header) { h.pathPtrPos = 1016 - 79 }, 1016, ErrFormat, 32},
		{"path pointers begin outside", func(h *header) { h.pathPtrPos = 1017 }, 1016, ErrFormat, 32},
		{"path pointers overflow", func(h *header) { h.pathPtrPos = math.MaxUint64 - 8 }, 1016, ErrFormat, 32},
		{"path pointers are too many", func(h *header) { h.entries = math.MaxUint32 }, 1016, ErrFormat, 32},
		{"cluster pointers end outside", func(h *header) { h.clusterPtrPos = 1016 - 15 }, 1016, ErrFormat, 48},
		{"cluster pointers overflow", func(h *header) { h.clusterPtrPos = math.MaxUint64 - 1 }, 1016, ErrFormat, 48},
		{"titles outside in 6.0", func(h *header) { h.minor, h.titlePtrPos = 0, 1000 }, 1016, ErrFormat, 40},
		{"titles outside in a version from the future", func(h *header) { h.minor, h.titlePtrPos = 4, 1000 }, 1016, ErrFormat, 40},
		{"no checksum", func(h *header) { h.checksumPos = 0 }, 1016, ErrFormat, 72},
		{"checksum in the header", func(h *header) { h.checksumPos = 79 }, 95, ErrFormat, 72},
		{"a byte too long", func(h *header) {}, 1017, ErrFormat, 72},
		{"a byte too short", func(h *header) {}, 1015, ErrTruncated, 72},
		{"checksum overflows", func(h *header) { h.checksumPos = math.MaxUint64 }, 1016, ErrTruncated, 72},
		{"larger than a file can be", func(h *header) {}, math.MaxInt64 + 1, ErrTooLarge, 0},
	} {
		h := goodHeader()
		tc.change(&h)
		_, _, err := parseHeader(h.bytes(), tc.size, false)
		wantKind(t, tc.name, err, tc.kind)
		if e := (*FormatError)(nil); !errors.As(err, &e) || e.Offset != tc.offset || e.Entry != -1 || e.Cluster != -1 {
			t.Errorf("%s: got %#v, want offset %d", tc.name, e, tc.offset)
		}
	}
}

// TestSalvage opens what is cut off or has bytes behind it, and says so.
func TestSalvage(t *testing.T) {
	good := pageArchive(nil).Bytes()
	for _, tc := range []struct {
		name string
		b    []byte
		kind error
	}{
		{"checksum position 0", put(good, 72, 8, 0), ErrFormat},
		{"bytes behind", append(bytes.Clone(good), "more"...), ErrFormat},
		{"cut off by the checksum", good[:len(good)-16], ErrTruncated},
	} {
		size := int64(len(tc.b))
		_, err := NewReader(bytes.NewReader(tc.b), size, nil)
		wantKind(t, tc.name, err, tc.kind)
		a := openBytes(t, tc.b, &Options{Salvage: true})
		if w := a.Info().Warnings; len(w) != 1 || !errors.Is(w[0], tc.kind) {
			t.Errorf("%s: warnings %v", tc.name, w)
		}
		if a.Info().HasChecksum {
			t.Errorf("%s: has a checksum", tc.name)
		}
		_, err = a.Checksum(bg)
		wantKind(t, tc.name, err, ErrNotFound)
		if b, err := itemAt(t, a, "C/Zebra").Bytes(bg); err != nil || !bytes.Contains(b, []byte("striped")) {
			t.Errorf("%s: read %q, %v", tc.name, b, err)
		}
	}
}

// TestEmptyArchive is one of libzim's own tests.
func TestEmptyArchive(t *testing.T) {
	a := openBytes(t, emptyArchive(), &Options{Strict: true})
	if i := a.Info(); i.Entries != 0 || i.Clusters != 0 || i.Major != 5 || i.NewNamespaces || i.Size != 97 || i.Parts != 1 || len(i.MIMETypes) != 0 {
		t.Errorf("Info() = %+v", i)
	}
	if c, err := a.Counts(bg); err != nil || c != (Counts{}) {
		t.Errorf("Counts() = %+v, %v", c, err)
	}
	for p, err := range a.Verify(bg, CheckAll) {
		t.Errorf("Verify found %v, %v", p.Err, err)
	}
	for range a.Entries(bg, 0) {
		t.Error("an entry in an empty archive")
	}
	_, err := a.Lookup(bg, "A/b")
	wantKind(t, "Lookup", err, ErrNotFound)
	_, err = a.Entry(bg, 0)
	wantKind(t, "Entry", err, ErrNotFound)
	_, err = a.MainPage(bg)
	wantKind(t, "MainPage", err, ErrNotFound)

	bad := emptyArchive()
	bad[len(bad)-1] ^= 1
	found := 0
	for p, err := range openBytes(t, bad, nil).Verify(bg, CheckAll) {
		if found++; err != nil || p.Check != CheckMD5 || p.Note {
			t.Errorf("a changed MD5: %+v, %v", p, err)
		}
	}
	if found != 1 {
		t.Errorf("a changed MD5 gave %d findings", found)
	}
}

// TestHeaderByteFF is one of libzim's own tests: every byte of the header is looked at.
func TestHeaderByteFF(t *testing.T) {
	good := emptyArchive()
	for i := range headerSize {
		b := put(good, i, 1, 0xFF)
		_, err := NewReader(bytes.NewReader(b), int64(len(b)), nil)
		free := i >= 6 && i <= 23 || i >= 64 && i <= 71 // minor version, UUID, main page, layout page
		if free && err != nil {
			t.Errorf("byte %d: %v", i, err)
		} else if !free && err == nil {
			t.Errorf("byte %d: the archive opens", i)
		}
	}
}

// TestUniformBytes is one of libzim's own tests: nothing of one value is an archive.
func TestUniformBytes(t *testing.T) {
	cache := NewCache(nil)
	for n := range 91 {
		for v := range 256 {
			b := bytes.Repeat([]byte{byte(v)}, n)
			for _, b := range [][]byte{b, append(bytes.Clone(magicBytes), b...)} {
				_, err := NewReader(bytes.NewReader(b), int64(len(b)), &Options{Salvage: true, Cache: cache})
				if err == nil {
					t.Fatalf("%d bytes of %#x open", n, v)
				}
				if short := len(b) < headerSize && bytes.HasPrefix(magicBytes, b[:min(4, len(b))]); short != errors.Is(err, ErrTruncated) {
					t.Fatalf("%d bytes, %#x: %v", len(b), v, err)
				}
			}
		}
	}
}

func TestUUID(t *testing.T) {
	u := UUID{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}
	if got := u.String(); got != "00112233-4455-6677-8899-aabbccddeeff" {
		t.Errorf("String() = %q", got)
	}
}

// TestInfo compares what the header says for one archive of each version.
func TestInfo(t *testing.T) {
	for _, s := range zimtest.Samples() {
		a := openBuilt(t, s.Archive, nil)
		i, za := a.Info(), s.Archive
		major := uint16(6)
		if za.Old5 {
			major = 5
		}
		if i.Major != major || i.Minor != za.Minor || i.NewNamespaces != (za.Minor >= 1) || i.FutureMinor || i.HasChecksum == za.NoChecksum {
			t.Errorf("%s: Info() = %+v", s.Name, i)
		}
		if len(i.Warnings) != 0 {
			t.Errorf("%s: warnings %v", s.Name, i.Warnings)
		}
	}
	a := openBytes(t, zimtest.Damage(pageArchive(nil).Bytes(), "future_minor"), nil)
	if i := a.Info(); !i.FutureMinor || !i.NewNamespaces {
		t.Errorf("minor 4: Info() = %+v", i)
	}
	i := a.Info()
	i.MIMETypes[0] = "changed" // by a caller who may
	if a.Info().MIMETypes[0] == "changed" {
		t.Error("a caller changed the archive's types")
	}
}
