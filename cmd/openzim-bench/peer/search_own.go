package peer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// heap counts live objects after a collection.
func (s *searchServer) heap() Answer {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // the first one leaves what pools held
	runtime.ReadMemStats(&m)
	return Answer{Count: m.HeapAlloc, Check: uint64(s.engine.Indexes().Stats().Bytes)}
}

// allocations counts what the queries allocate.
func (s *searchServer) allocations(ctx context.Context, c Command) (Answer, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := s.repeat(ctx, c)
	runtime.ReadMemStats(&after)
	return Answer{Count: after.Mallocs - before.Mallocs, Check: after.TotalAlloc - before.TotalAlloc}, err
}

// touches counts accesses of blocks.
func (s *searchServer) touches(ctx context.Context, c Command) (Answer, error) {
	before := s.engine.Indexes().Stats()
	err := s.repeat(ctx, c)
	after := s.engine.Indexes().Stats()
	missed := after.Misses - before.Misses
	return Answer{Count: after.Hits - before.Hits + missed, Check: missed}, err
}

// repeat makes the passes of a command whose argument is the kind of search.
func (s *searchServer) repeat(ctx context.Context, c Command) error {
	ask, err := s.asking(c.File)
	if err != nil {
		return err
	}
	for range c.Number {
		for _, text := range s.queries {
			if _, err := ask(ctx, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// blocks counts different blocks. Reading ahead would count what nobody asked for.
func (s *searchServer) blocks(ctx context.Context, c Command) (Answer, error) {
	apart := *s
	idx := search.NewIndexes(&search.IndexOptions{ReadAhead: -1})
	apart.engine = search.NewCompat(s.arc, &search.CompatOptions{Dialect: s.opts.Dialect, Indexes: idx})
	return apart.eachAlone(ctx, c, func(d search.IndexStats) (int64, Answer) {
		n := d.Misses - d.Pages
		return int64(n), Answer{Count: n, Check: d.Pages}
	})
}

func (s *searchServer) reads(ctx context.Context, c Command) (Answer, error) {
	return s.eachAlone(ctx, c, func(d search.IndexStats) (int64, Answer) {
		return int64(d.ReadBytes), Answer{Count: d.Reads, Check: d.ReadBytes}
	})
}

// eachAlone asks every query with nothing in memory, and writes what figure says of the difference it made.
func (s *searchServer) eachAlone(ctx context.Context, c Command, figure func(search.IndexStats) (int64, Answer)) (sum Answer, err error) {
	_, kind, _ := strings.Cut(c.Name, "-")
	ask, err := s.asking(kind)
	if err != nil {
		return sum, err
	}
	if len(s.queries) > 0 { // opens the index, which is not the query's
		if _, err := ask(ctx, s.queries[0]); err != nil {
			return sum, err
		}
	}
	var figures []int64
	idx := s.engine.Indexes()
	for _, text := range s.queries {
		idx.DropCache()
		before := idx.Stats()
		if _, err := ask(ctx, text); err != nil {
			return sum, err
		}
		after := idx.Stats()
		n, a := figure(search.IndexStats{
			Misses: after.Misses - before.Misses, Pages: after.Pages - before.Pages,
			Reads: after.Reads - before.Reads, ReadBytes: after.ReadBytes - before.ReadBytes,
		})
		figures = append(figures, n)
		sum.Count += a.Count
		sum.Check += a.Check
	}
	return sum, writeFigures(c.File, figures)
}

// cancel interrupts searches. Each query is measured first, so that the moment can lie anywhere in its course.
func (s *searchServer) cancel(ctx context.Context, c Command) (a Answer, err error) {
	name, empty := strings.CutSuffix(strings.TrimPrefix(c.Name, "cancel-"), "-empty")
	ask, err := s.asking(name)
	if err != nil {
		return a, err
	}
	ready := func() {
		if empty {
			s.engine.Indexes().DropCache()
		}
	}
	usual := make([]time.Duration, len(s.queries))
	for i, text := range s.queries {
		ready()
		start := time.Now()
		if _, err := ask(ctx, text); err != nil {
			return a, err
		}
		usual[i] = time.Since(start)
	}
	r := rand.New(rand.NewPCG(3, 4))
	var figures []int64
	for i := 0; i < int(c.Number) && len(usual) > 0; i++ {
		q := i % len(usual)
		ready()
		end, err := cancelled(ctx, ask, s.queries[q], time.Duration(r.Int64N(int64(usual[q])+1)))
		if err != nil {
			return a, err
		}
		if !end.stopped {
			a.Check++
			continue
		}
		a.Count++
		figures = append(figures, end.late.Nanoseconds(), end.work.Nanoseconds())
	}
	return a, writeFigures(c.File, figures)
}

// An ending is how a search went on after its cancellation.
type ending struct {
	late    time.Duration // until it returned
	work    time.Duration // of these, how long its thread ran: on a busy machine it has to wait as well
	stopped bool          // false if it had ended before the moment came
}

// cancelled runs a search and cancels it after a while.
func cancelled(ctx context.Context, ask asking, text string, after time.Duration) (ending, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	type moment struct {
		at  time.Time
		cpu time.Duration
	}
	thread, sent := unix.Gettid(), make(chan moment, 1)
	start := time.Now()
	go func() {
		time.Sleep(after - time.Millisecond)
		for time.Since(start) < after { // a timer alone is too coarse for searches of microseconds
			runtime.Gosched()
		}
		sent <- moment{time.Now(), threadCPU(thread)}
		cancel()
	}()
	_, err := ask(ctx, text)
	end := moment{time.Now(), threadCPU(thread)}
	began := <-sent
	e := ending{late: end.at.Sub(began.at), work: end.cpu - began.cpu, stopped: end.at.After(began.at)}
	if err != nil && !errors.Is(err, context.Canceled) {
		return e, fmt.Errorf("search for %q after its cancellation: %w", text, err)
	}
	return e, nil
}

// threadCPU is how long a thread of this process has run.
func threadCPU(thread int) time.Duration {
	const scheduled, perThread = 2, 4 // of a clock that the kernel names by a thread: linux/posix-timers_types.h
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^thread<<3|scheduled|perThread), &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
