package zimtest

import (
	"io"
	"time"
)

// Faulty is an io.ReaderAt that comes up short, fails, ends early or waits, as told. The
// fields are set before the first read; after that any number of goroutines may read.
type Faulty struct {
	Data  []byte
	Short int                    // at most this many bytes per read, without an error, as pread may; 0 means no limit
	Fail  func(off int64) error  // an error for the read at off, or nil; nil means never
	End   int64                  // pretend the file ends here; 0 means at the end of Data
	Delay time.Duration          // before every read
	Seen  func(off int64, n int) // told of every read, before it happens; nil means nobody
}

// ReadAt reads as [io.ReaderAt] says, but for Short: then it returns fewer bytes than
// asked for and no error, which that interface forbids and file systems do.
func (f *Faulty) ReadAt(p []byte, off int64) (int, error) {
	if f.Seen != nil {
		f.Seen(off, len(p))
	}
	if f.Delay > 0 {
		time.Sleep(f.Delay)
	}
	if f.Fail != nil {
		if err := f.Fail(off); err != nil {
			return 0, err
		}
	}
	end := int64(len(f.Data))
	if f.End > 0 {
		end = min(end, f.End)
	}
	if off < 0 || off >= end {
		return 0, io.EOF
	}
	if f.Short > 0 && len(p) > f.Short {
		p = p[:f.Short]
	}
	n := copy(p, f.Data[off:end])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
