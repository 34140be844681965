package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// maxPasses is how often queries are asked in a turn, however fast the answers.
const maxPasses = 100

// A searchRunner measures every case on every contender.
type searchRunner struct {
	flags searchFlags
	plan  *searchPlan
	field *searchField
	log   io.Writer
	out   string // where peers write figures
	notes []string
}

// A turn is what one contender did in one round.
type turn struct {
	latency            // of its queries, in microseconds
	wall, cpu  float64 // seconds of all of them
	queries    int
	read, disk float64 // bytes it asked of files, and that the kernel fetched from storage
}

func (t turn) perSecond() float64 { return float64(t.queries) / max(t.wall, 1e-9) }
func (t turn) cpuEach() float64   { return t.cpu * 1e6 / float64(max(t.queries, 1)) }

// wanted says whether a case runs, and tells the person at the terminal.
func (r *searchRunner) wanted(name string) bool {
	if !r.flags.cases.MatchString(name) {
		return false
	}
	fmt.Fprintln(r.log, name)
	return true
}

// note adds a line to the end of the report, once.
func (r *searchRunner) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, n := range r.notes {
		if n == text {
			return
		}
	}
	r.notes = append(r.notes, text)
}

// open is the command that opens the archive for s.
func (r *searchRunner) open(s *searcher) peer.Command {
	c := peer.Command{Name: "open", Number: 1, File: r.flags.file}
	if s == r.field.xapian {
		c.Number = r.plan.offset
	}
	return c
}

// ready has s load queries, with the archive open, and ask each once. It returns how often s asks them in a turn, so
// that a turn takes about as long as was asked for.
func (r *searchRunner) ready(ctx context.Context, s *searcher, command string, list []string) (passes int64, err error) {
	file, err := r.plan.write(list)
	if err != nil {
		return 0, err
	}
	a, err := s.do(ctx, r.open(s), peer.Command{Name: "queries", File: file}, peer.Command{Name: command, Number: 1})
	return min(max(int64(r.flags.measure/max(a.Wall, time.Microsecond)), 1), maxPasses), err
}

// time runs a command and returns what it took.
func (r *searchRunner) time(ctx context.Context, s *searcher, c peer.Command) (turn, error) {
	os.Remove(r.out) // so that nobody's figures are taken for another's
	c.File = r.out
	before, err := s.proc.Usage()
	if err != nil {
		return turn{}, err
	}
	a, err := s.do(ctx, c)
	if err != nil {
		return turn{}, err
	}
	after, err := s.proc.Usage()
	if err != nil {
		return turn{}, err
	}
	figures, err := peer.ReadFigures(r.out)
	return turn{
		latency: latencyOf(figures, 1e3), wall: a.Wall.Seconds(), cpu: a.CPU.Seconds(), queries: len(figures),
		read: float64(after.Read - before.Read), disk: float64(after.Storage - before.Storage),
	}, err
}

// drop handles the failure of a peer in a case. Our own is an error; another one is noted, and asked no more if
// it died.
func (r *searchRunner) drop(s *searcher, name string, err error) error {
	switch {
	case err == nil, errors.Is(err, peer.ErrUnsupported):
		return nil
	case s == r.field.searchers[0] || errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", name, err)
	}
	r.note("%s: %v", name, err)
	if _, again := s.proc.Do(peer.Command{Name: "close"}); again != nil {
		s.failed = again
		s.proc.Close()
	}
	return nil
}

// rounds gives every contender that is left a turn in each round; their order changes with the round. It returns
// the turns of those that did not fail. Who is very slow gets one turn.
func (r *searchRunner) rounds(ctx context.Context, name string, who []*searcher, do func(*searcher) (turn, error)) (map[*searcher][]turn, error) {
	got := make(map[*searcher][]turn)
	out := make(map[*searcher]bool)
	for round := range r.flags.rounds {
		for i := range who {
			s := who[(i+round)%len(who)]
			if s.failed != nil || out[s] {
				continue
			}
			t, err := do(s)
			if err != nil {
				out[s] = true
				delete(got, s)
				if err := r.drop(s, name, err); err != nil {
					return nil, err
				}
				continue
			}
			got[s] = append(got[s], t)
			out[s] = r.tooSlow(t)
		}
	}
	return got, nil
}

// tooSlow says whether a turn took so much longer than was asked for that one must do. Ratios of ten and more need no
// second one.
func (r *searchRunner) tooSlow(t turn) bool { return t.wall > 10*r.flags.measure.Seconds() }
