package zimtest

import (
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Window bytes of a zstd frame header: 2^(10+e) * (1 + m/8) bytes, with e the high five
// bits and m the low three (RFC 8878, 3.1.1.1.2).
const (
	Window8MiB   byte = 0x68 // what libzim writes today
	Window128MiB byte = 0x88 // what it wrote at level 22, and the most its readers take
	Window3TiB   byte = 0xFC // a bomb: 2^41 * 1.5
)

// encoderWindow bounds the distances in frames, in bytes.
const encoderWindow = 1 << 20

var zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false),
		zstd.WithZeroFrames(true), zstd.WithWindowSize(encoderWindow))
	if err != nil {
		panic(err) // only wrong options fail, and these are constant
	}
	return e
})

// ZstdFrame compresses p to a frame as real archives have them: no content size, no
// checksum, no dictionary, not a single segment, with the window byte given (0 means
// [Window8MiB]).
//
// The encoder writes its own header; it is replaced, since the blocks do not depend on it
// as long as the declared window is no smaller than the distances used: at most 1 MiB (0x50).
func ZstdFrame(p []byte, window byte) []byte {
	return append(zstdHeader(window), zstdBlocks(p)...)
}

func zstdHeader(window byte) []byte {
	if window == 0 {
		window = Window8MiB
	}
	return []byte{0x28, 0xB5, 0x2F, 0xFD, 0, window}
}

// zstdBlocks returns the blocks of p's frame, without header.
func zstdBlocks(p []byte) []byte {
	frame := zstdEncoder().EncodeAll(p, nil)
	d := frame[4]
	n := 5 + [4]int{0, 1, 2, 4}[d&3] + [4]int{0, 2, 4, 8}[d>>6]
	if d&0x20 == 0 {
		n++ // the window byte
	} else if d>>6 == 0 {
		n++ // a single segment always has a size, here of one byte
	}
	return frame[n:]
}

// zstdBlock returns the header of a block: kind 0 raw, 1 RLE, 2 compressed, 3 reserved.
func zstdBlock(last bool, kind, size int) []byte {
	v := size<<3 | kind<<1
	if last {
		v |= 1
	}
	return []byte{byte(v), byte(v >> 8), byte(v >> 16)}
}
