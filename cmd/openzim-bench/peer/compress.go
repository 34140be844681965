package peer

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// A Compressor makes zstd frames as libzim does, with the C library at a level. One goroutine at a time.
type Compressor struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// NewCompressor starts prog, which [BuildZstd] made. Close ends it.
func NewCompressor(prog string, level int) (*Compressor, error) {
	cmd := exec.Command(prog, "compress", strconv.Itoa(level))
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
	return &Compressor{cmd: cmd, in: in, out: bufio.NewReader(out)}, nil
}

// Compress returns one frame of payload, without content size and checksum.
func (c *Compressor) Compress(payload []byte) ([]byte, error) {
	head := binary.NativeEndian.AppendUint32(nil, uint32(len(payload)))
	if _, err := c.in.Write(append(head, payload...)); err != nil {
		return nil, fmt.Errorf("zstd in C: %w", err)
	}
	if _, err := io.ReadFull(c.out, head); err != nil {
		return nil, fmt.Errorf("zstd in C: %w", err)
	}
	frame := make([]byte, binary.NativeEndian.Uint32(head))
	if _, err := io.ReadFull(c.out, frame); err != nil {
		return nil, fmt.Errorf("zstd in C: %w", err)
	}
	return frame, nil
}

// Close ends the process and waits for it.
func (c *Compressor) Close() error {
	c.in.Close()
	return c.cmd.Wait()
}
