package search

import (
	"cmp"
	"math"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/match"
)

// A box holds every place that is not farther away than so many metres, and some more: to
// look at it is cheaper than to compute a distance.
type box struct {
	south, north float64 // degrees
	middle, half float64 // of longitude
}

// degreeMetres is less than a degree of latitude is long, so that boxes are never too small.
const degreeMetres = 111_000

// around returns the box around a place. Where it reaches a pole it goes all around.
func around(p match.Place, metres float64) box {
	d := metres / degreeMetres
	b := box{south: p.Latitude - d, north: p.Latitude + d, middle: p.Longitude, half: 180}
	widest := max(math.Abs(b.south), math.Abs(b.north))
	if widest < 89 { // the parallel that is nearest to a pole is the shortest
		b.half = min(d/math.Cos(widest*math.Pi/180), 180)
	}
	return b
}

// holds reports whether a place is in the box.
func (b box) holds(p match.Place) bool {
	if p.Latitude < b.south || p.Latitude > b.north {
		return false
	}
	return math.Abs(math.Remainder(p.Longitude-b.middle, 360)) <= b.half
}

// nearest keeps the limit nearest documents.
type nearest struct {
	limit int
	list  []nearby
}

func compareNearby(a, b nearby) int {
	return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(a.doc, b.doc))
}

// add takes a document. When twice as many as wanted are held, the farther half goes.
func (n *nearest) add(d nearby) {
	if n.limit <= 0 {
		return
	}
	n.list = append(n.list, d)
	if len(n.list) >= 2*n.limit {
		n.list = n.sorted()
	}
}

func (n *nearest) sorted() []nearby {
	slices.SortFunc(n.list, compareNearby)
	return n.list[:min(len(n.list), max(n.limit, 0))]
}
