package fidelity

// A Metric is one promise.
type Metric int

// The metrics, in the order in which they are printed.
const (
	Recall Metric = iota
	Precision
	Bare // precision where what the form calls for counts as right: alts of images, cells in each row they reach, labels
	Cell
	Row
	Math
	Code
	Heading
	Anchor
	LinkRecall
	Alt
	ListDepth
	Pair
	Metrics int = iota
)

var metricNames = [Metrics]string{"recall", "precision", "precision-form", "cell", "row", "math", "code", "heading", "anchor",
	"link", "alt", "list", "pair"}

// String returns the metric's name in reports.
func (m Metric) String() string { return metricNames[m] }

// A Share counts what was found of what was there.
type Share struct {
	Hit int `json:"hit"`
	All int `json:"all"`
}

// Percent is 100 times the share, and 100 when there was nothing.
func (s Share) Percent() float64 {
	if s.All == 0 {
		return 100
	}
	return 100 * float64(s.Hit) / float64(s.All)
}

// A Miss is something that was not found.
type Miss struct {
	Metric Metric
	What   string
}

// A Score is how well one text tells its page, or many theirs.
type Score struct {
	Shares [Metrics]Share
	Leaks  int    // runs of furniture that came through
	Misses []Miss // what was missing, at most MaxMisses for each metric
	Leaked []string
}

// MaxMisses bounds how many misses of a metric a score keeps.
const MaxMisses = 12

// Count counts one more thing for m, and keeps what when it was not found.
func (s *Score) Count(m Metric, found bool, what string) {
	s.Shares[m].All++
	if found {
		s.Shares[m].Hit++
		return
	}
	if missed := s.Shares[m].All - s.Shares[m].Hit; missed <= MaxMisses {
		s.Misses = append(s.Misses, Miss{m, brief(what)})
	}
}

// Add adds the numbers of t, not its misses.
func (s *Score) Add(t *Score) {
	for i := range s.Shares {
		s.Shares[i].Hit += t.Shares[i].Hit
		s.Shares[i].All += t.Shares[i].All
	}
	s.Leaks += t.Leaks
}
