package peer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// Serve answers commands from in on out with our own reader until in ends. opts may be nil. One cache serves
// all opens, as in a server; an archive that is opened again finds nothing of its own in it.
func Serve(ctx context.Context, in io.Reader, out io.Writer, opts *zim.CacheOptions) error {
	s := &server{cache: zim.NewCache(opts)}
	defer s.close()
	sc := bufio.NewScanner(in)
	for sc.Scan() {
		if _, err := fmt.Fprintln(out, s.reply(ctx, sc.Text())); err != nil {
			return err
		}
	}
	return sc.Err()
}

// A server is our peer: one archive, the paths and the items that were loaded.
type server struct {
	cache *zim.Cache
	arc   *zim.Archive
	paths []string
	items []zim.Item
}

func (s *server) reply(ctx context.Context, line string) string {
	if line == "version" {
		return "ok openzim-mcp (Go)"
	}
	c, err := ParseCommand(line)
	if err != nil {
		return "err " + err.Error()
	}
	start, cpu := time.Now(), processCPU()
	count, check, err := s.run(ctx, c)
	a := Answer{Count: count, Check: check, CPU: processCPU() - cpu, Wall: time.Since(start)}
	if err != nil {
		return "err " + err.Error()
	}
	return a.String()
}

func (s *server) run(ctx context.Context, c Command) (count, check uint64, err error) {
	switch c.Name {
	case "open":
		return s.open(c.File, c.Number)
	case "close":
		return 0, 0, s.close()
	case "paths":
		s.paths, err = readPaths(c.File)
		return uint64(len(s.paths)), 0, err
	}
	if s.arc == nil {
		return 0, 0, errors.New("no archive is open")
	}
	switch c.Name {
	case "items":
		err = s.loadItems(ctx, c.File)
		return uint64(len(s.items)), 0, err
	case "lookup":
		return s.lookup(ctx, c.Number)
	case "read":
		return s.read(ctx, c.Number)
	case "iterate":
		return s.iterate(ctx, uint64(c.Number))
	case "scan":
		return s.scan(ctx, uint64(c.Number))
	case "decode":
		return s.verify(ctx, zim.CheckDecode)
	case "md5":
		return s.verify(ctx, zim.CheckMD5)
	}
	return 0, 0, fmt.Errorf("unknown command %q", c.Name)
}

func (s *server) close() error {
	s.items = nil
	if s.arc == nil {
		return nil
	}
	err := s.arc.Close()
	s.arc = nil
	return err
}

func (s *server) open(name string, times int64) (count, check uint64, err error) {
	for range times {
		if err := s.close(); err != nil {
			return 0, 0, err
		}
		if s.arc, err = zim.Open(name, &zim.Options{Cache: s.cache}); err != nil {
			return 0, 0, err
		}
	}
	return 1, uint64(s.arc.Info().Entries), nil
}

func (s *server) loadItems(ctx context.Context, name string) error {
	numbers, err := readNumbers(name)
	if err != nil {
		return err
	}
	s.items = nil
	for _, n := range numbers {
		e, err := s.arc.Entry(ctx, n)
		if err != nil {
			return err
		}
		it, err := e.Item()
		if err != nil {
			return err
		}
		s.items = append(s.items, it)
	}
	return nil
}

func (s *server) lookup(ctx context.Context, times int64) (count, check uint64, err error) {
	for range times {
		for _, p := range s.paths {
			e, err := s.arc.Lookup(ctx, p)
			if errors.Is(err, zim.ErrNotFound) {
				continue
			}
			if err != nil {
				return 0, 0, err
			}
			count, check = count+1, check+uint64(e.Index())
		}
	}
	return count, check, nil
}

func (s *server) read(ctx context.Context, times int64) (count, check uint64, err error) {
	for range times {
		for _, it := range s.items {
			b, err := it.Bytes(ctx)
			if err != nil {
				return 0, 0, err
			}
			count, check = count+uint64(len(b)), check+touch(b)
		}
	}
	return count, check, nil
}

func (s *server) iterate(ctx context.Context, limit uint64) (count, check uint64, err error) {
	var ns byte // old archives: every namespace is the user's
	if s.arc.Info().NewNamespaces {
		ns = 'C'
	}
	for e, err := range s.arc.Entries(ctx, ns) {
		if err != nil {
			return 0, 0, err
		}
		check += uint64(len(e.Path()))
		if ns == 0 {
			check += 2 // libzim's paths have the namespace and a slash in front
		}
		if count++; count == limit {
			break
		}
	}
	return count, check, nil
}

func (s *server) scan(ctx context.Context, limit uint64) (count, check uint64, err error) {
	for it, err := range s.arc.ByCluster(ctx) {
		if err != nil {
			return 0, 0, err
		}
		b, err := it.Bytes(ctx)
		if err != nil {
			return 0, 0, err
		}
		count, check = count+uint64(len(b)), check+touch(b)
		if count >= limit {
			break
		}
	}
	return count, check, nil
}

// verify runs one check. The count is the file's size, or 0 when the check finds something.
func (s *server) verify(ctx context.Context, check zim.Checks) (count, _ uint64, err error) {
	for p, err := range s.arc.Verify(ctx, check) {
		if err != nil {
			return 0, 0, err
		}
		if !p.Note {
			return 0, 0, nil
		}
	}
	return uint64(s.arc.Info().Size), 0, nil
}

// touch looks at every page of a blob, as somebody who uses it would, and sums what it sees.
func touch(b []byte) uint64 {
	sum := uint64(len(b))
	for i := 0; i < len(b); i += 4096 {
		sum += uint64(b[i])
	}
	if len(b) > 0 {
		sum += uint64(b[len(b)-1])
	}
	return sum
}
