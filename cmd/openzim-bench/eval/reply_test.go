package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseText(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []Shown
	}{
		{"titles alone", "e1 2026-01\n\n[1] Oxygen (e1/Oxygen)\n[2] Oxygen tank (e1/Oxygen_tank)", []Shown{
			{ID: "e1/Oxygen", Title: "Oxygen"}, {ID: "e1/Oxygen_tank", Title: "Oxygen tank"}}},
		{"passages", "w 2026-02, CC BY-SA 4.0\n\n[1] Ray > Death (w/Ray#Death)\nHe died.\n\nIn 2004.\n\n[2] Ray > Life (w/Ray#Life)\nBorn.\n\n-- 3 more with limit=8", []Shown{
			{ID: "w/Ray#Death", Title: "Ray > Death", Text: "He died.\n\nIn 2004."}, {ID: "w/Ray#Life", Title: "Ray > Life", Text: "Born."}}},
		{"id with parentheses", "[1] Mercury (planet) (w/Mercury_(planet)#Orbit_(long)~3)\nx", []Shown{
			{ID: "w/Mercury_(planet)#Orbit_(long)~3", Title: "Mercury (planet)", Text: "x"}}},
		{"redirect", "[1] Ray Charles (from \"Ray Robinson\") > Life (w/R)\nx", []Shown{{ID: "w/R", Title: "Ray Charles > Life", From: "Ray Robinson", Text: "x"}}},
		{"weak", "no good match for \"x\"\n\n[1] weak: A (w/A)\nx", []Shown{{ID: "w/A", Title: "A", Weak: true, Text: "x"}}},
		{"disambiguation", "[1] Mercury (disambiguation page) (w/Mercury)\n- Mercury (planet): nearest (w/Mercury_(planet))", []Shown{
			{ID: "w/Mercury", Title: "Mercury", Ambiguous: true, Text: "- Mercury (planet): nearest (w/Mercury_(planet))"}}},
		{"a number that is not the next opens nothing", "[1] A (w/A)\nas in\n[7] Book (x/y)\nend", []Shown{{ID: "w/A", Title: "A", Text: "as in\n[7] Book (x/y)\nend"}}},
		{"escaped lines are text", "[1] A (w/A)\n\\[2] B (w/B)\n\\-- end", []Shown{{ID: "w/A", Title: "A", Text: "\\[2] B (w/B)\n\\-- end"}}},
		{"nothing", "nothing found for \"x\" in 3 archives\n\n-- did you mean: y", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(ParseText(tt.in), tt.want); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
}

func TestParseReply(t *testing.T) {
	text := "w\n\n[1] A (w/A)\nx"
	for _, tt := range []struct {
		name, text, data string
		failed           bool
		want             func(Reply) bool
	}{
		{"structured part agrees", text, `{"results":[{"id":"w/A","title":"A","text":"x"}]}`, false,
			func(r Reply) bool { return !r.Differs && len(r.Passages) == 1 && !r.None }},
		{"structured part has other text", text, `{"results":[{"id":"w/A","title":"A","text":"y"}]}`, false,
			func(r Reply) bool { return r.Differs && r.Passages[0].Text == "y" }},
		{"structured part has fewer", text, `{"results":[]}`, false, func(r Reply) bool { return r.Differs && len(r.Passages) == 0 && r.None }},
		{"without structured part", text, "", false, func(r Reply) bool { return len(r.Passages) == 1 && r.Passages[0].Text == "x" }},
		{"structured part of another server", text, `[1,2]`, false, func(r Reply) bool { return len(r.Passages) == 1 }},
		{"weak by reason", text, `{"results":[{"id":"w/A","title":"A","text":"x"}],"reason":"weak_match"}`, false, func(r Reply) bool { return r.None }},
		{"all weak", text, `{"results":[{"id":"w/A","title":"A","text":"x","weak":true}]}`, false, func(r Reply) bool { return r.None }},
		{"one of two weak", text, `{"results":[{"id":"w/A","weak":true},{"id":"w/B"}]}`, false, func(r Reply) bool { return !r.None }},
		{"partial is not none", text, `{"results":[{"id":"w/A","title":"A","text":"x"}],"reason":"partial"}`, false, func(r Reply) bool { return !r.None }},
		{"said in the text", "no good match for \"q\"\n\n" + text, "", false, func(r Reply) bool { return r.None }},
		{"a passage that quotes us", "[1] A (w/A)\nwe found nothing found for it", "", false, func(r Reply) bool { return !r.None }},
		{"error", "query is too long", "", true, func(r Reply) bool { return !r.None && r.Failed }},
		{"suggestions", "-- did you mean: y", `{"results":[],"suggest":["w/y"]}`, false, func(r Reply) bool { return r.Offers && r.None }},
		{"options", "x", `{"results":[],"kind":"disambiguation","options":[{}]}`, false, func(r Reply) bool { return r.Ambiguous }},
		{"cursor of the text", "# A\ntext\n\n-- next_cursor: abc", "", false, func(r Reply) bool { return r.Cursor == "abc" }},
		{"cursor of the data", "x", `{"next_cursor":"def"}`, false, func(r Reply) bool { return r.Cursor == "def" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if r := ParseReply(tt.text, []byte(tt.data), tt.failed); !tt.want(r) {
				t.Errorf("got %+v", r)
			}
		})
	}
}
