package search

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// almanac are titles of many kinds: words, names, symbols, other scripts, some like others.
var almanac = []string{
	"Photosynthesis", "Biology", "Theology", "Septicemia", "Constantinople", "Kierkegaard", "Restaurant", "Onomatopoeia", "Serendipity",
	"Lighthouse of Brest", "The Lighthouse", "Harbour", "Harbourmaster", "History of Iran", "History of Iraq", "Vitamin C", "Vitamin D",
	"Symphony No. 5", "Symphony No. 9", "Georgia on My Mind", "Hit the Road Jack", "War and Peace", "A Man and His Soul", "Ohm's law", "Plato's cave",
	"Python 3.10", "Python 3.11", "CREATE SUBSCRIPTION", "SPI_getrelname", "git-revert(1)", "C++", "C#", "ConcurrentHashMap", "Login",
	"Königsberg", "Straßburg", "Überlingen", "Crème brûlée", "São Tomé", "Москва", "Фотосинтез", "Достоевский", "Αθήνα", "Φωτοσύνθεση", "ירושלים",
	"الرياض", "भारत", "서울특별시", "東京", "Big Rapids, Michigan", "Northern lights", "Wavelength",
}

// almanacs are archives of these titles: one with an index of its text, one with nothing but its lists.
func almanacs(t *testing.T) map[string]*Engine {
	t.Helper()
	c := corpus{language: "eng"}
	bare := zimtest.Archive{Minor: 1, Metadata: map[string]string{"Language": "eng"}}
	for _, title := range almanac {
		c.pages = append(c.pages, titledPage{title, "<p>" + title + " has a page in this book."})
		bare.Entries = append(bare.Entries, zimtest.Page("C/"+strings.ReplaceAll(title, " ", "_"), title, "<p>It has a page in this book."))
	}
	bare.Entries = append(bare.Entries, zimtest.Redirect("C/Byzantium", "C/Constantinople"), zimtest.Redirect("C/Aurora_borealis", "C/Northern_lights"))
	return map[string]*Engine{
		"with an index of texts": open(t, map[string]zimtest.Archive{"a": c.archive(t)}),
		"with lists of titles":   open(t, map[string]zimtest.Archive{"a": bare}),
	}
}

// Words that nothing has lead to those that were meant, in any script, and the answer says so.
func TestMisspeltTitles(t *testing.T) {
	engines := almanacs(t)
	for _, tt := range []struct{ query, want string }{
		// one letter left out, added, replaced, swapped with its neighbour
		{"photosythesis", "Photosynthesis"}, {"photosynnthesis", "Photosynthesis"}, {"photosynthasis", "Photosynthesis"}, {"phtoosynthesis", "Photosynthesis"},
		{"bilogy", "Biology"}, {"tell me about bilogy.", "Biology"}, {"What is septicaemia?", "Septicemia"}, {"resturant", "Restaurant"},
		{"onomatopea", "Onomatopoeia"}, {"serendipety", "Serendipity"}, {"constantinopel", "Constantinople"},
		// two
		{"fotosynthesis", "Photosynthesis"}, {"kirkegard", "Kierkegaard"}, {"constantinpole", "Constantinople"}, {"restuarnat", "Restaurant"},
		// the first letter
		{"hotosynthesis", "Photosynthesis"}, {"estaurant", "Restaurant"}, {"Xonstantinople", "Constantinople"},
		// titles of several words, each with an error, or words run together and torn apart
		{"lighthose of brst", "Lighthouse of Brest"}, {"Georgria on My Mnd", "Georgia on My Mind"}, {"Hit the Raod Jakc", "Hit the Road Jack"},
		{"A Man and Hiz Sooul", "A Man and His Soul"}, {"wra and paece", "War and Peace"}, {"northernlights", "Northern lights"},
		{"wave length", "Wavelength"}, {"harbour master", "Harbourmaster"}, {"big rapidz michigann", "Big Rapids, Michigan"},
		{"photo-synthesis", "Photosynthesis"}, {"photo synthesis", "Photosynthesis"}, {"log in", "Login"},
		{"concurrent hash map", "ConcurrentHashMap"},
		// possessives
		{"Kierkegard's", "Kierkegaard"}, {"Photosythesis's", "Photosynthesis"}, {"Ohms law", "Ohm's law"}, {"ohm's lwa", "Ohm's law"}, {"Platos cave", "Plato's cave"}, {"Plato’s caev", "Plato's cave"},
		// symbols
		{"CREjATE SUBSCRIPTION", "CREATE SUBSCRIPTION"}, {"SPI_getrelnmae", "SPI_getrelname"}, {"git-revret(1)", "git-revert(1)"},
		// accents, and other scripts
		{"konigsberg", "Königsberg"}, {"Königsbreg", "Königsberg"}, {"strasburg", "Straßburg"}, {"uberlingn", "Überlingen"}, {"creme brulle", "Crème brûlée"},
		{"sao tmoe", "São Tomé"}, {"Мсоква", "Москва"}, {"фотосинтэз", "Фотосинтез"}, {"Достаевский", "Достоевский"}, {"αθηνα", "Αθήνα"},
		{"Φωτοσυνθεσι", "Φωτοσύνθεση"}, {"ירושלם", "ירושלים"}, {"الرياظ", "الرياض"},
		// without an error
		{"c++", "C++"}, {"C#", "C#"}, {"vitamin d", "Vitamin D"}, {"symphony no 9", "Symphony No. 9"}, {"python 3.11", "Python 3.11"}, {"東京", "東京"},
		{"the lighthouse", "The Lighthouse"}, {"history of iraq", "History of Iraq"}, {"THEOLOGY", "Theology"},
	} {
		for name, e := range engines {
			a := answer(t, e, tt.query, Want{})
			if len(a.Passages) == 0 || a.Passages[0].Title != tt.want {
				got := []string{}
				for _, p := range a.Passages {
					got = append(got, p.Title)
				}
				t.Errorf("%s: %q: got %q, corrected %v, other spellings %q, want %s first", name, tt.query, got, a.Corrected, a.Spellings, tt.want)
			}
		}
	}
}

