package zimtest

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Bytes returns the archive as a file would hold it. The same description gives the same
// bytes. It panics where [Archive.Build] returns an error.
func (a Archive) Bytes() []byte {
	b, err := a.Build()
	if err != nil {
		panic(err)
	}
	return b
}

// Build returns the archive as a file would hold it, or an error that names the entry
// which cannot be written: a path without namespace, a NUL in a string, a redirect or
// alias to an entry that is not there.
func (a Archive) Build() ([]byte, error) {
	b := &builder{arc: a}
	b.collect()
	for _, r := range b.placed {
		if err := r.check(); err != nil {
			return nil, err
		}
	}
	b.number()
	if err := b.resolve(); err != nil {
		return nil, err
	}
	b.generate()
	b.pack()
	b.share()
	return b.layout()
}

// A builder turns an Archive into bytes, one step after the other.
type builder struct {
	arc      Archive
	placed   []*record // in the order their blobs are written
	sorted   []*record // in path order
	mimes    []string
	clusters []*cluster
}

// A record is an Entry with what is known of its place.
type record struct {
	Entry
	index   uint32 // in path order
	mime    uint16
	target  uint32  // of a redirect
	item    *record // of an alias
	cluster uint32
	blob    uint32
}

// content reports whether the dirent has a cluster and a blob number.
func (r *record) content() bool { return r.Redirect == "" && r.Kind == 0 }

// title returns the title a reader shows: the path, without namespace, if none is stored.
func (r *record) title() string {
	if r.Title == "" {
		return r.Path[2:]
	}
	return r.Title
}

func (r *record) check() error {
	switch {
	case len(r.Path) < 2 || r.Path[1] != '/':
		return fmt.Errorf("zimtest: path %q has no namespace, such as C/", r.Path)
	case strings.IndexByte(r.Path, 0) >= 0 || strings.IndexByte(r.Title, 0) >= 0 || strings.IndexByte(r.MIME, 0) >= 0:
		return fmt.Errorf("zimtest: entry %q has a NUL in its path, title or MIME type", r.Path)
	case len(r.Params) > 255:
		return fmt.Errorf("zimtest: entry %q has %d parameter bytes, at most 255 fit", r.Path, len(r.Params))
	}
	return nil
}

// collect lists the entries given and those a writer adds, listings last.
func (b *builder) collect() {
	for _, e := range b.arc.Entries {
		b.add(e)
	}
	a := &b.arc
	keys := make([]string, 0, len(a.Metadata))
	for k := range a.Metadata {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		b.add(Entry{Path: "M/" + k, MIME: a.textType(), Data: []byte(a.Metadata[k])})
	}
	b.addIllustration()
	if len(b.placed) == 0 {
		return // an archive with no entries has no clusters, so nothing may be added
	}
	if a.newScheme() && a.MainPage != "" && !a.NoWellKnown {
		b.addMissing(Entry{Path: "W/mainPage", Redirect: a.MainPage})
	}
	if !a.NoCounter {
		b.addMissing(Entry{Path: "M/Counter", MIME: "text/plain"})
	}
	if a.hasListings() && a.hasV0() {
		b.addMissing(Entry{Path: TitleListV0, MIME: listingType})
	}
	if a.hasListings() && !a.NoTitleV1 {
		b.addMissing(Entry{Path: TitleListV1, MIME: listingType})
	}
}

// textType returns the MIME type writers of that time gave to metadata.
func (a *Archive) textType() string {
	if a.Minor >= 2 {
		return "text/plain;charset=utf-8"
	}
	return "text/plain"
}

func (b *builder) addIllustration() {
	switch png := b.arc.Illustration; {
	case png == nil:
	case b.arc.newScheme():
		b.addMissing(Entry{Path: "M/Illustration_48x48@1", MIME: "image/png", Data: png, Compression: Stored})
	default:
		b.addMissing(Entry{Path: "I/favicon.png", MIME: "image/png", Data: png, Compression: Stored})
		b.addMissing(Entry{Path: "-/favicon", Redirect: "I/favicon.png"})
	}
}

// add appends an entry with the defaults that do not depend on other entries.
func (b *builder) add(e Entry) {
	if e.MIME == "" && e.Alias == "" {
		e.MIME = "text/html"
	}
	if len(e.Path) > 1 && e.Title == e.Path[2:] {
		e.Title = ""
	}
	b.placed = append(b.placed, &record{Entry: e})
}

// addMissing appends an entry unless the description has one of that path.
func (b *builder) addMissing(e Entry) {
	if !slices.ContainsFunc(b.placed, func(r *record) bool { return r.Path == e.Path }) {
		b.add(e)
	}
}

// number sorts by namespace byte and path bytes. Full paths compare the same, as their
// second byte is always '/'. Entries of the same path stay as they were given.
func (b *builder) number() {
	b.sorted = slices.Clone(b.placed)
	sort.SliceStable(b.sorted, func(i, j int) bool { return b.sorted[i].Path < b.sorted[j].Path })
	for i, r := range b.sorted {
		r.index = uint32(i)
	}
}

// find returns the first entry with the full path, or nil.
func (b *builder) find(path string) *record {
	i := sort.Search(len(b.sorted), func(i int) bool { return b.sorted[i].Path >= path })
	if i < len(b.sorted) && b.sorted[i].Path == path {
		return b.sorted[i]
	}
	return nil
}

// resolve finds the targets of redirects and of aliases, whose MIME type may be theirs,
// and lists the MIME types in byte order, as libzim does.
func (b *builder) resolve() error {
	for _, r := range b.placed {
		if r.Redirect != "" {
			t := b.find(r.Redirect)
			if t == nil {
				return fmt.Errorf("zimtest: entry %q redirects to %q, which is not an entry", r.Path, r.Redirect)
			}
			r.target = t.index
		} else if r.Alias != "" {
			if r.item = b.aliased(r); r.item == nil {
				return fmt.Errorf("zimtest: entry %q is an alias of %q, which is no item", r.Path, r.Alias)
			}
			if r.MIME == "" {
				r.MIME = r.item.MIME
			}
		}
		if r.content() {
			b.mimes = append(b.mimes, r.MIME)
		}
	}
	sort.Strings(b.mimes)
	b.mimes = slices.Compact(b.mimes)
	if m := b.arc.MainPage; m != "" && b.find(m) == nil {
		return fmt.Errorf("zimtest: main page %q is not an entry", m)
	}
	return nil
}

// aliased returns the item an alias stands for, through other aliases if need be, or nil.
func (b *builder) aliased(r *record) *record {
	for range b.placed {
		switch r = b.find(r.Alias); {
		case r == nil || !r.content():
			return nil
		case r.Alias == "":
			return r
		}
	}
	return nil
}

// share gives aliases the place of their items, and every item its MIME number.
func (b *builder) share() {
	for _, r := range b.placed {
		if r.item != nil {
			r.cluster, r.blob = r.item.cluster, r.item.blob
		}
		r.mime = uint16(sort.SearchStrings(b.mimes, r.MIME))
	}
}
