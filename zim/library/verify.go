package library

import (
	"context"
	"fmt"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// verify checks archives that nobody has checked, one at a time, until Close.
func (l *Library) verify() {
	for {
		if n := l.unverified(); n != nil {
			l.checkOver(n)
			n.gen.release()
			continue
		}
		select {
		case <-l.ctx.Done():
			return
		case <-l.check:
		}
	}
}

// unverified returns the first archive without a verdict, its generation counted in, or nil.
func (l *Library) unverified() *named {
	s := l.current.Load()
	if s == nil || l.ctx.Err() != nil {
		return nil
	}
	for _, n := range s.all {
		if n.gen != nil && !n.gen.verdict.Load().done && n.gen.acquire() {
			return n
		}
	}
	return nil
}

// checkOver runs the checks and keeps the verdict. It ends early, without one, when the library closes or the file is
// replaced. The damage is known before the verdict says so: nobody sees one without the other.
func (l *Library) checkOver(n *named) {
	ctx, cancel := n.gen.alive(l.ctx)
	defer cancel()
	n.gen.verdict.Store(&verdict{state: Running})
	v, damage := n.gen.run(ctx, l.opts.Verify)
	if damage != nil {
		l.degrade(n, damage, true)
	}
	n.gen.verdict.Store(v)
}

// run returns the verdict, and the first damage or nil.
func (g *generation) run(ctx context.Context, checks zim.Checks) (v *verdict, damage error) {
	defer func() { // see (*Library).generation
		if r := recover(); r != nil {
			v, damage = &verdict{state: DamageFound, done: true}, fmt.Errorf("library: panic while verifying: %v", r)
		}
	}()
	for p, err := range g.archive.Verify(ctx, checks) {
		if err != nil {
			return &verdict{done: ctx.Err() == nil || g.gone()}, nil
		}
		if !p.Note {
			return &verdict{state: DamageFound, done: true}, p.Err
		}
	}
	return &verdict{state: Good, done: true}, nil
}

// gone reports whether the library has let go.
func (g *generation) gone() bool {
	select {
	case <-g.retired:
		return true
	default:
		return false
	}
}
