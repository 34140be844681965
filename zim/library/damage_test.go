package library

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// told collects what Damages tells.
type told struct {
	sync.Mutex
	list []Damage
}

func (d *told) add(one Damage) {
	d.Lock()
	defer d.Unlock()
	d.list = append(d.list, one)
}

// places lists the bytes at which damage was told of.
func (d *told) places() string {
	d.Lock()
	defer d.Unlock()
	var list []string
	for _, one := range d.list {
		var format *zim.FormatError
		errors.As(one.Err, &format)
		text := fmt.Sprint(one.Ref, " ", format.Offset)
		if one.Last {
			text += " last"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// Whoever asks for three, or a hundred, damaged entries gets errors; everybody else gets the rest of the archive.
func TestDamagedEntriesLeaveTheRestServed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := openedTimed(t, nil, fast(), dir)
	var d told
	l.Damages(d.add)
	if s, _ := l.Status("a"); s.Degraded || s.Err != nil {
		t.Errorf("before: %+v", s)
	}
	for range 3 {
		for i := range int64(5) {
			l.ReportError("a", damage(i))
			eventually(t, time.Second, func() string { return want(len(l.reports), 0) })
		}
	}
	eventually(t, time.Second, func() string { return want(d.places(), "a 0, a 1, a 2, a 3, a 4") })
	if got := read(l, "a"); got != "a 2026-01-01" {
		t.Errorf("the rest reads %s", got)
	}
	s, err := l.Status("a")
	must(t, err)
	if !s.Served || !s.Degraded || s.Reason != "" || !strings.HasPrefix(s.Err.Error(), "archive is degraded: zim: archive is damaged: cluster 0 at byte 0") {
		t.Errorf("%+v", s)
	}
	if errors.Is(s.Err, ErrQuarantined) || !errors.Is(s.Err, zim.ErrCorrupt) {
		t.Errorf("%v does not unwrap to the damage alone", s.Err)
	}
}

// An archive of a million damaged entries fills neither the memory nor the log.
func TestDamageIsToldOfWithABound(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01"), "b.zim": edition("b", "2026-01-01")})
	l := openedTimed(t, nil, fast(), dir)
	var d told
	l.Damages(d.add)
	for i := range int64(40) {
		l.ReportError("a", damage(i))
		eventually(t, time.Second, func() string { return want(len(l.reports), 0) })
	}
	l.ReportError("b", damage(7)) // another archive has a bound of its own
	eventually(t, time.Second, func() string {
		return want(d.places(), "a 0, a 1, a 2, a 3, a 4, a 5, a 6, a 7, a 8, a 9, a 10, a 11, a 12, a 13, a 14, a 15 last, b 7")
	})

	// Who asks later is told the same.
	var late told
	l.Damages(late.add)
	if got, want := late.places(), d.places(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is known of bytes outlives a reload and a quarantine; of other bytes nothing is known.
func TestDamageBelongsToTheBytes(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := openedTimed(t, nil, fast(), dir)
	var d told
	l.Damages(d.add)
	report := func(err error) {
		t.Helper()
		l.ReportError("a", err)
		eventually(t, time.Second, func() string { return want(len(l.reports), 0) })
	}
	report(damage(1))
	eventually(t, time.Second, func() string { return want(d.places(), "a 1") })
	for range 3 {
		report(errDisk)
	}
	eventually(t, time.Second, func() string { return want(refs(l), []string{"a read_failures"}) })
	if s, _ := l.Status("a"); s.Degraded || s.Reason != ReadFailures {
		t.Errorf("in quarantine: %+v", s)
	}
	_, err := l.Reload(t.Context())
	must(t, err)
	if s, _ := l.Status("a"); !s.Served || !s.Degraded {
		t.Errorf("opened again: %+v", s)
	}
	report(damage(1))
	report(damage(2))
	eventually(t, time.Second, func() string { return want(d.places(), "a 1, a 2") })

	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-02-01")})
	_, err = l.Reload(t.Context())
	must(t, err)
	if s, _ := l.Status("a"); s.Degraded || s.Err != nil {
		t.Errorf("replaced: %+v", s)
	}
	report(damage(1))
	eventually(t, time.Second, func() string { return want(d.places(), "a 1, a 2, a 1") })
}

// A broken file that takes the name over leaves the old one served, with what is known of it.
func TestDamageStaysWithTheOldFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"a.zim": edition("a", "2026-01-01")})
	l := openedTimed(t, nil, fast(), dir)
	l.ReportError("a", damage(1))
	eventually(t, time.Second, func() string {
		s, _ := l.Status("a")
		return want(s.Degraded, true)
	})
	write(t, dir, map[string][]byte{"a.zim": []byte("no archive")})
	_, err := l.Reload(t.Context())
	must(t, err)
	s, err := l.Status("a")
	must(t, err)
	if !s.Served || !s.Degraded || s.Reason != Malformed || !errors.Is(s.Err, ErrQuarantined) {
		t.Errorf("got %+v", s)
	}
}

// What the verification finds is told of, to those who ask later too.
func TestVerificationTells(t *testing.T) {
	dir := t.TempDir()
	bad := edition("bad", "2026-01-01")
	bad[len(bad)-1]++ // the checksum
	write(t, dir, map[string][]byte{"good.zim": edition("good", ""), "sub/bad.zim": bad})
	l := opened(t, &Options{Verify: zim.CheckAll}, dir)
	eventually(t, 10*time.Second, func() string { return want(verdicts(l), "map[bad:damaged good:good]") })
	var d told
	l.Damages(d.add)
	if len(d.list) != 1 {
		t.Fatalf("told %+v", d.list)
	}
	got := d.list[0]
	if got.Ref != "bad" || got.File != "sub/bad.zim" || !got.Verify || got.Last || !strings.Contains(got.Err.Error(), "MD5") {
		t.Errorf("got %+v", got)
	}
}

// The rule by which damage of an archive is told from trouble with its file.
func TestInside(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"a damaged cluster", damage(1), true},
		{"compressed data that ends before its blobs", &zim.FormatError{Part: "cluster", Kind: zim.ErrTruncated}, true},
		{"wrapped", fmt.Errorf("reading: %w", damage(1)), true},
		{"a read that came up short", short(1), false},
		{"the disk", errDisk, false},
		{"damage and the disk", errors.Join(damage(1), errDisk), false},
		{"nothing", nil, false},
	} {
		if got := inside(tt.err); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

// No damage that a writer, or a bad download, can leave in an archive that opens looks like trouble with its file: else
// clients could take the archive from each other by asking for its damaged entries.
func TestEveryDamageIsInside(t *testing.T) {
	met := 0
	opts := &zim.Options{Cache: zim.NewCache(nil), LookupKeys: 1} // of all: thousands of archives are opened
	for _, sample := range zimtest.Samples() {
		sound := sample.Archive.Bytes()
		for _, name := range zimtest.Damages() {
			met += damagedEntries(t, opts, name+" of "+sample.Name, zimtest.Damage(sound, name))
		}
	}
	if met == 0 {
		t.Error("no damage was met")
	}
	t.Logf("%d damaged entries", met)
}

// damagedEntries counts the entries of the archive b that cannot be read. b is nil when the sample has nothing that the
// damage could be done to.
func damagedEntries(t *testing.T, opts *zim.Options, name string, b []byte) (met int) {
	a, err := zim.NewReader(bytes.NewReader(b), int64(len(b)), opts)
	if err != nil {
		return 0
	}
	defer a.Close()
	for i := range a.Info().Entries {
		err := readAt(t, a, i)
		if !blamesFile(err) {
			continue
		}
		met++
		if !inside(err) {
			t.Errorf("%s: entry %d: %v", name, i, err)
		}
	}
	return met
}

// readAt reads an entry to its end, through redirects.
func readAt(t *testing.T, a *zim.Archive, i uint32) error {
	e, err := a.Entry(t.Context(), i)
	if err != nil {
		return err
	}
	it, err := e.Resolve(t.Context())
	if err != nil {
		return err
	}
	_, err = it.Bytes(t.Context())
	return err
}
