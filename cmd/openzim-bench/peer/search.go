package peer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// HitsWanted is how many results every peer asks for.
const HitsWanted = 10

// SearchOptions says how [ServeSearch] answers. The zero value is the default.
type SearchOptions struct {
	Dialect    search.Dialect
	CacheBytes int64 // blocks of indexes held in memory; 0: the default
}

// ServeSearch answers the commands of searching with our own engine until in ends:
//
//	version                  ok NAME
//	open    N     FILE       opens FILE; N is the offset of the index for Xapian, others take no notice
//	close                    closes it
//	queries 0     FILE       loads queries, each ended by a NUL
//	threads N     shared|own from now on N threads share the passes, on one archive or each on its own
//	full    TIMES OUT        TIMES passes over the queries as full text, top 10; count = hits, check = sum of the
//	                         lengths of their paths
//	full-titles TIMES OUT    the same with the titles of the hits, for who does not give them anyway
//	full-count, suggest, suggest-count   the same with libzim's estimate of how many match, and as suggestions
//	hits-full, hits-suggest  0 OUT       one pass, the paths of the hits to OUT
//
// and, which not everybody has,
//
//	frequencies   0     OUT  how many documents match each query, as hits-full writes hits
//	allocations   TIMES full|suggest     passes on one thread; count = allocations, check = bytes
//	cancel-full, cancel-suggest TIMES OUT   TIMES searches cancelled at random moments of their course; OUT gets two
//	                         figures of each that had not ended: nanoseconds from cancel to return, and how many of
//	                         them its thread ran; count = these, check = ended before. With -empty behind the name, nothing of the index is in memory before each
//	blocks-full, blocks-suggest 0 OUT   how many different blocks of the index each query needs, with nothing in
//	                         memory before it and nothing read ahead; count = their sum, check = pages of lengths
//	reads-full, reads-suggest 0 OUT     bytes each query reads, with nothing of the index in memory before it;
//	                         count = read calls, check = bytes
//	touches TIMES full|suggest          passes on one thread; count = accesses of blocks, check = those not in memory
//	forget                   starts the engine anew, with empty caches
//	heap                     count = bytes of live objects, check = bytes of these in the engine's cache
//
// TIMES OUT writes how many nanoseconds each query took, a line each in the order of the queries, unless OUT is
// empty; hits are written a path a line, with a NUL behind the last of each query. Paths are those of libzim: with
// their namespace in archives of the old kind only.
func ServeSearch(ctx context.Context, in io.Reader, out io.Writer, opts SearchOptions) error {
	s := &searchServer{opts: opts, threads: 1}
	defer s.close()
	return answerLines(ctx, in, out, "openzim-mcp (Go)", s.run)
}

// answerLines runs commands from in and times them.
func answerLines(ctx context.Context, in io.Reader, out io.Writer, name string, run func(context.Context, Command) (Answer, error)) error {
	sc := bufio.NewScanner(in)
	for sc.Scan() {
		reply := "ok " + name
		if sc.Text() != "version" {
			reply = answerLine(ctx, sc.Text(), run)
		}
		if _, err := fmt.Fprintln(out, reply); err != nil {
			return err
		}
	}
	return sc.Err()
}

// answerLine answers one command. A run that measures CPU time elsewhere says so in its answer.
func answerLine(ctx context.Context, line string, run func(context.Context, Command) (Answer, error)) string {
	c, err := ParseCommand(line)
	if err != nil {
		return errLine(err)
	}
	start, cpu := time.Now(), processCPU()
	a, err := run(ctx, c)
	a.Wall = time.Since(start)
	if a.CPU == 0 {
		a.CPU = processCPU() - cpu
	}
	if err != nil {
		return errLine(err)
	}
	return a.String()
}

func errLine(err error) string { return "err " + strings.ReplaceAll(err.Error(), "\n", " ") }

// A searchServer is our peer of searching.
type searchServer struct {
	opts    SearchOptions
	arc     *zim.Archive
	engine  *search.Compat
	queries []string
	threads int
}

