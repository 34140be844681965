package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
)

// Stdio serves the MCP surface over in and out, one JSON-RPC message a line, until in or ctx
// ends; then it answers what is under way, and returns nil. A line that is no message is
// answered with an error, and the next line is read. Logs go to p.Log, never to out.
func Stdio(ctx context.Context, cfg Config, p Process, in io.Reader, out io.Writer) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	log := p.logger(cfg.Logging)
	c, err := openLibrary(ctx, cfg, p)
	if err != nil {
		return err
	}
	if err := c.openSurface(cfg, log, metricnoop.Meter{}, nil); err != nil {
		return errors.Join(err, c.close())
	}
	c.surface.Server().AddReceivingMiddleware(contain(log, nil))
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var owned sync.WaitGroup
	owned.Go(func() { c.watch(background, log) })
	p.started(c, stdioListener)
	c.reportQuarantined(log)
	c.reportScan(log)

	conn := newStdioConn(in, out, int64(cfg.Limits.BodyBytes), cfg.Server.RequestTimeout)
	conn.ending = c.stop
	unhook := context.AfterFunc(ctx, conn.end)
	err = c.surface.Server().Run(background, conn)
	unhook()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	stop()
	owned.Wait()
	return errors.Join(err, conn.failure(), c.close())
}

// stdioConn is one client on two streams. The SDK's own connection would end at the first line
// that is no message, and break off calls under way when its input ends.
type stdioConn struct {
	lines chan []byte   // messages from the client; closed when the input ends
	ended chan struct{} // closed by end: read no further
	gone  chan struct{} // closed by Close: the SDK is done
	idle  chan struct{} // has an item when the last call under way was answered

	grace  time.Duration // for calls under way after the end
	ending func()        // ends streams that would stay open; may be nil

	endOnce, goneOnce sync.Once

	mu      sync.Mutex // guards what follows, and writing
	out     io.Writer
	pending map[jsonrpc.ID]bool
	err     error // of the first failed write
}

func newStdioConn(in io.Reader, out io.Writer, maxLine int64, grace time.Duration) *stdioConn {
	c := &stdioConn{
		lines: make(chan []byte), ended: make(chan struct{}), gone: make(chan struct{}), idle: make(chan struct{}, 1),
		grace: grace, out: out, pending: map[jsonrpc.ID]bool{},
	}
	go c.scan(in, int(maxLine))
	return c
}

// Connect makes the connection its own transport.
func (c *stdioConn) Connect(context.Context) (mcp.Connection, error) { return c, nil }

// SessionID is empty: there is one client.
func (c *stdioConn) SessionID() string { return "" }

// end stops reading; calls under way are still answered.
func (c *stdioConn) end() { c.endOnce.Do(func() { close(c.ended) }) }

// Close tells Read and the scanner that the SDK is done.
func (c *stdioConn) Close() error {
	c.goneOnce.Do(func() { close(c.gone) })
	return nil
}

// Read returns the client's next message, and io.EOF when the input has ended and every call has
// been answered or had its time.
func (c *stdioConn) Read(ctx context.Context) (jsonrpc.Message, error) {
	for {
		select {
		case line, ok := <-c.lines:
			if !ok {
				return nil, c.drain(ctx)
			}
			if m := c.accept(line); m != nil {
				return m, nil
			}
		case <-c.ended:
			return nil, c.drain(ctx)
		case <-c.gone:
			return nil, io.EOF
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// accept decodes a line, or answers it and returns nil.
func (c *stdioConn) accept(line []byte) jsonrpc.Message {
	e, refused := parseMessage(line)
	if refused != nil {
		c.answer(nil, refused.code, refused.message)
		return nil
	}
	m, err := jsonrpc.DecodeMessage(line)
	if err != nil {
		c.answer(e.ID, jsonrpc.CodeInvalidRequest, "the line is not a JSON-RPC 2.0 message")
		return nil
	}
	if r, ok := m.(*jsonrpc.Request); ok && r.IsCall() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.pending[r.ID] = true
	}
	return m
}

// drain waits for the calls under way.
func (c *stdioConn) drain(ctx context.Context) error {
	if c.ending != nil {
		c.ending()
	}
	limit := time.NewTimer(c.grace)
	defer limit.Stop()
	for c.busy() {
		select {
		case <-c.idle:
		case <-c.gone:
			return io.EOF
		case <-limit.C:
			return io.EOF
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return io.EOF
}

func (c *stdioConn) busy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pending) > 0 && c.err == nil
}

// Write sends one message to the client.
func (c *stdioConn) Write(_ context.Context, m jsonrpc.Message) error {
	data, err := jsonrpc.EncodeMessage(m)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	err = c.writeLine(data)
	if r, ok := m.(*jsonrpc.Response); ok {
		delete(c.pending, r.ID)
		if len(c.pending) == 0 {
			select {
			case c.idle <- struct{}{}:
			default:
			}
		}
	}
	return err
}

// answer sends an error of ours.
func (c *stdioConn) answer(id json.RawMessage, code int64, message string) {
	type wireError struct {
		Code    int64  `json:"code"`
		Message string `json:"message"`
	}
	data, err := json.Marshal(struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"` // null when the id is unknown, as JSON-RPC has it
		Error   wireError       `json:"error"`
	}{"2.0", id, wireError{code, message}})
	if err != nil {
		return // the id has been checked to be JSON
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writeLine(data)
}

// writeLine is called with mu held.
func (c *stdioConn) writeLine(data []byte) error {
	if c.err == nil {
		_, c.err = c.out.Write(append(data, '\n'))
	}
	return c.err
}

// failure returns why the client could not be answered, nil if it could.
func (c *stdioConn) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// scan reads lines until the input ends. It cannot be interrupted in a read of standard input;
// whoever ends the process ends it.
func (c *stdioConn) scan(in io.Reader, maxLine int) {
	defer close(c.lines)
	r := bufio.NewReaderSize(in, 64<<10)
	for {
		line, tooLong, err := readLine(r, maxLine)
		switch {
		case tooLong:
			c.answer(nil, jsonrpc.CodeInvalidRequest, "the line is longer than a message may be")
		case len(bytes.TrimSpace(line)) > 0:
			select {
			case c.lines <- line:
			case <-c.gone:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// readLine returns the next line without its end, in memory of its own. A line of more than max
// bytes is read to its end and dropped.
func readLine(r *bufio.Reader, max int) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if !tooLong {
			line = append(line, part...)
		}
		if len(line) > max+1 { // the end of the line does not count
			line, tooLong = nil, true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(line, "\r\n"), tooLong, err
		}
	}
}
