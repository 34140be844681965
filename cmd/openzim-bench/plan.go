package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/peer"
	"github.com/openzim-mcp/openzim-mcp/zim"
)

// How much each list holds at most. Small archives give shorter lists.
const (
	hotPaths     = 256  // fits the 512 entries of libzim's dirent cache
	coldPaths    = 200  // looked up after the file left memory
	coldClusters = 200  // clusters read once
	hotClusters  = 6    // clusters read again and again; fit libzim's cache of 16
	hotPerClus   = 32   // items of each of them
	rawItems     = 512  // uncompressed items
	mixedReads   = 4000 // reads of the mix, over a twentieth as many items
)

// A plan is what every peer is asked to do: files of paths and entry numbers, drawn from the archive once.
type plan struct {
	dir   string
	info  zim.Info
	sizes map[string]int // how many each list holds, by its name
}

// file is where list name lies.
func (p *plan) file(name string) string { return filepath.Join(p.dir, name) }

// A sampler draws from an archive, with a seed, so that the lists are the same in each run.
type sampler struct {
	arc *zim.Archive
	r   *rand.Rand
	n   uint32 // entries that users see come first among these
}

// newPlan draws every list from archive name into dir. lookups is how many paths are looked up warm.
func newPlan(ctx context.Context, name, dir string, lookups int) (*plan, error) {
	arc, err := zim.Open(name, nil)
	if err != nil {
		return nil, err
	}
	defer arc.Close()
	p := &plan{dir: dir, info: arc.Info(), sizes: make(map[string]int)}
	if p.info.Entries == 0 {
		return nil, errors.New("the archive has no entries")
	}
	s := &sampler{arc: arc, r: rand.New(rand.NewPCG(1, 2)), n: p.info.Entries}
	return p, errors.Join(p.drawPaths(ctx, s, lookups), p.drawItems(ctx, s))
}

// drawPaths writes the lists of paths: three of them disjoint in effect, as they are drawn one after another.
func (p *plan) drawPaths(ctx context.Context, s *sampler, lookups int) error {
	for _, list := range []struct {
		name   string
		n      int
		suffix string
	}{
		{"warmup", 3 * lookups, ""}, {"paths", lookups, ""}, {"misses", lookups, "\x7fx"},
		{"hot", hotPaths, ""}, {"cold", coldPaths, ""}, {"one", 1, ""}, {"thousand", 1000, ""},
	} {
		paths, err := s.paths(ctx, list.n, list.suffix)
		if err != nil {
			return err
		}
		p.sizes[list.name] = len(paths)
		if err := peer.WritePaths(p.file(list.name), paths); err != nil {
			return err
		}
	}
	return nil
}

// paths draws n paths as users write them, with suffix behind each.
func (s *sampler) paths(ctx context.Context, n int, suffix string) ([]string, error) {
	paths := make([]string, 0, n)
	for tries := 0; len(paths) < n && tries < 20*n; tries++ {
		e, err := s.arc.Entry(ctx, s.r.Uint32N(s.n))
		if err != nil {
			return nil, err
		}
		switch {
		case !s.arc.Info().NewNamespaces:
			paths = append(paths, e.FullPath()+suffix)
		case e.Namespace() == 'C':
			paths = append(paths, e.Path()+suffix)
		}
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("none of %d entries drawn is the user's", 20*n)
	}
	return paths, nil
}

// drawItems writes the lists of entry numbers.
func (p *plan) drawItems(ctx context.Context, s *sampler) error {
	compressed, raw, err := s.items(ctx)
	if err != nil {
		return err
	}
	var distinct, hot, mix []uint32
	perCluster := make(map[uint32]int)
	order := make(map[uint32]int) // clusters in the order they were drawn
	for _, it := range compressed {
		c := it.Cluster()
		if _, ok := order[c]; !ok {
			order[c] = len(order)
			if len(distinct) < coldClusters {
				distinct = append(distinct, it.Entry().Index())
			}
		}
		if order[c] < hotClusters && perCluster[c] < hotPerClus {
			perCluster[c]++
			hot = append(hot, it.Entry().Index())
		}
	}
	if len(compressed) > 0 {
		z := rand.NewZipf(s.r, 1.1, 4, uint64(min(len(compressed), mixedReads/20)-1))
		for range mixedReads {
			mix = append(mix, compressed[z.Uint64()].Entry().Index())
		}
	}
	var rawNumbers []uint32
	for _, it := range raw {
		rawNumbers = append(rawNumbers, it.Entry().Index())
	}
	for name, list := range map[string][]uint32{"distinct": distinct, "cached": hot, "mix": mix, "raw": rawNumbers} {
		p.sizes[name] = len(list)
		if err := peer.WriteNumbers(p.file(name), list); err != nil {
			return err
		}
	}
	return nil
}

// items draws items until there are enough of both kinds, or the archive seems to have no more.
func (s *sampler) items(ctx context.Context) (compressed, raw []zim.Item, err error) {
	for tries := 0; tries < 40_000; tries++ {
		e, err := s.arc.Entry(ctx, s.r.Uint32N(s.n))
		if err != nil {
			return nil, nil, err
		}
		it, err := e.Item()
		if err != nil || e.Namespace() == 'X' {
			continue // a redirect, or an index that nobody reads whole
		}
		_, isRaw, err := it.Location(ctx)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case !isRaw:
			compressed = append(compressed, it)
		case len(raw) < rawItems:
			raw = append(raw, it)
		}
	}
	return compressed, raw, nil
}
