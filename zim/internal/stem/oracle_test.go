package stem_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// question is what testdata/oracle/ask.py reads.
type question struct {
	Stem      string   `json:"stem,omitempty"`
	Words     []string `json:"words,omitempty"`
	Languages []string `json:"languages,omitempty"`
}

const debianPython = "/usr/bin/python3" // another one does not see Debian's modules

// needOracle skips the test where a Python module of Debian's is missing.
func needOracle(t *testing.T, modules ...string) {
	t.Helper()
	for _, m := range modules {
		if out, err := exec.Command(debianPython, "-c", "import "+m).CombinedOutput(); err != nil {
			t.Skipf("the Python module %s is not there to compare with: install Debian's python3-xapian and python3-icu (%v %.200s)", m, err, out)
		}
	}
}

// ask returns the answers to the questions, in their order.
func ask(t *testing.T, questions ...question) [][]string {
	t.Helper()
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, q := range questions {
		if err := enc.Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(debianPython, filepath.Join("testdata", "oracle", "ask.py"))
	var complaints strings.Builder
	cmd.Stdin, cmd.Stderr = &in, &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ask.py: %v\n%s", err, complaints.String())
	}
	answers := make([][]string, len(questions))
	dec := json.NewDecoder(bytes.NewReader(out))
	for i := range answers {
		if err := dec.Decode(&answers[i]); err != nil {
			t.Fatalf("ask.py: answer %d of %d: %v", i+1, len(answers), err)
		}
	}
	return answers
}
