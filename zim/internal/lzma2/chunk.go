package lzma2

import "encoding/binary"

// Control bytes of LZMA2 chunks.
const (
	controlEnd     = 0x00
	controlRawDict = 0x01 // uncompressed, dictionary reset
	controlRaw     = 0x02 // uncompressed
	controlLZMA    = 0x80
	controlState   = 0xa0 // and above: the state is reset
	controlProps   = 0xc0 // and above: a property byte follows
	controlDict    = 0xe0 // and above: the dictionary is reset
)

// minPacked is the least a compressed chunk holds: the range decoder's first 5 bytes.
const minPacked = 5

// chunk is what is left of the chunk being read.
type chunk struct {
	unpacked int // bytes still to be written, at most 2 MiB
	packed   int // bytes still to be read, at most 64 KiB
	fresh    bool
}

// chunkHeader reads the header of the next chunk. at is the length of dst. Where full is set
// and the chunk would write something, it reads nothing and returns errOutput.
func (d *Decoder) chunkHeader(src []byte, at int, full bool) (int, error) {
	if len(src) == 0 {
		return 0, ErrMore
	}
	control := src[0]
	if control == controlEnd {
		d.check.packed++
		d.stage = stageBlockEnd
		return 1, nil
	}
	if full {
		return 0, errOutput
	}
	if err := d.check.allows(control); err != nil {
		return 0, err
	}
	size := headerSize(control)
	if len(src) < size {
		return 0, ErrMore
	}
	if control == controlRawDict || control >= controlDict {
		d.lzma.dict = at
		d.check.seenDict, d.check.seenLP = true, false
	}
	d.check.packed += uint64(size)
	if control < controlLZMA {
		n := int(binary.BigEndian.Uint16(src[1:])) + 1
		d.chunk = chunk{unpacked: n, packed: n}
		d.stage = stageRawChunk
		return size, nil
	}
	return size, d.lzmaHeader(control, src[:size])
}

// headerSize returns the length of a chunk's header with its control byte.
func headerSize(control byte) int {
	switch {
	case control < controlLZMA:
		return 3
	case control < controlProps:
		return 5
	}
	return 6
}

// allows reports what speaks against a chunk of this kind at this place. The first chunk must
// reset the dictionary; the first compressed one after that must bring properties.
func (b *block) allows(control byte) error {
	switch {
	case control > controlRaw && control < controlLZMA:
		return corrupt("control byte of a chunk")
	case !b.seenDict && control != controlRawDict && control < controlDict:
		return corrupt("first chunk does not reset the dictionary")
	case !b.seenLP && control >= controlLZMA && control < controlProps:
		return corrupt("chunk without properties after a dictionary reset")
	}
	return nil
}

// lzmaHeader takes over what the header of a compressed chunk says.
func (d *Decoder) lzmaHeader(control byte, header []byte) error {
	d.chunk = chunk{
		unpacked: int(control&0x1f)<<16 + int(binary.BigEndian.Uint16(header[1:])) + 1,
		packed:   int(binary.BigEndian.Uint16(header[3:])) + 1,
		fresh:    true,
	}
	if d.chunk.packed < minPacked {
		return corrupt("compressed chunk is too short")
	}
	if control >= controlProps {
		if !d.lzma.setProps(header[5]) {
			return corrupt("LZMA properties")
		}
		d.check.seenLP = true
	}
	if control >= controlState {
		d.lzma.resetState()
	}
	d.stage = stageLZMAChunk
	return nil
}

// rawChunk copies from an uncompressed chunk. Like a compressed one it must be in src whole,
// so that callers meet one rule.
func (d *Decoder) rawChunk(dst, src []byte, stop int) ([]byte, int, error) {
	c := &d.chunk
	if len(src) < c.packed {
		return dst, 0, ErrMore
	}
	n := min(c.unpacked, stop-len(dst))
	dst = append(grow(dst, n, stop), src[:n]...)
	c.unpacked -= n
	c.packed -= n
	d.check.packed += uint64(n)
	if c.unpacked == 0 {
		d.stage = stageChunkHeader
	}
	return dst, n, nil
}

// growStep is the room asked for at least when dst has no capacity left, in bytes. A chunk of
// a few bytes can claim 2 MiB, so the slice grows with what has been decoded instead.
const growStep = 32 << 10

// lzmaChunk decodes from a compressed chunk, which must be in src whole.
func (d *Decoder) lzmaChunk(dst, src []byte, stop int) ([]byte, int, error) {
	c, at, used := &d.chunk, len(dst), 0
	if len(src) < c.packed {
		return dst, 0, ErrMore
	}
	in := src[:c.packed]
	if c.fresh {
		if !d.lzma.rc.start(in) {
			return dst, 0, corrupt("first byte of a compressed chunk")
		}
		c.fresh, used = false, minPacked
	}
	dst = grow(dst, min(c.unpacked, stop-at, growStep), stop)
	end := min(at+c.unpacked, stop, cap(dst))
	n, used, ok := d.lzma.decode(dst[:end], at, end-at == c.unpacked, in, used)
	c.unpacked -= n - at
	c.packed -= used
	d.check.packed += uint64(used)
	dst = dst[:n]
	if !ok || c.unpacked == 0 && !d.lzma.rc.finished(c.packed) {
		return dst, used, corrupt("compressed chunk")
	}
	if c.unpacked == 0 {
		d.stage = stageChunkHeader
	}
	return dst, used, nil
}

// grow returns dst with room for n more bytes, where len(dst)+n <= stop. The new capacity is at
// most twice len(dst), or what n needs, and never above stop.
func grow(dst []byte, n, stop int) []byte {
	if n <= cap(dst)-len(dst) {
		return dst
	}
	bigger := make([]byte, len(dst), min(max(len(dst)+n, 2*len(dst)), stop))
	copy(bigger, dst)
	return bigger
}
