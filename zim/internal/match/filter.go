package match

import (
	"bytes"
	"encoding/binary"
	"math"
)

// FilterValue matches where q does and keep agrees with the document's value, which is nil if
// it has none. It adds no weight. The query is of one search, as v is.
func FilterValue(q *Query, v Values, keep func(value []byte) bool) *Query {
	f := Filter(q, func(doc uint32) bool { return keep(v.Value(doc)) })
	f.values = v
	return f
}

// InRange keeps values from low to high in the order of bytes, both included. An empty high
// is no bound.
func InRange(low, high []byte) func(value []byte) bool {
	return func(value []byte) bool {
		return value != nil && bytes.Compare(value, low) >= 0 && (len(high) == 0 || bytes.Compare(value, high) <= 0)
	}
}

// A Place is a point on Earth, in degrees.
type Place struct {
	Latitude  float64 // -90 to 90
	Longitude float64 // -180 to 360
}

// WithinDistance keeps places at most so many metres away from one.
func WithinDistance(from Place, metres float64) func(value []byte) bool {
	return func(value []byte) bool {
		at, ok := DecodePlace(value)
		return ok && from.Distance(at) <= metres
	}
}

// DecodePlace reads a place as indexes store it: in degrees, minutes, seconds and sixteenths
// of these. Bytes at the end may be missing, down to two of six.
func DecodePlace(value []byte) (p Place, ok bool) {
	if len(value) < 2 || len(value) > 6 {
		return Place{}, false
	}
	var b [6]byte
	copy(b[:], value)
	degrees := binary.BigEndian.Uint16(b[:])
	lat, lon := float64(degrees%181), float64(degrees/181)
	part := func(minutes, seconds, sixteenths byte) float64 {
		return (float64(minutes) + (float64(seconds)+float64(float64(sixteenths)/16))/60) / 60
	}
	lat += part(b[2]>>4*4+b[3]>>6, b[3]>>2&3*15+b[4]>>4, b[5]>>4)
	lon += part(b[2]&15*4+b[3]>>4&3, b[3]&3*15+b[4]&15, b[5]&15)
	if lat > 180 || lon >= 361 {
		return Place{}, false
	}
	return Place{lat - 90, lon}, true
}

const earthRadius = 6372797.6 // metres, as Xapian has it

// Distance returns the metres between two places along a great circle.
func (p Place) Distance(q Place) float64 {
	const radian = math.Pi / 180
	lat := math.Sin((q.Latitude - p.Latitude) * radian / 2)
	lon := math.Sin((q.Longitude - p.Longitude) * radian / 2)
	h := float64(lat*lat) + float64(math.Cos(p.Latitude*radian)*math.Cos(q.Latitude*radian)*lon*lon)
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}
