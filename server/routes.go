package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/openzim-mcp/openzim-mcp/api"
	"github.com/openzim-mcp/openzim-mcp/middleware"
)

// keepAliveIdle is a third of a proxy's usual read timeout of 75 s.
const keepAliveIdle = 25 * time.Second

// streamWriteTimeout is how long one write to an event stream may take.
const streamWriteTimeout = 30 * time.Second

// routes returns what clients reach. Adding a middleware is one file there and one line here.
// The order is the order in which a request meets them: what costs least and refuses most comes
// first. Whoever the caller is, and how much it may ask for, is decided between the body bound
// and the access line, so that refused requests are counted and not logged one by one.
func (s *Server) routes(hosts []string) http.Handler {
	r := chi.NewRouter()
	r.Use(
		middleware.Closing(s.health.draining.Load),
		middleware.RequestID(),
		middleware.SecurityHeaders(),
		middleware.Recover(s.log, s.panicked),
		middleware.HostOrigin(middleware.HostOriginOptions{
			Hosts: hosts, Origins: s.cfg.Server.origins(), Refused: s.refusedSource}),
	)
	s.probes(r)
	r.With(
		middleware.MaxBody(int64(s.cfg.Limits.BodyBytes)),
		middleware.AccessLog(s.log),
		s.telemetry.track,
	).Handle("/mcp", s.endpoint())
	return r
}

// adminRoutes returns what the operator reaches, on a listener of its own. No browser has
// business there, so every Origin is refused; a Host must be a loopback name, a number or listed.
func (s *Server) adminRoutes(hosts []string) http.Handler {
	r := chi.NewRouter()
	r.Use(
		middleware.RequestID(),
		middleware.SecurityHeaders(),
		middleware.Recover(s.log, s.panicked),
		middleware.HostOrigin(middleware.HostOriginOptions{
			Hosts: hosts, AnyAddress: true, Refused: s.refusedSource}),
	)
	s.probes(r)
	r.Method(http.MethodGet, "/metrics", s.telemetry.handler())
	return r
}

// probes adds the routes that both listeners have.
func (s *Server) probes(r chi.Router) {
	for path, h := range map[string]http.HandlerFunc{"/livez": livez, "/healthz": livez, "/readyz": s.health.readyz} {
		r.Get(path, h)
		r.Head(path, h)
	}
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
		middleware.Refuse(w, http.StatusNotFound, nil, middleware.CodeNotFound, "nothing is served at this path; MCP is at /mcp")
	})
	r.MethodNotAllowed(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", "GET, HEAD")
		middleware.Refuse(w, http.StatusMethodNotAllowed, nil, middleware.CodeInvalidRequest, "this path answers GET")
	})
}

func (s *Server) endpoint() http.Handler {
	return newEndpoint(s.core.surface.Server(), endpointOptions{
		MaxBody:      int64(s.cfg.Limits.BodyBytes),
		Timeout:      s.cfg.Server.RequestTimeout,
		KeepAlive:    keepAliveIdle,
		WriteTimeout: streamWriteTimeout,
		lend:         api.WithRequest,
		refused:      s.refusedMessage,
		listening:    func(n int64) { s.telemetry.streams.Add(context.Background(), n) },
	})
}

// Events of refusals, as the security log names them.
const (
	eventHostOrOrigin = "malicious_host_or_origin"
	eventBatch        = "malicious_batch"
	eventInvalid      = "input_validation_fail"
)

func (s *Server) refusedSource(r *http.Request, reason string) {
	s.telemetry.reject(r.Context(), reason)
	s.log.WarnContext(r.Context(), "refused", "event", eventHostOrOrigin, "reason", reason,
		"request_id", middleware.RequestIDFrom(r.Context()), "remote", r.RemoteAddr)
}

func (s *Server) refusedMessage(r *http.Request, reason string) {
	s.telemetry.reject(r.Context(), reason)
	level, event := slog.LevelWarn, eventInvalid
	switch reason {
	case reasonMethod:
		level = slog.LevelDebug // older clients try GET, and are well-behaved
	case reasonBatch:
		event = eventBatch
	}
	s.log.Log(r.Context(), level, "refused", "event", event, "reason", reason,
		"request_id", middleware.RequestIDFrom(r.Context()), "remote", r.RemoteAddr)
}

func (s *Server) panicked() { s.telemetry.panics.Add(context.Background(), 1) }
