package zim_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// The sweep damages archives byte by byte and does everything with each. By default it takes
// a spread sample for some seconds. All of it takes minutes:
//
//	ZIM_SWEEP=full go test -run TestSweep -timeout 60m ./zim
func sweepBudget() time.Duration {
	switch {
	case os.Getenv("ZIM_SWEEP") == "full":
		return 24 * time.Hour
	case testing.Short():
		return time.Second
	}
	return 3 * time.Second
}

// What one damaged archive may cost in all that is done with it. The archives have some
// 30 entries and less than 100 KB, so that nothing honest comes near.
const (
	sweepAllocs = 48 << 20         // bytes, freed ones included
	sweepReads  = 20_000           // and one for each byte of the archive: a frame can consist of nothing but block heads
	sweepTime   = 10 * time.Second // of a machine that does other things too
)

// sweepOptions are small limits, so that a bound which is not kept shows.
func sweepOptions(cache *zim.Cache) zim.Options {
	return zim.Options{Cache: cache, LookupKeys: 16, MaxDirent: 4 << 10, MaxMIMEList: 4 << 10, MaxClusterMem: 1 << 20,
		MaxBlob: 1 << 20, MaxWindow: 8 << 20, MaxMetadata: 64 << 10, MaxMetaKeys: 64}
}

// A tally is a reader that counts.
type tally struct {
	io.ReaderAt
	reads int
}

func (r *tally) ReadAt(p []byte, off int64) (int, error) {
	r.reads++
	return r.ReaderAt.ReadAt(p, off)
}

// A sweep is one run over damaged archives.
type sweep struct {
	t      *testing.T
	cache  *zim.Cache
	end    time.Time
	cases  int
	opened int
	worst  struct {
		allocs uint64
		reads  int
		time   time.Duration
		where  string
	}
}

func newSweep(t *testing.T, budget time.Duration) *sweep {
	return &sweep{t: t, end: time.Now().Add(budget), cache: zim.NewCache(&zim.CacheOptions{MaxBytes: 1 << 20, Dirents: 256, Decoders: 1})}
}

// allocated returns the bytes allocated since the process began.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// try does everything with one archive within the bounds. It reports whether to go on.
func (s *sweep) try(what string, b []byte, opts zim.Options, paths []string) bool {
	s.t.Helper()
	s.cases++
	opts.Cache = s.cache
	hang := time.AfterFunc(6*sweepTime, func() { panic("hangs: " + what) })
	defer hang.Stop()
	ctx, cancel := context.WithTimeout(s.t.Context(), sweepTime)
	defer cancel()
	r := &tally{ReaderAt: bytes.NewReader(b)}
	before, start := allocated(), time.Now()
	a, err := zim.NewReader(r, int64(len(b)), &opts)
	if err == nil {
		s.opened++
		err = exercise(ctx, a, paths)
		a.Close()
	}
	took, allocs := time.Since(start), allocated()-before
	if kind := kindOf(err); kind == "other" || kind == "canceled" || kind == "deadline" {
		s.t.Errorf("%s: %v", what, err)
	}
	if allocs > sweepAllocs || r.reads > sweepReads+len(b) {
		s.t.Errorf("%s: %d bytes allocated, %d reads in %v", what, allocs, r.reads, took)
	}
	if allocs > s.worst.allocs {
		s.worst.allocs, s.worst.where = allocs, what
	}
	s.worst.reads, s.worst.time = max(s.worst.reads, r.reads), max(s.worst.time, took)
	return time.Now().Before(s.end) && !s.t.Failed()
}

func (s *sweep) log() {
	w := s.worst
	s.t.Logf("%d cases, %d of them opened; the worst: %d KB allocated (%s), %d reads, %v", s.cases, s.opened, w.allocs>>10, w.where, w.reads, w.time)
}

// exercise uses every way there is to read an archive. It returns an error only for one that
// is of no known kind, is a time limit, or says that what was promised is not so.
func exercise(ctx context.Context, a *zim.Archive, paths []string) error {
	x := &exerciser{ctx: ctx, a: a}
	x.headers()
	for _, p := range paths {
		e, err := a.Lookup(ctx, p)
		x.see(err)
		if err == nil && e.Path() != p && e.FullPath() != p && "/"+e.FullPath() != p {
			x.fail("lookup of %q finds %q", p, e.FullPath())
		}
		_, err = a.LookupTitle(ctx, p)
		x.see(err)
	}
	n := 0
	for e, err := range a.Entries(ctx, 0) {
		x.see(err)
		if n++; err == nil {
			x.entry(e)
		}
	}
	if uint32(n) > a.Info().Entries+1 {
		x.fail("%d entries of %d", n, a.Info().Entries)
	}
	x.lists()
	checks := zim.CheckAll
	if len(paths) > 1 { // hashing would take most of the time, and what it finds is known
		checks &^= zim.CheckMD5
	}
	for p, err := range a.Verify(ctx, checks) {
		x.see(err)
		if err == nil && (p.Err == nil || p.Check == 0) {
			x.fail("a problem without an error: %+v", p)
		}
	}
	return x.err
}

