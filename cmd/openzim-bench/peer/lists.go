package peer

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// WritePaths writes the file of the command "paths".
func WritePaths(name string, paths []string) error {
	var b bytes.Buffer
	for _, p := range paths {
		b.WriteString(p)
		b.WriteByte(0)
	}
	return os.WriteFile(name, b.Bytes(), 0o600)
}

func readPaths(name string) ([]string, error) {
	b, err := os.ReadFile(name)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00"), nil
}

// WriteNumbers writes the file of the command "items".
func WriteNumbers(name string, numbers []uint32) error {
	var b []byte
	for _, n := range numbers {
		b = append(strconv.AppendUint(b, uint64(n), 10), '\n')
	}
	return os.WriteFile(name, b, 0o600)
}

func readNumbers(name string) ([]uint32, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var numbers []uint32
	for f := range strings.FieldsSeq(string(b)) {
		n, err := strconv.ParseUint(f, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("peer: %s: %w", name, err)
		}
		numbers = append(numbers, uint32(n))
	}
	return numbers, nil
}

// processCPU is the time all threads of the process have run.
func processCPU() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
