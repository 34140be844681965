package middleware

import "net/http"

// recorder remembers what was answered. One request uses it, so it needs no lock beyond the one
// that whoever writes from several goroutines holds already.
type recorder struct {
	http.ResponseWriter
	status int   // 0 until the header is written
	bytes  int64 // of the body, as handed on
	notes  []any // key and value in turn, for the access line
}

// Unwrap lets [http.ResponseController] reach the writer below.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 { // 1xx come before the answer
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// FlushError sends what there is, the header at least: from then on an answer has begun.
func (r *recorder) FlushError() error {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return http.NewResponseController(r.ResponseWriter).Flush()
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}
