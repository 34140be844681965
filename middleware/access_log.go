package middleware

import (
	"log/slog"
	"net"
	"net/http"
	"time"
)

// AccessLog writes one line for each request that got this far, when it has been answered: what
// was refused further out is an event, not an access. It logs no query, no body, no header but
// what a handler adds with [Annotate]. The status is 0 when a panic ended the request unanswered.
func AccessLog(log *slog.Logger) Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begin := time.Now()
			rec := &recorder{ResponseWriter: w}
			defer func() {
				attrs := []any{
					"request_id", RequestIDFrom(r.Context()), "client_ip", clientAddress(r), "http_method", r.Method,
					"path", r.URL.Path, "status", rec.status, "bytes", rec.bytes, "duration_ms", milliseconds(time.Since(begin)),
				}
				log.InfoContext(r.Context(), "access", append(attrs, rec.notes...)...)
			}()
			next.ServeHTTP(rec, r)
			if rec.status == 0 {
				rec.status = http.StatusOK // what the server sends for a handler that wrote nothing
			}
		})
	}
}

// Annotate adds keys and values, in turn, to the access line of the request that w answers. It
// does nothing where no access line will be written.
func Annotate(w http.ResponseWriter, args ...any) {
	for w != nil {
		if rec, ok := w.(*recorder); ok {
			rec.notes = append(rec.notes, args...)
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return
		}
		w = u.Unwrap()
	}
}

// clientAddress is the peer's address without its port, or "" for a Unix socket.
func clientAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
