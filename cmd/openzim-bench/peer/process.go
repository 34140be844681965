package peer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A Process is a running peer. One goroutine at a time.
type Process struct {
	Name string // what it calls itself: "libzim 8.1.1 (C++)"

	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start runs a peer and asks its name. env is added to the environment. Close ends it.
func Start(argv []string, env ...string) (*Process, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Process{cmd: cmd, in: in, out: bufio.NewReader(out)}
	line, err := p.ask("version")
	if err == nil && !strings.HasPrefix(line, "ok ") {
		err = fmt.Errorf("peer: version: %q", line)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.Name = line[len("ok "):]
	return p, nil
}

// Do sends one command and waits for its answer.
func (p *Process) Do(c Command) (Answer, error) {
	line, err := p.ask(c.String())
	if err != nil {
		return Answer{}, err
	}
	a, err := parseAnswer(line)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %s: %w", p.Name, c.Name, err)
	}
	return a, nil
}

// Load tells the C program of zstd which frames to decode: the file extents has a line "offset length" for each.
func (p *Process) Load(archive, extents string) error {
	line, err := p.ask("load\t" + archive + "\t" + extents)
	if err != nil {
		return err
	}
	_, err = parseAnswer(line)
	return err
}

func (p *Process) ask(line string) (string, error) {
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		return "", fmt.Errorf("peer %s: %w", p.Name, err)
	}
	reply, err := p.out.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("peer %s: %w", p.Name, err)
	}
	return strings.TrimSuffix(reply, "\n"), nil
}

// Close ends the process and waits for it.
func (p *Process) Close() error {
	p.in.Close()
	return p.cmd.Wait()
}
