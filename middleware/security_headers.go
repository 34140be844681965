package middleware

import "net/http"

// SecurityHeaders marks every answer as data: not to be sniffed, cached, framed or run. HSTS is
// left to the proxy, which alone knows whether TLS is in use.
func SecurityHeaders() Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Cache-Control", "no-store") // answers may depend on who asks
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
			next.ServeHTTP(w, r)
		})
	}
}
