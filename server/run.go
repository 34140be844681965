package server

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// ErrAborted is returned when a second signal asked for an end at once: requests may be lost.
var ErrAborted = errors.New("stopped at once by a second signal")

// Run serves over HTTP until SIGTERM or SIGINT, which start a drain; a second one ends it at
// once with [ErrAborted]. SIGHUP reloads the archives.
func Run(ctx context.Context, cfg Config, p Process) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer signal.Stop(signals)
	s, err := New(ctx, cfg, p)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	for {
		select {
		case err := <-ended:
			return err
		case sig := <-signals:
			switch {
			case sig == syscall.SIGHUP:
				go s.Reload(ctx) // may take long; a stop must not wait for it
			case ctx.Err() != nil:
				return ErrAborted
			default:
				if sig == syscall.SIGINT && p.Terminal {
					s.Hurry()
				}
				cancel()
			}
		}
	}
}
