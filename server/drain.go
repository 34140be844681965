package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// flushTime is what the end of a request may take beyond the request itself.
const flushTime = 5 * time.Second

// drain ends the service without losing a request: readiness goes, every answer announces the
// end of its connection, and only when balancers and clients have had time to notice do listen
// streams end, with their results, and the listener closes. What it has accepted is answered
// before idle connections are closed. Closing those first would break the request that a client
// is just sending.
func (s *Server) drain(ctx context.Context) error {
	grace := s.cfg.Server.DrainGrace
	if s.hurry.Load() {
		grace = 0
	}
	s.log.Info("draining", "event", "sys_shutdown", "grace", grace.String())
	s.health.draining.Store(true)
	time.Sleep(grace)
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Server.RequestTimeout+flushTime)
	defer cancel()
	err := closed(s.listener.Close())
	<-s.accepted
	s.core.stop()
	s.conns.settle(ctx)
	err = errors.Join(err, shutdown(ctx, s.main))
	if s.admin != nil {
		err = errors.Join(err, shutdown(ctx, s.admin)) // last, so that the end can be watched
	}
	return err
}

// shutdown waits for the requests under way, and cuts those that outlast ctx.
func shutdown(ctx context.Context, h *http.Server) error {
	if err := h.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off: %w", err), h.Close())
	}
	return nil
}

// Hurry makes the end that follows immediate for new requests: nobody is there to be told. Those
// under way still finish.
func (s *Server) Hurry() { s.hurry.Store(true) }
