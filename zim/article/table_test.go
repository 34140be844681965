package article

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// textOf is the whole of a page as Markdown.
func textOf(t testing.TB, page string) string {
	t.Helper()
	d := parse(t, page)
	checkDocument(t, d)
	return d.Text(d.Whole())
}

// row is a page and its text; lines of want are given one by one, so that a table reads as a table.
type row struct {
	name, page string
	want       []string
}

func checkRows(t *testing.T, rows []row) {
	t.Helper()
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Join(tt.want, "\n"), textOf(t, tt.page)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestDataTables(t *testing.T) {
	checkRows(t, []row{
		{"one header row", `<table><tr><th>a<th>b<tr><td>1<td>2</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|1|2|",
		}},
		{"a header row in thead, rows in two bodies and a foot", `<table><thead><tr><th>a<th>b</thead><tbody><tr><td>1<td>2</tbody><tbody><tr><td>3<td>4</tbody><tfoot><tr><td>5<td>6</tfoot></table>`, []string{
			"|a|b|",
			"|-|-|",
			"|1|2|",
			"|3|4|",
			"|5|6|",
		}},
		{"header rows are joined column by column", `<table><tr><th rowspan=2>Year<th colspan=2>Votes<tr><th>for<th>against<tr><td>1990<td>10<td>20</table>`, []string{
			"|Year|Votes for|Votes against|",
			"|-|-|-|",
			"|1990|10|20|",
		}},
		{"header cells at the left are cells", `<table><tr><th>a<th>b<tr><th>x<td>1<tr><th>y<td>2</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|x|1|",
			"|y|2|",
		}},
		{"a table without header cells has its first row as head", `<table><tr><td>a<td>b<tr><td>1<td>2</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|1|2|",
		}},
		{"only header cells", `<table><tr><th>a<th>b</table>`, []string{
			"|a|b|",
			"|-|-|",
		}},
		{"a span over rows says its text in each", `<table><tr><th>a<th>b<tr><td rowspan=3>x<td>1<tr><td>2<tr><td>3<tr><td>y<td>4</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|x|1|",
			"|x|2|",
			"|x|3|",
			"|y|4|",
		}},
		{"a span over columns says it once", `<table><tr><th>a<th>b<th>c<tr><td colspan=3>note<tr><td>1<td>2<td>3</table>`, []string{
			"|a|b|c|",
			"|-|-|-|",
			"|note|||",
			"|1|2|3|",
		}},
		{"spans both ways", `<table><tr><th>a<th>b<th>c<tr><td rowspan=2 colspan=2>x<td>1<tr><td>2<tr><td>p<td>q<td>3</table>`, []string{
			"|a|b|c|",
			"|-|-|-|",
			"|x||1|",
			"|x||2|",
			"|p|q|3|",
		}},
		{"a span that meets another", `<table><tr><th>a<th>b<th>c<tr><td>1<td rowspan=2>x<td>2<tr><td>3<td>4</table>`, []string{
			"|a|b|c|",
			"|-|-|-|",
			"|1|x|2|",
			"|3|x|4|",
		}},
		{"a span past the end of the table", `<table><tr><th>a<th>b<tr><td rowspan=99>x<td>1</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|x|1|",
		}},
		{"spans that are no numbers", `<table><tr><th>a<th>b<tr><td colspan="0">1<td rowspan="-3">2<tr><td colspan="x">3<td rowspan="">4</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|1|2|",
			"|3|4|",
		}},
		{"rows of unequal length", `<table><tr><th>a<th>b<th>c<tr><td>1<tr><td>1<td>2<td>3<td>4</table>`, []string{
			"|a|b|c||",
			"|-|-|-|-|",
			"|1||||",
			"|1|2|3|4|",
		}},
		{"markup and line ends in cells", `<table><tr><th>a<th>b<tr><td><b>x</b><br>y<td><code>p|q</code> <a href=U>l</a></table>`, []string{
			"|a|b|",
			"|-|-|",
			"|**x**; y|`p\\|q` l|",
		}},
		{"a list, a heading and code in cells", `<table><tr><th>a<th>b<tr><td><ol><li>x<li>y</ol><td><h3>H</h3><pre>c
d</pre></table>`, []string{
			"|a|b|",
			"|-|-|",
			"|x; y|**H**; `c⏎d`|",
		}},
		{"a table in a cell joins it", `<table><tr><th>a<th>b<tr><td><table><tr><td>1<td>2<tr><td>3<td>4</table><td>z</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|1; 2; 3; 4|z|",
		}},
		{"hidden cells keep their column, hidden rows vanish", `<table><tr><th>a<th>b<th>c<tr><td>1<td style="display:none">secret<td>3<tr style="display:none"><td>secret<td>s<td>s<tr><td>4<td>5<td>6</table>`, []string{
			"|a|b|c|",
			"|-|-|-|",
			"|1||3|",
			"|4|5|6|",
		}},
		{"formulas in cells stay in their line", `<table><tr><th>a<th>b<tr><td><math display=block alttext="x^2"></math><td>1</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|$x^2$|1|",
		}},
		{"caption with markup", `<table><caption>The <i>first</i></caption><tr><th>a<th>b<tr><td>1<td>2</table>`, []string{
			"**The *first***",
			"",
			"|a|b|",
			"|-|-|",
			"|1|2|",
		}},
		{"empty tables are nothing", `<p>x<table><tr><th><th></table><table></table><table><caption></caption></table>y`, []string{
			"x",
			"",
			"y",
		}},
		{"text between two tables", `<table><tr><th>a<th>b<tr><td>1<td>2</table>mid<table><tr><th>c<th>d<tr><td>3<td>4</table>`, []string{
			"|a|b|",
			"|-|-|",
			"|1|2|",
			"",
			"mid",
			"",
			"|c|d|",
			"|-|-|",
			"|3|4|",
		}},
	})
}

