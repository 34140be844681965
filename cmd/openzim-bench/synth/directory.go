package synth

import "encoding/binary"

// dirents writes the directory, in path order: namespace C, then what metadata lists.
func (w *writer) dirents() error {
	w.head.entries = uint32(w.l.o.Entries + len(w.meta))
	w.head.mainPage = uint32(w.l.o.Entries) + w.mainPageOffset()
	w.firstDir = w.off
	var d direntBuffer
	for i, at := range w.l.each() {
		if i%4096 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		w.write(d.entry(w.l, i, at))
	}
	for _, m := range w.placedMeta() {
		w.write(d.meta(m))
	}
	return w.buf.Flush()
}

// pathPointers computes every dirent again, for its length: cheaper than remembering 8 bytes for each.
func (w *writer) pathPointers() error {
	w.head.pathPtrs = w.off
	var d direntBuffer
	pos := w.firstDir
	for i := range uint64(w.l.o.Entries) {
		w.uint64(pos)
		pos += uint64(len(d.entry(w.l, i, place{})))
	}
	for _, m := range w.placedMeta() {
		w.uint64(pos)
		pos += uint64(len(d.meta(m)))
	}
	return w.buf.Flush()
}

// A direntBuffer makes dirents, one at a time in the same memory.
type direntBuffer struct{ dirent, path []byte }

// entry returns the dirent of entry i of namespace C. Its length does not depend on at.
func (d *direntBuffer) entry(l *layout, i uint64, at place) []byte {
	d.path = l.names.appendPath(d.path[:0], i)
	switch l.kind(i) {
	case redirect:
		d.fixed(mimeRedirect, 'C', l.target(i))
	case imageItem:
		d.fixed(mimeWebP, 'C', at.cluster, at.blob)
	default:
		d.fixed(mimeHTML, 'C', at.cluster, at.blob)
	}
	d.dirent = append(append(d.dirent, d.path...), 0)
	d.dirent = append(appendTitle(d.dirent, d.path), 0)
	return d.dirent
}

// meta returns the dirent of an entry of another namespace, which has no title of its own.
func (d *direntBuffer) meta(m metaEntry) []byte {
	if m.mime == mimeRedirect {
		d.fixed(m.mime, m.ns, m.target)
	} else {
		d.fixed(m.mime, m.ns, m.at.cluster, m.at.blob)
	}
	d.dirent = append(append(d.dirent, m.path...), 0, 0)
	return d.dirent
}

// fixed starts a dirent: MIME number, no parameters, namespace, revision 0, then the numbers its kind has.
func (d *direntBuffer) fixed(mime uint16, ns byte, numbers ...uint32) {
	d.dirent = binary.LittleEndian.AppendUint16(d.dirent[:0], mime)
	d.dirent = append(d.dirent, 0, ns, 0, 0, 0, 0)
	for _, n := range numbers {
		d.dirent = binary.LittleEndian.AppendUint32(d.dirent, n)
	}
}
