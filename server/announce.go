package server

import (
	"fmt"
	"log/slog"
	"strings"
)

// announceStart writes the first output: one JSON line whatever the log level and form, and
// on a terminal what to do next.
func (s *Server) announceStart() {
	listeners := []any{slog.String("mcp", s.URL())}
	if s.adminL != nil {
		listeners = append(listeners, slog.String("admin", s.AdminURL()))
	}
	s.process.started(s.core, slog.Group("listeners", listeners...))
	if s.process.Log != nil && s.process.Terminal {
		fmt.Fprint(s.process.Log, s.welcome())
	}
	s.core.reportQuarantined(s.log)
	s.core.reportScan(s.log)
}

// stdioListener stands in the first line where nothing listens.
var stdioListener = slog.Group("listeners", slog.String("mcp", "stdio"))

// started writes the first line.
func (p Process) started(c *core, listeners slog.Attr) {
	if p.Log == nil {
		return
	}
	b := BuildInfo()
	slog.New(slog.NewJSONHandler(p.Log, nil)).Info("started", "event", "sys_startup",
		"version", b.Version, "revision", b.Revision, "go", b.Go, listeners, "archives", c.archives())
}

// welcome is the text for a person who has just started the server.
func (s *Server) welcome() string {
	var b strings.Builder
	n := s.core.archives()
	fmt.Fprintf(&b, "\n  %s. MCP endpoint for your client:\n\n      %s\n\n", serving(n["open"], s.core.demo), s.URL())
	if bad := n["quarantined"]; bad > 0 {
		fmt.Fprintf(&b, "  Not served, with the reasons below: %d. openzim-mcp verify FILE tells more.\n\n", bad)
	}
	if s.core.demo {
		b.WriteString("  To serve archives of your own, get .zim files (Wikipedia and thousands more) from\n" +
			"  https://library.kiwix.org, put them into a directory, and start again with\n\n" +
			"      openzim-mcp serve DIRECTORY\n\n")
	}
	if s.adminL != nil {
		fmt.Fprintf(&b, "  Health and metrics: %s/readyz, %s/metrics. ", s.AdminURL(), s.AdminURL())
	} else {
		b.WriteString("  ")
	}
	b.WriteString("Stop with Ctrl-C.\n\n")
	return b.String()
}

func serving(open int, demo bool) string {
	switch {
	case demo:
		return "Serving the built-in manual, since no directory was named"
	case open == 0:
		return "Serving nothing yet: no archive was found. Archives that appear are served at once"
	case open == 1:
		return "Serving 1 archive"
	}
	return fmt.Sprintf("Serving %d archives", open)
}
