package eval

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Server is a running openzim-mcp.
type Server struct {
	Endpoint string // address of /mcp
	cmd      *exec.Cmd
	log      *tail
	done     chan struct{}
	err      error
}

// settingPrefix begins the server's own environment variables. It refuses those it does not know, so those of a
// benchmark must not reach it.
const settingPrefix = "OPENZIM_MCP_"

// StartServer runs binary as released on the archives, with environment variables of the form NAME=VALUE added, and waits
// until it answers. Stop ends it.
func StartServer(ctx context.Context, binary string, archives []string, env ...string) (*Server, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	s := &Server{Endpoint: "http://" + addr + "/mcp", log: &tail{}, done: make(chan struct{})}
	args := append([]string{"serve", "--listen", addr, "--admin-listen", "off"}, archives...)
	s.cmd = exec.Command(binary, args...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, settingPrefix) {
			s.cmd.Env = append(s.cmd.Env, e)
		}
	}
	s.cmd.Env = append(s.cmd.Env, env...)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.done)
	}()
	if err := s.wait(ctx, addr); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// wait returns once a connection is taken.
func (s *Server) wait(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		var d net.Dialer
		if c, err := d.DialContext(ctx, "tcp", addr); err == nil {
			return c.Close()
		}
		select {
		case <-s.done:
			return fmt.Errorf("server ended: %w: %s", s.err, s.log.last())
		case <-ctx.Done():
			return fmt.Errorf("server does not answer: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server and waits for it. A server that does not end in ten seconds is killed.
func (s *Server) Stop() error {
	select {
	case <-s.done:
		return nil
	default:
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-s.done:
	case <-time.After(10 * time.Second):
		s.cmd.Process.Kill()
		<-s.done
	}
	return nil
}

// CPU returns the time that all threads of the server have worked.
func (s *Server) CPU() (time.Duration, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	i := bytes.LastIndexByte(data, ')') // the name before may hold spaces
	f := strings.Fields(string(data[i+1:]))
	if i < 0 || len(f) < 13 {
		return 0, errors.New("/proc/PID/stat is not understood")
	}
	user, err1 := strconv.Atoi(f[11]) // proc(5): utime is field 14, the third after the name is field 3
	system, err2 := strconv.Atoi(f[12])
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux port of Go
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
}

// freeAddress finds a port of this machine that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	data []byte
}

// Write keeps the last 4,096 bytes.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, p...)
	if n := len(t.data); n > 4096 {
		t.data = append([]byte(nil), t.data[n-4096:]...)
	}
	return len(p), nil
}

func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.data))
}
