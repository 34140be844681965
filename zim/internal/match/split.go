package match

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// A floor is a weight below which no document can be among the best, as the parts of a
// search know it together. It rises only. Who has an old one looks at more than needed.
type floor struct{ bits atomic.Uint64 }

func (f *floor) load() float64 { return math.Float64frombits(f.bits.Load()) }

// raise takes a weight, which is not negative: the bits then order as the weights do.
func (f *floor) raise(to float64) {
	for {
		old := f.bits.Load()
		if math.Float64frombits(old) >= to || f.bits.CompareAndSwap(old, math.Float64bits(to)) {
			return
		}
	}
}

// ranges divides the docids up to last.
func ranges(last uint32, parts int) []window {
	parts = max(min(parts, int(last/windowDocs)), 1)
	list := make([]window, parts)
	for i := range list {
		list[i].from = 1 + uint32(uint64(last)*uint64(i)/uint64(parts))
		list[i].to = 1 + uint32(uint64(last)*uint64(i+1)/uint64(parts))
	}
	list[parts-1].to = end
	return list
}

// split searches ranges of docids at the same time. Each knows its own best; those of all are
// among them.
func (s *OrSearch) split(ctx context.Context, src Source, terms []OrTerm) (OrFound, error) {
	in := ranges(src.Size().LastDoc, s.Workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found, errs := make([]OrFound, len(in)), make([]error, len(in))
	var shared floor
	var wg sync.WaitGroup
	for i := range in {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil { // what Keep does must not end the process
					errs[i] = fmt.Errorf("match: panic in a search: %v", p)
				}
				if errs[i] != nil {
					cancel()
				}
			}()
			found[i], errs[i] = s.find(ctx, src, terms, in[i], &shared)
		})
	}
	wg.Wait()
	all := OrFound{Exact: true}
	for i, f := range found {
		if errs[i] != nil && !(errors.Is(errs[i], context.Canceled) && anyOther(errs)) {
			return OrFound{}, errs[i]
		}
		all.Seen += f.Seen
		all.Exact = all.Exact && f.Exact
		all.Hits = append(all.Hits, f.Hits...)
	}
	slices.SortFunc(all.Hits, s.compare)
	all.Hits = all.Hits[:min(len(all.Hits), s.Limit)]
	return all, nil
}

// anyOther reports whether a part failed for another reason than that it was to end.
func anyOther(errs []error) bool {
	return slices.ContainsFunc(errs, func(err error) bool { return err != nil && !errors.Is(err, context.Canceled) })
}
