package api

import (
	"context"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// sidecarOf tells whether an archive that is served is searched by an index beside it. It is asked each time: one may be
// made, or removed, while the archive stays open.
func (s *Surface) sidecarOf(ctx context.Context, st library.Status) search.SidecarState {
	a, release, err := s.lib.Acquire(st.Ref())
	if err != nil {
		return search.SidecarNone
	}
	defer release()
	return s.engine.Indexes().Sidecar(ctx, a)
}

// fullTextWords names the full-text index of an archive for people and models, and says where it is, or why the one beside
// the archive is not used; "" when there is nothing to say.
func fullTextWords(has bool, beside search.SidecarState) string {
	switch {
	case beside == search.SidecarUsed:
		return "full text (sidecar)"
	case beside != search.SidecarNone && has:
		return "full text, sidecar " + string(beside)
	case beside != search.SidecarNone:
		return "full text sidecar " + string(beside)
	case has:
		return "full text"
	}
	return ""
}
