package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// A searcher is a program that searches, and the process that runs it.
type searcher struct {
	argv    []string
	name    string
	dialect int // how it reads queries: 8 or 9
	proc    *peer.Process
	threads []string // on what its threads may search: "shared", "own"
	remote  bool     // a server does the work: its memory and files are not the process's
	failed  error    // it died, and is asked no more
}

// searchField is everybody who takes part. The first is our own engine.
type searchField struct {
	searchers []*searcher
	xapian    *searcher // nil when it cannot be had
	other     *searcher // our own engine again, in the dialect of a peer that differs from the first one
	notes     []string  // who is missing, and why
}

// newSearchField finds and builds the contenders in dir. A peer that is missing is noted, not an error.
func newSearchField(dir string, f searchFlags) (*searchField, error) {
	fld := &searchField{}
	peers := fld.peers(dir, f)
	dialect := f.dialect
	if dialect == 0 {
		dialect = 9
		if len(peers) > 0 {
			dialect = peers[0].dialect
		}
	}
	own, err := ownSearcher(dialect, f.profile)
	if err != nil {
		fld.searchers = peers
		return nil, errors.Join(err, fld.close())
	}
	fld.searchers = append([]*searcher{own}, peers...)
	for _, s := range peers {
		if s.dialect == dialect {
			continue
		}
		if fld.other, err = ownSearcher(s.dialect, ""); err != nil {
			return nil, errors.Join(err, fld.close())
		}
		break
	}
	return fld, nil
}

// ownSearcher starts our engine.
func ownSearcher(dialect int, profile string) (*searcher, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	argv := []string{self, "search-peer", "--dialect", strconv.Itoa(dialect)}
	if profile != "" {
		argv = append(argv, "--profile", profile)
	}
	s, err := startSearcher(argv)
	if err != nil {
		return nil, err
	}
	s.dialect, s.threads = dialect, []string{"shared"}
	return s, nil
}

// peers starts whoever is there, libzim in C++ first.
func (fld *searchField) peers(dir string, f searchFlags) []*searcher {
	var list []*searcher
	add := func(argv []string, err error) *searcher {
		var s *searcher
		if err == nil {
			s, err = startSearcher(argv)
		}
		if err != nil {
			fld.notes = append(fld.notes, "not compared: "+err.Error())
			return &searcher{}
		}
		list = append(list, s)
		return s
	}
	add(peer.BuildLibzimSearch(dir)).threads = []string{"shared", "own"}
	add(peer.PythonSearch(dir, "/usr/bin/python3"))
	if f.python != "" {
		add(peer.PythonSearch(dir, f.python))
	}
	if f.kiwix != "" {
		s := add(kiwixSearcher(f.kiwix))
		s.threads, s.remote = []string{"shared"}, true
	}
	argv, err := peer.BuildXapian(dir)
	if fld.xapian = add(argv, err); fld.xapian.proc == nil {
		fld.xapian = nil
	} else {
		list = list[:len(list)-1] // it takes part in one case only
	}
	return list
}

// kiwixSearcher is the command line of the peer that asks a kiwix-serve.
func kiwixSearcher(program string) ([]string, error) {
	program, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("kiwix-serve needs the package kiwix-tools: %w", err)
	}
	self, err := os.Executable()
	return []string{self, "search-peer", "--kiwix-serve", program}, err
}

func startSearcher(argv []string) (*searcher, error) {
	p, err := peer.Start(argv)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
	}
	return &searcher{argv: argv, name: p.Name, proc: p, dialect: dialectOf(p.Name)}, nil
}

// dialectOf reads the version of libzim in a name. Queries are read as in dialect 9 from 8.2.1 on.
func dialectOf(name string) int {
	_, version, _ := strings.Cut(name, "libzim ")
	var major, minor, patch int
	n, _ := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch)
	if n == 0 || major*10000+minor*100+patch >= 80201 {
		return 9
	}
	return 8
}

// all is every process there is.
func (fld *searchField) all() []*searcher {
	list := append([]*searcher(nil), fld.searchers...)
	for _, s := range []*searcher{fld.xapian, fld.other} {
		if s != nil {
			list = append(list, s)
		}
	}
	return list
}

// ours returns our engine as it reads queries in a dialect.
func (fld *searchField) ours(dialect int) *searcher {
	if fld.searchers[0].dialect == dialect || fld.other == nil {
		return fld.searchers[0]
	}
	return fld.other
}

// closeArchives makes everybody let the file go: pages that are mapped anywhere cannot be evicted.
func (fld *searchField) closeArchives() error {
	for _, s := range fld.all() {
		if s.failed != nil {
			continue
		}
		if _, err := s.proc.Do(peer.Command{Name: "close"}); err != nil {
			return err
		}
	}
	return nil
}

func (fld *searchField) close() error {
	var errs []error
	for _, s := range fld.all() {
		if s.failed == nil {
			errs = append(errs, s.proc.Close())
		}
	}
	return errors.Join(errs...)
}

// do runs commands one after another and returns the last answer.
func (s *searcher) do(ctx context.Context, commands ...peer.Command) (a peer.Answer, err error) {
	for _, c := range commands {
		if err := ctx.Err(); err != nil {
			return a, err
		}
		if a, err = s.proc.Do(c); err != nil {
			return a, err
		}
	}
	return a, nil
}
