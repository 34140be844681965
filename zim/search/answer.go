package search

import (
	"github.com/openzim-mcp/openzim-mcp/zim/article"
	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// Want bounds an answer. The zero value takes the defaults.
type Want struct {
	Passages int // at most so many; 0 means as many as are needed, at most 5
}

// A Passage is a part of an article that answers a question.
type Passage struct {
	Hit            // the article; Match says how its title met the question, From which redirect did
	Part           // what of it
	Weak  bool     // it has little of what was asked for
	Also  []string // other archives that have the same article: editions, flavours and copies
	Score float64
	Doc   *article.Document // the page it is from

	Options []Option // of a disambiguation page whose title is the question, in its order; at most 12
}

// Reason says why an answer is empty or poor.
type Reason string

// Reasons. An answer without one is as good as can be told.
const (
	NoMatch    Reason = "no_match"          // nothing has any word of the question
	WeakMatch  Reason = "weak_match"        // passages have little of it
	NoWords    Reason = "no_words"          // the question has no words
	NoFullText Reason = "no_fulltext_index" // no archive searched has an index of its text; titles alone were looked at
	OutOfTime  Reason = "deadline"          // the search ended before it was done
)

// An Answer is what was found for a question.
type Answer struct {
	Passages []Passage // best first; never nil
	More     int       // passages that were good enough, and left out
	Reason   Reason    // "" when the answer is good
	Reading  string    // how operators in the question were read; "" when it had none
	Unknown  []string  // words of the question that nothing searched has; never nil

	Corrected []Correction // words that were searched in other spellings as well
	Spellings []string     // other spellings of the question that were not searched, but titles have

	Searched  int      // archives that were looked through
	Titles    []string // of these, those with no index of their text, by [library.Status.Ref], sorted; never nil
	Elsewhere []string // of these, those in languages of other scripts than the question's, which were searched by title only; never nil
	Failed    []string // archives that could not be read, sorted; never nil
	Late      []string // archives not finished in time, sorted; never nil

	// Archives describes those that were looked through, as they were then, by [library.Status.Ref].
	Archives map[string]library.Status
}
