package lzma2

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ulikunitz/xz"
)

// clusterSize is what writers put into a cluster.
const clusterSize = 2 << 20

// corpora are contents as clusters hold them: Go sources, near to Wikipedia text in how they
// compress, and markup with long matches.
var corpora = []struct {
	name string
	make func(testing.TB) []byte
}{
	{"source", goSources},
	{"markup", markup},
}

// goSources returns 2 MiB of Go's own net/http and its neighbours.
func goSources(b testing.TB) []byte {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		b.Skipf("the go command, which knows where Go's sources are: %v", err)
	}
	var all []byte
	for _, dir := range []string{"net/http", "go/types", "encoding/json", "crypto/tls", "net"} {
		names, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "src", dir, "*.go"))
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			if all = append(all, src...); len(all) >= clusterSize {
				return all[:clusterSize]
			}
		}
	}
	b.Skipf("%d bytes of Go sources under GOROOT, want %d", len(all), clusterSize)
	return nil
}

// markup returns 2 MiB of table rows around words of the sources.
func markup(b testing.TB) []byte {
	var out bytes.Buffer
	words := bytes.Fields(goSources(b))
	for i := 0; out.Len() < clusterSize; i++ {
		fmt.Fprintf(&out, "<tr class=\"row\"><td>%d</td><td><a href=\"%s\">%[2]s</a></td><td>%s</td></tr>\n",
			i, words[i%len(words)], words[i*7%len(words)])
	}
	return out.Bytes()[:clusterSize]
}

// asCluster compresses plain as real archives have it, with xz -9e where that is installed.
func asCluster(b testing.TB, plain []byte) []byte {
	if path, err := exec.LookPath("xz"); err == nil {
		cmd := exec.Command(path, "-9e", "-T1", "--check=crc32", "--stdout")
		cmd.Stdin = bytes.NewReader(plain)
		if out, err := cmd.Output(); err == nil {
			return out
		}
	}
	var buf bytes.Buffer
	w, err := xz.WriterConfig{CheckSum: xz.CRC32}.NewWriter(&buf)
	if err != nil {
		b.Fatal(err)
	}
	if _, err = w.Write(plain); err != nil {
		b.Fatal(err)
	}
	if err = w.Close(); err != nil {
		b.Fatal(err)
	}
	return buf.Bytes()
}

// corpus returns a corpus and its stream, made once.
func corpus(b *testing.B, name string) (src, plain []byte) {
	corpusMu.Lock()
	defer corpusMu.Unlock()
	if c, ok := corpusDone[name]; ok {
		return c[0], c[1]
	}
	for _, c := range corpora {
		if c.name == name {
			plain = c.make(b)
			src = asCluster(b, plain)
		}
	}
	corpusDone[name] = [2][]byte{src, plain}
	return src, plain
}

var (
	corpusMu   sync.Mutex
	corpusDone = map[string][2][]byte{}
)

// BenchmarkDecodeCluster decodes a whole cluster into a slice of its size. The metric
// x-liblzma is our speed over that of liblzma through Python, best pass against best pass of
// rounds that take turns, so that a busy machine hurts both.
func BenchmarkDecodeCluster(b *testing.B) {
	for _, c := range corpora {
		b.Run(c.name, func(b *testing.B) {
			src, plain := corpus(b, c.name)
			decodeLoop(b, src, plain, len(plain))
			ours, theirs := math.Inf(1), math.Inf(1)
			for range 6 {
				theirs = min(theirs, liblzma(b, src))
				for range passes {
					ours = min(ours, decodeOnce(b, src, plain, len(plain)))
				}
			}
			if !math.IsInf(theirs, 1) {
				b.ReportMetric(theirs/ours, "x-liblzma")
			}
		})
	}
}

// BenchmarkDecodeHalfCluster stops in the middle, as for a blob that lies there.
func BenchmarkDecodeHalfCluster(b *testing.B) {
	for _, c := range corpora {
		b.Run(c.name, func(b *testing.B) {
			src, plain := corpus(b, c.name)
			decodeLoop(b, src, plain, len(plain)/2)
		})
	}
}

// decodeLoop is the timed part: want bytes of src, again and again, into one slice.
func decodeLoop(b *testing.B, src, plain []byte, want int) {
	b.SetBytes(int64(want))
	b.ReportAllocs()
	for b.Loop() {
		decodeOnce(b, src, plain, want)
	}
}

var (
	benchDecoder Decoder
	benchSlice   = make([]byte, 0, clusterSize)
)

// decodeOnce decodes want bytes of src and returns the seconds it took.
func decodeOnce(b *testing.B, src, plain []byte, want int) float64 {
	start := time.Now()
	benchDecoder.Reset()
	out, _, err := benchDecoder.Decode(benchSlice, src, want, len(plain))
	took := time.Since(start).Seconds()
	if err != nil || len(out) != want || benchDecoder.Done() != (want == len(plain)) {
		b.Fatalf("%d bytes, %v", len(out), err)
	}
	return took
}

// BenchmarkUlikunitz is the same cluster through ulikunitz/xz.
func BenchmarkUlikunitz(b *testing.B) {
	for _, c := range corpora {
		b.Run(c.name, func(b *testing.B) {
			src, plain := corpus(b, c.name)
			b.SetBytes(int64(len(plain)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := xz.NewReader(bytes.NewReader(src))
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, r); err != nil || n != int64(len(plain)) {
					b.Fatal(n, err)
				}
			}
		})
	}
}

// passes is how often each side decodes in a round.
const passes = 8

// timeLiblzma prints the best of some passes in seconds.
const timeLiblzma = `
import lzma, sys, time
src = sys.stdin.buffer.read()
best = 1e9
for _ in range(int(sys.argv[1])):
    t = time.perf_counter()
    lzma.decompress(src)
    best = min(best, time.perf_counter() - t)
print(best)
`

// liblzma returns the seconds that liblzma takes for src, or infinity where Python has it not.
func liblzma(b *testing.B, src []byte) float64 {
	cmd := exec.Command("python3", "-c", timeLiblzma, strconv.Itoa(passes))
	cmd.Stdin = bytes.NewReader(src)
	out, err := cmd.Output()
	if err != nil {
		b.Logf("no comparison with liblzma: python3 with its lzma module is missing (%v)", err)
		return math.Inf(1)
	}
	t, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		b.Fatal(err)
	}
	return t
}