type exerciser struct {
	ctx context.Context
	a   *zim.Archive
	err error // the first that should not be
	buf [4 << 10]byte
}

func (x *exerciser) fail(format string, args ...any) {
	if x.err == nil {
		x.err = fmt.Errorf(format, args...)
	}
}

// see keeps an error that is none of those a damaged archive may give.
func (x *exerciser) see(err error) {
	switch kindOf(err) {
	case "other", "canceled", "deadline", "ErrClosed":
		x.fail("%w", err)
	}
}

func (x *exerciser) headers() {
	ctx, a := x.ctx, x.a
	_ = a.Info()
	_, err := a.Counts(ctx)
	x.see(err)
	_, err = a.Counter(ctx)
	x.see(err)
	_, err = a.NamespaceCounts(ctx)
	x.see(err)
	e, err := a.MainPage(ctx)
	if x.see(err); err == nil {
		x.entry(e)
	}
	keys, err := a.MetadataKeys(ctx)
	x.see(err)
	for _, k := range keys {
		_, err := a.Metadata(ctx, k)
		x.see(err)
	}
	list, err := a.Illustrations(ctx)
	x.see(err)
	for _, i := range list {
		_, err := a.Illustration(ctx, i.Width, i.Height, i.Scale)
		x.see(err)
	}
	_, err = a.Checksum(ctx)
	x.see(err)
	a.HasFullText(ctx)
	a.HasTitleIndex(ctx)
}

func (x *exerciser) entry(e zim.Entry) {
	_, err := e.Target(x.ctx)
	x.see(err)
	it, err := e.Resolve(x.ctx)
	if x.see(err); err == nil {
		x.item(it)
	}
}

func (x *exerciser) item(it zim.Item) {
	_, err := it.MIMEType()
	x.see(err)
	_, _, err = it.Location(x.ctx)
	x.see(err)
	size, sizeErr := it.Size(x.ctx)
	x.see(sizeErr)
	b, err := it.Bytes(x.ctx)
	if x.see(err); err == nil && sizeErr == nil && int64(len(b)) != size {
		x.fail("item of %q has %d bytes, its size is %d", it.Entry().FullPath(), len(b), size)
	}
	c, err := it.Open(x.ctx)
	if x.see(err); err != nil {
		return
	}
	defer c.Close()
	n, err := io.ReadFull(c, x.buf[:])
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		x.see(err)
	}
	if b != nil && !bytes.HasPrefix(b, x.buf[:n]) {
		x.fail("item of %q is not the same read as a stream", it.Entry().FullPath())
	}
}

// lists goes over the orders that need more than the path pointers.
func (x *exerciser) lists() {
	ctx, a := x.ctx, x.a
	n, limit := uint64(0), 4*uint64(a.Info().Size)
	for _, err := range a.Articles(ctx) {
		x.see(err)
		n++
	}
	for _, err := range a.TitlePrefix(ctx, "Z") {
		x.see(err)
		n++
	}
	for _, err := range a.PathPrefix(ctx, 'C', "a") {
		x.see(err)
		n++
	}
	if n > limit {
		x.fail("%d entries in lists of an archive of %d bytes", n, a.Info().Size)
	}
	_, _, err := a.TitleRange(ctx, "S")
	x.see(err)
	_, err = a.Random(ctx, rand.New(rand.NewPCG(1, 2)))
	x.see(err)
	for it, err := range a.ByCluster(ctx) {
		if x.see(err); err == nil {
			_, err := it.Bytes(ctx)
			x.see(err)
		}
	}
}

// structure marks the bytes of header, MIME list, tables, dirents and cluster heads.
func structure(b []byte) []int {
	marked := make([]bool, len(b))
	mark := func(from, n uint64) {
		for i := from; i < min(from+n, uint64(len(b))); i++ {
			marked[i] = true
		}
	}
	u64 := func(at uint64) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	entries, clusters := uint64(binary.LittleEndian.Uint32(b[24:])), uint64(binary.LittleEndian.Uint32(b[28:]))
	paths, titles, clusterPtrs := u64(32), u64(40), u64(48)
	mark(0, 80)
	mark(80, uint64(bytes.Index(b[80:], []byte{0, 0})+2))
	mark(paths, 8*entries)
	mark(clusterPtrs, 8*clusters)
	if titles < uint64(len(b)) {
		mark(titles, 4*entries)
	}
	for i := range entries {
		at := u64(paths + 8*i)
		text := bytes.SplitAfterN(b[at+12:], []byte{0}, 3)
		mark(at, 16+uint64(len(text[0])+len(text[1])))
	}
	for i := range clusters {
		mark(u64(clusterPtrs+8*i), 48)
	}
	var list []int
	for i, m := range marked {
		if m {
			list = append(list, i)
		}
	}
	return list
}

