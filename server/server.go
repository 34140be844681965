package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"
)

// Values of [http.Server]; what each one is for stands beside it in httpServer.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	idleTimeout       = 60 * time.Second
	writeMargin       = 5 * time.Second
	maxHeaderBytes    = 16 << 10
)

// Server is the service over HTTP: two listeners and what is behind them. Make one with [New].
type Server struct {
	cfg       Config
	process   Process
	log       *slog.Logger
	core      *core
	telemetry *telemetry
	health    *health

	main, admin      *http.Server
	listener, adminL net.Listener  // adminL is nil when server.admin_listen is off
	conns            conns         // of main
	accepted         chan struct{} // closed when main accepts no more
	hurry            atomic.Bool   // the end need not be announced
}

// New binds the listeners and opens the archives of cfg; [Server.Serve] answers requests, and
// must be called to release them. A mistake in cfg gives a [*ConfigError].
func New(ctx context.Context, cfg Config, p Process) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	l, err := listen(ctx, cfg.Server.Listen)
	if err != nil {
		return nil, fmt.Errorf("server.listen: %w", err)
	}
	return newOn(ctx, cfg, p, l)
}

// newOn is New on a listener that is open already, and owned from now on.
func newOn(ctx context.Context, cfg Config, p Process, l net.Listener) (*Server, error) {
	s := &Server{cfg: cfg, process: p, log: p.logger(cfg.Logging), accepted: make(chan struct{}),
		listener: netutil.LimitListener(l, cfg.Limits.Connections)}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	s.main = s.httpServer(s.routes(cfg.Server.hostsOf(addressOf(s.listener))))
	s.main.ConnState = s.conns.changed
	if s.adminL != nil {
		hosts := append(loopbackHosts(addressOf(s.adminL)), cfg.Server.AllowedHosts...)
		s.admin = s.httpServer(s.adminRoutes(hosts))
	}
	return s, nil
}

// open acquires everything else that close releases.
func (s *Server) open(ctx context.Context) (err error) {
	if s.cfg.Server.AdminListen != adminOff {
		if s.adminL, err = listen(ctx, s.cfg.Server.AdminListen); err != nil {
			return fmt.Errorf("server.admin_listen: %w", err)
		}
	}
	if s.core, err = openLibrary(ctx, s.cfg, s.process); err != nil {
		return err
	}
	s.health = &health{lib: s.core.lib}
	s.telemetry, err = newTelemetry(observed{archives: s.core.archives, cache: s.core.cache.Stats, indexes: s.core.indexes.Stats, search: s.core.searchStats, draining: s.health.draining.Load}, s.log)
	if err != nil {
		return fmt.Errorf("telemetry: %w", err)
	}
	if err = s.core.openSurface(s.cfg, s.log, s.telemetry.meter, s.panicked); err != nil {
		return err
	}
	s.core.surface.Server().AddReceivingMiddleware(s.telemetry.count(), contain(s.log, s.panicked))
	return nil
}

// close releases what open acquired; it may be called after a failed open.
func (s *Server) close(ctx context.Context) error {
	var errs []error
	if s.listener != nil {
		errs = append(errs, closed(s.listener.Close()))
	}
	if s.adminL != nil {
		errs = append(errs, closed(s.adminL.Close()))
	}
	if s.core != nil {
		errs = append(errs, s.core.close())
	}
	if s.telemetry != nil {
		errs = append(errs, s.telemetry.close(ctx))
	}
	return errors.Join(errs...)
}

// closed drops the error of closing twice.
func closed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (s *Server) httpServer(h http.Handler) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // no HTTP/2 in clear: its multiplexing would pass the connection limit
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout, // slow clients hold a connection no longer
		ReadTimeout:       readTimeout,       // of header and body; it does not end an answer
		WriteTimeout:      s.cfg.Server.RequestTimeout + writeMargin,
		IdleTimeout:       idleTimeout, // above a proxy's own keep-alive of 50 s, so that the proxy closes first
		MaxHeaderBytes:    maxHeaderBytes,
		Protocols:         protocols,
		ErrorLog:          slog.NewLogLogger(s.log.With("component", "server").Handler(), slog.LevelDebug),
	}
}

// URL returns the address of the MCP endpoint for clients on this machine, or the public one.
func (s *Server) URL() string {
	if s.cfg.Server.PublicURL != "" {
		return s.cfg.Server.PublicURL
	}
	return urlOf(s.listener, "/mcp")
}

// AdminURL returns the address of the admin listener, or "" when there is none.
func (s *Server) AdminURL() string {
	if s.adminL == nil {
		return ""
	}
	return urlOf(s.adminL, "")
}

func urlOf(l net.Listener, path string) string {
	if l.Addr().Network() == "unix" {
		return addressOf(l)
	}
	return "http://" + l.Addr().String() + path
}

// Serve answers requests until ctx ends, then drains, and releases everything. It returns nil
// after a drain that lost nothing. Call it once.
func (s *Server) Serve(ctx context.Context) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var owned sync.WaitGroup
	owned.Go(func() { s.health.run(background) })
	owned.Go(func() { s.core.watch(background, s.log) })
	failed := make(chan error, 2) // one for each listener
	serve := func(h *http.Server, l net.Listener, done func()) {
		owned.Go(func() {
			defer done()
			if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) && !s.health.draining.Load() {
				failed <- fmt.Errorf("listener %s: %w", addressOf(l), err)
			}
		})
	}
	serve(s.main, s.listener, func() { close(s.accepted) })
	if s.admin != nil {
		serve(s.admin, s.adminL, func() {})
	}
	s.announceStart()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	err = errors.Join(err, s.drain(background))
	stop()
	owned.Wait()
	return errors.Join(err, s.close(context.WithoutCancel(ctx)))
}

// Reload looks at the archives again. Calls under way finish on what they began with.
func (s *Server) Reload(ctx context.Context) { s.core.reload(ctx, s.log) }