// Tables that only place things are read as what they place.
func TestLayoutTables(t *testing.T) {
	checkRows(t, []row{
		{"marked so", `<table role=presentation><tr><th>a<th>b<tr><td>1<td>2</table>`, []string{"a", "", "b", "", "1", "", "2"}},
		{"one column", `<table><tr><td>a<tr><td>b</table>`, []string{"a", "", "b"}},
		{"one column with a header is data", `<table><tr><th>a<tr><td>b</table>`, []string{"|a|", "|-|", "|b|"}},
		{"headings in the cells", `<table><tr><td><h2 id=x>X</h2>text<td>side</table>`, []string{"## X {#x}", "", "text", "", "side"}},
		{"a table within", `<table><tr><td>menu<td><table><tr><th>a<th>b<tr><td>1<td>2</table></table>`, []string{
			"menu",
			"",
			"|a|b|",
			"|-|-|",
			"|1|2|",
		}},
		{"columns of lists", `<table><tr><td><ul><li>a<li>b</ul><td><ul><li>c</ul></table>`, []string{"- a", "- b", "- c"}},
		{"lists in rows are data", `<table><tr><td>k<td><ul><li>a</ul><tr><td>l<td>b</table>`, []string{"|k|a|", "|-|-|", "|l|b|"}},
		{"code within", "<table class=highlighttable><tr><td>1\n2<td><pre>a()\nb()</pre></table>", []string{"1 2", "", "```", "a()", "b()", "```"}},
	})
}

func TestInfoboxes(t *testing.T) {
	for _, class := range []string{"infobox", "infobox vcard", "infobox_v2", "taxobox", "infobox biota", "biota", "ib-company", "vcard"} {
		got := textOf(t, `<table class="`+class+`"><tr><th colspan=2>Name</th><tr><th>Born<td>1930<tr><th>• Area:<td>5 km<td></table>`)
		if want := "- Name\n- Born: 1930\n- Born, Area: 5 km"; got != want && class != "vcard" { // three columns wide: of a vcard too many
			t.Errorf("%s: got %q, want %q", class, got, want)
		}
	}
	checkRows(t, []row{
		{"the title of the page is not said twice", `<h1>Ray</h1><table class=infobox><tr><th colspan=2>Ray<tr><th>Born<td>1930</table>`, []string{"- Born: 1930"}},
		{"lists in a value", `<table class=infobox><tr><th>Genres<td><ul><li>Soul<li>Jazz</ul></table>`, []string{"- Genres: Soul; Jazz"}},
		{"several values", `<table class=infobox><tr><th>Size<td>1 m<td>3 ft</table>`, []string{"- Size: 1 m; 3 ft"}},
		{"rows without text", `<table class=infobox><tr><td><img src=x.png><tr><th>a<td>b<tr><th><td></table>`, []string{"- a: b"}},
		{"a wide vcard is a table", `<table class=vcard><tr><th>a<th>b<th>c<tr><td>1<td>2<td>3</table>`, []string{"|a|b|c|", "|-|-|-|", "|1|2|3|"}},
	})
}

// A table that passes a limit is cut and the document says so; what stands is whole rows.
func TestTableLimits(t *testing.T) {
	page := "<table><tr><th>a<th>b" + strings.Repeat("<tr><td>1<td>2", 100) + "</table><p>after</p>"
	for name, tt := range map[string]struct {
		lim  Limits
		page string
		rows int // of data
		cut  Cut
	}{
		"as it is":  {Limits{}, page, 100, ""},
		"cells":     {Limits{TableCells: 20}, page, 9, CutTable},
		"columns":   {Limits{TableCols: 1}, page, 100, CutTable},
		"span bomb": {Limits{}, "<table><tr><th>a<th>b<tr><td rowspan=1000 colspan=1000>x" + strings.Repeat("<tr><td>y", 5) + "</table><p>after</p>", 6, CutTable},
	} {
		d, err := Parse(t.Context(), []byte(tt.page), &Options{Limits: tt.lim})
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, b := range d.Blocks {
			if b.Kind == Row {
				rows++
				if !strings.HasPrefix(b.Text, "|") || !strings.HasSuffix(b.Text, "|") {
					t.Errorf("%s: row %q", name, b.Text)
				}
			}
		}
		if rows != tt.rows || d.Cut != tt.cut {
			t.Errorf("%s: %d rows, cut %q; want %d, %q", name, rows, d.Cut, tt.rows, tt.cut)
		}
		if !strings.HasSuffix(d.Text(d.Whole()), "\n\nafter") {
			t.Errorf("%s: what follows the table is lost", name)
		}
	}
}

// A page that begins inside a table repeats its header, so that a row can be read by itself.
func TestPagesRepeatTheHeader(t *testing.T) {
	d := parse(t, "<table><tr><th>key<th>value"+strings.Repeat("<tr><td>some key<td>some value", 60)+"</table>")
	list := pages(t, d, d.Whole(), 100)
	if len(list) < 3 {
		t.Fatalf("%d pages", len(list))
	}
	for i, p := range list {
		if !strings.HasPrefix(p, "|key|value|\n|-|-|\n|some key|some value|") {
			t.Errorf("page %d begins %q", i, p[:min(len(p), 60)])
		}
	}
}
