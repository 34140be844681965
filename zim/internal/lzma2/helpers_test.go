package lzma2

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"hash/crc64"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/ulikunitz/xz/lzma"
)

const noLimit = 1 << 30

// blockSpec is one block of a stream as a test wants it. body is the header between its size and its
// CRC32, with padding; nil stands for LZMA2 with a dictionary of 64 MiB.
type blockSpec struct {
	body  []byte
	lzma2 []byte
	plain []byte // what the check is made of
}

// stream puts a stream together with right sums, so that a test can break one rule alone.
func stream(flags [2]byte, blocks ...blockSpec) []byte {
	out := append([]byte{}, streamMagic...)
	out = append(out, flags[:]...)
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(flags[:]))
	for _, b := range blocks {
		body := b.body
		if body == nil {
			body = []byte{0, filterLZMA2, 1, 28, 0, 0, 0}
		}
		header := append([]byte{byte((len(body)+5)/4 - 1)}, body...)
		out = append(out, header...)
		out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(header))
		out = append(out, b.lzma2...)
		out = append(out, make([]byte, -len(b.lzma2)&3)...)
		switch checkKind(flags[1]) {
		case checkCRC32:
			out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(b.plain))
		case checkCRC64:
			out = binary.LittleEndian.AppendUint64(out, crc64.Checksum(b.plain, crc64Table))
		}
	}
	return append(out, 0) // where the index begins
}

// crc32Stream is a stream of one block.
func crc32Stream(lzma2, plain []byte) []byte {
	return stream([2]byte{0, byte(checkCRC32)}, blockSpec{lzma2: lzma2, plain: plain})
}

// encode returns the LZMA2 data that ulikunitz/xz makes of parts, a chunk or more for each.
func encode(t testing.TB, props *lzma.Properties, parts ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := lzma.Writer2Config{Properties: props}.NewWriter2(&out)
	for i := 0; err == nil && i < len(parts); i++ {
		if _, err = w.Write(parts[i]); err == nil {
			err = w.Flush()
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// oracle decodes LZMA2 data with ulikunitz/xz, at most limit+1 bytes of it. rest is the length
// of what it did not read.
func oracle(src []byte, limit int) (out []byte, rest int, err error) {
	in := bytes.NewReader(src)
	r, err := lzma.Reader2Config{DictCap: 1 << 20}.NewReader2(in)
	if err != nil {
		return nil, in.Len(), err
	}
	out, err = io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err == nil && len(out) <= limit && !r.EOS() {
		err = io.ErrUnexpectedEOF // it calls that the end where a chunk's first bytes are missing
	}
	return out, in.Len(), err
}

// testdata returns a committed file.
func testdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// noise returns n bytes that do not compress.
func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// mixed is a stream with all kinds of chunks: uncompressed and compressed, with and without
// resets of state, properties and dictionary, in two blocks.
func mixed(t testing.TB) (src, plain []byte) {
	text, hiss := testdata(t, "text")[:500], noise(300)
	a := encode(t, nil, text, hiss, text, hiss, bytes.Repeat([]byte("ab"), 400))
	b := encode(t, &lzma.Properties{LC: 1, LP: 2, PB: 3}, hiss, text, text[:9])
	a = append(a[:len(a)-1], b...) // b begins with a dictionary reset
	plain = bytes.Join([][]byte{text, hiss, text, hiss, bytes.Repeat([]byte("ab"), 400), hiss, text, text[:9]}, nil)
	c := encode(t, nil, text)
	return stream([2]byte{0, byte(checkCRC64)},
		blockSpec{lzma2: a, plain: plain}, blockSpec{lzma2: c, plain: text}), append(plain, text...)
}

// mustDecode decodes src whole and wants plain, with the stream ended and every byte used but
// the index.
func mustDecode(t *testing.T, src, plain []byte) {
	t.Helper()
	var d Decoder
	out, used, err := d.Decode(nil, src, noLimit, noLimit)
	if err != nil || !d.Done() || !bytes.Equal(out, plain) {
		t.Fatalf("got %d bytes, done %v, %v; want %d bytes and the end", len(out), d.Done(), err, len(plain))
	}
	if used >= len(src) || src[used] != 0 {
		t.Fatalf("used %d of %d bytes, want all before the index", used, len(src))
	}
	if max := 2*len(plain) + growStep; cap(out) > max {
		t.Fatalf("capacity %d for %d bytes, want at most %d", cap(out), len(plain), max)
	}
}
