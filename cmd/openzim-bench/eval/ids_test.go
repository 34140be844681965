package eval

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseID(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     ID
	}{
		{"path", "wiki/Ray_Charles", ID{Archive: "wiki", Path: "Ray_Charles"}},
		{"anchor", "wiki/Ray_Charles#Death", ID{Archive: "wiki", Path: "Ray_Charles", Anchor: "Death"}},
		{"anchor and block", "wiki/A#b~12", ID{Archive: "wiki", Path: "A", Anchor: "b", Block: 12}},
		{"block alone", "wiki/A#~3", ID{Archive: "wiki", Path: "A", Block: 3}},
		{"an anchor may have a tilde", "wiki/A#b~c", ID{Archive: "wiki", Path: "A", Anchor: "b~c"}},
		{"an anchor that ends like a block is encoded", "wiki/A#b%7E12", ID{Archive: "wiki", Path: "A", Anchor: "b~12"}},
		{"edition", "wiki@2026-02/A", ID{Archive: "wiki", Edition: "2026-02", Path: "A"}},
		{"pinned", "wiki/A?v=cda207ae#x", ID{Archive: "wiki", Path: "A", Anchor: "x"}},
		{"encoded characters", "wiki/C%23_100%25_What%3F_a%20b", ID{Archive: "wiki", Path: "C#_100%_What?_a b"}},
		{"parentheses, slashes and raw letters", "wiki/Ä/b_(c)", ID{Archive: "wiki", Path: "Ä/b_(c)"}},
		{"bytes", "wiki/%ff", ID{Archive: "wiki", Path: "\xff"}},
		{"URI", "zim://wiki/%C3%84", ID{Archive: "wiki", Path: "Ä"}},
		{"wrong encoding is kept", "wiki/50%_a%zz", ID{Archive: "wiki", Path: "50%_a%zz"}},
		{"main page", "wiki/", ID{Archive: "wiki"}},
		{"no id", "wiki", ID{Archive: "wiki"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(ParseID(tt.in), tt.want); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
}

func TestDocOf(t *testing.T) {
	made := WorldOf(nil, Archive{Name: "a", Pages: []Document{{ID: "en/Oxygen"}, {ID: "git/x.html"}}})
	label := WorldOfFile("/srv/small.zim")
	for _, tt := range []struct {
		name string
		w    World
		in   string
		want string
	}{
		{"article without its language", made, "a/Oxygen#p2", "en/Oxygen"},
		{"page with its origin", made, "a/git/x.html", "git/x.html"},
		{"edition does not matter", made, "a@2026-01/Oxygen", "en/Oxygen"},
		{"unknown", made, "b/Oxygen", "b/Oxygen"},
		{"one archive under another name", label, "python-docs/library/os.html#os.open", "small/library/os.html"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.w.DocOf(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"wiki@2026-02/A?v=1#b~12", "zim://a/%C3%84", "#~", "/%", "a/b#~99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id := ParseID(s)
		if id.Block < 0 {
			t.Errorf("block is %d", id.Block)
		}
	})
}

func FuzzParseText(f *testing.F) {
	f.Add("x\n\n[1] A (b/c)\ntext\n\n[2] D > E (f/g(h))\n-- end")
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range ParseText(s) {
			if p.ID == "" || utf8.ValidString(s) && !utf8.ValidString(p.Text) {
				t.Errorf("passage %+v", p)
			}
		}
	})
}
