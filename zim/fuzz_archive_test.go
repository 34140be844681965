package zim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// fuzzCache is shared by all executions: the decoders are made once.
var fuzzCache = NewCache(&CacheOptions{MaxBytes: 1 << 20, Dirents: 64, Decoders: 1})

func fuzzOptions() Options {
	return Options{Cache: fuzzCache, MaxDirent: 2000, MaxMIMEList: 64 << 10, MaxClusterMem: 1 << 20, MaxBlob: 1 << 20, MaxWindow: 8 << 20, MaxMetadata: 64 << 10}
}

func openFuzzed(b []byte, o *Options) (*Archive, error) {
	return NewReader(bytes.NewReader(b), int64(len(b)), o)
}

// maxAllocated is what one operation may allocate with these options: a stream with its
// window, an output that doubles up to MaxClusterMem, and a copy of it.
const maxAllocated = 20 << 20

// A meter watches the memory that operations take.
type meter struct {
	t      *testing.T
	sample [1]metrics.Sample
	before uint64
}

func newMeter(t *testing.T) *meter {
	m := &meter{t: t}
	m.sample[0].Name = "/gc/heap/allocs:bytes"
	m.before = m.read()
	return m
}

func (m *meter) read() uint64 {
	metrics.Read(m.sample[:])
	return m.sample[0].Value.Uint64()
}

// check fails when more was allocated since the last check than one operation may.
func (m *meter) check(what string) {
	now := m.read()
	if n := now - m.before; n > maxAllocated {
		m.t.Errorf("%s allocates %d bytes", what, n)
	}
	m.before = now
}

// inTime fails when f takes longer than a second each of three times: this machine may be busy.
func inTime(t *testing.T, f func()) {
	for range 3 {
		start := time.Now()
		if f(); time.Since(start) < time.Second {
			return
		}
	}
	t.Error("takes longer than a second")
}

func FuzzOpenArchive(f *testing.F) {
	addSeeds(f)
	for _, s := range zimtest.Samples() {
		f.Add(s.Archive.Bytes())
	}
	for _, h := range zimtest.Hostiles() {
		f.Add(h.Archive.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		inTime(t, func() {
			o := fuzzOptions()
			o.LookupKeys = int(b0(b)%16) - 1
			m := newMeter(t)
			a, err := openFuzzed(b, &o)
			m.check("open")
			known(t, err)
			o.Strict = true
			if _, err2 := openFuzzed(b, &o); err != nil && err2 == nil {
				t.Errorf("strict opens what default does not: %v", err)
			} else {
				known(t, err2)
			}
			if err != nil {
				o.Strict, o.Salvage = false, true
				a, err = openFuzzed(b, &o)
				known(t, err)
			}
			m.check("open")
			if err == nil {
				walkArchive(t, a, m)
				a.Close()
			}
		})
	})
}

// b0 is something that differs from input to input.
func b0(b []byte) byte { return byte(len(b)) ^ byte(len(b)>>8) }

// known fails the test for an error that callers could not tell apart.
func known(t *testing.T, err error) {
	for _, kind := range []error{ErrNotFound, ErrFormat, ErrVersion, ErrCorrupt, ErrTruncated, ErrTooLarge, ErrCompression, ErrIsRedirect,
		ErrRedirectLoop, ErrChecksum, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return
		}
	}
	if err != nil {
		t.Errorf("an error of no kind: %v", err)
	}
}

// walkArchive does everything once that callers can do. A context bounds what is valid but
// slow, as bombs are.
func walkArchive(t *testing.T, a *Archive, m *meter) {
	ctx, cancel := context.WithTimeout(bg, 100*time.Millisecond)
	defer cancel()
	paths := []string{"", "C/main.html", "main.html", "A/a", "M/Title", "\xff"}
	n := uint32(0)
	for e, err := range a.Entries(ctx, 0) {
		known(t, err)
		if n++; n > a.head.entries {
			t.Error("more entries than there are")
		}
		if n > 100 || ctx.Err() != nil {
			break
		}
		if err == nil {
			if n%4 == 0 && len(paths) < 25 {
				paths = append(paths, e.FullPath())
			}
			readEntry(t, ctx, e, n, m)
		}
	}
	m.check("iteration")
	lookUp(t, ctx, a, paths)
	m.check("lookups")
	for it, err := range a.ByCluster(ctx) {
		known(t, err)
		if err == nil && it.held != nil {
			_, err = it.Bytes(ctx)
			known(t, err)
		}
		m.check("an item by cluster")
		if n--; n > 1<<20 { // as many steps as there were entries
			break
		}
	}
	listings(t, ctx, a)
	m.check("listings")
	for p, err := range a.VerifyProgress(ctx, CheckAll, func(Progress) { m.check("verification") }) {
		known(t, err)
		if err == nil && (p.Err == nil || p.Check == 0) {
			t.Errorf("finding %+v", p)
		}
	}
	m.check("verification")
	if s := a.cache.Stats(); s.Bytes > s.MaxBytes || s.Waiting != 0 || len(a.cache.slots) != 0 || len(a.cache.large) != 0 {
		t.Errorf("%+v, %d turns, %d large", s, len(a.cache.slots), len(a.cache.large))
	}
}

