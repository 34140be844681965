package zim_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// An oracle is a running dump.py. Where libzim ends the process, the next question starts it again.
type oracle struct {
	t       *testing.T
	python  string
	version string
	cmd     *exec.Cmd
	in      *json.Encoder
	out     *bufio.Scanner
	stop    func()
}

// newOracle starts libzim, or skips the test without. The variable ZIM_ORACLE_PYTHON names
// a Python that has the package libzim; otherwise it is Debian's with python3-libzim.
func newOracle(t *testing.T) *oracle {
	t.Helper()
	python := os.Getenv("ZIM_ORACLE_PYTHON")
	if python == "" {
		python = "/usr/bin/python3"
	}
	if out, err := exec.Command(python, "-c", "import libzim.reader").CombinedOutput(); err != nil {
		t.Skipf("libzim is not there to read along: install python3-libzim, or name a Python that has it in ZIM_ORACLE_PYTHON (%v %.200s)", err, out)
	}
	o := &oracle{t: t, python: python}
	o.start()
	t.Cleanup(func() { o.stop() })
	t.Logf("beside libzim %s", o.version)
	return o
}

func (o *oracle) start() {
	o.t.Helper()
	o.cmd = exec.Command(o.python, filepath.Join("testdata", "oracle", "dump.py"))
	in, err := o.cmd.StdinPipe()
	if err != nil {
		o.t.Fatal(err)
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	o.stop = func() { in.Close(); o.cmd.Wait() }
	o.in, o.out = json.NewEncoder(in), bufio.NewScanner(out)
	o.out.Buffer(nil, 64<<20)
	var hello facts
	if err := o.next(&hello); err != nil {
		o.t.Fatalf("%s: no answer: %v", o.python, err)
	}
	o.version = hello.Version
}

func (o *oracle) next(f *facts) error {
	deadline := time.AfterFunc(time.Minute, func() { o.cmd.Process.Kill() })
	defer deadline.Stop()
	if !o.out.Scan() {
		return errors.Join(o.out.Err(), errors.New("libzim ended the process"))
	}
	return json.Unmarshal(o.out.Bytes(), f)
}

// facts returns what libzim answers. Error says why it refuses the archive.
func (o *oracle) facts(q question) (f facts) {
	o.t.Helper()
	if err := o.in.Encode(q); err != nil {
		o.t.Fatal(err)
	}
	if err := o.next(&f); err != nil {
		f.Error = err.Error()
		o.stop()
		o.start()
	}
	return f
}
