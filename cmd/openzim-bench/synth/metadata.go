package synth

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

// A metaEntry is an entry outside namespace C.
type metaEntry struct {
	ns     byte
	path   string
	mime   uint16
	data   []byte // nil for a redirect and for listings, which are written as clusters of their own
	target uint32 // of a redirect
	at     place
}

// metadata returns the entries behind namespace C, in path order, without their places.
func metadata(l *layout) []metaEntry {
	text := func(key, value string) metaEntry {
		return metaEntry{ns: 'M', path: key, mime: mimePlain, data: []byte(value)}
	}
	list := []metaEntry{
		text("Counter", fmt.Sprintf("image/webp=%d;text/html=%d", l.images, l.texts)),
		text("Creator", "openzim-bench"),
		text("Date", "2026-01-01"),
		text("Description", fmt.Sprintf("%d made-up entries for measurements", l.o.Entries)),
		{ns: 'M', path: "Illustration_48x48@1", mime: mimePNG, data: illustration()},
		text("Language", "eng"),
		text("Name", "synthetic"),
		text("Publisher", "openzim-bench"),
		text("Scraper", "openzim-bench synth"),
		text("Title", "Synthetic archive"),
		{ns: 'W', path: "mainPage", mime: mimeRedirect, target: 0},
	}
	if l.o.Minor < 3 {
		list = append(list, metaEntry{ns: 'X', path: "listing/titleOrdered/v0", mime: mimeListing})
	}
	return append(list, metaEntry{ns: 'X', path: "listing/titleOrdered/v1", mime: mimeListing})
}

// illustration is a plain square of the size every archive must have.
func illustration() []byte {
	img := image.NewGray(image.Rect(0, 0, 48, 48))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: uint8(i / 48 * 5)}.Y
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil // cannot happen: a buffer takes every byte
	}
	return b.Bytes()
}

// mainPageOffset is the position of W/mainPage behind namespace C.
func (w *writer) mainPageOffset() uint32 {
	for i, m := range w.meta {
		if m.ns == 'W' {
			return uint32(i)
		}
	}
	return 0
}

// placedMeta tells each entry its cluster: first the one all metadata share, then one for each listing.
func (w *writer) placedMeta() []metaEntry {
	shared := uint32(w.l.textClusters + w.l.imageClusters)
	blob, listing := uint32(0), shared+1
	for i := range w.meta {
		switch m := &w.meta[i]; {
		case m.data != nil:
			m.at = place{shared, blob}
			blob++
		case m.mime == mimeListing:
			m.at = place{cluster: listing}
			listing++
		}
	}
	return w.meta
}
