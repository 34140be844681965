package search

import "github.com/openzim-mcp/openzim-mcp/zim/internal/match"

// When a passage is told to be poor. Measured on questions whose article is there, of which one in a hundred is told so, and
// on such whose article is not, of which nine in ten are.
const (
	weakStrength  = 1.0
	weakCoverage  = 0.3  // of the weight of the question: below, a passage is poor whatever else it has
	wordStrength  = 0.33 // of a word covered that only one document has
	lackingMost   = 1    // words that are nowhere
	likelyDoubt   = 0.3  // of what a word that is nowhere would weigh, where it is one error away from another one
	unlikelyDoubt = 1.0  // the same where it is two away
)

// weak reports that a passage has little of the question.
func (s *asking) weak(x *scored) bool {
	if s.found[x.source].exact {
		return false
	}
	if len(s.q.words) == 1 && len(x.counts) == 1 && x.counts[0] == 0 { // it has but pieces of the word
		return true
	}
	known := s.knowledge()
	return x.covered < float64(weakCoverage*known) || s.strength(x) < float64(weakStrength*known) || s.lacking(x) > lackingMost && (known == 1 || s.having(x) <= 1)
}

// knowledge is how far the archives can tell what they lack, 0 to 1: in a few articles most words of any question are rare or
// nowhere.
func (s *asking) knowledge() float64 {
	if s.stats.docs == 0 {
		return 1
	}
	return min(1, float64(match.Ln(1+float64(s.stats.docs))/match.Ln(1+knowing)))
}

// knowing is how many articles tell what is rare.
const knowing = 1000

// lacking is how many words of the question are nowhere, and nothing like them is in a passage. They may be names, and all
// that is asked for.
func (s *asking) lacking(x *scored) (n int) {
	for i, w := range s.q.words {
		if w.nowhere && (x.counts[i] == 0 || w.share() < oneEdit) {
			n++
		}
	}
	return n
}

// having is how many words of the question a passage has.
func (s *asking) having(x *scored) (n int) {
	for i := range s.q.words {
		if x.counts[i] > 0 {
			n++
		}
	}
	return n
}

// strength is how much speaks for a passage: its score and the weight of the words of the question that it has, both less
// where words were taken for others.
func (s *asking) strength(x *scored) float64 {
	covered := float64(x.covered * s.pool.total)
	return float64(x.score*s.certainty()) + float64(wordStrength*covered/s.unique())
}

// unique is what a word weighs that nothing has: as much as one can.
func (s *asking) unique() float64 { return max(rarity(float64(s.stats.docs), 0), leastIDF) }

// certainty is the part of the question's weight that is of words as they were asked for. One that is nowhere weighs as much
// as a word can: when it is a name, all depends on it, and a common word that is like it says nothing.
func (s *asking) certainty() float64 {
	all := s.pool.total
	for i, w := range s.q.words {
		if !w.nowhere || len(w.forms) == 0 || w.joined {
			continue
		}
		doubt := unlikelyDoubt
		if w.share() >= oneEdit {
			doubt = likelyDoubt
		}
		all += float64(doubt * max(s.unique()-s.pool.idf[i], 0))
	}
	if all <= 0 {
		return 1
	}
	return s.pool.total / all
}
