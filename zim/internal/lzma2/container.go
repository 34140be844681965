package lzma2

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"hash/crc64"
)

// Layout of the container: https://tukaani.org/xz/xz-file-format.txt, sections 2.1.1, 3.1 and 3.4.
const (
	streamHeaderSize = 12
	maxDictByte      = 40   // largest code of a dictionary size, 4 GiB - 1
	filterLZMA2      = 0x21 // filter id

	flagFilters  = 0x03 // number of filters - 1
	flagReserved = 0x3c
	flagPacked   = 0x40 // compressed size present
	flagUnpacked = 0x80 // uncompressed size present
)

var (
	streamMagic = []byte{0xfd, '7', 'z', 'X', 'Z', 0}
	crc64Table  = crc64.MakeTable(crc64.ECMA)
)

// checkKind is the second byte of the stream's flags.
type checkKind uint8

const (
	checkNone  checkKind = 0
	checkCRC32 checkKind = 1
	checkCRC64 checkKind = 4
)

// block is what is known of the stream's check and of the block being read.
type block struct {
	kind             checkKind
	start            int    // where the block's output starts in dst
	packed           uint64 // bytes of LZMA2 data read so far
	sizes            byte   // flagPacked and flagUnpacked, as far as the header has them
	wantPacked       uint64 // if flagPacked; at least 1
	wantUnpacked     uint64 // if flagUnpacked
	seenDict, seenLP bool   // the dictionary has been reset; properties have come since
	dictionary       uint64 // as the header says, in bytes
	slid             uint64 // bytes of the block that are no longer in dst
	crc32            uint32 // of those
	crc64            uint64 // of those
}

// streamHeader reads the stream's first 12 bytes.
func (d *Decoder) streamHeader(src []byte) (int, error) {
	if n := min(len(src), len(streamMagic)); !bytes.Equal(src[:n], streamMagic[:n]) {
		return 0, corrupt("xz magic")
	}
	if len(src) < streamHeaderSize {
		return 0, ErrMore
	}
	flags := src[6:8]
	if crc32.ChecksumIEEE(flags) != binary.LittleEndian.Uint32(src[8:]) {
		return 0, corrupt("CRC32 of the stream header")
	}
	kind := checkKind(flags[1])
	switch {
	case flags[0] != 0:
		return 0, unsupported("stream flags")
	case kind != checkNone && kind != checkCRC32 && kind != checkCRC64:
		return 0, unsupported("check other than none, CRC32 and CRC64")
	}
	d.check.kind = kind
	d.stage = stageBlockHeader
	return streamHeaderSize, nil
}

// blockHeader reads a block's header, or sees that the index follows. at is the length of dst.
func (d *Decoder) blockHeader(src []byte, at int) (int, error) {
	if len(src) == 0 {
		return 0, ErrMore
	}
	if src[0] == 0 {
		d.stage = stageDone
		return 0, nil
	}
	size := (int(src[0]) + 1) * 4 // 8 to 1024
	if len(src) < size {
		return 0, ErrMore
	}
	body, sum := src[1:size-4], src[size-4:size]
	if crc32.ChecksumIEEE(src[:size-4]) != binary.LittleEndian.Uint32(sum) {
		return 0, corrupt("CRC32 of a block header")
	}
	b := block{kind: d.check.kind, start: at}
	if err := b.parse(body); err != nil {
		return 0, err
	}
	d.check = b
	d.stage = stageChunkHeader
	return size, nil
}

// parse reads the part of a block's header between its size and its CRC32.
func (b *block) parse(body []byte) error {
	f := fields{rest: body}
	flags := f.byte()
	if flags&flagReserved != 0 {
		return unsupported("block flags")
	}
	if flags&flagFilters != 0 {
		return unsupported("more than one filter")
	}
	b.sizes = flags & (flagPacked | flagUnpacked)
	if flags&flagPacked != 0 {
		b.wantPacked = f.varint()
		f.bad = f.bad || b.wantPacked == 0
	}
	if flags&flagUnpacked != 0 {
		b.wantUnpacked = f.varint()
	}
	id, propSize := f.varint(), f.varint()
	if f.bad {
		return corrupt("sizes or filter in a block header")
	}
	if id != filterLZMA2 {
		return unsupported("filter other than LZMA2")
	}
	dict := f.byte()
	if f.bad || propSize != 1 || dict > maxDictByte {
		return unsupported("LZMA2 properties")
	}
	b.dictionary = dictionarySize(dict)
	if len(bytes.Trim(f.rest, "\x00")) != 0 {
		return unsupported("padding of a block header is not zero")
	}
	return nil
}

// dictionarySize decodes the property byte of the LZMA2 filter: 2 or 3, shifted; the largest is one less
// than 4 GiB.
func dictionarySize(b byte) uint64 {
	if b == maxDictByte {
		return 1<<32 - 1
	}
	return uint64(2|b&1) << (b/2 + 11)
}

// blockEnd reads the padding and the check behind a block's data, and verifies them against dst.
func (d *Decoder) blockEnd(src, dst []byte) (int, error) {
	b := &d.check
	unpacked := dst[b.start:]
	if b.sizes&flagPacked != 0 && b.wantPacked != b.packed ||
		b.sizes&flagUnpacked != 0 && b.wantUnpacked != b.slid+uint64(len(unpacked)) {
		return 0, corrupt("sizes in a block header do not match the block")
	}
	pad := int(-b.packed & 3)
	n := pad + b.kind.size()
	if len(src) < n {
		return 0, ErrMore
	}
	if len(bytes.Trim(src[:pad], "\x00")) != 0 {
		return 0, corrupt("padding of a block is not zero")
	}
	if !b.matches(src[pad:n], unpacked) {
		return 0, corrupt("check of a block")
	}
	d.stage = stageBlockHeader
	return n, nil
}

// size returns the length of a check in bytes.
func (k checkKind) size() int {
	switch k {
	case checkCRC32:
		return crc32.Size
	case checkCRC64:
		return crc64.Size
	}
	return 0
}

// matches reports whether sum, which has the right size, is the check of the block that ends with data.
func (b *block) matches(sum, data []byte) bool {
	switch b.kind {
	case checkCRC32:
		return binary.LittleEndian.Uint32(sum) == crc32.Update(b.crc32, crc32.IEEETable, data)
	case checkCRC64:
		return binary.LittleEndian.Uint64(sum) == crc64.Update(b.crc64, crc64Table, data)
	}
	return true
}

// fields reads the fields of a block's header. bad is set when one does not fit.
type fields struct {
	rest []byte
	bad  bool
}

func (f *fields) byte() byte {
	if len(f.rest) == 0 {
		f.bad = true
		return 0
	}
	b := f.rest[0]
	f.rest = f.rest[1:]
	return b
}

// varint reads 1 to 9 bytes of 7 bits, the lowest first. The longer forms of a number are
// not allowed.
func (f *fields) varint() uint64 {
	var v uint64
	for shift := 0; shift < 63; shift += 7 {
		b := f.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			f.bad = f.bad || b == 0 && shift > 0
			return v
		}
	}
	f.bad = true
	return 0
}
