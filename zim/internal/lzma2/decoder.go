package lzma2

import "errors"

// stage is the part of the stream that comes next.
type stage uint8

const (
	stageStreamHeader stage = iota
	stageBlockHeader
	stageChunkHeader
	stageRawChunk  // inside an uncompressed chunk
	stageLZMAChunk // inside a compressed chunk
	stageBlockEnd  // padding and check
	stageDone      // the index comes next, and is not read
)

// A Decoder holds 29 KB of state and no dictionary. One goroutine at a time. The zero value
// is ready for a stream.
type Decoder struct {
	stage   stage
	started bool  // length holds
	err     error // what the stream failed with, until Reset
	length  int   // of dst after the last call

	check block // the block's check and sizes
	chunk chunk
	lzma  lzmaState
}

// Reset starts a new stream.
func (d *Decoder) Reset() {
	// The model is left as it is: no chunk can use it before it is set anew.
	d.stage, d.started, d.err, d.length = stageStreamHeader, false, nil, 0
	d.check, d.chunk = block{}, chunk{}
}

// Done reports whether the stream has ended and the check of every block has matched. Only the
// index, which is not read, knows how many blocks there should be: damage to one byte can make
// a block header look like the index. So compare the length where it is known.
func (d *Decoder) Done() bool { return d.stage == stageDone }

// Decode appends to dst what src decodes to, until want bytes are in dst or the stream ends, and never beyond limit.
// It returns the bytes of src it used. With ErrMore, call again with dst and the rest of src and more.
//
// dst is the dictionary: each call takes the slice that the last one returned, unchanged. The
// first call may bring a slice that already holds something; the stream then starts behind it.
// dst grows to at most twice what has been decoded, so give it the capacity where the size is
// known. The bytes between len(out) and min(want, limit) may be overwritten.
//
// A block's check is looked at as soon as its end is in src, also when want is reached there.
// Where the check matters and src may have been too short for it, call with want above
// the expected size until [Decoder.Done]. Once that is true, Decode uses no more of src.
//
// Other errors wrap [ErrCorrupt], [ErrLimit] or [ErrUnsupported]; out is then what came before.
func (d *Decoder) Decode(dst, src []byte, want, limit int) (out []byte, used int, err error) {
	if d.err != nil {
		return dst, 0, d.err
	}
	if d.started && d.length != len(dst) {
		return dst, 0, errMisuse
	}
	d.started = true

	for err == nil && d.stage != stageDone {
		if d.stage.yields() && len(dst) >= min(want, limit) {
			if len(dst) < want {
				err = ErrLimit
			}
			break
		}
		var n int
		dst, n, err = d.step(dst, src[used:], min(want, limit))
		used += n
		if errors.Is(err, errOutput) {
			err = nil
			if len(dst) < want {
				err = ErrLimit
			}
			break
		}
	}
	d.length = len(dst)
	return dst, used, d.settle(err, len(dst) >= want)
}

// errOutput is a chunk header that comes after the last byte asked for.
var errOutput = errors.New("lzma2: next comes output")

// yields reports whether the stage cannot be left without writing output.
func (s stage) yields() bool { return s == stageRawChunk || s == stageLZMAChunk }

// settle turns what stopped the loop into what the caller is told.
func (d *Decoder) settle(err error, satisfied bool) error {
	switch {
	case err == nil, errors.Is(err, ErrLimit):
	case errors.Is(err, ErrMore):
		if satisfied {
			return nil
		}
	default:
		d.err = err
	}
	return err
}

// step reads one part of the stream and writes up to stop bytes into dst.
func (d *Decoder) step(dst, src []byte, stop int) ([]byte, int, error) {
	var n int
	var err error
	switch d.stage {
	case stageStreamHeader:
		n, err = d.streamHeader(src)
	case stageBlockHeader:
		n, err = d.blockHeader(src, len(dst))
	case stageChunkHeader:
		n, err = d.chunkHeader(src, len(dst), len(dst) >= stop)
	case stageRawChunk:
		dst, n, err = d.rawChunk(dst, src, stop)
	case stageLZMAChunk:
		dst, n, err = d.lzmaChunk(dst, src, stop)
	case stageBlockEnd:
		n, err = d.blockEnd(src, dst)
	}
	return dst, n, err
}
