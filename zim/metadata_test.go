package zim

import (
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestMetadata(t *testing.T) {
	for _, s := range zimtest.Samples() {
		if s.Archive.Metadata == nil {
			continue
		}
		a := openBuilt(t, s.Archive, nil)
		for k, want := range zimtest.Metadata() {
			if got, err := a.Metadata(bg, k); err != nil || string(got) != want {
				t.Errorf("%s: %s = %q, %v, want %q", s.Name, k, got, err, want)
			}
		}
		for _, k := range []string{"", "title", "Titl", "Titles", "M/Title", "\xff", strings.Repeat("x", 100_000)} {
			_, err := a.Metadata(bg, k)
			wantKind(t, s.Name+": "+k[:min(len(k), 9)], err, ErrNotFound)
		}
	}
}

func TestMetadataKeys(t *testing.T) {
	a := openBuilt(t, pageArchive(nil), nil)
	want := []string{"Counter"}
	for k := range zimtest.Metadata() {
		want = append(want, k)
	}
	slices.Sort(want)
	if got, err := a.MetadataKeys(bg); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	a = openBuilt(t, pageArchive(nil), &Options{MaxMetaKeys: 3})
	if got, err := a.MetadataKeys(bg); err != nil || !slices.Equal(got, want[:3]) {
		t.Errorf("got %q, %v, want %q", got, err, want[:3])
	}
	a = openBuilt(t, zimtest.Archive{Minor: 1, NoCounter: true, Entries: []zimtest.Entry{zimtest.Page("C/a", "", "a")}}, nil)
	if got, err := a.MetadataKeys(bg); err != nil || len(got) != 0 {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestMetadataRedirects follows them, and refuses those that do not end.
func TestMetadataRedirects(t *testing.T) {
	za := pageArchive(nil)
	za.Entries = append(za.Entries, zimtest.Redirect("M/Name2", "M/Name"), zimtest.Redirect("M/Name3", "M/Name2"),
		zimtest.Redirect("M/Loop", "M/Loop"), zimtest.Redirect("M/ToPage", "C/Zebra"), zimtest.Entry{Path: "M/Gone", Kind: zimtest.Deleted})
	a := openBuilt(t, za, nil)
	if b, err := a.Metadata(bg, "Name3"); string(b) != "test_en_all" || err != nil {
		t.Errorf("got %q, %v", b, err)
	}
	if b, err := a.Metadata(bg, "ToPage"); !strings.Contains(string(b), "striped") || err != nil {
		t.Errorf("got %q, %v", b, err)
	}
	_, err := a.Metadata(bg, "Loop")
	wantKind(t, "Loop", err, ErrRedirectLoop)
	_, err = a.Metadata(bg, "Gone")
	wantKind(t, "Gone", err, ErrNotFound)
}

// TestMetadataBomb refuses a text of many megabytes before it is decoded.
func TestMetadataBomb(t *testing.T) {
	for _, compression := range []byte{zimtest.Stored, zimtest.XZ, zimtest.Zstd} {
		za := pageArchive(nil)
		za.Entries = append(za.Entries, zimtest.Entry{Path: "M/Title2", Data: make([]byte, 4<<20), Compression: compression, Alone: true},
			zimtest.Entry{Path: "M/Title3", Data: make([]byte, 1<<20), Compression: compression, Alone: true})
		a := openBuilt(t, za, nil)
		_, err := a.Metadata(bg, "Title") // decoders are made once
		wantKind(t, "Title", err, nil)
		n := allocated(func() { _, err = a.Metadata(bg, "Title2") })
		wantKind(t, "4 MiB", err, ErrTooLarge)
		if n > 1<<20 {
			t.Errorf("compression %d: %d bytes allocated", compression, n)
		}
		b, err := a.Metadata(bg, "Title3")
		wantKind(t, "1 MiB", err, nil)
		if len(b) != 1<<20 {
			t.Errorf("%d bytes", len(b))
		}
	}
}
