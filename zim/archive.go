package zim

import (
	"context"
	"encoding/binary"
	"io"
	"math"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// An Archive is an open ZIM archive. All its methods, and those of the entries and items it
// gives out, may be called from many goroutines at once. Reads take no lock.
type Archive struct {
	src     *source
	files   *files // nil when the caller keeps what is read
	opts    Options
	cache   *Cache
	id      uint64 // key in the cache; never used twice in a process
	head    header
	mime    []string
	mimeEnd uint64  // where the MIME list ends
	atOpen  []error // what was wrong at open but did not keep the archive from opening

	pathKeys    *keys
	clusterPtrs clusterPointers
	titles      atomic.Pointer[titleList]
	content     atomic.Pointer[indexRange] // of namespace C, or A in the old scheme

	mu       sync.Mutex
	warnings []error  // atOpen, and what was found since
	atClose  []func() // of OnClose
}

var archives atomic.Uint64 // how many were opened: the source of Archive.id

// File returns the path of the archive's file, of a split one that of the first part, as far as it is known: given to
// [Open], or in [Options]. It is for who keeps something beside the archive, and must not reach clients.
func (a *Archive) File() string {
	if a.files != nil && len(a.files.names) > 0 {
		return a.files.names[0]
	}
	return a.opts.File
}

// Open opens the archive called name: a .zim file, the first part of a split set (.zimaa),
// or the name such a set has without its last two letters. Close releases it.
func Open(name string, opts *Options) (*Archive, error) {
	f, err := openFiles(name)
	if err != nil {
		return nil, err
	}
	return openParts(f, opts)
}

// OpenFiles opens the archive whose parts are files, in order, and owns them from then on,
// also on failure.
func OpenFiles(list []*os.File, opts *Options) (*Archive, error) {
	return openParts(&files{list: list}, opts)
}

func openParts(f *files, opts *Options) (*Archive, error) {
	src, err := f.source()
	if err != nil {
		f.Close()
		return nil, err
	}
	a, err := newArchive(src, opts)
	if err != nil {
		f.Close()
		return nil, err
	}
	a.files = f
	return a, nil
}

// NewReader reads an archive of size bytes from r, which the caller keeps. Use
// io.NewSectionReader for an embedded archive.
func NewReader(r io.ReaderAt, size int64, opts *Options) (*Archive, error) {
	src := new(source)
	src.add(r, size)
	return newArchive(src, opts)
}

// NewSplitReader reads an archive whose parts lie anywhere, in order.
func NewSplitReader(parts []*io.SectionReader, opts *Options) (*Archive, error) {
	src := new(source)
	for _, p := range parts {
		if src.size > math.MaxInt64-uint64(p.Size()) {
			return nil, formatError(ErrTooLarge, "file", 0, "the parts together pass 2^63 bytes")
		}
		src.add(p, p.Size())
	}
	return newArchive(src, opts)
}

func newArchive(src *source, opts *Options) (*Archive, error) {
	a := &Archive{src: src, opts: opts.withDefaults(), id: archives.Add(1)}
	a.cache = a.opts.Cache
	if err := a.readHead(); err != nil {
		return nil, err
	}
	a.pathKeys = newKeys(a.opts.LookupKeys, a.head.entries)
	a.clusterPtrs = newClusterPointers(a.head.clusters)
	if a.opts.Strict {
		if err := a.checkStrict(context.Background()); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// headSize is what the first read of an archive takes: the header and nearly always the
// MIME list, which writers fit into the first 2048 bytes.
const headSize = 4096

// readHead reads the header, the MIME list, and the pointers that bound it. However many
// entries there are, that takes at most six reads.
func (a *Archive) readHead() error {
	head := make([]byte, min(headSize, a.src.size))
	if err := a.src.read(head, 0); err != nil {
		return err
	}
	var err error
	if a.head, a.atOpen, err = parseHeader(head, a.src.size, a.opts.Salvage); err != nil {
		return err
	}
	a.warnings = slices.Clone(a.atOpen)
	bound := min(a.head.pathPtrPos, a.head.titlePtrPos, a.head.clusterPtrPos, a.head.end)
	if a.head.entries > 0 {
		if bound, err = a.firstParts(bound); err != nil {
			return err
		}
	}
	if a.mime, err = a.readMIMEList(head, bound); err != nil {
		return err
	}
	a.mimeEnd = a.head.mimeListPos + 1
	for _, t := range a.mime {
		a.mimeEnd += uint64(len(t)) + 1
	}
	return nil
}

// firstParts lowers bound to the first dirent and the first cluster, where their pointers
// are sound, and refuses an archive whose last cluster lies outside of it.
func (a *Archive) firstParts(bound uint64) (uint64, error) {
	h := &a.head
	lastPos := h.clusterPtrPos + 8*uint64(h.clusters-1)
	var pointers [3]uint64
	for i, pos := range []uint64{h.pathPtrPos, h.clusterPtrPos, lastPos} {
		var b [8]byte
		if err := a.src.read(b[:], pos); err != nil {
			return 0, err
		}
		pointers[i] = binary.LittleEndian.Uint64(b[:])
	}
	if last := pointers[2]; last >= h.end {
		return 0, clusterError(ErrFormat, h.clusters-1, lastPos, "lies at %d, outside of the archive", last)
	}
	for _, p := range pointers[:2] {
		if p >= headerSize && p < h.end {
			bound = min(bound, p)
		}
	}
	return bound, nil
}

// Close waits for nothing: reads in flight finish, later calls fail with [ErrClosed], and
// what the cache holds of the archive is dropped. Then it calls what OnClose was given.
func (a *Archive) Close() error {
	err := a.src.Close()
	a.cache.drop(a.id)
	a.mu.Lock()
	list := a.atClose
	a.atClose = nil
	a.mu.Unlock()
	for _, f := range list {
		f()
	}
	return err
}

// OnClose has f called once by Close, or at once if the archive is closed already. It is for
// those who keep something beside the archive for as long as it is open. f must not block.
func (a *Archive) OnClose(f func()) {
	a.mu.Lock()
	closed := a.src.closed.Load()
	if !closed {
		a.atClose = append(a.atClose, f)
	}
	a.mu.Unlock()
	if closed {
		f()
	}
}

// Changed reports whether the files are no longer those that were opened (size or time
// differ, or, after Open, the name leads to another file). An archive made from readers
// never changes.
func (a *Archive) Changed() (bool, error) {
	if a.files == nil {
		return false, nil
	}
	return a.files.changed()
}

// warn keeps err for Info.
func (a *Archive) warn(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.warnings) < 16 {
		a.warnings = append(a.warnings, err)
	}
}
