package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/metric"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/openzim-mcp/openzim-mcp/api"
	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
)

// Process is what a command gives the service beside its configuration.
type Process struct {
	// Log takes log lines and the first line; nil means nowhere.
	Log io.Writer
	// Terminal says that a person reads Log, and may press Ctrl-C.
	Terminal bool
	// Demo is the archive served when the configuration names none, under DemoName; nil means
	// that none is.
	Demo     []byte
	DemoName string
}

// logger returns the ordinary log.
func (p Process) logger(c LoggingConfig) *slog.Logger {
	if p.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	o := &slog.HandlerOptions{Level: slog.Level(c.Level)}
	if c.JSON {
		return slog.New(slog.NewJSONHandler(p.Log, o))
	}
	return slog.New(slog.NewTextHandler(p.Log, o))
}

// core is what every transport serves: the archives, and the MCP surface over them.
type core struct {
	cache   *zim.Cache
	indexes *search.Indexes
	lib     *library.Library
	demo    bool // lib is the built-in manual
	stop    context.CancelFunc
	ended   context.Context // done after stop: subscriptions/listen streams end with their result

	surface *api.Surface
}

// openLibrary opens the archives of cfg, or the demonstration archive when it names none.
func openLibrary(ctx context.Context, cfg Config, p Process) (*core, error) {
	c := &core{cache: zim.NewCache(&zim.CacheOptions{MaxBytes: int64(cfg.Cache.Bytes)}), indexes: search.NewIndexes(indexOptions(cfg, p))}
	c.ended, c.stop = context.WithCancel(context.Background())
	options := zim.Options{Cache: c.cache}
	if len(cfg.Library.Paths) > 0 {
		rescan := cfg.Library.Rescan
		if rescan == 0 {
			rescan = -1 // never, for the library
		}
		lib, err := library.Open(ctx, cfg.Library.Paths, &library.Options{Zim: options, Rescan: rescan, Verify: zim.Checks(cfg.Library.Verify),
			Links: cfg.Library.Links, MaxDepth: cfg.Library.MaxDepth, MaxArchives: cfg.Library.MaxArchives})
		if err != nil {
			return nil, &ConfigError{Mistakes: []Mistake{{Key: "library.paths", Reason: err.Error()}}}
		}
		c.lib = lib
		return c, nil
	}
	if p.Demo == nil {
		return nil, &ConfigError{Mistakes: []Mistake{{Key: "library.paths", Reason: "is empty; name a directory or a .zim file"}}}
	}
	a, err := zim.NewReader(bytes.NewReader(p.Demo), int64(len(p.Demo)), &options)
	if err != nil {
		return nil, fmt.Errorf("built-in manual: %w", err)
	}
	c.lib, c.demo = library.NewStatic(p.DemoName, a), true
	return c, nil
}

// openSurface makes the MCP surface over the library. panicked is told of panics that a search contains, if not nil.
func (c *core) openSurface(cfg Config, log *slog.Logger, meter metric.Meter, panicked func()) error {
	key, err := cursorKey(cfg.Server.StateDir)
	if err != nil {
		return &ConfigError{Mistakes: []Mistake{{Key: "server.state_dir", Reason: err.Error()}}}
	}
	o := surfaceOptions(cfg)
	o.CursorKey = key
	if o.Search, err = searchOptions(cfg); err != nil {
		return err
	}
	o.Search.Indexes, o.Search.OnPanic = c.indexes, searchPanic(log, panicked)
	o.Logger, o.Meter, o.Tracer, o.Stop = log, meter, tracenoop.NewTracerProvider().Tracer(meterName), c.ended
	surface, err := api.New(c.lib, o)
	if err != nil {
		return fmt.Errorf("MCP surface: %w", err)
	}
	c.surface = surface
	return nil
}