func readEntry(t *testing.T, ctx context.Context, e Entry, n uint32, m *meter) {
	it, err := e.Resolve(ctx)
	known(t, err)
	if err != nil || n > 20 {
		return
	}
	it.MIMEType()
	size, sizeErr := it.Size(ctx)
	known(t, sizeErr)
	m.check("Size")
	b, err := it.Bytes(ctx)
	known(t, err)
	m.check("Bytes")
	if err == nil && sizeErr == nil && int64(len(b)) != size {
		t.Errorf("%q: %d bytes, its size is %d", e.FullPath(), len(b), size)
	}
	if n%4 == 0 {
		if c, err := it.Open(ctx); err == nil {
			_, err := io.CopyN(io.Discard, c, 2<<20)
			if err != io.EOF {
				known(t, err)
			}
			c.Close()
		}
		m.check("Content")
	}
}

func lookUp(t *testing.T, ctx context.Context, a *Archive, paths []string) {
	for _, p := range paths {
		_, err := a.Lookup(ctx, p)
		known(t, err)
		if len(p) < 2 {
			continue
		}
		e, err := a.LookupNS(ctx, p[0], p[2:])
		if err == nil && (e.Namespace() != p[0] || e.Path() != p[2:]) {
			t.Errorf("asked for %q, got %q", p, e.FullPath())
		}
		known(t, err)
		if lo, hi, err := a.Range(ctx, p[0], p[2:]); err == nil && (lo > hi || hi > a.head.entries) {
			t.Errorf("%q: [%d, %d) of %d", p, lo, hi, a.head.entries)
		}
		if e, err = a.LookupTitle(ctx, p[2:]); err == nil && e.Title() != p[2:] {
			t.Errorf("asked for title %q, got %q", p[2:], e.Title())
		}
		known(t, err)
	}
}

func listings(t *testing.T, ctx context.Context, a *Archive) {
	n := 0
	for _, err := range a.Articles(ctx) {
		known(t, err)
		if n++; n > 100 {
			break
		}
	}
	for _, f := range []func() error{
		func() error { _, err := a.MainPage(ctx); return err },
		func() error { _, err := a.Counts(ctx); return err },
		func() error { _, err := a.NamespaceCounts(ctx); return err },
		func() error { _, err := a.MetadataKeys(ctx); return err },
		func() error { _, err := a.Metadata(ctx, "Title"); return err },
		func() error { _, err := a.Illustrations(ctx); return err },
		func() error { _, err := a.Illustration(ctx, 48, 48, 1); return err },
	} {
		known(t, f())
	}
	if len(a.Info().Warnings) > 16 {
		t.Error("warnings without end")
	}
}

// FuzzSplit cuts an archive anywhere: what is read from the parts is what is read from the whole.
func FuzzSplit(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b, cuts []byte) {
		var at []int
		for ; len(cuts) >= 2 && len(at) < 30; cuts = cuts[2:] {
			at = append(at, int(binary.LittleEndian.Uint16(cuts))%(len(b)+1))
		}
		var parts []*io.SectionReader
		for _, p := range zimtest.Split(b, at...) {
			parts = append(parts, io.NewSectionReader(bytes.NewReader(p), 0, int64(len(p))))
		}
		inTime(t, func() {
			o := fuzzOptions()
			whole, err1 := openFuzzed(b, &o)
			split, err2 := NewSplitReader(parts, &o)
			if fmt.Sprint(err1) != fmt.Sprint(err2) {
				t.Fatalf("whole: %v, split at %d: %v", err1, at, err2)
			}
			if err1 != nil {
				return
			}
			ctx, cancel := context.WithTimeout(bg, 150*time.Millisecond)
			defer cancel()
			if x, y := digest(ctx, whole), digest(ctx, split); x != y && ctx.Err() == nil {
				t.Errorf("split at %d reads otherwise", at)
			}
		})
	})
}

// digest sums up what can be read, errors included.
func digest(ctx context.Context, a *Archive) (sum [sha256.Size]byte) {
	h := sha256.New()
	n := 0
	for e, err := range a.Entries(ctx, 0) {
		if n++; n > 50 {
			break
		}
		if fmt.Fprintln(h, e.index, err); err == nil {
			digestEntry(ctx, h, a, e)
		}
	}
	counts, err := a.Counts(ctx)
	fmt.Fprintln(h, counts, err, a.Info().MIMETypes)
	for e, err := range a.Articles(ctx) {
		if n++; n > 100 {
			break
		}
		fmt.Fprintln(h, e.index, err)
	}
	for p, err := range a.Verify(ctx, CheckQuick) {
		if p.Err != nil && p.Err.Part != "file" { // empty parts are noted
			fmt.Fprintln(h, p.Check, p.Note, p.Err, err)
		}
	}
	h.Sum(sum[:0])
	return sum
}

func digestEntry(ctx context.Context, h hash.Hash, a *Archive, e Entry) {
	fmt.Fprintln(h, e.FullPath(), e.Title(), e.IsRedirect())
	found, err := a.LookupNS(ctx, e.Namespace(), e.Path())
	fmt.Fprintln(h, found.index, err)
	if it, err := e.Item(); err == nil {
		b, err := it.Bytes(ctx)
		fmt.Fprintln(h, err, len(b))
		h.Write(b)
	}
}
