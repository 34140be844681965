package eval

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// corpus is two articles of two paragraphs; a paragraph of ten words is covered by seven.
var corpus = []Document{
	{ID: "en/A", Title: "A", Lang: "en", HTML: `<h1>A</h1><p>one two three four five six seven eight nine ten</p><p>other words &amp; things</p>`},
	{ID: "en/B", Title: "B", Lang: "en", HTML: `<h1>B</h1><p>red green blue</p><p>the sea is deep</p>`},
	{ID: "zh/C", Title: "C", Lang: "zh", HTML: `<h1>C</h1><p>氧气，是一种 元素</p>`},
}

var asked = Question{ID: "q", Query: "?", Lang: "en", Docs: []string{"en/A"}, Paragraph: 0, Answers: []string{"Four five"}}

func passage(doc, text string) Passage { return Passage{Doc: doc, Text: text} }

func TestMeasure(t *testing.T) {
	gold := NewGold(corpus)
	two := 2
	zero := 0
	for _, tt := range []struct {
		name string
		q    Question
		r    Record
		want map[string]float64
	}{
		{"first", asked, Record{Results: []Passage{passage("en/A", "one two three four five six seven eight nine ten")}},
			map[string]float64{Zero: 0, MRR: 1, "R@1": 1, "R@5": 1, "R@10": 1, P1: 1, PR3: 1, "answer@1": 1, "answer@3": 1, "answer@5": 1, S1C: 1}},
		{"nothing", asked, Record{}, map[string]float64{Zero: 1}},
		{"second document, third passage", asked, Record{Results: []Passage{passage("en/B", "red"), passage("en/B", "sea"),
			passage("en/A", "one two three four five six seven")}},
			map[string]float64{MRR: .5, "R@5": 1, "R@10": 1, PR3: 1, "answer@3": 1, "answer@5": 1, S1C: 1}},
		{"six of ten words are too few", asked, Record{Results: []Passage{passage("en/A", "one two three four and six seven")}},
			map[string]float64{MRR: 1, "R@1": 1, "R@5": 1, "R@10": 1}},
		{"words are counted once each", asked, Record{Results: []Passage{passage("en/A", strings.Repeat("one ", 10))}},
			map[string]float64{MRR: 1, "R@1": 1, "R@5": 1, "R@10": 1}},
		{"the text of another document", asked, Record{Results: []Passage{passage("en/B", "one two three four five six seven eight nine ten")}},
			map[string]float64{"answer@1": 1, "answer@3": 1, "answer@5": 1, S1C: 1}},
		{"paragraph by number", asked, Record{Results: []Passage{{Doc: "en/A", Paragraph: &two}, {Doc: "en/A", Paragraph: &zero}}},
			map[string]float64{MRR: 1, "R@1": 1, "R@5": 1, "R@10": 1, PR3: 1, S1C: 1}},
		{"answer in the sixth passage", asked, Record{Results: []Passage{passage("x", ""), passage("x", ""), passage("x", ""), passage("x", ""), passage("x", ""),
			passage("en/A", "four five")}}, map[string]float64{MRR: .5, "R@5": 1, "R@10": 1, S1C: 1}},
		{"eleventh document", asked, Record{Results: append(others(10), passage("en/A", ""))}, map[string]float64{}},
		{"tenth document", asked, Record{Results: append(others(9), passage("en/A", ""))}, map[string]float64{MRR: .1, "R@10": 1}},
		{"failed", asked, Record{Error: "no"}, map[string]float64{Zero: 1, Failed: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := gold.Measure(tt.q, tt.r)
			for _, name := range []string{Zero, Failed, MRR, "R@1", "R@5", "R@10", P1, PR3, "answer@1", "answer@3", "answer@5", S1C} {
				if _, ok := tt.want[name]; !ok {
					tt.want[name] = 0
				}
			}
			if d := cmp.Diff(got, tt.want, cmpopts.EquateApprox(0, 1e-12)); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
}

// others are passages of n documents that nobody asked for.
func others(n int) []Passage {
	var list []Passage
	for i := range n {
		list = append(list, passage(fmt.Sprint("x/", i), ""))
	}
	return list
}

func TestMeasureOtherSets(t *testing.T) {
	symbol := Question{Docs: []string{"m/os.html", "m/os2.html"}, Paragraph: -1, Anchor: "os.open"}
	m := Gold(nil).Measure(symbol, Record{Results: []Passage{{Doc: "m/x"}, {Doc: "m/os2.html", ID: "m/os2.html#os.open~2"}}})
	if m[Anchor1] != 0 || m[Anchor3] != 1 || m[MRR] != .5 || m[P1] != 0 || m[PR3] != 1 {
		t.Errorf("symbol: got %v", m)
	}
	if _, ok := m[S1C]; ok {
		t.Error("a question without answers has no S1C")
	}
	m = Gold(nil).Measure(Question{NoAnswer: true}, Record{extra: map[string]float64{None: 1}})
	if want := (map[string]float64{Zero: 1, Failed: 0, None: 1}); !cmp.Equal(m, want) {
		t.Errorf("unanswerable: got %v, want %v", m, want)
	}
}

// smallRun is questions on the corpus with a good and a bad run.
func smallRun() (questions []Question, good, bad []Record) {
	questions = []Question{
		{ID: "en:1", Query: "a", Lang: "en", Docs: []string{"en/A"}, Paragraph: 0, Answers: []string{"four five"}, Cluster: "en/A"},
		{ID: "en:2", Query: "b", Lang: "en", Docs: []string{"en/A"}, Paragraph: 1, Answers: []string{"things"}, Cluster: "en/A"},
		{ID: "en:3", Query: "c", Lang: "en", Docs: []string{"en/B"}, Paragraph: 1, Answers: []string{"deep"}, Cluster: "en/B"},
		{ID: "zh:4", Query: "d", Lang: "zh", Docs: []string{"zh/C"}, Paragraph: 0, Answers: []string{"一种元素"}, Cluster: "zh/C"},
		{ID: "en:5", Query: "e", Lang: "en", Docs: []string{"en/B"}, Paragraph: 0, Answers: []string{"blue"}, Cluster: "en/B"},
	}
	good = []Record{
		{ID: "en:1", Results: []Passage{passage("en/A", "One two THREE four-five six seven eight")}, Tokens: 100, Calls: 1},
		{ID: "en:2", Results: []Passage{passage("en/B", "the sea"), passage("en/A", "other words & things")}, Tokens: 250, Calls: 2},
		{ID: "en:3", Results: []Passage{passage("en/B", "red green blue"), passage("en/A", ""), passage("en/B", "the sea is deep")}, Tokens: 300, Calls: 1},
		{ID: "zh:4", Results: []Passage{passage("zh/C", "氧气，是一种 元素")}, Tokens: 90, Calls: 1},
		{ID: "en:5", Results: nil, Tokens: 20000, Calls: 1},
	}
	for i, q := range questions { // the worst that a server can do: confident nonsense
		bad = append(bad, Record{ID: q.ID, Results: []Passage{passage(good[(i+2)%5].ID, "nothing to see")}, Tokens: 20000, Calls: 10})
	}
	return questions, good, bad
}

// goldenMeans are those that score.py gives for the good run.
var goldenMeans = map[string]float64{Zero: .2, MRR: .7, "R@1": .6, "R@5": .8, "R@10": .8, P1: .4, PR3: .8, "answer@1": .4, "answer@3": .8,
	"answer@5": .8, S1C: .8}

func TestScoreGolden(t *testing.T) {
	questions, good, bad := smallRun()
	s := Set{Name: "small", Questions: questions, Gold: NewGold(corpus), Readers: true}
	res, worse := Score(s, good), Score(s, bad)
	for name, want := range goldenMeans {
		if got := res.Metrics[name].Mean; !near(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
		if name != Zero && worse.Metrics[name].Mean >= res.Metrics[name].Mean {
			t.Errorf("%s: a bad run scores %v, a good one %v", name, worse.Metrics[name].Mean, res.Metrics[name].Mean)
		}
	}
	if d, ok := worse.Difference(res, MRR); !ok || d.High >= 0 || d.N != 5 {
		t.Errorf("difference of a bad run: got %+v", d)
	}
	if got := res.Worst[0].ID; got != "en:5" {
		t.Errorf("worst question: got %s, want en:5", got)
	}
	if len(worse.Worst) != 5 || len(res.Worst) != 3 {
		t.Errorf("questions not wholly right: got %d and %d, want 5 and 3", len(worse.Worst), len(res.Worst))
	}
}

func near(a, b float64) bool { return a-b < 5e-5 && b-a < 5e-5 }

// TestScorePython has score.py, another implementation of the same definitions, score the same run.
func TestScorePython(t *testing.T) {
	data, err := FindDir(".")
	if err != nil {
		t.Skip(err)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is missing")
	}
	questions, good, bad := smallRun()
	dir := t.TempDir()
	writeCorpus(t, dir, corpus, questions)
	for name, run := range map[string][]Record{"good": good, "bad": bad} {
		file := filepath.Join(dir, name+".jsonl")
		if err := WriteRun(file, run); err != nil {
			t.Fatal(err)
		}
		theirs := pythonScores(t, python, data, filepath.Join(dir, "questions.tsv"), file)
		again, err := ReadRun(file)
		if err != nil {
			t.Fatal(err)
		}
		ours := Score(Set{Questions: questions, Gold: NewGold(corpus)}, again).Metrics
		tokens, calls := 0.0, 0.0
		for _, r := range again {
			tokens, calls = tokens+r.Tokens/5, calls+r.Calls/5
		}
		ours["tokens"], ours["calls"] = Estimate{Mean: tokens}, Estimate{Mean: calls}
		for metric, want := range theirs {
			if got := ours[metric].Mean; !near(got, want) {
				t.Errorf("%s run, %s: got %.4f, score.py has %.4f", name, metric, got, want)
			}
		}
		if len(theirs) != 13 {
			t.Errorf("score.py gave %d metrics, want 13: %v", len(theirs), theirs)
		}
	}
}

// pythonScores runs score.py and reads the means.
func pythonScores(t *testing.T, python, data, questions, run string) map[string]float64 {
	t.Helper()
	out, err := exec.Command(python, filepath.Join(data, "score.py"), questions, run).Output()
	if err != nil {
		t.Fatalf("score.py: %v", err)
	}
	scores := map[string]float64{}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		v, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			t.Fatalf("score.py: %q", line)
		}
		scores[f[0]] = v
	}
	return scores
}

// writeCorpus writes questions.tsv and documents.jsonl.
func writeCorpus(t *testing.T, dir string, docs []Document, questions []Question) {
	t.Helper()
	var q, d bytes.Buffer
	q.WriteString("id\tquestion\tanswers\tdoc\tparagraph\tlang\n")
	for _, x := range questions {
		fmt.Fprintf(&q, "%s\t%s\t%s\t%s\t%d\t%s\n", x.ID, x.Query, strings.Join(x.Answers, "|"), x.Docs[0], x.Paragraph, x.Lang)
	}
	for _, x := range docs {
		fmt.Fprintf(&d, "{\"id\":%q,\"title\":%q,\"lang\":%q,\"html\":%q}\n", x.ID, x.Title, x.Lang, x.HTML)
	}
	for name, b := range map[string][]byte{"questions.tsv": q.Bytes(), "documents.jsonl": d.Bytes()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadCorpus(t *testing.T) {
	questions, _, _ := smallRun()
	dir := t.TempDir()
	writeCorpus(t, dir, corpus, questions)
	gotQ, err := ReadQuestions(filepath.Join(dir, "questions.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	gotD, err := ReadDocuments(filepath.Join(dir, "documents.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(gotQ, questions); d != "" {
		t.Errorf("questions: got -, want +:\n%s", d)
	}
	if d := cmp.Diff(gotD, corpus); d != "" {
		t.Errorf("documents: got -, want +:\n%s", d)
	}
}

func TestInOrder(t *testing.T) {
	questions, good, _ := smallRun()
	got := InOrder(Set{Questions: questions}, []Record{good[2], good[0]})
	if len(got) != 5 || got[0].Tokens != good[0].Tokens || got[2].Tokens != good[2].Tokens || got[1].Error == "" || got[1].ID != "en:2" {
		t.Errorf("got %+v", got)
	}
}

func TestWriteRanks(t *testing.T) {
	questions, good, _ := smallRun()
	f := filepath.Join(t.TempDir(), "ranks.tsv")
	if err := WriteRanks(f, Set{Questions: questions, Gold: NewGold(corpus)}, good); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(f)
	if err != nil {
		t.Fatal(err)
	}
	want := "id\tdocument\tpassage\nen:1\t1\t1\nen:2\t2\t2\nen:3\t1\t3\nzh:4\t1\t1\nen:5\t0\t0\n"
	if d := cmp.Diff(string(got), want); d != "" {
		t.Errorf("got -, want +:\n%s", d)
	}
}
