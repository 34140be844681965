package search

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// rerankFunc is a reranker.
type rerankFunc func(ctx context.Context, query string, passages []string) ([]float64, error)

func (f rerankFunc) Rerank(ctx context.Context, query string, passages []string) ([]float64, error) {
	return f(ctx, query, passages)
}

// withReranker serves the ports with a reranker.
func withReranker(t *testing.T, by Reranker) *Engine {
	e := open(t, map[string]zimtest.Archive{"ports": ports().archive(t)})
	return New(e.lib, &Options{Reranker: by, RerankTime: 200 * time.Millisecond})
}

// The order of a reranker is taken, and of what it puts first as much is shown as without it.
func TestRerankedOrder(t *testing.T) {
	c := corpus{language: "eng"}
	for _, name := range strings.Fields("Aldra Borvik Calem Dorsay Eskil Farrow Gilmar Hasten Ilmen Jorvo Kesper Lomar Mordel Nesta Orvane") {
		c.pages = append(c.pages, titledPage{name, "<h1>" + name + "</h1><p>The lantern of " + name + " hangs in a hall.</p>"})
	}
	plain := open(t, map[string]zimtest.Archive{"lanterns": c.archive(t)})
	const question = "Where does the lantern hang in a hall?"
	var saw []string
	e := New(plain.lib, &Options{Reranker: rerankFunc(func(_ context.Context, query string, passages []string) ([]float64, error) {
		if saw = passages; query != question {
			t.Errorf("asked %q", query)
		}
		scores := make([]float64, len(passages))
		for i, p := range passages {
			if strings.Contains(p, "Nesta") {
				scores[i] = 1
			}
		}
		return scores, nil
	})})
	for _, want := range []Want{{}, {Passages: 3}, {Passages: 30}} {
		without, with := answer(t, plain, question, want), answerInAnyOrder(t, e, question, want)
		if len(with.Passages) == 0 || with.Passages[0].Path != "Nesta" || without.Passages[0].Path == "Nesta" {
			t.Errorf("%+v: got %v, without %v", want, cited(with), cited(without))
		}
		if len(with.Passages) != len(without.Passages) {
			t.Errorf("%+v: %d passages, without %d", want, len(with.Passages), len(without.Passages))
		}
	}
	if len(saw) != len(c.pages) || !strings.Contains(saw[0], "\nThe lantern of") {
		t.Errorf("the reranker saw %d passages: %q", len(saw), saw[0])
	}
	if got := e.RerankStats(); got != (RerankStats{Used: 3}) {
		t.Errorf("%+v", got)
	}
}

// answerInAnyOrder is answer without the check that scores fall.
func answerInAnyOrder(t *testing.T, e *Engine, query string, want Want) *Answer {
	t.Helper()
	a, err := e.Ask(t.Context(), query, nil, want)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The article whose title is the question stays first, whatever a model thinks.
func TestRerankKeepsTheArticleAskedFor(t *testing.T) {
	e := withReranker(t, rerankFunc(func(_ context.Context, _ string, passages []string) ([]float64, error) {
		scores := make([]float64, len(passages))
		for i := range scores {
			scores[i] = float64(i)
		}
		return scores, nil
	}))
	if a := answerInAnyOrder(t, e, "Calem", Want{}); len(a.Passages) == 0 || a.Passages[0].Path != "Calem" || a.Passages[0].Anchor != "" {
		t.Errorf("got %v", cited(a))
	}
}

// A reranker that fails, is late or says nonsense leaves the order as it was.
func TestRerankerThatFails(t *testing.T) {
	plain := open(t, map[string]zimtest.Archive{"ports": ports().archive(t)})
	gate := make(chan struct{})
	defer close(gate)
	for _, tt := range []struct {
		name string
		by   rerankFunc
		want RerankStats
	}{
		{"an error", func(context.Context, string, []string) ([]float64, error) { return nil, errors.New("no model") }, RerankStats{Failed: 1}},
		{"late", func(ctx context.Context, _ string, _ []string) ([]float64, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, RerankStats{Late: 1}},
		{"never back", func(context.Context, string, []string) ([]float64, error) { <-gate; return nil, nil }, RerankStats{Late: 1}},
		{"too few", func(context.Context, string, []string) ([]float64, error) { return []float64{1}, nil }, RerankStats{Failed: 1}},
		{"not numbers", func(_ context.Context, _ string, p []string) ([]float64, error) {
			return slices.Repeat([]float64{math.NaN()}, len(p)), nil
		}, RerankStats{Failed: 1}},
		{"a panic", func(context.Context, string, []string) ([]float64, error) { panic("model") }, RerankStats{Failed: 1}},
	} {
		e := withReranker(t, tt.by)
		const question = "Which storm destroyed the breakwater of Lomar?"
		if diff := cmp.Diff(cited(answer(t, plain, question, Want{})), cited(answer(t, e, question, Want{}))); diff != "" {
			t.Errorf("%s: -without +with:\n%s", tt.name, diff)
		}
		if got := e.RerankStats(); got != tt.want {
			t.Errorf("%s: got %+v", tt.name, got)
		}
	}
}

// Calls that never come back are not waited for, nor made without end.
func TestRerankerThatHangs(t *testing.T) {
	gate := make(chan struct{})
	e := withReranker(t, rerankFunc(func(context.Context, string, []string) ([]float64, error) { <-gate; return nil, nil }))
	e.reranking.time = time.Millisecond
	for range rerankAtOnce + 3 {
		answer(t, e, "breakwater winter", Want{})
	}
	if n := e.reranking.running.Load(); n != rerankAtOnce {
		t.Errorf("%d calls wait", n)
	}
	close(gate)
}

// vectors embeds texts by whether they have some words.
type vectors []string

func (v vectors) Embed(_ context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, t := range texts {
		for _, w := range v {
			n := float32(0)
			if strings.Contains(strings.ToLower(t), w) {
				n = 1
			}
			out[i] = append(out[i], n)
		}
	}
	return out, nil
}

func TestByMeaning(t *testing.T) {
	got, err := ByMeaning(vectors{"sea", "salt", "wool"}).Rerank(t.Context(), "salt of the sea", []string{"wool", "sea salt", "the sea", "none"})
	if want := []float64{0, 1, 1 / math.Sqrt2, 0}; err != nil || !cmp.Equal(got, want, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if _, err := ByMeaning(vectors{}).Rerank(t.Context(), "a", []string{"b"}); err == nil {
		t.Error("vectors of no length were compared")
	}
	e := withReranker(t, ByMeaning(vectors{"quist"}))
	if a := answerInAnyOrder(t, e, "Quist herring", Want{}); a.Passages[0].Path != "Quist" {
		t.Errorf("got %v", cited(a))
	}
}
