package search

import (
	"context"
	"errors"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

// textIndex opens the index of an archive's text: that of the sidecar, which an operator made on purpose, else the one that
// the archive brings along. A sidecar that cannot be used is no reason to fail. It fails with [zim.ErrNoIndex] when there is
// neither.
func (s *shelf) textIndex(ctx context.Context, pair *indexPair) (*archiveIndex, error) {
	ix, err := pair.side.get(ctx)
	if ctx.Err() != nil || errors.Is(err, zim.ErrClosed) {
		return nil, err
	}
	if err == nil {
		return ix, nil
	}
	return pair.full.get(ctx)
}

// withoutSidecar takes the sidecar out when err says that it is damaged.
func (s *shelf) withoutSidecar(err error) bool {
	var e *sidecar.Error
	if !errors.As(err, &e) {
		return false
	}
	s.index, s.runs, s.tf = nil, nil, make([]uint64, len(s.tf))
	return true
}
