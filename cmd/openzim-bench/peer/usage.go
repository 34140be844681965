package peer

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Usage is what the kernel counts of a peer, in bytes.
type Usage struct {
	RSS     int64 // resident now
	RSSFile int64 // the part of RSS that is mapped files
	Peak    int64 // largest RSS so far
	Read    int64 // bytes asked of files by read calls since the start
	Storage int64 // bytes fetched from storage since the start, mapped ones too
}

// Usage reads the counters of the process. It works on Linux only.
func (p *Process) Usage() (Usage, error) {
	status, err := counters(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return Usage{}, err
	}
	io, err := counters(fmt.Sprintf("/proc/%d/io", p.cmd.Process.Pid))
	if err != nil {
		return Usage{}, err
	}
	return Usage{
		RSS: status["VmRSS"] << 10, RSSFile: status["RssFile"] << 10, Peak: status["VmHWM"] << 10,
		Read: io["rchar"], Storage: io["read_bytes"],
	}, nil
}

// counters reads lines "name: number ..." and leaves out those without a number.
func counters(name string) (map[string]int64, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	found := make(map[string]int64)
	for sc := bufio.NewScanner(bytes.NewReader(b)); sc.Scan(); {
		key, rest, _ := strings.Cut(sc.Text(), ":")
		if f := strings.Fields(rest); len(f) > 0 {
			if n, err := strconv.ParseInt(f[0], 10, 64); err == nil {
				found[key] = n
			}
		}
	}
	return found, nil
}
