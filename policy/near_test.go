package policy

import (
	"errors"
	"math"
	"testing"
)

func TestParseNear(t *testing.T) {
	for text, want := range map[string]Near{
		"52.52,13.40,5km":        {52.52, 13.40, 5000},
		" 52.52 , 13.4 , 5 km ":  {52.52, 13.4, 5000},
		"-33.9,+151.2,250m":      {-33.9, 151.2, 250},
		"90,-180,20000km":        {90, -180, 20_000_000},
		"0,0,1m":                 {0, 0, 1},
		".5,-.25,1.5KM":          {0.5, -0.25, 1500},
		"48.858222,2.2945,0.5km": {48.858222, 2.2945, 500},
	} {
		if got, err := ParseNear(text); err != nil || got != want {
			t.Errorf("%q: got %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "52.52", "52.52,13.40", "52.52,13.40,5km,1", "52,52,13,40,5km", "91,0,5km", "-90.01,0,5km", "0,180.5,5km", "0,0,0m",
		"0,0,-5km", "0,0,20001km", "0,0,5", "0,0,5mi", "0,0,km", "1e1,0,5km", "0x1,0,5km", "NaN,0,5km", "Inf,0,5km", "0,0,1e3m", "N52,13,5km", "52°,13°,5km",
		"0,0,5km\x00", "\xff,0,5km", "1..5,0,5km", "--1,0,5km"} {
		_, err := ParseNear(text)
		var p *Error
		if !errors.As(err, &p) || p.Field != "near" {
			t.Errorf("%q: got %v, want an error of near", text, err)
		}
	}
}

func FuzzParseNear(f *testing.F) {
	f.Add("52.52,13.40,5km")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseNear(s)
		if err == nil && (math.Abs(n.Latitude) > 90 || math.Abs(n.Longitude) > 180 || !(n.Metres >= 1 && n.Metres <= mostMetres)) {
			t.Errorf("%q: %+v", s, n)
		}
	})
}
