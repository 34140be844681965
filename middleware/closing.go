package middleware

import "net/http"

// Closing announces the end of the connection on every answer while draining reports true, so
// that clients send their next request to another server instead of losing it here.
func Closing(draining func() bool) Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := &closingWriter{ResponseWriter: w, draining: draining}
			next.ServeHTTP(c, r)
			c.announce() // a handler that wrote nothing is answered with the header as it is now
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
	if status >= 200 { // 1xx come before the answer
		c.announce()
	}
	c.ResponseWriter.WriteHeader(status)
}

// announce adds to the header of the answer, once and before it is sent.
func (c *closingWriter) announce() {
	if c.asked {
		return
	}
	c.asked = true
	if c.draining() {
		c.Header().Set("Connection", "close")
	}
}

// FlushError sends the header at least, so it is the last moment to add to it.
func (c *closingWriter) FlushError() error {
	c.announce()
	return http.NewResponseController(c.ResponseWriter).Flush()
}

func (c *closingWriter) Write(b []byte) (int, error) {
	if !c.asked {
		c.WriteHeader(http.StatusOK)
	}
	return c.ResponseWriter.Write(b)
}
