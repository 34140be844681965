package search

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/policy"
)

// scattered are places at random, some with a harbour, and pages that are nowhere. The coordinates are by title.
func scattered(seed uint64, n int) (corpus, map[string][2]float64) {
	r := rand.New(rand.NewPCG(seed, 7))
	c := corpus{language: "eng"}
	at := map[string][2]float64{}
	for i := range n {
		title := fmt.Sprintf("Town %d of %d", i, seed)
		html := "<p>A town in the hills.</p>"
		if i%3 == 0 {
			html = "<p>A town with a harbour" + strings.Repeat(", and another harbour", i%4) + ".</p>"
		}
		if i%5 != 4 {
			lat, lon := math.Round((r.Float64()*180-90)*1e4)/1e4, math.Round((r.Float64()*360-180)*1e4)/1e4
			if i%2 == 0 { // a cluster around one place, across the line where degrees turn over
				lat, lon = math.Round((50+r.NormFloat64())*1e4)/1e4, math.Round(math.Remainder(179.5+r.NormFloat64(), 360)*1e4)/1e4
			}
			at[title] = [2]float64{lat, lon}
			html = fmt.Sprintf(`<meta name="geo.position" content="%.4f;%.4f">`, lat, lon) + html
		}
		c.pages = append(c.pages, titledPage{title, html})
	}
	return c, at
}

// metres is the great-circle distance by the law of cosines, which is another formula than the product's.
func metres(a [2]float64, n policy.Near) float64 {
	rad := math.Pi / 180
	x := math.Sin(a[0]*rad)*math.Sin(n.Latitude*rad) + math.Cos(a[0]*rad)*math.Cos(n.Latitude*rad)*math.Cos((a[1]-n.Longitude)*rad)
	return 6372797.6 * math.Acos(min(max(x, -1), 1))
}

// Places are those that lie in the circle, the nearest first, in archives that libzim wrote.
func TestPlaces(t *testing.T) {
	one, at := scattered(1, 120)
	two, more := scattered(2, 60)
	for title, p := range more {
		at[title] = p
	}
	nowhere := corpus{language: "eng", pages: []titledPage{{"Nowhere", "<p>A harbour without a place.</p>"}}}
	e := libzimEngine(t, map[string]corpus{"one": one, "two": two, "nowhere": nowhere})
	for _, near := range []policy.Near{{Latitude: 50, Longitude: 179.5, Metres: 50_000}, {Latitude: 50, Longitude: -179.9, Metres: 300_000}, {Latitude: 90, Metres: 4_000_000},
		{Latitude: -30, Longitude: 20, Metres: 5_000_000}, {Metres: 20_000_000}, {Latitude: 50, Longitude: 179.5, Metres: 1}} {
		for _, word := range []string{"", "harbour", "zeppelin"} {
			var want []string
			for _, c := range []corpus{one, two} {
				for _, p := range c.pages {
					if xy, ok := at[p.title]; ok && metres(xy, near) <= near.Metres && (word == "" || strings.Contains(p.html, word)) {
						want = append(want, p.title)
					}
				}
			}
			got, err := e.Places(t.Context(), near, word, nil, 1000)
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for _, p := range got.List {
				titles = append(titles, p.Title)
				if d := metres(at[p.Title], near); math.Abs(d-p.Metres) > 60 { // indexes know places to some 30 m
					t.Errorf("%v: %s is %.0f m away, reported are %.0f", near, p.Title, d, p.Metres)
				}
				if math.Abs(p.Latitude-at[p.Title][0]) > 1e-3 || math.Abs(math.Remainder(p.Longitude-at[p.Title][1], 360)) > 1e-3 || math.Abs(p.Longitude) > 180 {
					t.Errorf("%s is at %v, %v; want %v", p.Title, p.Latitude, p.Longitude, at[p.Title])
				}
			}
			if word == "" && !slices.IsSortedFunc(got.List, func(a, b Place) int { return cmp.Compare(a.Metres, b.Metres) }) {
				t.Errorf("%v: not the nearest first", near)
			}
			if word != "" && !slices.IsSortedFunc(got.List, func(a, b Place) int { return cmp.Compare(b.Score, a.Score) }) {
				t.Errorf("%v: not the best first", near)
			}
			slices.Sort(titles)
			slices.Sort(want)
			if diff := gocmp.Diff(want, titles); diff != "" || got.All != len(want) || got.Searched != 3 {
				t.Errorf("%v with %q: %d of %d, %d searched (-want +got):\n%s", near, word, len(titles), got.All, got.Searched, diff)
			}
			if !slices.Equal(got.With, []string{"one", "two"}) || !slices.Equal(got.Without, []string{"nowhere"}) {
				t.Errorf("with positions %v, without %v", got.With, got.Without)
			}
			few, err := e.Places(t.Context(), near, word, nil, 3)
			if diff := gocmp.Diff(got.List[:min(3, len(got.List))], few.List, gocmp.Comparer(func(a, b Place) bool { return a.Path == b.Path && a.Metres == b.Metres })); diff != "" || err != nil || few.All != got.All {
				t.Errorf("%v with %q: the first three (-want +got):\n%s %v", near, word, diff, err)
			}
		}
	}
	if one, err := e.Places(t.Context(), policy.Near{Latitude: 50, Longitude: 179.5, Metres: 1e6}, "", []string{"two"}, 10); err != nil || len(one.List) == 0 || one.Searched != 1 {
		t.Errorf("in one archive: %+v, %v", one, err)
	}
}

// Places of the same words stand as libzim's own search has them: by the words, whatever the distance.
func TestPlacesBesideLibzim(t *testing.T) {
	c, _ := scattered(3, 100)
	e := libzimEngine(t, map[string]corpus{"one": c})
	a, release, err := e.lib.Acquire("one")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	compat := NewCompat(a, nil)
	near := policy.Near{Latitude: 50, Longitude: 179, Metres: 1_000_000}
	want, err := compat.FullTextIn(t.Context(), "harbour", CompatArea{near.Latitude, near.Longitude, near.Metres}, CompatRange{Limit: 1000})
	if err != nil || len(want.Hits) < 5 {
		t.Fatalf("%d hits, %v", len(want.Hits), err)
	}
	got, err := e.Places(t.Context(), near, "harbour", nil, 1000)
	if err != nil {
		t.Fatal(err)
	}
	x, y := []string{}, []string{}
	for _, h := range want.Hits {
		x = append(x, h.Path)
	}
	for _, p := range got.List {
		y = append(y, p.Path)
	}
	slices.Sort(x)
	slices.Sort(y)
	if diff := gocmp.Diff(x, y); diff != "" {
		t.Errorf("-libzim +ours:\n%s", diff)
	}
}

func TestPlacesOfArchivesWithoutAnIndex(t *testing.T) {
	e := open(t, library2())
	p, err := e.Places(t.Context(), policy.Near{Metres: 1e6}, "", nil, 10)
	if err != nil || len(p.List) != 0 || len(p.With) != 0 || len(p.Without) != 2 {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := e.Places(t.Context(), policy.Near{Metres: 1e6}, "", []string{"none"}, 10); err == nil {
		t.Error("an unknown archive was searched")
	}
}
