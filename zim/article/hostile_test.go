package article

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Pages that are made to cost more than they are long: each stays within its limits and says what was cut.
func TestHostilePages(t *testing.T) {
	rep := strings.Repeat
	for _, tt := range []struct {
		name, page string
		cut        Cut
	}{
		{"50 MB", rep("<p>some words of a long page</p>\n", 50<<20/32), CutBytes},
		{"100,000 nested elements", "<p>some" + rep("<div>", 100_000) + "deep", CutTree},
		{"a million cells", "<p>some</p><table><tr><th>a<th>b" + rep("<tr>"+rep("<td>1", 100), 3000) + "</table>", CutTable},
		{"a million cells by tags", "<p>some</p><table>" + rep("<tr>"+rep("<td>1", 100), 10_000) + "</table>", CutTree},
		{"nested bold around a break", "<p>some" + rep("<b>", 22) + "a<br>b", ""},
		{"400 nested quotations", "<p>some</p>" + rep("<blockquote>a", 400) + rep("<p>x", 10_000), ""},
		{"span bomb", "<p>some</p><table>" + rep("<tr>"+rep("<td colspan=200 rowspan=200>xxxxxxxxxx", 20), 100) + "</table>", CutTable},
		{"400,000 tags", "<p>some" + rep("<i>", 400_001), CutTree},
		{"unclosed bold", "<p>some" + rep("<b><p></p>", 20_000), CutTree},
		{"items", "<p>some" + rep("<li>x", 50_000), ""},
		{"100,000 attributes", "<p>some<p " + rep("a=b ", 100_000) + ">x", ""},
		{"equal links", "<p>some" + rep("<a href=x>y</a> ", 100_000), ""},
		{"links in one code", "<p>some <code>" + rep("<a href=x>y</a>", 20_000) + "</code>", ""},
		{"citations", "<div class=mw-parser-output><p>some" + rep(`<sup class=reference><a href="#n">1</a></sup>`, 50_000), ""},
		{"references", "<div class=mw-parser-output><p>some<ol class=references>" + rep("<li>x", 50_000), ""},
		{"headings of answers", "<div data-questionid=1><p>some" + rep("<div class=answer>x</div>", 20_000), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, read := range []func(page []byte) (*Document, error){
				func(p []byte) (*Document, error) { return Parse(t.Context(), p, nil) },
				func(p []byte) (*Document, error) { return Text(t.Context(), p, nil) },
			} {
				d, err := read([]byte(tt.page))
				if err != nil {
					t.Fatal(err)
				}
				checkDocument(t, d)
				text := d.Markdown(View{Links: true}, d.Whole())
				if n := min(len(tt.page), 8<<20); len(text) > 5*n+128<<10 || !utf8.ValidString(text) || !strings.HasPrefix(text, "some") {
					t.Errorf("%d bytes of %d: %.40q", len(text), len(tt.page), text)
				}
			}
			if d, _ := Parse(t.Context(), []byte(tt.page), nil); d.Cut != tt.cut {
				t.Errorf("cut %q, want %q", d.Cut, tt.cut)
			}
		})
	}
}
