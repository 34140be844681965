package middleware

import (
	"fmt"
	"net/http"
)

// MaxBody bounds the request body to n bytes: a longer announced one is refused unread, with
// 413, and reading past the bound of any other fails with [*http.MaxBytesError] and closes the
// connection, so that the rest is not read either. The endpoint answers the second kind.
func MaxBody(n int64) Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > n {
				w.Header().Set("Connection", "close")
				Refuse(w, http.StatusRequestEntityTooLarge, nil, CodeInvalidRequest, TooLarge(n))
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, n)
			next.ServeHTTP(w, r)
		})
	}
}

// TooLarge is the message for a body of more than n bytes, the same whoever finds out.
func TooLarge(n int64) string {
	return fmt.Sprintf("the request body is larger than %d bytes", n)
}
