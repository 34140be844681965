package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// A contender is a program under measurement, with the processes that run it.
type contender struct {
	argv, small []string // command lines with default and with the smallest caches; small may be nil
	smallEnv    []string
	running     map[string]*peer.Process // by isDefault, isSmall
	name        string
}

// field is everybody who takes part. The first is our own reader.
type field struct {
	contenders []*contender
	zstd       *peer.Process // nil when it cannot be had
	notes      []string      // who is missing, and why
}

// newField finds and builds the contenders in dir. A peer that is missing is noted, not an error.
func newField(dir, file, python string, profile string) (*field, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	f := &field{}
	ours := &contender{argv: []string{self, "peer"}, small: []string{self, "peer", "--dirents", "1"}}
	if profile != "" {
		ours.argv = append(ours.argv, "--profile", profile)
	}
	if err := f.add(ours); err != nil {
		return nil, errors.Join(err, f.close())
	}
	f.addLibzim(dir)
	if python != "" {
		argv, err := peer.Python(dir, python)
		if err == nil {
			err = f.add(&contender{argv: argv})
		}
		f.note(err)
	}
	f.note(f.addZstd(dir, file))
	return f, nil
}

// addLibzim takes libzim through C++, or through Debian's Python when that cannot be compiled.
func (f *field) addLibzim(dir string) {
	argv, err := peer.BuildLibzim(dir)
	if err == nil {
		err = f.add(&contender{argv: argv, small: argv, smallEnv: []string{"ZIM_DIRENTCACHE=1"}})
	}
	if err == nil {
		return
	}
	f.note(err)
	if argv, err = peer.Python(dir, "/usr/bin/python3"); err == nil {
		err = f.add(&contender{argv: argv})
	}
	f.note(err)
}

func (f *field) addZstd(dir, file string) error {
	list, err := zstdExtents(file)
	if err != nil {
		return err
	}
	prog, err := peer.BuildZstd(dir)
	if err != nil {
		return err
	}
	extents := filepath.Join(dir, "extents")
	if err := writeExtents(extents, list); err != nil {
		return err
	}
	p, err := peer.Start([]string{prog, "decode"})
	if err != nil {
		return err
	}
	if err := p.Load(file, extents); err != nil {
		return errors.Join(err, p.Close())
	}
	f.zstd = p
	return nil
}

// add starts c with default caches.
func (f *field) add(c *contender) error {
	c.running = make(map[string]*peer.Process)
	p, err := c.process(isDefault)
	if err != nil {
		return err
	}
	c.name = p.Name
	f.contenders = append(f.contenders, c)
	return nil
}

func (f *field) note(err error) {
	if err != nil {
		f.notes = append(f.notes, "not compared: "+err.Error())
	}
}

func (f *field) close() error {
	var errs []error
	for _, c := range f.contenders {
		for _, p := range c.running {
			errs = append(errs, p.Close())
		}
	}
	if f.zstd != nil {
		errs = append(errs, f.zstd.Close())
	}
	return errors.Join(errs...)
}

// closeAllBut makes every other process close the archive: pages that are mapped anywhere cannot be evicted.
func (f *field) closeAllBut(p *peer.Process) error {
	for _, c := range f.contenders {
		for _, other := range c.running {
			if other == p {
				continue
			}
			if _, err := other.Do(peer.Command{Name: "close"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// process returns the running process of the kind, which it starts when there is none.
func (c *contender) process(kind string) (*peer.Process, error) {
	if p := c.running[kind]; p != nil {
		return p, nil
	}
	p, err := c.start(kind)
	if err == nil {
		c.running[kind] = p
	}
	return p, err
}

// start runs the contender anew.
func (c *contender) start(kind string) (*peer.Process, error) {
	if kind == isDefault {
		return peer.Start(c.argv)
	}
	if c.small == nil {
		return nil, fmt.Errorf("%s: %w", c.name, peer.ErrUnsupported)
	}
	return peer.Start(c.small, c.smallEnv...)
}
