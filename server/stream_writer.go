package server

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// streamWriter carries an event stream: each write has a time limit, none applies while the
// stream is idle, and a comment is written when it has been idle for long, so that proxies and
// clients know it to be alive. Safe for concurrent use.
type streamWriter struct {
	http.ResponseWriter
	rc      *http.ResponseController
	timeout time.Duration

	mu      sync.Mutex
	last    time.Time // of the latest write
	started bool      // as an event stream: a refusal in JSON gets no comments
}

func newStreamWriter(w http.ResponseWriter, timeout time.Duration) *streamWriter {
	s := &streamWriter{ResponseWriter: w, rc: http.NewResponseController(w), timeout: timeout}
	s.rc.SetWriteDeadline(time.Time{}) // the server's WriteTimeout would end the stream
	return s
}

// Unwrap lets [http.ResponseController] reach the writer below.
func (s *streamWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *streamWriter) WriteHeader(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ResponseWriter.WriteHeader(code)
}

func (s *streamWriter) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started {
		s.started = strings.HasPrefix(s.Header().Get("Content-Type"), "text/event-stream")
	}
	s.last = time.Now()
	defer s.limit()()
	return s.ResponseWriter.Write(b)
}

// Flush sends what has been written.
func (s *streamWriter) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.limit()()
	s.rc.Flush() // a failed flush shows in the next write
}

// limit sets the deadline of one write and returns what lifts it again.
func (s *streamWriter) limit() (lift func()) {
	s.rc.SetWriteDeadline(time.Now().Add(s.timeout))
	return func() { s.rc.SetWriteDeadline(time.Time{}) }
}

// keepAlive starts the comments and returns the function that ends them and waits for that.
func (s *streamWriter) keepAlive(every time.Duration) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				s.comment(every)
			}
		}
	}()
	return func() { close(done); <-ended }
}

// comment writes a comment if nothing else has been written for a while.
func (s *streamWriter) comment(idle time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started || time.Since(s.last) < idle {
		return
	}
	defer s.limit()()
	io.WriteString(s.ResponseWriter, ":\n\n") // a client that has gone ends the stream by its context
	s.rc.Flush()
}
