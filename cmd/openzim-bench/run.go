package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
)

// A sample is what the timed steps of one peer took in one round. Count and Check are of the last.
type sample struct {
	peer.Answer
	storage int64 // bytes the kernel fetched for it
}

// samples holds the rounds of one case by the peer's name. Peers that failed have fewer.
type samples map[string][]sample

// A runner measures every case on every contender.
type runner struct {
	file   string
	field  *field
	rounds int
	log    io.Writer
	notes  map[string]bool
}

// run returns the samples by case name. Rounds are the outer loop and peers the inner one, so that a slow
// moment of the machine falls on all; the order of peers turns with the round.
func (r *runner) run(ctx context.Context, list []benchCase, scanBytes int64) (map[string]samples, error) {
	all := make(map[string]samples)
	for _, c := range list {
		all[c.name] = make(samples)
	}
	for round := range r.rounds {
		fmt.Fprintf(r.log, "round %d of %d\n", round+1, r.rounds)
		if err := preload(r.file); err != nil {
			return nil, err
		}
		for _, c := range list {
			if err := r.round(ctx, c, round, all[c.name]); err != nil {
				return nil, err
			}
			if err := r.zstd(c.name, scanBytes, all[c.name]); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// round runs case c once on every contender.
func (r *runner) round(ctx context.Context, c benchCase, round int, into samples) error {
	n := len(r.field.contenders)
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		who := r.field.contenders[(i+round)%n]
		s, err := r.once(who, c)
		switch {
		case errors.Is(err, peer.ErrUnsupported):
		case err != nil:
			r.notes[fmt.Sprintf("%s: %v", c.name, err)] = true
		default:
			into[who.name] = append(into[who.name], s)
		}
	}
	return nil
}

// zstd has the C library decode what case name decodes. What ours decodes as a whole are the same frames, so
// their length, which only the C program counts, is ours too.
func (r *runner) zstd(name string, scanBytes int64, into samples) error {
	p := r.field.zstd
	if p == nil || name != scanCase && name != decodeCase {
		return nil
	}
	if name == decodeCase {
		scanBytes = 0
	}
	a, err := p.Do(peer.Command{Name: "decode", Number: scanBytes})
	if err != nil {
		return err
	}
	into[p.Name] = append(into[p.Name], sample{Answer: a})
	if ours := into[r.field.contenders[0].name]; name == decodeCase && len(ours) > 0 && ours[len(ours)-1].Count > 0 {
		ours[len(ours)-1].Count = a.Count
	}
	return nil
}

// once runs the steps of c on one contender and sums the timed ones up.
func (r *runner) once(who *contender, c benchCase) (sample, error) {
	p, err := who.process(c.peers)
	if err != nil {
		return sample{}, err
	}
	var s sample
	for i, st := range c.steps {
		if st.evict {
			if err := r.field.closeAllBut(p); err != nil {
				return sample{}, err
			}
			if err := evict(r.file); err != nil {
				return sample{}, err
			}
		}
		before, err := p.Usage()
		if err != nil {
			return sample{}, err
		}
		a, err := p.Do(st.Command)
		if err != nil {
			return sample{}, err
		}
		after, err := p.Usage()
		if err != nil {
			return sample{}, err
		}
		if i >= len(c.steps)-max(c.timed, 1) {
			s.Answer = peer.Answer{Wall: s.Wall + a.Wall, CPU: s.CPU + a.CPU, Count: a.Count, Check: a.Check}
			s.storage += after.Storage - before.Storage
		}
	}
	return s, nil
}

// memory is what a fresh process holds, in bytes above what it held before it opened the archive.
type memory struct {
	Peer    string `json:"peer"`
	Base    int64  `json:"base_bytes"`    // of the process before
	Open    int64  `json:"open_bytes"`    // after open
	Lookups int64  `json:"lookups_bytes"` // after 1000 lookups
	Files   int64  `json:"files_bytes"`   // the part of Lookups that is mapped files
	Peak    int64  `json:"peak_bytes"`    // largest so far, above Base
}

// memory measures one contender in a process of its own.
func (r *runner) memory(who *contender, p *plan) (memory, error) {
	proc, err := who.start(isDefault)
	if err != nil {
		return memory{}, err
	}
	defer proc.Close()
	var at [3]peer.Usage
	steps := [][]peer.Command{
		nil,
		{{Name: "open", Number: 1, File: r.file}},
		{{Name: "paths", File: p.file("thousand")}, {Name: "lookup", Number: 1}},
	}
	for i, commands := range steps {
		for _, c := range commands {
			if _, err := proc.Do(c); err != nil {
				return memory{}, err
			}
		}
		if at[i], err = proc.Usage(); err != nil {
			return memory{}, err
		}
	}
	base := at[0].RSS
	return memory{
		Peer: who.name, Base: base, Open: at[1].RSS - base, Lookups: at[2].RSS - base,
		Files: at[2].RSSFile - at[0].RSSFile, Peak: at[2].Peak - base,
	}, nil
}
