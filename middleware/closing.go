package middleware

import "net/http"

// Closing announces the end of the connection on every answer while draining reports true, so
// that clients send their next request to another server instead of losing it here.
func Closing(draining func() bool) Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&closingWriter{ResponseWriter: w, draining: draining}, r)
		})
	}
}

// closingWriter asks when the header is written: a drain may begin during a request.
type closingWriter struct {
	http.ResponseWriter
	draining func() bool
	asked    bool
}

func (c *closingWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *closingWriter) WriteHeader(status int) {
	if !c.asked && status >= 200 {
		c.asked = true
		if c.draining() {
			c.Header().Set("Connection", "close")
		}
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *closingWriter) Write(b []byte) (int, error) {
	if !c.asked {
		c.WriteHeader(http.StatusOK)
	}
	return c.ResponseWriter.Write(b)
}
