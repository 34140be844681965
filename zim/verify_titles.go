package zim

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
)

// titles checks both listings, whichever of them lookups use.
func (v *verifier) titles() {
	if !v.wants(CheckTitles) {
		return
	}
	for _, err := range v.a.atOpen {
		if e := (*FormatError)(nil); asFormatError(err, &e) && e.Part == "title list" {
			v.report(CheckTitles, err)
		}
	}
	if v.a.head.titlePtrPos != none64 {
		v.titleOrder(&titleList{pos: v.a.head.titlePtrPos, n: v.a.head.entries})
	}
	t, err := v.a.titleListV1(v.ctx)
	switch e := (*FormatError)(nil); {
	case err == nil:
		v.titleSize()
		v.titleOrder(t)
	case isNotFound(err) && v.a.head.titlePtrPos == none64:
		v.report(CheckTitles, formatError(ErrCorrupt, "title list", 40, "neither a list of front articles nor one of all entries"))
	case isNotFound(err) || asFormatError(err, &e) && e.Part != "title list":
		// There is none, or its cluster or dirent is damaged, which other checks report.
	default:
		v.report(CheckTitles, err)
	}
}

// titleSize reports a v1 list that ends inside an index.
func (v *verifier) titleSize() {
	e, err := v.a.LookupNS(v.ctx, 'X', titleV1Path)
	if err != nil {
		v.fail(err)
		return
	}
	size, err := Item{e: e}.Size(v.ctx)
	if err == nil && size%4 != 0 {
		err = v.a.blame(ErrCorrupt, "title list", e.index, "%d bytes are no whole number of indexes", size)
	}
	v.report(CheckTitles, err)
}

// titleOrder goes over one listing. Entries that do not parse are another check's finding.
func (v *verifier) titleOrder(t *titleList) {
	var batch, buf, before, after []byte
	for first := uint32(0); first < t.n && !v.stopped; {
		v.tick(CheckTitles, uint64(first), uint64(t.n))
		n := min(t.n-first, batchPointers)
		batch = grown(&batch, int(n)*4)
		if err := v.a.read(v.ctx, batch, t.pos+4*uint64(first)); err != nil {
			v.report(CheckTitles, err)
			return
		}
		for i := range n {
			if v.stopped {
				return
			}
			index, err := t.check(first+i, binary.LittleEndian.Uint32(batch[4*i:]), v.a.head.entries)
			if err != nil {
				v.report(CheckTitles, err)
				continue
			}
			d, err := v.a.rawEntry(v.ctx, index, &buf)
			if err != nil {
				v.fail(err)
				continue
			}
			after = appendKey(after[:0], d.ns, d.displayTitle())
			if len(before) > 0 && bytes.Compare(before, after) > 0 {
				v.report(CheckTitles, formatError(ErrCorrupt, "title list", t.pos+4*uint64(first+i), "entry %d belongs in front of the one before", index))
			}
			before, after = after, before
		}
		first += n
	}
	v.tick(CheckTitles, uint64(t.n), uint64(t.n))
}

const md5Step = 1 << 20 // bytes read at once; two such buffers take turns

// md5 compares the archive's checksum with the one that is stored.
func (v *verifier) md5() {
	if !v.wants(CheckMD5) {
		return
	}
	h := &v.a.head
	switch {
	case h.checksumPos == 0 && h.mimeListPos == oldHeaderSize:
		v.note(CheckMD5, formatError(ErrChecksum, "checksum", 0, "the archive has none"))
		return
	case h.checksumPos == 0:
		v.report(CheckMD5, formatError(ErrChecksum, "checksum", v.a.src.size, "it is not where the header says"))
		return
	}
	want, err := v.a.Checksum(v.ctx)
	if err != nil {
		v.report(CheckMD5, err)
		return
	}
	got, err := v.sum(h.checksumPos)
	if err == nil && !bytes.Equal(got, want[:]) {
		err = formatError(ErrChecksum, "checksum", h.checksumPos, "the MD5 is %x, the archive says %x", got, want)
	}
	v.report(CheckMD5, err)
}

// sum computes the MD5 of the first n bytes. A second goroutine reads ahead. It ends with an
// error or the last byte, and sum takes all it sends until then.
func (v *verifier) sum(n uint64) ([]byte, error) {
	type step struct {
		b   []byte
		err error
	}
	filled, free := make(chan step), make(chan []byte, 2)
	size := min(md5Step, n)
	free <- make([]byte, size)
	free <- make([]byte, size)
	go func() {
		defer close(filled)
		for at := uint64(0); at < n; at += md5Step {
			b := (<-free)[:min(size, n-at)]
			err := v.a.read(v.ctx, b, at)
			filled <- step{b, err}
			if err != nil {
				return
			}
		}
	}()
	hash, done := md5.New(), uint64(0)
	for s := range filled {
		if s.err != nil {
			return nil, s.err
		}
		hash.Write(s.b)
		done += uint64(len(s.b))
		v.tick(CheckMD5, done, n)
		free <- s.b[:size]
	}
	return hash.Sum(nil), nil
}
