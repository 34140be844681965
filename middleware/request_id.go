package middleware

import (
	"context"
	"crypto/rand"
	"net/http"
)

type requestIDKey struct{}

// RequestIDHeader carries the request ID in answers.
const RequestIDHeader = "X-Request-Id"

// RequestID gives each request an ID of 26 random characters: in the context, for logs, and in
// the answer, for the person who reports a fault. What the client sends under that name is
// ignored: a stranger could choose an ID that is in the log already.
func RequestID() Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := rand.Text()
			w.Header().Set(RequestIDHeader, id)
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
		})
	}
}

// RequestIDFrom returns the request ID of ctx, or "" outside of a request.
func RequestIDFrom(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
