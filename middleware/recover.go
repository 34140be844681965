package middleware

import (
	"log/slog"
	"net/http"
	"runtime/debug"
)

// Recover answers 500 when a handler panics on the goroutine of its request, and logs the panic
// with its stack. Panics in MCP handlers never get here: they run on other goroutines, and the
// MCP surface contains them. panicked is told of each, if not nil. [http.ErrAbortHandler] passes,
// since it is the way to break off an answer.
func Recover(log *slog.Logger, panicked func()) Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := &recorder{ResponseWriter: w}
			defer func() {
				p := recover()
				if p == nil {
					return
				}
				if p == http.ErrAbortHandler {
					panic(p)
				}
				log.ErrorContext(r.Context(), "panic in an HTTP handler", "event", "panic_recovered",
					"request_id", RequestIDFrom(r.Context()), "panic", p, "stack", string(debug.Stack()))
				if panicked != nil {
					panicked()
				}
				if rec.status != 0 {
					panic(http.ErrAbortHandler) // half an answer must not look whole
				}
				Refuse(w, http.StatusInternalServerError, nil, CodeInternal, "internal error")
			}()
			next.ServeHTTP(rec, r)
		})
	}
}