// surfaceOptions are the settings of what clients see.
func surfaceOptions(cfg Config) api.Options {
	o := api.Options{
		Version:     BuildInfo().Version,
		Profile:     api.Profile(cfg.MCP.Profile),
		BlobBytes:   int(cfg.Limits.BlobBytes),
		CacheTTL:    cfg.MCP.CacheTTL,
		NoListening: !cfg.MCP.Subscriptions,
		Form: api.Form{Structured: api.Structured(cfg.MCP.Structured), OutputSchema: cfg.MCP.OutputSchema,
			ResourceLinks: cfg.MCP.ResourceLinks, ToolPrefix: cfg.MCP.ToolPrefix},
	}
	if o.BlobBytes == 0 {
		o.BlobBytes = -1 // none, for the surface
	}
	if o.CacheTTL == 0 {
		o.CacheTTL = -1
	}
	switch cfg.MCP.Instructions {
	case "", instructionsDefault:
	case instructionsLibrary:
		o.NameArchives = true
	default:
		o.Instructions = cfg.MCP.Instructions
	}
	return o
}

// Values of mcp.instructions that are no text of the operator's own.
const (
	instructionsDefault = "default"
	instructionsLibrary = "library"
)

// archives counts the archives by state.
func (c *core) archives() map[string]int {
	n := map[string]int{"open": 0, "quarantined": 0}
	for _, s := range c.lib.All() {
		if s.Served {
			n["open"]++
		} else {
			n["quarantined"]++
		}
	}
	return n
}

// reportQuarantined logs each archive that is not served, with the reason. The log is the
// operator's: it may name files.
func (c *core) reportQuarantined(log *slog.Logger) {
	for _, s := range c.lib.All() {
		if !s.Served {
			log.Warn("archive is not served", "event", "archive_corrupt", "archive", s.Ref(), "file", s.File,
				"reason", s.Reason, "err", s.Err)
		}
	}
}

// reportDamages logs each damaged place in an archive that is served, once: those that are known and
// those that will be found. The library bounds their number, so clients cannot fill the log by
// asking for damaged entries.
func (c *core) reportDamages(log *slog.Logger) {
	c.lib.Damages(func(d library.Damage) {
		by := "read"
		if d.Verify {
			by = "verify"
		}
		msg := "damage in an archive; the rest of it stays served"
		if d.Last {
			msg = "more damage in an archive than is logged; the rest of it stays served"
		}
		log.Warn(msg, "event", "archive_corrupt", "archive", d.Ref, "file", d.File, "reason", d.Err.Reason, "found_by", by, "err", d.Err)
	})
}

// reportScan logs what was wrong with the directories at the last look at them.
func (c *core) reportScan(log *slog.Logger) {
	if err := c.lib.ScanErr(); err != nil {
		log.Warn("not every directory could be looked at; archives in it stay as they are", "event", "scan_incomplete", "err", err)
	}
}

// watch follows changes of the archives until ctx ends.
func (c *core) watch(ctx context.Context, log *slog.Logger) {
	if c.demo {
		return
	}
	c.lib.Changes(func(ch library.Changes) {
		if ch.Scan {
			c.reportScan(log)
		}
		if ch.Sets() {
			log.Info("archives changed", "added", ch.Added, "removed", ch.Removed, "replaced", ch.Replaced, "failed", ch.Failed)
		}
		if len(ch.Failed) > 0 {
			c.reportQuarantined(log)
		}
	})
	c.reportDamages(log)
	if err := c.lib.Watch(ctx); err != nil && ctx.Err() == nil {
		log.Error("archives are no longer watched; SIGHUP still reloads them", "err", err)
	}
}

// reload looks at the archives again.
func (c *core) reload(ctx context.Context, log *slog.Logger) {
	if c.demo {
		return
	}
	if _, err := c.lib.Reload(ctx); err != nil {
		log.Error("reload", "err", err)
		return
	}
	log.Info("reloaded", "event", "authz_admin", "archives", c.archives())
	c.reportScan(log)
}

// close ends what core has opened. Readers have left.
func (c *core) close() error {
	c.stop()
	return c.lib.Close()
}
