package eval

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Runner asks sets of questions.
type Runner struct {
	By       Asker
	Parallel int  // questions at once; below 1 means 1
	Quick    bool // no readers, no citations: first replies only
	Log      func(msg string)
}

// readers are those that TTG is measured for, with how many passages each opens.
var readers = []struct {
	name string
	open int
}{{"A1", 0}, {"A2", 1}, {"A3", 3}}

// A running is one set under way.
type running struct {
	*Runner
	set       Set
	citations citations
	forms     atomic.Int64 // replies whose two forms differ
	calls     atomic.Int64
	failed    atomic.Int64 // calls that ended in an error or empty
}

// Run asks every question of the set and scores the replies. It ends early with an error only when ctx does: a call that
// fails counts against the server.
func (r *Runner) Run(ctx context.Context, s Set) (*Result, error) {
	start := time.Now()
	run := &running{Runner: r, set: s, citations: citations{texts: map[string]*opened{}}}
	if s.Probes != nil {
		return run.probes(ctx, start)
	}
	records := make([]Record, len(s.Questions))
	next := make(chan int)
	var wg sync.WaitGroup
	for range max(1, r.Parallel) {
		wg.Go(func() {
			for i := range next {
				records[i] = run.ask(ctx, s.Questions[i])
			}
		})
	}
	for i := range s.Questions {
		if r.Log != nil && i > 0 && i%200 == 0 {
			r.Log(fmt.Sprintf("%s: %d of %d", s.Name, i, len(s.Questions)))
		}
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	res := Score(s, records)
	res.Seconds = time.Since(start).Seconds()
	res.FormsDiffer = int(run.forms.Load())
	res.Calls, res.CallsFailed = int(run.calls.Load()), int(run.failed.Load())
	res.Citations, res.CitationsOpen, res.BrokenCitations = run.citations.sum()
	return res, nil
}

// ask asks one question and follows the readers.
func (r *running) ask(ctx context.Context, q Question) Record {
	rec := Record{ID: q.ID, Query: q.Query, Results: []Passage{}, extra: map[string]float64{}}
	call, err := r.By.Search(ctx, q.Query, q.Archive)
	r.count(call, err)
	if err != nil {
		rec.Error = err.Error()
		call.Reply.Failed = true
	} else if call.Reply.Failed {
		rec.Error = call.Reply.Text
	}
	rec.Reply = call.Reply.Text
	if call.Reply.Differs {
		r.forms.Add(1)
	}
	if !call.Reply.Failed {
		for _, p := range call.Reply.Passages {
			rec.Results = append(rec.Results, Passage{Doc: r.set.World.DocOf(p.ID), Text: p.Text, ID: p.ID, Title: p.Title})
		}
	}
	r.cost(&rec, call)
	rec.extra[None] = truth(call.Reply.None)
	if len(q.Answers) > 0 {
		rec.extra[Seen] = truth(!call.Reply.Failed && holdsAny(call.Reply.Text, q.Answers, q.Lang))
	}
	if r.set.Readers && !r.Quick && !q.NoAnswer {
		r.follow(ctx, q, &rec, call)
		for _, p := range call.Reply.Passages {
			r.citations.check(ctx, r, p)
		}
	}
	return rec
}

// cost measures the first reply.
func (r *running) cost(rec *Record, call Call) {
	n, err := CountTokens(call.Reply.Text)
	if err != nil {
		return // the vocabularies were loaded before the run began
	}
	rec.extra[Size] = float64(n.O200k)
	if call.MaxTokens > 0 {
		rec.extra[Budget] = float64(max(n.O200k, n.Cl100k)) / float64(call.MaxTokens)
	}
	if call.Reply.Structured != "" {
		rec.extra["structured"] = float64(tokensOf(call.Reply.Structured))
	}
}

// follow runs the readers. The last of them gives the record's tokens and calls.
func (r *running) follow(ctx context.Context, q Question, rec *Record, first Call) {
	if first.Reply.Failed {
		first.Reply.Passages = nil
	}
	for _, reader := range readers {
		t := read(ctx, r.By, q, first, reader.open)
		rec.extra[TTG+" "+reader.name], rec.extra[Calls+" "+reader.name] = float64(t.Tokens), float64(t.Calls)
		rec.extra["found "+reader.name] = truth(t.Found)
		rec.Tokens, rec.Calls = float64(t.Tokens), float64(t.Calls)
		if reader.open == 3 {
			r.calls.Add(int64(t.Calls - 1)) // the search was counted
			r.failed.Add(int64(t.Failed) - int64(truth(first.Reply.Failed || first.Reply.Text == "")))
		}
	}
}

func (r *running) count(c Call, err error) {
	r.calls.Add(1)
	if err != nil || c.Reply.Failed || c.Reply.Text == "" {
		r.failed.Add(1)
	}
}

// citations opens the ids of passages, each once.
type citations struct {
	mu     sync.Mutex
	texts  map[string]*opened
	all    int
	good   int
	broken []string // ids, the first few
}

// opened is what fetch shows for an id.
type opened struct {
	once sync.Once
	text string // with folded white space
}

// mostBroken is how many broken citations are named.
const mostBroken = 20

// check opens a passage's id and looks for the passage in the text. Passages without text are titles, which open or not
// elsewhere.
func (c *citations) check(ctx context.Context, r *running, p Shown) {
	if strings.TrimSpace(p.Text) == "" {
		return
	}
	c.mu.Lock()
	o := c.texts[p.ID]
	if o == nil {
		o = &opened{}
		c.texts[p.ID] = o
	}
	c.mu.Unlock()
	var unable bool
	o.once.Do(func() {
		call, err := r.By.Fetch(ctx, p.ID, "")
		unable = errors.Is(err, ErrNoFetch)
		if err == nil && !call.Reply.Failed {
			o.text = foldSpace(call.Reply.Text)
		}
	})
	if unable {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all++
	if strings.Contains(o.text, foldSpace(p.Text)) {
		c.good++
	} else if len(c.broken) < mostBroken {
		c.broken = append(c.broken, p.ID)
	}
}

func (c *citations) sum() (all, good int, broken []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all, c.good, c.broken
}
