package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/library"
)

// A plan is an archive to be written by libzim.
type plan struct {
	File      string      `json:"file"`
	Language  string      `json:"language"`
	Pages     [][3]string `json:"pages"`
	Redirects [][3]string `json:"redirects"`
}

// libzimEngine serves archives that libzim writes of corpora, or skips the test.
func libzimEngine(t *testing.T, corpora map[string]corpus, redirects ...[3]string) *Engine {
	t.Helper()
	needModule(t, "libzim")
	dir := t.TempDir()
	var plans []plan
	for name, c := range corpora {
		p := plan{File: filepath.Join(dir, name+".zim"), Language: c.language, Redirects: redirects}
		for _, page := range c.pages {
			p.Pages = append(p.Pages, [3]string{strings.ReplaceAll(page.title, " ", "_"), page.title, page.html})
		}
		plans = append(plans, p)
	}
	in, err := json.Marshal(plans)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), debianPython, filepath.Join("testdata", "oracle", "corpus.py"))
	cmd.Stdin = bytes.NewReader(in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("libzim: %v %.2000s", err, out)
	}
	lib, err := library.Open(t.Context(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lib.Close() })
	return New(lib, nil)
}

// Archives that libzim wrote answer as those written here do: each question by the same passage first, and every other by
// how the corpus is spread over archives.
func TestAskArchivesOfLibzim(t *testing.T) {
	c := ports()
	whole := libzimEngine(t, map[string]corpus{"whole": c}, [3]string{"Selm", "Port of the herring", "Selmo"})
	parts := libzimEngine(t, map[string]corpus{"a": c.pick(func(i int) bool { return i%3 == 0 }), "b": c.pick(func(i int) bool { return i%3 == 1 }), "c": c.pick(func(i int) bool { return i%3 == 2 })})
	for _, q := range portQuestions() {
		a, b := answer(t, whole, q[0], Want{Passages: 1}), answer(t, parts, q[0], Want{Passages: 1})
		if len(a.Passages) == 0 || a.Passages[0].Path+"#"+a.Passages[0].Anchor != q[1] {
			t.Errorf("%s: got %q, want %s", q[0], cited(a), q[1])
		}
		if diff := cmp.Diff(pathsOf(a), pathsOf(b)); diff != "" {
			t.Errorf("%s: -whole +parts:\n%s", q[0], diff)
		}
	}
	for _, query := range []string{"Port of the herring", "port of the HERRING"} {
		a := answer(t, whole, query, Want{})
		if len(a.Passages) == 0 || a.Passages[0].Path != "Selmo" || a.Passages[0].From != "Port of the herring" {
			t.Errorf("%s: got %q, %+v", query, cited(a), a.Passages)
		}
	}
	if a := answer(t, whole, "zeppelin of Selmo", Want{}); !cmp.Equal(a.Unknown, []string{"zeppelin"}) {
		t.Errorf("unknown: %q", a.Unknown)
	}
}

// Debian's libzim leaves runs without spaces whole; their words are found all the same.
func TestAskWholeRunsOfLibzim(t *testing.T) {
	rivers := strings.Fields("长江 黄河 珠江 松花江 淮河 海河 辽河 湘江 汉江 赣江")
	seas := strings.Fields("东海 渤海 南海 黑龙江 洪泽湖 天津 盘锦 洞庭湖 武汉 鄱阳湖")
	c := corpus{language: "zho"}
	for i, r := range rivers {
		c.pages = append(c.pages, titledPage{r, fmt.Sprintf("<p>%s是一条河流，最后流入%s的河口，全长约%d公里。</p><h2 id=b>桥梁</h2><p>第一座大桥建于%d年。</p>", r, seas[i], 500+100*i, 1950+i)})
	}
	thai := corpus{language: "tha", pages: []titledPage{
		{"กรุงเทพ", "<p>กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย</p>"}, {"เชียงใหม่", "<p>เชียงใหม่เป็นจังหวัดทางภาคเหนือ มีดอยสุเทพ</p>"}, {"ภูเก็ต", "<p>ภูเก็ตเป็นเกาะที่ใหญ่ที่สุดในทะเลอันดามัน</p>"}}}
	e := libzimEngine(t, map[string]corpus{"zh": c, "th": thai})
	ask := func(query, want string) {
		a := answer(t, e, query, Want{})
		if len(a.Passages) == 0 || a.Passages[0].Path != want {
			t.Errorf("%s: got %q, want %s", query, pathsOf(a), want)
		}
	}
	for i, r := range rivers {
		ask("哪条河流流入"+seas[i]+"的河口？", r)
		ask(r+"的大桥建于哪年？", r)
	}
	ask("เมืองหลวงของประเทศไทยคืออะไร", "กรุงเทพ")
	ask("เกาะที่ใหญ่ที่สุดในทะเลอันดามัน", "ภูเก็ต")
}
