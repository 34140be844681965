package match

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// question is what testdata/oracle/ask.py reads: one of the lists of texts.
type question struct {
	Parse  []hexText `json:"parse,omitempty"`
	Index  []hexText `json:"index,omitempty"`
	Fold   []hexText `json:"fold,omitempty"`
	Ngrams bool      `json:"ngrams"`
}

// hexText is text on its way to ask.py, which need not be UTF-8.
type hexText string

func (h hexText) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, []byte(h)), nil }

const debianPython = "/usr/bin/python3" // another one does not see Debian's modules

// needOracle skips the test where a Python module of Debian's is missing.
func needOracle(t *testing.T, modules ...string) {
	t.Helper()
	for _, m := range modules {
		if out, err := exec.Command(debianPython, "-c", "import "+m).CombinedOutput(); err != nil {
			t.Skipf("the Python module %s is not there to compare with: install Debian's python3-xapian, python3-icu and python3-libzim (%v %.200s)", m, err, out)
		}
	}
}

// ask puts ask.py's answer to the question into answer, which is a pointer.
func ask(t *testing.T, q question, answer any) {
	t.Helper()
	askScript(t, "ask.py", q, answer)
}

func askScript(t *testing.T, script string, q, answer any) {
	t.Helper()
	in, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(debianPython, filepath.Join("testdata", "oracle", script))
	var complaints strings.Builder
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &complaints
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, answer)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, complaints.String())
	}
}
