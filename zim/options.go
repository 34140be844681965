package zim

// Options bounds what an archive may cost. The zero value is safe for hostile files. A limit
// of less than zero stands for its default, too, unless the field says otherwise.
type Options struct {
	File          string // path that [Archive.File] returns of an archive that was not opened by name; nothing is read by it
	Cache         *Cache // shared by archives; nil means a private one of 64 MiB
	Strict        bool   // refuse at open what libzim refuses; reads about 2048 entries
	Salvage       bool   // open although the size and the checksum's position disagree
	LookupKeys    int    // search keys kept in memory for paths, and as many for titles, filled as needed; 0 means 65536, negative none
	MaxDirent     int    // bytes of one directory entry; 0 means 64 KiB + 271
	MaxMIMEList   int    // bytes; 0 means 1 MiB
	MaxClusterMem int64  // bytes of the largest cluster decoded into memory; 0 means 64 MiB, at most 1 GiB; larger ones stream, of xz those whose dictionary fits
	MaxBlob       int64  // bytes of the largest item Bytes returns; 0 means 256 MiB, at most 1 GiB; Open has no limit
	MaxWindow     int64  // zstd window in bytes; 0 means 128 MiB, more than 2 GiB means that
	MaxRedirects  int    // hops; 0 means 50
	MaxMetadata   int64  // bytes of one metadata text; 0 means 1 MiB (illustrations: 16 times that)
	MaxMetaKeys   int    // keys MetadataKeys returns; 0 means 4096
}

// maxDirent is the longest dirent a writer can make: 64 KiB of path and title with their
// NULs, 16 bytes in front and 255 of parameters behind.
const maxDirent = 64<<10 + 16 + 255

// withDefaults returns a copy in which every zero is replaced by what it stands for.
func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Cache == nil {
		d.Cache = NewCache(nil)
	}
	set(&d.LookupKeys, 1<<16)
	bound(&d.MaxDirent, maxDirent)
	bound(&d.MaxMIMEList, 1<<20)
	bound(&d.MaxClusterMem, 64<<20)
	d.MaxClusterMem = min(d.MaxClusterMem, mostInMemory)
	bound(&d.MaxBlob, 256<<20)
	d.MaxBlob = min(d.MaxBlob, mostInMemory)
	bound(&d.MaxWindow, 128<<20) // what libzstd accepts without being asked: windowLog 27
	d.MaxWindow = min(d.MaxWindow, mostWindow)
	bound(&d.MaxRedirects, 50)
	bound(&d.MaxMetadata, 1<<20)
	bound(&d.MaxMetaKeys, 4096)
	return d
}

// mostInMemory keeps what is decoded at once addressable on systems of 32 bits.
const mostInMemory = 1 << 30

// mostWindow is what libzstd decodes at the most: windowLog 31.
const mostWindow = 2 << 30

// set replaces a zero by what it stands for.
func set[T comparable](field *T, value T) {
	if *field == *new(T) {
		*field = value
	}
}

// bound replaces a limit that is none, zero or less, by its default.
func bound[T int | int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}
