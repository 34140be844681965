package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench/eval"
)

// evalData makes a folder of evaluation data: two articles with a question each, two probes, and queries for an archive.
func evalData(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"xquad/en/questions.tsv": "id\tquestion\tanswers\tdoc\tparagraph\tlang\nen:1\tOxygen\tgas\ten/Oxygen\t0\ten\nen:2\tWho discovered it?\tScheele\ten/Oxygen\t1\ten\n",
		"xquad/en/documents.jsonl": `{"id":"en/Oxygen","title":"Oxygen","lang":"en","html":"<html><body><h1>Oxygen</h1><p>Oxygen is a gas.</p><p>Scheele discovered it.</p></body></html>"}
{"id":"en/Iron","title":"Iron","lang":"en","html":"<html><body><h1>Iron</h1><p>Iron is a metal.</p></body></html>"}`,
		"probes.tsv": "id\tquery\texpect\tavoid\tmode\tneeds\tclass\np1\tThe Sea\tThe Sea\tSea\tfirst\ttitles\tx\n",
	} {
		f := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestEval builds the product, makes archives, and asks it over MCP.
func TestEval(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the product")
	}
	if err := exec.Command(eval.DebianPython, "-c", "import libzim.writer").Run(); err != nil {
		t.Skip("python3-libzim is missing")
	}
	data, dir := evalData(t), t.TempDir()
	t.Setenv(eval.DirEnv, data) // is no setting of the server, and must not reach it
	binary, err := build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	report, runs := filepath.Join(dir, "report.json"), filepath.Join(dir, "runs")
	args := []string{"--sets", "E2,E8,Q", "--cache-dir", filepath.Join(dir, "zims"), "--binary", binary, "--json", report, "--runs", runs, "--worst", "5"}
	var out bytes.Buffer
	if err := runEval(t.Context(), args, &out, io.Discard); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	r, err := eval.ReadReport(report)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sets) != 2 || len(r.Archives) != 2 || r.Tax == nil || r.Tax.ToolsTokens < 100 || !strings.HasPrefix(r.Binary, "openzim-mcp ") {
		t.Errorf("report: %d sets, %d archives, tax %+v, binary %q", len(r.Sets), len(r.Archives), r.Tax, r.Binary)
	}
	e2 := r.Sets[0]
	if e2.Name != "E2-en" || e2.Metrics[eval.Failed].Mean != 0 || e2.Values["R@1"]["en:1"] != 1 {
		t.Errorf("E2: failed %v, R@1 of a title %v\n%s", e2.Metrics[eval.Failed].Mean, e2.Values["R@1"]["en:1"], &out)
	}
	if p := r.Sets[1].Metrics[eval.ProbePassed]; p.N != 1 || p.Mean != 1 {
		t.Errorf("the probe for a whole title: got %+v", p)
	}
	if len(r.Notes) == 0 || !strings.Contains(r.Notes[0], "Q: left out") {
		t.Errorf("notes: got %q", r.Notes)
	}
	for _, f := range []string{"E2-en.jsonl", "E2-en.ranks.tsv", "E8.jsonl"} {
		if _, err := os.Stat(filepath.Join(runs, f)); err != nil {
			t.Error(err)
		}
	}
	out.Reset()
	if err := runEval(t.Context(), append(args, "--sets", "E2", "--compare", report, "--quick"), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "new - old +0.0000") {
		t.Errorf("comparison with itself:\n%s", got)
	}
}

func TestEvalRefusals(t *testing.T) {
	t.Setenv(eval.DirEnv, evalData(t))
	cache := t.TempDir()
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"arguments", []string{"--arguments", "[1]"}, "--arguments"},
		{"set", []string{"--sets", "E99", "--peer", "libzim"}, "E99"},
		{"comparison", []string{"--compare", filepath.Join(cache, "none.json")}, "none.json"},
		{"adapter", []string{"--sets", "E2", "--peer", "http://127.0.0.1:1/", "--adapter", "x=y"}, "adapter"},
		{"flag", []string{"--set", "E1"}, "set"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := runEval(t.Context(), append([]string{"--cache-dir", cache}, tt.args...), io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), tt.want) && !strings.Contains(err.Error(), "python3-libzim") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if err := runEval(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: got %v", err)
	}
}

func TestProbesCommand(t *testing.T) {
	t.Setenv(eval.DirEnv, evalData(t))
	if err := runProbes(t.Context(), nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "--make") {
		t.Errorf("without --make: got %v", err)
	}
	if err := exec.Command(eval.DebianPython, "-c", "import libzim.writer").Run(); err != nil {
		t.Skip("python3-libzim is missing")
	}
	var out bytes.Buffer
	name := filepath.Join(t.TempDir(), "titles.zim")
	if err := runProbes(t.Context(), []string{"--make", name}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(name); err != nil || st.Size() == 0 || !strings.Contains(out.String(), "2 titles of 1 probes") {
		t.Errorf("got %v, %q", err, &out)
	}
}
