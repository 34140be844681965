package policy

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseScope(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []ScopePart
	}{
		{"an archive", "wikipedia_en_all", []ScopePart{{Name: "wikipedia_en_all"}}},
		{"an edition", "wikipedia_en_all@2026-02", []ScopePart{{Name: "wikipedia_en_all", Edition: "2026-02"}}},
		{"an address", "zim://Music.zim/", []ScopePart{{Name: "music"}}},
		{"several", "music, recipes ,,Sea.zim", []ScopePart{{Name: "music"}, {Name: "recipes"}, {Name: "sea"}}},
		{"in quotes", `"music, sea"`, []ScopePart{{Name: "music"}, {Name: "sea"}}},
		{"a language", "lang:FR", []ScopePart{{Kind: ScopeLanguage, Value: "fr"}}},
		{"a language by name", "LANG: Français", []ScopePart{{Kind: ScopeLanguage, Value: "français"}}},
		{"a kind", "kind:StackExchange", []ScopePart{{Kind: ScopeKindOf, Value: "stackexchange"}}},
		{"a collection", "collection:Medicine", []ScopePart{{Kind: ScopeCollection, Name: "medicine"}}},
		{"all sorts", "lang:de,kind:manual,collection:a,b", []ScopePart{{Kind: ScopeLanguage, Value: "de"}, {Kind: ScopeKindOf, Value: "manual"}, {Kind: ScopeCollection, Name: "a"}, {Name: "b"}}},
	} {
		got, err := ParseScope(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}

func TestScopeRefused(t *testing.T) {
	for _, tt := range []struct{ name, in, reason, near string }{
		{"nothing", " , ,", "is empty", ""},
		{"no language", "lang:", "has nothing fit behind lang:", ""},
		{"a language of signs", "lang:f/r", "has nothing fit behind lang:", ""},
		{"a language without end", "lang:" + strings.Repeat("x", 65), "has nothing fit behind lang:", ""},
		{"no collection", "collection:", "is empty", ""},
		{"another word", "kinds:manual", "has an unknown word before a colon", "kind"},
		{"another language", "language:fr", "has an unknown word before a colon", "lang"},
		{"not a name", "music,../etc", "is not an archive name", ""},
		{"not a date", "music@now", "has an edition that is not a date", ""},
		{"too many", strings.Repeat("a,", MaxScopeParts+1), "names too many things", ""},
		{"too long", strings.Repeat("a", maxScopeBytes+1), "is too long, in bytes", ""},
	} {
		_, err := ParseScope(tt.in)
		var e *Error
		if !errors.As(err, &e) || e.Field != "archive" || e.Reason != tt.reason || tt.near != "" && !cmp.Equal(e.DidYouMean, []string{tt.near}) {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}

func TestParseCollection(t *testing.T) {
	name, parts, err := ParseCollection("Medicine = wikem mdwiki_en@2026-01, lang:fr")
	want := []ScopePart{{Name: "wikem"}, {Name: "mdwiki_en", Edition: "2026-01"}, {Kind: ScopeLanguage, Value: "fr"}}
	if name != "medicine" || err != nil || !cmp.Equal(parts, want) {
		t.Errorf("got %s %v, %v", name, parts, err)
	}
	for _, in := range []string{"", "medicine", "medicine=", "=wikem", "a/b=wikem", "medicine=x/y", "medicine=collection:other"} {
		if _, _, err := ParseCollection(in); err == nil {
			t.Errorf("%q: accepted", in)
		}
	}
}

// Whatever is sent as a scope is refused with the field or read, and what is read has what its kind needs.
func FuzzParseScope(f *testing.F) {
	for _, s := range []string{"a,b", "lang:fr", "kind:x", "collection:a,zim://b", "\xff:", `"(a)"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts, err := ParseScope(s)
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Field == "") || err == nil && (len(parts) == 0 || len(parts) > MaxScopeParts) {
			t.Fatalf("%q: %v %v", s, parts, err)
		}
		for _, p := range parts {
			if (p.Kind == ScopeArchive || p.Kind == ScopeCollection) != isName(string(p.Name)) || p.Name == "" && p.Value == "" {
				t.Fatalf("%q: %+v", s, p)
			}
		}
	})
}
