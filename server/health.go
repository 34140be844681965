package server

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

const (
	healthEvery    = 2 * time.Second // between looks at the archives
	healthMaxAge   = 5 * time.Second // of a state that is still believed
	healthArchives = 64              // archives looked at in one round; the next round goes on from there
	canaryTries    = 3               // entries, before an archive counts as unreadable
)

// Reasons for not being ready.
const (
	notStarted   = "starting"
	notStale     = "stale"      // the archives were not looked at in time: a disk may hang
	notOpen      = "no_archive" // none is open
	notReadable  = "unreadable" // none of those open could be read
	notWhileLeft = "draining"
)

// health answers probes from a state that one goroutine keeps fresh, so that asking costs
// nothing, whoever asks. Safe for concurrent use.
type health struct {
	lib      *library.Library
	state    atomic.Pointer[healthState]
	draining atomic.Bool
	next     int // archive the next round begins with; only run touches it
}

type healthState struct {
	at             time.Time
	open, readable int // archives: open in all, and read from in this round
}

// run looks at the archives until ctx ends.
func (h *health) run(ctx context.Context) {
	t := time.NewTicker(healthEvery)
	defer t.Stop()
	for {
		h.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// look reads one entry of each archive, of at most healthArchives in one round.
func (h *health) look(ctx context.Context) {
	var names []string
	for _, st := range h.lib.All() {
		if st.Served {
			names = append(names, st.Ref())
		}
	}
	s := &healthState{open: len(names)}
	for range min(len(names), healthArchives) {
		h.next = (h.next + 1) % len(names)
		if h.canary(ctx, names[h.next]) {
			s.readable++
		}
	}
	s.at = time.Now()
	h.state.Store(s)
}

// canary reports whether an entry of the archive can be read. Which one is left to chance: the
// same one would come from memory, and one damaged entry is not a damaged archive. The library
// hears of failures, and takes the archive out of service or opens it anew.
func (h *health) canary(ctx context.Context, name string) bool {
	a, release, err := h.lib.Acquire(name)
	if err != nil {
		return false // taken away since; the next round knows
	}
	defer release()
	n := a.Info().Entries
	for range canaryTries {
		if n == 0 {
			return false
		}
		_, err := a.Entry(ctx, rand.Uint32N(n))
		if err == nil {
			return true
		}
		h.lib.ReportError(name, err)
	}
	return false
}

// notReady returns why requests should go elsewhere; none when they may come.
func (h *health) notReady(now time.Time) []string {
	reasons := []string{}
	if h.draining.Load() {
		reasons = append(reasons, notWhileLeft)
	}
	switch s := h.state.Load(); {
	case s == nil:
		reasons = append(reasons, notStarted)
	case now.Sub(s.at) > healthMaxAge:
		reasons = append(reasons, notStale)
	case s.open == 0:
		reasons = append(reasons, notOpen)
	case s.readable == 0:
		reasons = append(reasons, notReadable)
	}
	return reasons
}

// livez answers while the process can: no lock, no work.
func livez(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Live bool `json:"live"`
	}{true})
}

// readyz answers 200 when an archive is open and could be read a moment ago, else 503 with the
// reasons.
func (h *health) readyz(w http.ResponseWriter, _ *http.Request) {
	reasons := h.notReady(time.Now())
	status := http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, struct {
		Ready   bool     `json:"ready"`
		Reasons []string `json:"reasons"`
	}{len(reasons) == 0, reasons})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // the client may have gone; nothing is left to tell it
}