func (s *searchServer) run(ctx context.Context, c Command) (a Answer, err error) {
	switch c.Name {
	case "open":
		return Answer{Count: 1}, s.open(c.File)
	case "close":
		return Answer{}, s.close()
	case "queries":
		s.queries, err = readPaths(c.File)
		return Answer{Count: uint64(len(s.queries))}, err
	}
	if s.arc == nil {
		return Answer{}, errors.New("no archive is open")
	}
	switch c.Name {
	case "threads":
		s.threads = int(min(max(c.Number, 1), math.MaxInt16))
		return Answer{Count: uint64(s.threads)}, nil
	case "forget":
		s.forget()
		return Answer{}, nil
	case "heap":
		return s.heap(), nil
	case "allocations":
		return s.allocations(ctx, c)
	case "touches":
		return s.touches(ctx, c)
	case "blocks-full", "blocks-suggest":
		return s.blocks(ctx, c)
	case "reads-full", "reads-suggest":
		return s.reads(ctx, c)
	case "cancel-full", "cancel-suggest", "cancel-full-empty", "cancel-suggest-empty":
		return s.cancel(ctx, c)
	case "hits-full", "hits-suggest", "frequencies":
		return s.write(ctx, c)
	}
	return s.passes(ctx, c)
}

func (s *searchServer) open(name string) error {
	if err := s.close(); err != nil {
		return err
	}
	arc, err := zim.Open(name, nil)
	if err != nil {
		return err
	}
	s.arc = arc
	s.forget()
	return nil
}

func (s *searchServer) forget() {
	s.engine = search.NewCompat(s.arc, &search.CompatOptions{Dialect: s.opts.Dialect, CacheBytes: s.opts.CacheBytes})
}

func (s *searchServer) close() error {
	if s.arc == nil {
		return nil
	}
	err := s.arc.Close()
	s.arc, s.engine, s.threads = nil, nil, 1
	return err
}

// An asking is one way to search.
type asking func(ctx context.Context, text string) (search.CompatResult, error)

// asking returns the way a command names.
func (s *searchServer) asking(name string) (asking, error) {
	r := search.CompatRange{Limit: HitsWanted}
	base, count := strings.CutSuffix(name, "-count")
	base = strings.TrimSuffix(base, "-titles") // ours always have one
	r.Estimate = count
	switch base {
	case "full":
		return func(ctx context.Context, text string) (search.CompatResult, error) {
			return s.engine.FullText(ctx, text, r)
		}, nil
	case "suggest":
		return func(ctx context.Context, text string) (search.CompatResult, error) {
			return s.engine.Suggest(ctx, text, r)
		}, nil
	}
	return nil, fmt.Errorf("unknown command %q", name)
}

// passes times the queries, shared among threads.
func (s *searchServer) passes(ctx context.Context, c Command) (Answer, error) {
	ask, err := s.asking(c.Name)
	if err != nil {
		return Answer{}, err
	}
	old := !s.arc.Info().NewNamespaces
	return inParallel(s.threads, s.queries, c, func(text string) (Answer, error) {
		res, err := ask(ctx, text)
		a := Answer{Count: uint64(len(res.Hits))}
		for _, h := range res.Hits {
			a.Check += uint64(len(h.Path))
			if old {
				a.Check += uint64(len("A/"))
			}
		}
		return a, err
	})
}

// write writes the hits of each query, or how many there are.
func (s *searchServer) write(ctx context.Context, c Command) (a Answer, err error) {
	var out []byte
	for _, text := range s.queries {
		var lines []string
		switch c.Name {
		case "frequencies":
			res, err := s.engine.FullText(ctx, text, search.CompatRange{Estimate: true})
			if err != nil {
				return a, err
			}
			lines = append(lines, strconv.FormatUint(res.Matches, 10))
		default:
			if lines, err = s.paths(ctx, strings.TrimPrefix(c.Name, "hits-"), text); err != nil {
				return a, err
			}
		}
		out = appendHits(out, lines)
		a.Count += uint64(len(lines))
	}
	return a, os.WriteFile(c.File, out, 0o600)
}

// paths returns the hits of a query as libzim names them.
func (s *searchServer) paths(ctx context.Context, kind, text string) ([]string, error) {
	ask, err := s.asking(kind)
	if err != nil {
		return nil, err
	}
	res, err := ask(ctx, text)
	var list []string
	for _, h := range res.Hits {
		if !s.arc.Info().NewNamespaces {
			h.Path = string([]byte{h.Namespace, '/'}) + h.Path
		}
		list = append(list, h.Path)
	}
	return list, err
}
