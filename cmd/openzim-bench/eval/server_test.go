package eval

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program writes a shell script that stands for a server.
func program(t *testing.T, script string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "server")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestStartServerThatEnds(t *testing.T) {
	_, err := StartServer(t.Context(), program(t, "echo \"$@\" >&2; env | grep OPENZIM >&2; exit 3\n"), []string{"a.zim"}, "OPENZIM_BENCH=1")
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "a.zim") {
		t.Errorf("got %v, want the exit code and what the server wrote", err)
	}
}

// TestStartServerEnvironment: the server refuses settings that it does not know, and the benchmark's are such.
func TestStartServerEnvironment(t *testing.T) {
	t.Setenv(DirEnv, "/data")
	_, err := StartServer(t.Context(), program(t, "env; exit 1\n"), nil, "GOMAXPROCS=1")
	if err == nil || strings.Contains(err.Error(), DirEnv) || !strings.Contains(err.Error(), "GOMAXPROCS=1") {
		t.Errorf("got %v, want GOMAXPROCS and no %s", err, DirEnv)
	}
}

func TestStartServerMissing(t *testing.T) {
	if _, err := StartServer(t.Context(), filepath.Join(t.TempDir(), "none"), nil); err == nil {
		t.Error("got no error")
	}
}

func TestTail(t *testing.T) {
	var l tail
	for range 3 {
		if n, err := l.Write([]byte(strings.Repeat("x", 3000))); n != 3000 || err != nil {
			t.Fatalf("got %d, %v", n, err)
		}
	}
	l.Write([]byte("end\n"))
	if got := l.last(); len(got) > 4096 || !strings.HasSuffix(got, "xend") {
		t.Errorf("got %d bytes, want the last 4096", len(got))
	}
}

func TestReport(t *testing.T) {
	questions, good, bad := smallRun()
	s := Set{Name: "T", Questions: questions, Gold: NewGold(corpus), ByKind: true}
	res := Score(s, good)
	name := filepath.Join(t.TempDir(), "out", "r.json")
	if err := (&Report{Time: time.Unix(0, 0).UTC(), Sets: []*Result{res}}).Write(name); err != nil {
		t.Fatal(err)
	}
	old, err := ReadReport(name)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	worse := Score(s, bad)
	worse.Print(&b, old.Sets[0])
	worse.PrintWorst(&b, 2)
	for _, want := range []string{"T: , 5 questions", "MRR@10", " down", "worst 2 of 5", "expected en/A#p0: four five"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &b)
		}
	}
	if p := Pool("T", []*Result{res, worse}); p.Questions != 10 || !near(p.Metrics[MRR].Mean, (res.Metrics[MRR].Mean+worse.Metrics[MRR].Mean)/2) {
		t.Errorf("pool: got %d questions, MRR %v", p.Questions, p.Metrics[MRR])
	}
}
