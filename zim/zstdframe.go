package zim

import (
	"cmp"
	"encoding/binary"
	"io"
	"math"
)

// The zstd frame, after RFC 8878 section 3.1.
const (
	zstdMagic      = 0xFD2FB528
	skippableMagic = 0x184D2A50 // and the 15 values above it
	skippableMask  = 0xFFFFFFF0
	maxSkippable   = 4         // frames before the first real one; real archives have none
	maxFrameHead   = 18        // magic, descriptor, window, dictionary, content size
	zstdBlock      = 128 << 10 // bytes a compressed block can decode to
)

// A zstdFrame is what a frame's header says.
type zstdFrame struct {
	start    uint64 // of the frame in the data, behind skippable ones
	head     uint64 // bytes of its header, magic included
	window   uint64 // bytes of history a decoder must keep
	content  uint64 // decoded size, or none64 when it is not told
	checksum bool   // 4 bytes behind the last block
}

// parseZstdHead reads the header of the first frame in b. short is true when more bytes are
// needed, as many as need says.
func parseZstdHead(b []byte) (f zstdFrame, need int, reason string) {
	skipped := 0
	for {
		b, at := b, f.start
		if uint64(len(b)) < at+4 {
			return f, int(at) + maxFrameHead, ""
		}
		switch m := binary.LittleEndian.Uint32(b[at:]); {
		case m == zstdMagic:
			return f.parse(b)
		case m&skippableMask != skippableMagic:
			return f, 0, "the zstd frame has no magic number"
		}
		if skipped++; skipped > maxSkippable {
			return f, 0, "too many skippable zstd frames"
		}
		if uint64(len(b)) < at+8 {
			return f, int(at) + 8 + maxFrameHead, ""
		}
		f.start = at + 8 + uint64(binary.LittleEndian.Uint32(b[at+4:]))
		if f.start > math.MaxInt32 {
			return f, 0, "a skippable zstd frame is too long"
		}
	}
}

// parse reads the header at f.start, whose magic was seen.
func (f zstdFrame) parse(b []byte) (zstdFrame, int, string) {
	b = b[f.start+4:]
	if len(b) < 1 {
		return f, int(f.start) + maxFrameHead, ""
	}
	d := b[0]
	single := d&0x20 != 0
	dict := [4]int{0, 1, 2, 4}[d&3]
	size := [4]int{0, 2, 4, 8}[d>>6]
	if single && size == 0 {
		size = 1
	}
	n := 1 + dict + size
	if !single {
		n++
	}
	if len(b) < n {
		return f, int(f.start) + maxFrameHead, ""
	}
	if d&0x08 != 0 {
		return f, 0, "the zstd frame's reserved bit is set"
	}
	f.head, f.content, f.checksum = uint64(4+n), none64, d&4 != 0
	if size > 0 {
		f.content = littleEndian(b[n-size : n])
		if size == 2 {
			f.content += 256
		}
	}
	if single {
		f.window = f.content
	} else {
		f.window = zstdWindow(b[1])
	}
	if littleEndian(b[n-size-dict:n-size]) != 0 {
		return f, 0, "the zstd frame needs a dictionary"
	}
	return f, 0, ""
}

// zstdWindow decodes a window descriptor: an exponent and an eighth of it to add. The
// largest is 3.75 TiB.
func zstdWindow(b byte) uint64 {
	base := uint64(1) << (10 + b>>3)
	return base + base/8*uint64(b&7)
}

// littleEndian reads an integer of up to 8 bytes; 0 for none.
func littleEndian(b []byte) uint64 {
	var v uint64
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v
}

// A frameWalk follows a frame's blocks without decoding them.
type frameWalk struct {
	end    uint64 // of the blocks seen so far, from the start of the data; of the frame when done
	bound  uint64 // how much they can decode to at the most
	blocks int
	done   bool
}

// walk goes on from w over the blocks in b. It stops in front of a block whose header is
// not in b; the last block and the checksum may reach beyond b, which the caller compares.
func (f *zstdFrame) walk(b []byte, w frameWalk) (frameWalk, string) {
	if w.done {
		return w, ""
	}
	if w.blocks == 0 {
		w.end = f.start + f.head
	}
	for !w.done && w.end+blockHead <= uint64(len(b)) {
		if reason := w.block(b[w.end:]); reason != "" {
			return w, reason
		}
	}
	if w.done && f.checksum {
		w.end += 4
	}
	return w, ""
}

// blockHead is the length of a block's header: 3 bytes, of which the lowest bit marks the
// last block, two give its type and the rest its size.
const blockHead = 3

// block goes on behind the block whose header b begins with.
func (w *frameWalk) block(b []byte) (reason string) {
	h := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	size := uint64(h >> 3)
	in, out := size, size
	switch h >> 1 & 3 {
	case 1: // one byte, repeated
		in = 1
	case 2:
		out = zstdBlock
	case 3:
		return "a zstd block has the reserved type"
	}
	if size > zstdBlock {
		return "a zstd block is too long"
	}
	w.end += blockHead + in
	w.bound += out
	w.blocks++
	w.done = h&1 != 0
	return ""
}

// A frameReader reads up to the end of the first frame, so that a decoder does not take what
// follows for more of the cluster. It walks the blocks as they come by.
type frameReader struct {
	packedReader
	frame zstdFrame
	walk  frameWalk       // its end is where the next block's header begins
	at    uint64          // how many bytes came by
	head  [blockHead]byte // of the next block, as far as it came by
	got   int
}

func (r *frameReader) Read(p []byte) (int, error) {
	n, err := r.packedReader.Read(p)
	if own := r.follow(p[:n]); own < n || err != nil {
		n, err = own, cmp.Or(err, io.EOF)
	}
	return n, err
}

// follow walks over p, which was read next, and returns how much of it belongs to the frame.
func (r *frameReader) follow(p []byte) int {
	behind := r.at + uint64(len(p))
	for !r.walk.done && r.walk.end+uint64(r.got) < behind {
		r.got += copy(r.head[r.got:], p[r.walk.end+uint64(r.got)-r.at:])
		if r.got < blockHead {
			break
		}
		if r.got = 0; r.walk.block(r.head[:]) != "" {
			r.walk = frameWalk{end: math.MaxInt64, done: true} // for the decoder to refuse
		} else if r.walk.done && r.frame.checksum {
			r.walk.end += 4
		}
	}
	if r.walk.done {
		behind = min(behind, r.walk.end)
	}
	n := behind - r.at
	r.at = behind
	return int(n)
}
