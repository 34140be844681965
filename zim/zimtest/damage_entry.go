package zimtest

// suiteEntry is the entry whose MIME type zim-testing-suite damages.
const suiteEntry = 8

// entryDamages change one dirent, or the v1 title list.
var entryDamages = []damage{
	{"bad_mimetype_in_dirent", "the MIME number of entry 8 is 1234; if 8 is no item, of the next one, else of the first", func(p *parsed) bool {
		d, ok := p.first(suiteEntry, (*dirent).content)
		if !ok {
			d, ok = p.first(0, (*dirent).content)
		}
		return ok && p.put(d.pos, 2, 1234)
	}},

	{"redirect_to_itself", "the first redirect leads to itself", onRedirect(func(p *parsed, d *dirent) uint64 { return uint64(d.index) })},
	{"redirect_out_of_range", "the first redirect leads to entry number entryCount", onRedirect(func(p *parsed, d *dirent) uint64 { return uint64(p.entries) })},
	{"mainpage_redirect_out_of_range", "W/mainPage leads to entry number entryCount", func(p *parsed) bool {
		d, ok := p.first(0, func(d *dirent) bool { return d.redirect() && d.path == "W/mainPage" })
		return ok && p.put(d.pos+8, 4, uint64(p.entries))
	}},
	{"cluster_index_out_of_range", "the first item is in cluster number clusterCount", onItem(8, func(p *parsed) uint64 { return uint64(p.clusters) })},
	{"blob_index_out_of_range", "the first item is blob number entryCount", onItem(12, func(p *parsed) uint64 { return uint64(p.entries) })},
	{"blob_index_max", "the first item is blob number 2^32 - 1", onItem(12, func(p *parsed) uint64 { return none32 })},
	{"params_past_end", "the last dirent has 255 bytes of parameters, more than it has; they reach into what follows", func(p *parsed) bool {
		d, ok := p.dirent(p.entries - 1)
		return ok && p.put(d.pos+2, 1, 255)
	}},
	{"dirent_without_end", "no NUL follows the path of the last dirent: all is text to the end of the file", func(p *parsed) bool {
		d, ok := p.dirent(p.entries - 1)
		if !ok {
			return false
		}
		// A pointer to new bytes at the end keeps everything else as it was.
		at := uint64(len(p.b))
		p.b = append(p.b, p.b[d.pos:d.pos+8]...)
		p.b = append(p.b, filler(200)...)
		return p.put(p.pathPtr+8*uint64(p.entries-1), 8, at) && p.moveChecksum()
	}},

	{"v1_odd_size", "the v1 title list is 1 byte longer than its entries", func(p *parsed) bool {
		h, d, ok := p.titlesV1()
		if !ok {
			return false
		}
		end, ok := p.get(h.offset(uint64(d.blob)+1), h.width)
		return ok && p.put(h.offset(uint64(d.blob)+1), h.width, end+1)
	}},
	{"v1_entry_out_of_range", "the first entry of the v1 title list is entryCount", func(p *parsed) bool {
		h, d, ok := p.titlesV1()
		if !ok {
			return false
		}
		start, ok1 := p.get(h.offset(uint64(d.blob)), h.width)
		end, ok2 := p.get(h.offset(uint64(d.blob)+1), h.width)
		return ok1 && ok2 && end >= start+4 && p.put(h.pos+1+start, 4, uint64(p.entries))
	}},
	{"v1_compressed", "the v1 title list is the first blob of a compressed cluster", func(p *parsed) bool {
		d, ok := p.find(TitleListV1)
		if !ok {
			return false
		}
		h, ok := p.cluster(func(h *rawHead) bool { return !h.raw() })
		return ok && p.put(d.pos+8, 4, uint64(h.number)) && p.put(d.pos+12, 4, 0)
	}},
	{"v1_missing", "the entry of the v1 title list is called v9", func(p *parsed) bool {
		d, ok := p.find(TitleListV1)
		return ok && p.put(d.pos+16+uint64(len(TitleListV1))-3, 1, '9')
	}},
}

// onRedirect returns a change of the target of the first redirect in path order.
func onRedirect(target func(*parsed, *dirent) uint64) func(*parsed) bool {
	return func(p *parsed) bool {
		d, ok := p.first(0, (*dirent).redirect)
		return ok && p.put(d.pos+8, 4, target(p, &d))
	}
}

// onItem returns a change of 4 bytes of the dirent of the first item in path order.
func onItem(at uint64, value func(*parsed) uint64) func(*parsed) bool {
	return func(p *parsed) bool {
		d, ok := p.first(0, (*dirent).content)
		return ok && p.put(d.pos+at, 4, value(p))
	}
}

// titlesV1 finds the v1 title list, if it lies in the file as it is.
func (p *parsed) titlesV1() (h rawHead, d dirent, ok bool) {
	if d, ok = p.find(TitleListV1); !ok {
		return h, d, false
	}
	h, ok = p.head(d.cluster)
	return h, d, ok && h.raw() && uint64(d.blob) < h.blobs()
}

// moveChecksum puts the checksum at the new end, after bytes were appended: what was the
// checksum becomes data.
func (p *parsed) moveChecksum() bool {
	if p.checksum == 0 {
		return true
	}
	at := uint64(len(p.b))
	p.b = append(p.b, filler(16)...) // no NUL: Seal makes it right, and few sums hold one
	return p.put(posChecksum, 8, at)
}
