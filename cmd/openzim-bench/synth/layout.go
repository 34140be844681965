package synth

import (
	"iter"
	"math/rand/v2"
)

// A kind is what an entry of namespace C is.
type kind uint8

const (
	textItem  kind = iota // in a compressed cluster
	imageItem             // in an uncompressed cluster
	redirect              // to a text item
)

// A place is where an item's data lies.
type place struct{ cluster, blob uint32 }

// A layout answers every question about entries of namespace C from their number alone, but for the place
// of an item, which each tells while counting. It is not changed after newLayout.
type layout struct {
	o     Options
	names names

	counts        []int // blobs of the distinct text clusters; cluster c is like c % len(counts)
	lastCount     int   // blobs of the last text cluster, which may be a shorter one
	textClusters  int
	imageClusters int
	texts, images uint64 // how many entries are of that kind; the rest are redirects
}

// newLayout counts entries and clusters; it costs a few nanoseconds an entry.
func newLayout(o Options) *layout {
	l := &layout{o: o, names: newNames(uint64(o.Entries), o.Seed)}
	pending := 0
	for i := range uint64(o.Entries) {
		switch l.kind(i) {
		case textItem:
			l.texts++
		case imageItem:
			l.images++
			if pending += l.imageSize(i); pending >= o.ClusterBytes {
				l.imageClusters, pending = l.imageClusters+1, 0
			}
		}
	}
	if pending > 0 {
		l.imageClusters++
	}
	l.countText()
	return l
}

// countText finds how many text clusters hold l.texts items.
func (l *layout) countText() {
	for left := l.texts; left > 0; l.textClusters++ {
		if len(l.counts) < l.o.Distinct {
			l.counts = append(l.counts, len(l.pageSizes(len(l.counts))))
		}
		l.lastCount = int(min(left, uint64(l.counts[l.textClusters%len(l.counts)])))
		left -= uint64(l.lastCount)
	}
}

// kind of entry i. Entry 0 is always text, so that redirects and the main page lead somewhere.
func (l *layout) kind(i uint64) kind {
	h := int(mix(l.o.Seed^i) % 100)
	switch {
	case i == 0:
		return textItem
	case h < l.o.Redirects:
		return redirect
	case h < l.o.Redirects+l.o.Images:
		return imageItem
	}
	return textItem
}

// target of redirect i: a text item anywhere in the archive.
func (l *layout) target(i uint64) uint32 {
	n := uint64(l.o.Entries)
	t := mix(l.o.Seed^i^0x746f) % n
	for l.kind(t) != textItem {
		t = (t + 1) % n // ends at entry 0 at the latest
	}
	return uint32(t)
}

// imageSize is the length of image i: from 64 bytes to 16 KiB, equally many in each octave.
func (l *layout) imageSize(i uint64) int {
	h := mix(l.o.Seed ^ i ^ 0x696d67)
	base := 64 << (h % 8)
	return base + int(h>>8%uint64(base))
}

// appendImage appends the bytes of image i, which do not compress.
func (l *layout) appendImage(dst []byte, i uint64) []byte {
	x := mix(l.o.Seed ^ i ^ 0x706978)
	for n := l.imageSize(i); n > 0; n -= 8 {
		x = mix(x)
		for b := range min(n, 8) {
			dst = append(dst, byte(x>>(8*b)))
		}
	}
	return dst
}

// pageSizes are the sizes asked of the pages of distinct text cluster number; the pages come out about so long.
func (l *layout) pageSizes(number int) []int {
	r := rand.New(rand.NewPCG(l.o.Seed^0x73697a65, uint64(number)))
	var sizes []int
	for total := 0; total < l.o.ClusterBytes; {
		n := pageSize(r, l.o.MeanBytes)
		sizes, total = append(sizes, n), total+n
	}
	return sizes
}

// each yields every entry with its place (zero for a redirect), in path order.
func (l *layout) each() iter.Seq2[uint64, place] {
	return func(yield func(uint64, place) bool) {
		var txt place
		img, pending := place{cluster: uint32(l.textClusters)}, 0
		for i := range uint64(l.o.Entries) {
			var at place
			switch l.kind(i) {
			case textItem:
				at = txt
				if txt.blob++; int(txt.blob) == l.counts[int(txt.cluster)%len(l.counts)] {
					txt = place{cluster: txt.cluster + 1}
				}
			case imageItem:
				at = img
				img.blob++
				if pending += l.imageSize(i); pending >= l.o.ClusterBytes {
					img, pending = place{cluster: img.cluster + 1}, 0
				}
			}
			if !yield(i, at) {
				return
			}
		}
	}
}
