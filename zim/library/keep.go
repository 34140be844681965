package library

import "time"

// A report is a failed read of an open archive.
type report struct {
	key key
	gen *generation // in which it failed: a report about one that was replaced meanwhile says nothing of the new one
	err error
}

// ReportError tells that a read of the archive called name failed with err. It returns at once; what follows happens
// in the background. Errors that say nothing of the file (not found, cancelled, too large …) are ignored.
//
// When the file was cut or overwritten since it was opened, it is opened anew within a second, or quarantined.
// Otherwise three errors of the system, or reads that came up short, within a minute quarantine it for a minute,
// after which it is opened anew. A damaged entry or cluster never does, or whoever asks for three of them would take
// the sound rest from everybody: the archive is [Status.Degraded] from then on, and [Library.Damages] tells.
func (l *Library) ReportError(name string, err error) {
	if !blamesFile(err) {
		return
	}
	n, lookupErr := l.lookup(name)
	if lookupErr != nil || n.gen == nil || n.root == staticRoot {
		return
	}
	select {
	case l.reports <- report{n.key, n.gen, err}:
	default: // 64 are waiting: this one adds nothing
	}
}

// keep looks after files that fail, until Close. Failures are its own: no lock guards them, and they are forgotten with
// the archive's next change.
func (l *Library) keep() {
	failures := make(map[key][]failure)
	for {
		timer := time.NewTimer(l.untilRetry())
		select {
		case <-l.ctx.Done():
			timer.Stop()
			return
		case r := <-l.reports:
			l.judge(r, failures)
		case <-l.wake: // when to try again may have changed
		case <-timer.C:
			l.refresh(l.ctx, none) // plan finds what is due; an error is the end of l.ctx
		}
		timer.Stop()
	}
}

// untilRetry returns how long nothing needs to be tried again.
func (l *Library) untilRetry() time.Duration {
	wait := time.Hour
	if s := l.current.Load(); s != nil {
		for _, n := range s.all {
			if !n.retry.at.IsZero() {
				wait = min(wait, n.retry.at.Sub(l.timing.now()))
			}
		}
	}
	return max(wait, l.timing.pause) // a directory that cannot be read leaves its files due
}

// A failure is one bad read that counts.
type failure struct {
	at    time.Time
	place string // where a read came up short, which counts once however often it is asked for; "" for errors of the system
}

// judge acts on a report. Whether the file changed is asked first, since bytes of another file look like damage.
func (l *Library) judge(r report, failures map[key][]failure) {
	n := l.fileOf(r.key)
	if n == nil || n.gen != r.gen {
		delete(failures, r.key)
		return // it has been opened anew since
	}
	if changed, err := r.gen.archive.Changed(); changed || err != nil {
		delete(failures, r.key)
		l.refresh(l.ctx, func(f *file) bool { return f.key == r.key })
		return
	}
	if inside(r.err) {
		l.degrade(n, r.err, false)
		return
	}
	failures[r.key] = l.count(failures[r.key], r.err)
	if len(failures[r.key]) >= l.timing.failures {
		delete(failures, r.key)
		l.quarantine(r)
	}
}

// fileOf returns the file under k in the current set, or nil.
func (l *Library) fileOf(k key) *named {
	s := l.current.Load()
	if s == nil {
		return nil
	}
	for _, n := range s.all {
		if n.key == k {
			return n
		}
	}
	return nil
}

// count adds err to the failures of the last minute, unless its place is among them.
func (l *Library) count(list []failure, err error) []failure {
	now := l.timing.now()
	place := placeOf(err)
	kept := list[:0]
	for _, f := range list {
		if now.Sub(f.at) < l.timing.window && (place == "" || f.place != place) {
			kept = append(kept, f)
		}
	}
	return append(kept, failure{now, place})
}

// quarantine takes an archive out of service for a while. Calls under way finish on it.
func (l *Library) quarantine(r report) {
	if l.take(l.ctx) != nil {
		return
	}
	defer l.give()
	old := l.files[r.key]
	if old == nil || old.gen != r.gen {
		return
	}
	files := make(map[key]*file, len(l.files))
	for k, f := range l.files {
		files[k] = f
	}
	q := *old
	q.gen, q.fault = nil, &Fault{Reason: ReadFailures, Cause: r.err}
	q.retry = retry{at: l.timing.now().Add(l.timing.quarantine)}
	files[r.key] = &q
	l.install(files, false)
}
