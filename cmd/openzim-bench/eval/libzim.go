package eval

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
)

//go:embed src/libzim_search.py
var libzimSearch []byte

// Libzim asks libzim's own full-text search through Python, to check the harness against known figures: it joins all words
// with AND. It has no passages, only documents. Safe for concurrent use, one question at a time.
type Libzim struct {
	mu    sync.Mutex
	label string
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
}

// StartLibzim starts it on one archive; python is an interpreter with the package libzim, "" means [DebianPython].
func StartLibzim(python, archive string) (*Libzim, error) {
	if python == "" {
		python = DebianPython
	}
	l := &Libzim{label: labelOf(archive), cmd: exec.Command(python, "-c", string(libzimSearch), archive)}
	var err error
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	l.out = bufio.NewReader(out)
	return l, l.cmd.Start()
}

// Search implements [Asker].
func (l *Libzim) Search(_ context.Context, query, _ string) (Call, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	data, err := json.Marshal(query)
	if err != nil {
		return Call{}, err
	}
	if _, err := l.in.Write(append(data, '\n')); err != nil {
		return Call{}, fmt.Errorf("libzim: %w", err)
	}
	line, err := l.out.ReadBytes('\n')
	if err != nil {
		return Call{}, fmt.Errorf("libzim: %w", err)
	}
	var paths []string
	if err := json.Unmarshal(line, &paths); err != nil {
		return Call{}, fmt.Errorf("libzim: %w", err)
	}
	var c Call
	for _, p := range paths {
		c.Reply.Passages = append(c.Reply.Passages, Shown{ID: l.label + "/" + p, Title: p})
		c.Reply.Text += p + "\n"
	}
	c.Reply.None = len(paths) == 0
	return c, nil
}

// Fetch implements [Asker]: there is none.
func (l *Libzim) Fetch(context.Context, string, string) (Call, error) { return Call{}, ErrNoFetch }

// Close ends the process.
func (l *Libzim) Close() error {
	return errors.Join(l.in.Close(), l.cmd.Wait())
}
