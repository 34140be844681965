package zimtest

import (
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"time"
)

var errDisk = errors.New("disk")

func TestFaulty(t *testing.T) {
	data := []byte("0123456789")
	failAt5 := func(off int64) error {
		if off >= 5 {
			return errDisk
		}
		return nil
	}
	tests := []struct {
		name string
		f    Faulty
		off  int64
		n    int
		want string
		err  error
	}{
		{"sound", Faulty{}, 2, 3, "234", nil},
		{"sound to the end", Faulty{}, 7, 3, "789", nil},
		{"past the end", Faulty{}, 8, 5, "89", io.EOF},
		{"behind the end", Faulty{}, 10, 1, "", io.EOF},
		{"before the start", Faulty{}, -1, 1, "", io.EOF},
		{"short", Faulty{Short: 2}, 2, 5, "23", nil},
		{"shorter than short", Faulty{Short: 7}, 2, 5, "23456", nil},
		{"short at the end", Faulty{Short: 4}, 8, 5, "89", io.EOF},
		{"fails", Faulty{Fail: failAt5}, 5, 1, "", errDisk},
		{"does not fail yet", Faulty{Fail: failAt5}, 4, 3, "456", nil},
		{"ends early", Faulty{End: 4}, 2, 5, "23", io.EOF},
		{"ended before", Faulty{End: 4}, 4, 1, "", io.EOF},
		{"ends late", Faulty{End: 99}, 8, 5, "89", io.EOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.f.Data = data
			p := make([]byte, tt.n)
			n, err := tt.f.ReadAt(p, tt.off)
			if string(p[:n]) != tt.want || err != tt.err {
				t.Errorf("got %q, %v; want %q, %v", p[:n], err, tt.want, tt.err)
			}
		})
	}
}

// Without faults it is a reader like any other.
func TestFaultyIsSound(t *testing.T) {
	f := &Faulty{Data: pattern(5000)}
	if err := iotest.TestReader(io.NewSectionReader(f, 0, 5000), f.Data); err != nil {
		t.Error(err)
	}
}

func TestFaultyWaitsAndTells(t *testing.T) {
	var offs []int64
	f := &Faulty{Data: pattern(10), Delay: 5 * time.Millisecond, Seen: func(off int64, n int) { offs = append(offs, off, int64(n)) }}
	start := time.Now()
	f.ReadAt(make([]byte, 3), 4)
	if took := time.Since(start); took < f.Delay {
		t.Errorf("took %v, want at least %v", took, f.Delay)
	}
	if len(offs) != 2 || offs[0] != 4 || offs[1] != 3 {
		t.Errorf("told of %v, want one read of 3 at 4", offs)
	}
}
