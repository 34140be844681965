package library

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// verify checks archives that nobody has checked, one at a time, until Close.
func (l *Library) verify() {
	for {
		if g := l.unverified(); g != nil {
			g.check(l.ctx, l.opts.Verify)
			g.release()
			continue
		}
		select {
		case <-l.ctx.Done():
			return
		case <-l.check:
		}
	}
}

// unverified returns the first generation without a verdict, counted in, or nil.
func (l *Library) unverified() *generation {
	s := l.current.Load()
	if s == nil || l.ctx.Err() != nil {
		return nil
	}
	for _, n := range s.all {
		if n.gen != nil && !n.gen.verdict.Load().done && n.gen.acquire() {
			return n.gen
		}
	}
	return nil
}

// check runs the checks and keeps the verdict. It ends early when ctx does, or the file is replaced.
func (g *generation) check(ctx context.Context, checks zim.Checks) {
	ctx, cancel := g.alive(ctx)
	defer cancel()
	g.verdict.Store(&verdict{state: Running})
	g.verdict.Store(g.run(ctx, checks))
}

func (g *generation) run(ctx context.Context, checks zim.Checks) (v *verdict) {
	defer func() { // see (*Library).generation
		if r := recover(); r != nil {
			v = &verdict{state: DamageFound, err: &Fault{Reason: Damaged}, done: true}
		}
	}()
	for p, err := range g.archive.Verify(ctx, checks) {
		if err != nil {
			return &verdict{done: ctx.Err() == nil || g.gone()}
		}
		if !p.Note {
			return &verdict{state: DamageFound, err: newFault(p.Err), done: true}
		}
	}
	return &verdict{state: Good, done: true}
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
