package policy

import (
	"strconv"
	"strings"
)

// A Near is a circle on Earth.
type Near struct {
	Latitude  float64 // degrees of its middle, -90 to 90
	Longitude float64 // degrees, -180 to 180
	Metres    float64 // from there, 1 to 20,000,000
}

// mostMetres is about half of the way around the Earth.
const mostMetres = 20_000_000

// nearForm is what errors name as right.
const nearForm = "latitude,longitude,distance, as in 52.52,13.40,5km"

// ParseNear reads "latitude,longitude,distance".
//
// Rules: three parts with commas between them, spaces around them do not count; degrees as decimal numbers with a point, north
// and east positive, within ±90 and ±180; a distance from 1 m to 20,000 km with its unit, m or km. Exponents, hexadecimal
// numbers and the like are refused.
//
// It does NOT check that anything is there.
func ParseNear(s string) (Near, error) {
	if err := checkText("near", s, 200); err != nil {
		return Near{}, err
	}
	parts := strings.Split(s, ",")
	if len(parts) != 3 {
		return Near{}, refuse("near", "must have three parts", nearForm)
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	var n Near
	var ok bool
	if n.Latitude, ok = decimal(parts[0]); !ok || n.Latitude < -90 || n.Latitude > 90 {
		return Near{}, refuse("near", "begins with no latitude from -90 to 90", nearForm)
	}
	if n.Longitude, ok = decimal(parts[1]); !ok || n.Longitude < -180 || n.Longitude > 180 {
		return Near{}, refuse("near", "has no longitude from -180 to 180", nearForm)
	}
	if n.Metres, ok = metres(parts[2]); !ok || n.Metres < 1 || n.Metres > mostMetres {
		return Near{}, refuse("near", "ends with no distance from 1m to 20000km", nearForm)
	}
	return n, nil
}

// metres reads a distance with its unit.
func metres(s string) (float64, bool) {
	s = lowerASCII(s)
	unit := 1.0
	number, ok := strings.CutSuffix(s, "km")
	if ok {
		unit = 1000
	} else if number, ok = strings.CutSuffix(s, "m"); !ok {
		return 0, false
	}
	v, ok := decimal(strings.TrimRight(number, " "))
	return v * unit, ok
}

// decimal reads digits with a sign and a point, at most 24 characters.
func decimal(s string) (float64, bool) {
	if s == "" || len(s) > 24 || strings.Trim(s, "+-.0123456789") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}
