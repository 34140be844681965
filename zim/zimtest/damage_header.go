package zimtest

import "math"

// Positions of header fields: https://wiki.openzim.org/wiki/ZIM_file_format#Header
const (
	posMajor      = 4
	posMinor      = 6
	posEntries    = 24
	posClusters   = 28
	posPathPtr    = 32
	posTitlePtr   = 40
	posClusterPtr = 48
	posMIME       = 56
	posMainPage   = 64
	posChecksum   = 72
)

// badMIMEText has no NUL; it fills the room of the MIME list.
const badMIMEText = "no end to this list of types, "

// maxMIMEList is where libzim puts the first cluster, and so the end of its MIME list.
const maxMIMEList = 2048

// headerDamages change the header and the MIME list. Readers refuse all but the titles'
// position, which matters only where there is no v1 list, a later minor version and the
// main page.
var headerDamages = []damage{
	{"smaller_than_header", "only the first 40 bytes are left", func(p *parsed) bool { p.b = p.b[:40]; return true }},
	{"invalid_mimelistpos", "mimeListPos is 0", setHeader(posMIME, 8, func(*parsed) uint64 { return 0 })},
	{"invalid_checksumpos", "checksumPos is 0", func(p *parsed) bool { return p.checksum != 0 && p.put(posChecksum, 8, 0) }},
	{"outofbounds_urlptrpos", "pathPtrPos is 10 bytes past the end", setHeader(posPathPtr, 8, (*parsed).outside)},
	{"outofbounds_clusterptrpos", "clusterPtrPos is 10 bytes past the end", setHeader(posClusterPtr, 8, (*parsed).outside)},
	{"outofbounds_titleptrpos", "titlePtrPos is 10 bytes past the end", setHeader(posTitlePtr, 8, (*parsed).outside)},
	{"bad_mimetype_list", "the MIME list is text without a NUL, up to the next section", func(p *parsed) bool { p.fillMIMEList(); return true }},

	{"bad_magic", "the first byte is not Z", setHeader(0, 1, func(*parsed) uint64 { return 'z' })},
	{"bad_major", "the major version is 7", setHeader(posMajor, 2, func(*parsed) uint64 { return 7 })},
	{"future_minor", "the minor version is 4, which readers do not know: the rest is right", setHeader(posMinor, 2, func(*parsed) uint64 { return 4 })},
	{"entrycount_huge", "entryCount is 2^32 - 1", setHeader(posEntries, 4, func(*parsed) uint64 { return math.MaxUint32 })},
	{"entrycount_zero", "entryCount is 0 although there are clusters", func(p *parsed) bool { return p.clusters > 0 && p.put(posEntries, 4, 0) }},
	{"clustercount_above_entrycount", "clusterCount is entryCount + 1", setHeader(posClusters, 4, func(p *parsed) uint64 { return uint64(p.entries) + 1 })},
	{"urlptrpos_overflow", "pathPtrPos is so near to 2^64 that adding to it overflows", setHeader(posPathPtr, 8, func(*parsed) uint64 { return math.MaxUint64 - 8 })},
	{"clusterptrpos_overflow", "clusterPtrPos is so near to 2^64 that adding to it overflows", setHeader(posClusterPtr, 8, func(*parsed) uint64 { return math.MaxUint64 - 8 })},
	{"mainpage_out_of_range", "the header's main page is entryCount + 7; W/mainPage is left alone", setHeader(posMainPage, 4, func(p *parsed) uint64 { return uint64(p.entries) + 7 })},
	{"truncated", "the last 20 bytes are gone, as in an unfinished download", func(p *parsed) bool { p.b = p.b[:len(p.b)-20]; return true }},
	{"trailing_bytes", "20 bytes follow the archive", func(p *parsed) bool { p.b = append(p.b, filler(20)...); return true }},
	{"bad_checksum", "the last byte of the MD5 is another", func(p *parsed) bool {
		if p.checksum == 0 {
			return false
		}
		p.b[len(p.b)-1] ^= 0xFF
		return true
	}},
}

// setHeader returns a change of width bytes at pos.
func setHeader(pos uint64, width int, value func(*parsed) uint64) func(*parsed) bool {
	return func(p *parsed) bool { return p.put(pos, width, value(p)) }
}

// fillMIMEList writes text from the list's start to the first other section, at most to
// where libzim puts the first cluster: 1968 bytes with an 80-byte header.
func (p *parsed) fillMIMEList() {
	end := uint64(min(maxMIMEList, len(p.b)))
	for _, at := range []uint64{p.pathPtr, p.titlePtr, p.clusterPtr} {
		end = min(end, at)
	}
	if d, ok := p.dirent(0); ok {
		end = min(end, d.pos)
	}
	if h, ok := p.head(0); ok {
		end = min(end, h.pos)
	}
	for i := p.mime; i < end; i++ {
		p.b[i] = badMIMEText[(i-p.mime)%uint64(len(badMIMEText))]
	}
}
