package zimtest

// Values of Archive.Compression and Entry.Compression: the low four bits of a cluster's
// info byte. Other values are written as they are, over a payload that is not compressed;
// so are bits 5 to 7, which readers must ignore.
const (
	Stored     byte = 1    // not compressed
	Zlib       byte = 2    // dropped from the format in 2020; readers refuse it
	Bzip2      byte = 3    // dropped too; only the label is written, no encoder is used
	XZ         byte = 4    // xz container with one LZMA2 filter
	Zstd       byte = 5    // zstd frame without content size and checksum
	StoredZero byte = 0x40 // not compressed, in the older spelling: an info byte of 0
)

// Values of Entry.Kind for the two deprecated kinds of dirent, which have no content.
const (
	LinkTarget uint16 = 0xFFFE
	Deleted    uint16 = 0xFFFD
)

// Paths of the entries that hold the title lists in the new namespace scheme.
const (
	TitleListV0 = "X/listing/titleOrdered/v0"
	TitleListV1 = "X/listing/titleOrdered/v1"
)

// An Archive describes an archive to build. The zero value is an empty one of version 6.0.
//
// What real writers add is added, unless an entry of that path is given or a field says
// no: M/Counter, and in the new namespace scheme (Minor of at least 1) W/mainPage and the
// title lists. Building does not change an Archive, so one value may be built by several
// goroutines at once.
type Archive struct {
	Minor   uint16   // 0: old namespaces (A, I, M, -); 1 and up: new ones (C, M, W, X)
	Old5    bool     // major version 5 instead of 6; with Minor 1 as in 2020: v0 list in a plain section, no v1
	UUID    [16]byte // zero: taken from the content
	Entries []Entry

	Metadata     map[string]string // key to text: entries M/<key>, as text/plain
	Illustration []byte            // PNG: M/Illustration_48x48@1, in old namespaces I/favicon.png and a redirect -/favicon
	MainPage     string            // full path; "" means none

	Compression byte // of entries that do not say otherwise; 0 means Zstd, but Stored for namespace X
	ClusterSize int  // uncompressed bytes after which a cluster closes; 0 means 2 MiB
	Extended    bool // 64-bit blob offsets
	Window      byte // window byte of zstd frames; 0 means 0x68 (8 MiB), 0x88 is 128 MiB
	EmptyExtra  int  // clusters without blobs to add at the end

	OldLayout   bool // tables before clusters, no padding
	Scatter     bool // clusters in reverse order on disk, with other bytes between
	NoChecksum  bool // the header of 72 bytes, no MD5 at the end
	NoTitleV0   bool // titlePtrPos all-ones; always so from Minor 3
	NoTitleV1   bool // no list of front articles; always so in old namespaces
	NoCounter   bool // no M/Counter
	NoWellKnown bool // MainPage only in the header, no W/mainPage
}

// An Entry describes one dirent, and its blob if it has one.
//
// An entry is a redirect if Redirect is set, an alias if Alias is, of a deprecated kind if
// Kind is; otherwise it is an item with Data, which may be empty.
type Entry struct {
	Path   string // with namespace: "C/a"
	Title  string // "" or equal to the path: none is stored
	MIME   string // "" means text/html; for an alias, that of the other entry
	Data   []byte // for the title lists and M/Counter, nil means what a writer would put there
	Params []byte // at most 255 bytes behind the title

	Redirect string // full path of the target
	Alias    string // full path of the item whose cluster and blob this entry shares
	Kind     uint16 // 0, LinkTarget or Deleted
	Front    Front  // whether the entry is in the v1 title list

	Compression byte // of its cluster; 0 means Archive.Compression
	Extended    bool // 64-bit blob offsets in its cluster
	Alone       bool // a cluster of its own

	// Frame, when not nil, is written as the entry's own cluster behind an info byte made of
	// Compression and Extended, just as it is; Blob is then the blob number in the dirent.
	Frame []byte
	Blob  uint32
}

// Front says whether an entry is a front article, that is, in the v1 title list.
type Front uint8

const (
	FrontAuto Front = iota // HTML items of namespace C are
	FrontYes               // in the list, whatever it is
	FrontNo                // not in the list
)

// Page returns an HTML item.
func Page(path, title, html string) Entry {
	return Entry{Path: path, Title: title, MIME: "text/html", Data: []byte(html)}
}

// Redirect returns an entry at path that points to the entry at target, both full paths.
func Redirect(path, target string) Entry { return Entry{Path: path, Redirect: target} }

// Alias returns an entry at path that shares the content of the item at target.
func Alias(path, target string) Entry { return Entry{Path: path, Alias: target} }

// newScheme reports whether the archive has namespaces C, M, W and X.
func (a *Archive) newScheme() bool { return a.Minor >= 1 }

// hasV0 reports whether the header names a list of all entries by title.
func (a *Archive) hasV0() bool { return !a.NoTitleV0 && a.Minor < 3 }

// hasListings reports whether title lists are entries: true for what libzim 7 and later
// wrote, false for the 5.1 files of 2020.
func (a *Archive) hasListings() bool { return a.newScheme() && !a.Old5 }
