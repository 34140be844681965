package peer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// Peers that are installed must do the same work as ours, and say so.
func TestPeersAgree(t *testing.T) {
	a := newArchive(t)
	for name, find := range map[string]func(dir string) ([]string, error){
		"C++":    BuildLibzim,
		"Python": func(dir string) ([]string, error) { return Python(dir, "/usr/bin/python3") },
	} {
		t.Run(name, func(t *testing.T) {
			argv, err := find(t.TempDir())
			if err != nil {
				t.Skip(err)
			}
			p, err := Start(argv)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, p, a)
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func compare(t *testing.T, p *Process, a archive) {
	t.Helper()
	ours := startServer(t)
	for _, c := range a.script() {
		want, err := ours(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Do(c)
		if errors.Is(err, ErrUnsupported) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got.Count != want.Count || got.Check != want.Check {
			t.Errorf("%v: ours count %d check %d, %s count %d check %d", c, want.Count, want.Check, p.Name, got.Count, got.Check)
		}
		if u, err := p.Usage(); err != nil || u.RSS == 0 || u.Peak < u.RSS {
			t.Errorf("usage: %+v, %v", u, err)
		}
	}
	if _, err := p.Do(Command{Name: "open", Number: 1, File: "/no/such.zim"}); err == nil {
		t.Error("a missing file opens")
	}
}

// The C library must make frames as libzim writes them, and decode them where we say they are.
func TestZstd(t *testing.T) {
	dir := t.TempDir()
	prog, err := BuildZstd(dir)
	if err != nil {
		t.Skip(err)
	}
	payload := bytes.Repeat([]byte("text that comes again. "), 100_000)
	frame := compressOnce(t, prog, payload)
	if got := frame[:6]; !bytes.Equal(got, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x68}) {
		t.Errorf("frame begins % x, want no content size and a window of 8 MiB", got)
	}
	dec, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	if got, err := dec.DecodeAll(frame, nil); err != nil || !bytes.Equal(got, payload) {
		t.Fatalf("decodes to %d bytes, %v, want %d", len(got), err, len(payload))
	}
	decodeWithC(t, prog, dir, frame, uint64(len(payload)))
}

func compressOnce(t *testing.T, prog string, payload []byte) []byte {
	t.Helper()
	c, err := NewCompressor(prog, 19)
	if err != nil {
		t.Fatal(err)
	}
	frame, err := c.Compress(payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	return frame
}

// decodeWithC puts the frame into a file twice, behind something else.
func decodeWithC(t *testing.T, prog, dir string, frame []byte, size uint64) {
	t.Helper()
	file, list := filepath.Join(dir, "frames"), filepath.Join(dir, "list")
	data := append(append(binary.BigEndian.AppendUint32(nil, 0), frame...), frame...)
	if err := errors.Join(os.WriteFile(file, data, 0o600),
		os.WriteFile(list, []byte("4 "+itoa(len(frame))+"\n"+itoa(4+len(frame))+" "+itoa(len(frame))+"\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	p, err := Start([]string{prog, "decode"})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Load(file, list); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int64]uint64{0: 2 * size, 1: size} {
		if got, err := p.Do(Command{Name: "decode", Number: limit}); err != nil || got.Count != want {
			t.Errorf("limit %d: %d bytes, %v, want %d", limit, got.Count, err, want)
		}
	}
	if err := p.Load(file, "/no/such"); err == nil {
		t.Error("a missing list loads")
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func TestMissingPrograms(t *testing.T) {
	if _, err := Python(t.TempDir(), "/no/such/python"); err == nil {
		t.Error("a missing interpreter is found")
	}
	if _, err := Start([]string{"/no/such/peer"}); err == nil {
		t.Error("a missing peer starts")
	}
	if _, err := Start([]string{"/bin/true"}); err == nil {
		t.Error("a program that answers nothing is a peer")
	}
	t.Setenv("PATH", "")
	if _, err := BuildLibzim(t.TempDir()); err == nil {
		t.Error("libzim is built without a compiler")
	}
}
