package eval

import "context"

// Where a reader gives up.
const (
	capCalls  = 10
	capTokens = 20000
)

// A Trace is what a reader read until it met the answer.
type Trace struct {
	Found  bool
	Tokens int // of all replies up to and including the one with the answer, and of the arguments; capTokens when not found
	Calls  int
	Failed int // calls that ended in an error or an empty reply
}

// read opens what the first reply offers, up to open passages with all their pages, until an answer occurs in a reply.
func read(ctx context.Context, by Asker, q Question, first Call, open int) Trace {
	var t Trace
	if t.take(q, first) {
		return t
	}
	for _, p := range first.Reply.Passages[:min(open, len(first.Reply.Passages))] {
		cursor := ""
		for {
			if t.Calls >= capCalls || t.Tokens >= capTokens {
				return t.gaveUp()
			}
			c, err := by.Fetch(ctx, p.ID, cursor)
			if err != nil {
				t.Calls++
				t.Failed++
				break
			}
			if t.take(q, c) {
				return t
			}
			if cursor = c.Reply.Cursor; cursor == "" {
				break
			}
		}
	}
	return t.gaveUp()
}

// take adds a call and reports whether its reply holds an answer within the cap.
func (t *Trace) take(q Question, c Call) bool {
	t.Calls++
	t.Tokens += tokensOf(c.Arguments) + tokensOf(c.Reply.Text)
	if c.Reply.Failed || c.Reply.Text == "" {
		t.Failed++
	}
	t.Found = !c.Reply.Failed && t.Tokens <= capTokens && holdsAny(c.Reply.Text, q.Answers, q.Lang)
	return t.Found
}

// gaveUp counts a failure at the cap, whatever was read.
func (t Trace) gaveUp() Trace {
	t.Tokens = capTokens
	return t
}

// budgets are where success against tokens is looked at.
var budgets = []float64{250, 500, 1000, 2000, 4000, 8000}

// Area is the mean, over the budgets, of the share of traces that found the answer within it.
func Area(tokens []float64) float64 {
	if len(tokens) == 0 {
		return 0
	}
	sum := 0.0
	for _, b := range budgets {
		for _, t := range tokens {
			if t <= b {
				sum++
			}
		}
	}
	return sum / float64(len(budgets)*len(tokens))
}
