// Package peer runs the programs a benchmark compares: our own reader, libzim and the C library of zstd.
//
// Every peer is a process of its own that answers commands on its standard input, so that all are measured
// in the same way: memory and I/O by the kernel's count of the process, time by the process itself around
// the work alone. A command is one line of fields separated by tabs, and gets one line in return:
//
//	version                 ok NAME
//	open    TIMES  FILE     opens FILE TIMES times, one after another, and keeps the last; count 1, check = entries
//	close                   closes it
//	paths   0      FILE     loads paths, each ended by a NUL
//	items   0      FILE     loads entry numbers, one a line, and makes their items ready without reading data
//	lookup  TIMES           looks every loaded path up; count = found, check = sum of the entry numbers
//	read    TIMES           reads every loaded item; count = bytes, check = sum of some of the bytes
//	iterate LIMIT           walks the user's entries in path order; count = entries, check = sum of path lengths
//	scan    LIMIT           reads items in cluster order until LIMIT bytes; count and check as for read
//	md5                     verifies the checksum; count = bytes of the file, 0 when it is wrong
//	decode                  decodes every compressed cluster (ours: count = bytes of the file, 0 when one is
//	                        damaged; the program of C zstd: count = bytes decoded)
//
// A TIMES or LIMIT of 0 in iterate means no limit. The answer is "ok WALL_NS CPU_NS COUNT CHECK" or
// "err REASON". Counts and checks of different peers must agree, which shows that they did the same work.
package peer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Command is one line of the protocol.
type Command struct {
	Name   string
	Number int64  // TIMES or LIMIT
	File   string // without tab and newline
}

func (c Command) String() string {
	return c.Name + "\t" + strconv.FormatInt(c.Number, 10) + "\t" + c.File
}

// ParseCommand is the inverse of String. Missing fields are zero.
func ParseCommand(line string) (Command, error) {
	f := append(strings.SplitN(line, "\t", 3), "", "")
	n, err := strconv.ParseInt(f[1], 10, 64)
	if f[1] != "" && err != nil {
		return Command{}, fmt.Errorf("peer: number of %q: %w", f[0], err)
	}
	return Command{Name: f[0], Number: n, File: f[2]}, nil
}

// An Answer says what a command did and what it cost.
type Answer struct {
	Wall, CPU time.Duration // CPU is that of the whole process, all threads
	Count     uint64
	Check     uint64
}

func (a Answer) String() string {
	return fmt.Sprintf("ok %d %d %d %d", a.Wall.Nanoseconds(), a.CPU.Nanoseconds(), a.Count, a.Check)
}

// ErrUnsupported is the answer of a peer to a command it does not have.
var ErrUnsupported = errors.New("unsupported")

// parseAnswer reads an answer line; an "err" line is returned as an error.
func parseAnswer(line string) (Answer, error) {
	if reason, ok := strings.CutPrefix(line, "err "); ok {
		if reason == ErrUnsupported.Error() {
			return Answer{}, ErrUnsupported
		}
		return Answer{}, errors.New(reason)
	}
	var wall, cpu int64
	var a Answer
	if _, err := fmt.Sscanf(line, "ok %d %d %d %d", &wall, &cpu, &a.Count, &a.Check); err != nil {
		return Answer{}, fmt.Errorf("peer: answer %q: %w", line, err)
	}
	a.Wall, a.CPU = time.Duration(wall), time.Duration(cpu)
	return a, nil
}