// What the archives have is not taken for something else, nor are numbers, nor is what is like nothing.
func TestNothingIsCorrectedWithoutNeed(t *testing.T) {
	for name, e := range almanacs(t) {
		for _, query := range []string{"Biology", "theology", "History of Iran", "Vitamin C", "Python 3.10", "harbour", "Symphony No. 5", "東京", "xqzvwk", "Ohm's law", "12345"} {
			if a := answer(t, e, query, Want{}); len(a.Corrected) > 0 || len(a.Spellings) > 0 {
				t.Errorf("%s: %q: searched also %v, offered %q", name, query, a.Corrected, a.Spellings)
			}
		}
		for query, not := range map[string]string{"Symphony No. 7": "Symphony No. 9", "Python 3.12": "Python 3.11", "Vitamin E": "Vitamin C"} {
			if a := answer(t, e, query, Want{}); len(a.Passages) > 0 && a.Passages[0].Match <= Folded {
				t.Errorf("%s: %q was taken for %q, %s at least", name, query, a.Passages[0].Title, not)
			}
		}
	}
}

func TestCorrectionsAreSaid(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{"a": corpus{language: "eng", pages: []titledPage{
		town("Brest", "The lighthouse of the harbour is old."), town("Photosynthesis", "How leaves live of light."), town("Other", "Nothing of that.")}}.archive(t)})
	for query, want := range map[string][]Correction{
		"old lighthuose":                   {{Word: "lighthuose", As: []string{"lighthouse"}}},
		"photosythesis of leaves":          {{Word: "photosythesis", As: []string{"photosynthesis"}}},
		"photosythesis and the lighthuose": {{Word: "photosythesis", As: []string{"photosynthesis"}}, {Word: "lighthuose", As: []string{"lighthouse"}}},
		"old lighthouse":                   nil,
	} {
		if d := cmp.Diff(want, answer(t, e, query, Want{}).Corrected); d != "" {
			t.Errorf("%s: (-want +got)\n%s", query, d)
		}
	}
	if a := answer(t, e, "lighthuose", Want{}); slices.Contains(a.Unknown, "lighthuose") {
		t.Errorf("a word that was corrected is called unknown: %q", a.Unknown)
	}
}

// A word that one archive has is not corrected in another, and the spellings of all are summed.
func TestSpellingOverSeveralArchives(t *testing.T) {
	e := open(t, map[string]zimtest.Archive{
		"a": corpus{language: "eng", pages: []titledPage{town("Harbour", "Ships lie here."), town("One", "x")}}.archive(t),
		"b": corpus{language: "eng", pages: []titledPage{town("Harbor", "Boats lie here."), town("Two", "y")}}.archive(t),
	})
	if a := answer(t, e, "harbor", Want{}); len(a.Corrected) > 0 {
		t.Errorf("got %v", a.Corrected)
	}
	a := answer(t, e, "harbuor", Want{})
	if d := cmp.Diff([]Correction{{Word: "harbuor", As: []string{"harbor", "harbour"}}}, a.Corrected); d != "" || len(a.Passages) != 2 {
		t.Errorf("%d passages, (-want +got)\n%s", len(a.Passages), d)
	}
	if a := answer(t, e, "harbor", Want{}, "a"); len(a.Corrected) != 1 {
		t.Errorf("alone, the archive that has another spelling: %+v", a.Corrected)
	}
}

func TestWithoutPossessive(t *testing.T) {
	for word, want := range map[string]string{"plato's": "plato", "plato’s": "plato", "achilles'": "achilles", "l'arbre": "arbre", "dell'arte": "arte", "what'd": "what'd", "o'brien": "brien", "ohm": "ohm", "'": ""} {
		if got := withoutPossessive(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// A stem that was found is shown as a word that ends as the one asked for.
func TestGrownStems(t *testing.T) {
	st := newStems("eng")
	for _, tt := range []struct{ found, word, want string }{
		{"photosynthesi", "photosythesis", "photosynthesis"}, {"septicem", "septicemia", "septicemic"}, {"except", "excpetion", "exception"}, {"restaur", "restuarants", "restaurants"},
	} {
		if got, ok := st.grown(tt.found, tt.word, st.of(tt.word)); !ok || st.of(got) != tt.found {
			t.Errorf("%s for %s: got %q (%s), %v; want one like %s", tt.found, tt.word, got, st.of(got), ok, tt.want)
		}
	}
}

// A search whose time is up ends, whatever it looks for.
func TestSpellingEndsWithTheContext(t *testing.T) {
	for name, e := range almanacs(t) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := e.Ask(ctx, "photosythesis bilogy restuarant", nil, Want{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestJoints(t *testing.T) {
	for query, want := range map[string][]string{
		"photo-synthesis": {"photosynthesis"},
		"hash map java":   {"hashmap", "hashmapjava", "mapjava"},
		"a 12 b":          nil,
		"who was the first man that walked on the moon-base in space": {"moonbase"},
	} {
		var got []string
		for _, j := range joints(readQuestion(query)) {
			got = append(got, j.text)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", query, d)
		}
	}
}
