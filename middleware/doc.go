// Package middleware guards the door: one net/http middleware per file, each with one job.
//
// None reads a request body (the endpoint alone does), and every writer that a middleware puts
// in front of another has Unwrap, so that flushing and write deadlines keep working behind it.
package middleware

import "net/http"

// A Func wraps a handler in one concern.
type Func func(next http.Handler) http.Handler

// Chain wraps h in the given middleware, outermost first.
func Chain(h http.Handler, outermostFirst ...Func) http.Handler {
	for i := len(outermostFirst) - 1; i >= 0; i-- {
		h = outermostFirst[i](h)
	}
	return h
}
