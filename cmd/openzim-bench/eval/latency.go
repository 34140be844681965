package eval

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A Latency is how long calls of search took, in milliseconds.
type Latency struct {
	Archive string  `json:"archive"`
	Clients int     `json:"clients"` // at once, each with a session of its own
	Calls   int     `json:"calls"`
	Failed  int     `json:"failed"`
	P50     float64 `json:"p50_ms"`
	P95     float64 `json:"p95_ms"`
	P99     float64 `json:"p99_ms"`
	Max     float64 `json:"max_ms"`
	CPU     float64 `json:"cpu_ms"` // of the server, all threads, per call
	PerSec  float64 `json:"per_second"`
}

// Times asks the queries with default arguments, each of clients taking the next one, and measures the calls from the
// client's side. Ask once before, unmeasured, for warm figures.
func Times(ctx context.Context, srv *Server, clients []*Client, queries []string) (Latency, error) {
	l := Latency{Clients: len(clients), Calls: len(queries)}
	took := make([]float64, len(queries))
	failed := make([]bool, len(queries))
	before, err := srv.CPU()
	if err != nil {
		return l, err
	}
	next := make(chan int)
	var wg sync.WaitGroup
	start := time.Now()
	for _, c := range clients {
		wg.Go(func() {
			for i := range next {
				t := time.Now()
				call, err := c.Search(ctx, queries[i], "")
				took[i] = float64(time.Since(t)) / 1e6
				failed[i] = err != nil || call.Reply.Failed
			}
		})
	}
	for i := range queries {
		next <- i
	}
	close(next)
	wg.Wait()
	all := time.Since(start)
	after, err := srv.CPU()
	if err != nil || ctx.Err() != nil || len(queries) == 0 {
		return l, fmt.Errorf("latency of %d calls: %w", len(queries), firstError(err, ctx.Err()))
	}
	for _, f := range failed {
		l.Failed += int(truth(f))
	}
	l.P50, l.P95, l.P99, l.Max = Quantile(took, .5), Quantile(took, .95), Quantile(took, .99), Quantile(took, 1)
	l.CPU = float64(after-before) / 1e6 / float64(len(queries))
	l.PerSec = float64(len(queries)) / all.Seconds()
	return l, nil
}

func firstError(errs ...error) error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return fmt.Errorf("no queries")
}