// sweepPaths are the lookups tried with each damage: at most 25 of what is there, with and
// without namespace, and a miss.
func sweepPaths(b []byte) []string {
	paths := []string{"no such entry", ""}
	a, err := openBytes(b, nil)
	if err != nil {
		return paths
	}
	defer a.Close()
	n := a.Info().Entries
	for i := uint32(0); i < n; i += 1 + n/25 {
		if e, err := a.Entry(context.Background(), i); err == nil {
			paths = append(paths, e.FullPath(), e.Path())
		}
	}
	return paths
}

// scattered calls f with every number below n, far from one another, until it returns false.
func scattered(n int, f func(i int) bool) {
	const step = 1_000_003 // a prime, and none of the counts here is a multiple of it
	for i, at := 0, 0; i < n; i++ {
		if !f(at) {
			return
		}
		at = (at + step) % n
	}
}

// sweepSubjects are small archives: those of zimtest, and small.zim of each set where it is there.
func sweepSubjects(t *testing.T) map[string][]byte {
	all := map[string][]byte{}
	for _, s := range zimtest.Samples() {
		all[s.Name] = s.Archive.Bytes()
	}
	if _, err := realDataDir(); err != nil {
		return all
	}
	for _, f := range realFiles(t, "good") {
		for _, set := range []string{"test/data/small.zim", "data/nons/small.zim", "data/noTitleListingV0/small.zim", "lib/src/test/small.zim"} {
			if b := readFile(t, f.path); strings.HasSuffix(f.origin, set) && len(b) < 100_000 {
				all["real "+set+f.name[5:13]] = b
			}
		}
	}
	return all
}

// Every byte of the structure flipped, zeroed and set: no panic, no hang, nothing allocated
// beyond the limits, only errors that say what they are.
func TestSweepBytes(t *testing.T) {
	type target struct {
		name  string
		sound []byte
		at    []int
		paths []string
	}
	var targets []target
	total := 0
	for name, b := range sweepSubjects(t) {
		targets = append(targets, target{name, b, structure(b), sweepPaths(b)})
		total = max(total, 3*len(targets[len(targets)-1].at))
	}
	s := newSweep(t, sweepBudget())
	defer s.log()
	scattered(total, func(i int) bool {
		for _, tg := range targets {
			if i >= 3*len(tg.at) {
				continue
			}
			at := tg.at[i/3]
			b := bytes.Clone(tg.sound)
			switch i % 3 {
			case 0:
				b[at] ^= 1 << (at % 8)
			case 1:
				b[at] = 0
			case 2:
				b[at] = 0xFF
			}
			opts := sweepOptions(nil)
			opts.Strict = at%16 == 0
			if !s.try(fmt.Sprintf("%s: byte %d is %#x", tg.name, at, b[at]), b, opts, tg.paths) {
				return false
			}
		}
		return true
	})
}

// Truncated at every length an archive with a checksum is refused, and salvaged it is read as
// far as it goes.
func TestSweepTruncation(t *testing.T) {
	subjects := sweepSubjects(t)
	longest := 0
	for _, b := range subjects {
		longest = max(longest, len(b))
	}
	s := newSweep(t, sweepBudget())
	defer s.log()
	scattered(longest, func(n int) bool {
		for name, b := range subjects {
			if n >= len(b) {
				continue
			}
			what := fmt.Sprintf("%s: first %d bytes", name, n)
			opts := sweepOptions(s.cache)
			a, err := openBytes(b[:n:n], &opts)
			if err == nil {
				a.Close()
			}
			if noSum := binary.LittleEndian.Uint64(b[56:]) == 72; err == nil && !noSum {
				t.Errorf("%s: opens", what)
			}
			opts.Salvage = true
			if !s.try(what, b[:n:n], opts, []string{"main.html"}) {
				return false
			}
		}
		return true
	})
}

// Every damage that zimtest knows, and two of them together.
func TestSweepDamages(t *testing.T) {
	names := zimtest.Damages()
	subjects := sweepSubjects(t)
	s := newSweep(t, sweepBudget())
	defer s.log()
	scattered(len(names)*(len(names)+1), func(i int) bool {
		first, second := names[i%len(names)], i/len(names)
		for name, b := range subjects {
			d := zimtest.Damage(b, first)
			what := name + ": " + first
			if d != nil && second < len(names) {
				d = zimtest.Damage(d, names[second])
				what += ", " + names[second]
			}
			if d != nil && !s.try(what, d, sweepOptions(nil), []string{"main.html"}) {
				return false
			}
		}
		return true
	})
}
