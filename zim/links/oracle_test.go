package links

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// The graph is what another reader of archives and another parser of HTML find on the pages, once they leave out what articles
// leave out: boxes of navigation and the frame of a site.
func TestGraphsBesideLibzim(t *testing.T) {
	const python = "/usr/bin/python3"
	if out, err := exec.Command(python, "-c", "import libzim").CombinedOutput(); err != nil {
		t.Skipf("no libzim to read along: install python3-libzim (%v %.200s)", err, out)
	}
	for name, classes := range map[string]string{
		"776b2d94_wikipedia_en_ray_charles_maxi_2019-08.zim": "navbox,metadata",
		"9edd601d_wikibooks_be_all_nopic_2017-02.zim":        "",
		"59b67b20_wikipedia_cr_all_2015-04.zim":              "",
		"c79a5fbd_Book_about_Aviation.zim":                   "navbox",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(testData(), "good", name)
			a, err := zim.Open(file, nil)
			if err != nil {
				t.Skip("no real archive to read: set ZIM_TEST_DATA_DIR to a folder with good/*.zim")
			}
			defer a.Close()
			out, err := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "oracle", "links.py"), file, classes, "").Output()
			if err != nil {
				t.Fatal(err)
			}
			var rows [][3]any
			if err := json.Unmarshal(out, &rows); err != nil {
				t.Fatal(err)
			}
			want := map[[2]string]uint32{}
			for _, r := range rows {
				want[[2]string{r[0].(string), r[1].(string)}] = uint32(r[2].(float64))
			}
			scraper, _ := a.Metadata(t.Context(), "Scraper")
			x, _ := graph(t, a, Options{Scraper: string(scraper)})
			got := map[[2]string]uint32{}
			for i := range a.Info().Entries {
				rows, err := x.Rows(i, 0, 1<<30)
				if err != nil {
					t.Fatal(err)
				}
				to, err := a.Entry(t.Context(), i)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					from, err := a.Entry(t.Context(), r.Source)
					if err != nil {
						t.Fatal(err)
					}
					got[[2]string{from.Path(), to.Path()}] = r.Count
				}
			}
			if diff := gocmp.Diff(want, got); diff != "" || len(want) == 0 {
				t.Errorf("%d pairs (-libzim +ours):\n%s", len(want), diff)
			}
		})
	}
}
