package zim

import (
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func TestSuccessor(t *testing.T) {
	for _, tc := range []struct {
		in, want string
		ok       bool
	}{
		{"", "", false}, {"a", "b", true}, {"ab", "ac", true}, {"a\xff", "b", true}, {"a\xff\xff", "b", true}, {"\xff", "", false}, {"\xff\xff", "", false},
		{"\x00", "\x01", true}, {"\xfe", "\xff", true}, {"a\xfe", "a\xff", true}, {"a\xffb", "a\xffc", true}, {"é", "\xc3\xaa", true},
	} {
		if got, ok := successor(tc.in); got != tc.want || ok != tc.ok {
			t.Errorf("successor(%q) = %q, %v, want %q, %v", tc.in, got, ok, tc.want, tc.ok)
		}
	}
}

// TestRangeEdges asks for prefixes that end at a namespace, at the last byte and at the end.
func TestRangeEdges(t *testing.T) {
	a := openBuilt(t, zimtest.Archive{Minor: 1, NoCounter: true, NoTitleV0: true, NoTitleV1: true, Entries: []zimtest.Entry{
		zimtest.Page("\x01/a", "", ""), zimtest.Page("C/", "", ""), zimtest.Page("C/a", "", ""), zimtest.Page("C/a\xff", "", ""),
		zimtest.Page("C/a\xff\xff", "", ""), zimtest.Page("C/b", "", ""), zimtest.Page("C/\xff", "", ""), zimtest.Page("C/\xff\xff", "", ""),
		zimtest.Page("D/", "", ""), zimtest.Page("\xff/x", "", ""), zimtest.Page("\xff/\xff", "", "")}}, nil)
	for _, tc := range []struct {
		ns     byte
		prefix string
		lo, hi uint32
	}{
		{0, "", 0, 11}, {1, "", 0, 1}, {2, "", 1, 1}, {'C', "", 1, 8}, {'C', "a", 2, 5}, {'C', "a\xff", 3, 5}, {'C', "a\xff\xff", 4, 5},
		{'C', "a\xff\xff\xff", 5, 5}, {'C', "b", 5, 6}, {'C', "c", 6, 6}, {'C', "\xff", 6, 8}, {'C', "\xff\xff", 7, 8}, {'C', "\xff\xff\xff", 8, 8},
		{'D', "", 8, 9}, {'D', "x", 9, 9}, {'B', "", 1, 1}, {'Z', "", 9, 9}, {0xFF, "", 9, 11}, {0xFF, "x", 9, 10}, {0xFF, "\xff", 10, 11}, {0xFF, "\xff\xff", 11, 11},
		{0, "x", 0, 0},
	} {
		lo, hi, err := a.Range(bg, tc.ns, tc.prefix)
		if err != nil || lo != tc.lo || hi != tc.hi {
			t.Errorf("Range(%q, %q) = [%d, %d), %v, want [%d, %d)", tc.ns, tc.prefix, lo, hi, err, tc.lo, tc.hi)
		}
	}
	empty := openBytes(t, emptyArchive(), nil)
	for _, ns := range []byte{0, 'A', 0xFF} {
		if lo, hi, err := empty.Range(bg, ns, ""); lo != 0 || hi != 0 || err != nil {
			t.Errorf("empty archive: [%d, %d), %v", lo, hi, err)
		}
	}
}

func TestIndexRangeLen(t *testing.T) {
	for r, want := range map[indexRange]uint64{{0, 0}: 0, {3, 7}: 4, {7, 3}: 0, {0, none32}: none32} {
		if got := r.len(); got != want {
			t.Errorf("%v: %d, want %d", r, got, want)
		}
	}
}
