package library

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
)

// maxNames bounds how many names of one directory tree are looked at in a scan.
const maxNames = 1 << 20

// maxParts is how many two-letter endings there are, aa to zz.
const maxParts = 26 * 26

// A root is a directory that an operator named, or the directory of a file that an operator named.
type root struct {
	door *door  // changed by renew alone
	path string // for watching and renew only; files are opened through the door
	only string // the one file that is served of it, "" for all

	renewed atomic.Bool // since the watcher last asked: its watch is of the directory that was
}

// openRootOf takes the handle of what an operator named. A file that is a link is resolved here, once, by its
// operator's authority.
func openRootOf(name string, links bool) (*root, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(name, ".zimaa") {
		if _, set := os.Stat(name + "aa"); set == nil { // x.zim stands for the set that x.zimaa begins
			name += "aa"
			info, err = os.Stat(name)
		}
	}
	if err != nil {
		return nil, err
	}
	if name, err = filepath.Abs(name); err != nil {
		return nil, err
	}
	r := &root{path: name}
	if !info.IsDir() {
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return nil, err
		}
		r.path, r.only = filepath.Dir(name), filepath.Base(name)
		if !isArchiveFile(r.only) {
			return nil, fmt.Errorf("%s: not a directory, a .zim file or a .zimaa file", name)
		}
	}
	r.door, err = openDoor(r.path, links)
	return r, err
}

// renew takes the handle anew when another directory is at the path now: it was made again, a file system was mounted
// there, or the link that the operator named leads elsewhere. While nothing is there the old handle stays, and with it the
// archives that are open. The caller has its turn.
func (r *root) renew() error {
	now, err := os.Stat(r.path)
	if err != nil {
		return err
	}
	if was, err := r.door.dir.Stat(); err == nil && os.SameFile(was, now) {
		return nil
	}
	d, err := openDoor(r.path, r.door.links)
	if err != nil {
		return err
	}
	r.door.Close()
	r.door = d
	r.renewed.Store(true)
	return nil
}

// A stamp tells whether a file is still the one it was. Where the system has no inode numbers, dev and ino are 0.
type stamp struct {
	dev, ino     uint64
	size         int64
	mtime, ctime int64 // nanoseconds
}

// sameFile reports whether two stamps are of one file, changed or not.
func (s stamp) sameFile(t stamp) bool { return s.ino == t.ino && s.dev == t.dev }

// A key names a file of the library over its life: its root's number and its path below it.
type key struct {
	root int
	rel  string
}

func (k key) compare(l key) int {
	return cmp.Or(cmp.Compare(k.root, l.root), strings.Compare(k.rel, l.rel))
}

// A found is one archive seen by a scan.
type found struct {
	key
	parts  []string // below the root, in order; one but for split sets
	stamps []stamp  // of the parts
	err    error    // why a part could not be looked at
}

// A scan is what one look at all directories saw.
type scan struct {
	files  []found    // by key
	dirs   [][]string // by root, the directories below it, "." first: what is worth watching
	unread []key      // directories that could not be read to the end: what is missing there is not gone
	err    error      // of the directories, and of limits that were passed
}

// look lists every root and stamps what it finds. It reads no archive.
func look(ctx context.Context, roots []*root, o *Options) *scan {
	s := &scan{dirs: make([][]string, len(roots))}
	for i, r := range roots {
		if err := r.renew(); err != nil {
			s.unread = append(s.unread, key{i, "."})
			s.err = errors.Join(s.err, err)
			s.dirs[i] = []string{"."}
			continue
		}
		s.lookAt(ctx, i, r, o)
	}
	s.files = withoutTwins(s.files)
	if len(s.files) > o.MaxArchives {
		s.err = errors.Join(s.err, fmt.Errorf("library: %d archives, more than the limit of %d; the rest is left out", len(s.files), o.MaxArchives))
		s.files = s.files[:o.MaxArchives]
	}
	return s
}

// lookAt adds what is below one root.
func (s *scan) lookAt(ctx context.Context, number int, r *root, o *Options) {
	w := &walk{scan: s, number: number, root: r, depth: o.MaxDepth, later: make(map[string]bool)}
	w.directory(ctx, ".", 1)
	slices.Sort(w.first)
	for _, rel := range w.first {
		if ctx.Err() != nil {
			return
		}
		s.files = append(s.files, w.stamp(rel))
	}
}

// unsure reports whether the scan could not have seen k.
func (s *scan) unsure(k key) bool {
	return slices.ContainsFunc(s.unread, func(dir key) bool {
		return dir.root == k.root && (dir.rel == "." || strings.HasPrefix(k.rel, dir.rel+"/"))
	})
}

// A walk collects the names below one root.
type walk struct {
	*scan
	*root
	number int // of the root
	depth  int
	first  []string        // archives and first parts
	later  map[string]bool // parts of split sets behind the first
	seen   int
}

// sidecars ends the names of the directories with what was built of archives.
const sidecars = ".sidecar"

// directory lists dir, whose entries have level elements, and then the directories in it. Links to directories are
// not followed: what they lead to, inside, is found where it lies. One that cannot be read says nothing about others.
func (w *walk) directory(ctx context.Context, dir string, level int) {
	w.dirs[w.number] = append(w.dirs[w.number], dir)
	var sub []string
	err := ctx.Err()
	if err == nil {
		err = w.door.entries(dir, func(e fs.DirEntry) bool {
			w.seen++
			switch name := e.Name(); {
			case w.only == "" && strings.HasPrefix(name, "."): // what editors and downloaders hide is not ready
			case e.IsDir() && strings.HasSuffix(name, sidecars): // what is kept beside an archive may be another user's
			case e.IsDir():
				sub = append(sub, below(dir, name))
			case w.wanted(name):
				w.add(dir, name)
			}
			return w.seen < maxNames
		})
	}
	if err == nil && w.seen >= maxNames {
		err = fmt.Errorf("library: more than %d names in a directory tree", maxNames)
	}
	if err != nil {
		w.unread = append(w.unread, key{w.number, dir})
		w.err = errors.Join(w.err, err)
		return
	}
	if level == w.depth || w.only != "" {
		return
	}
	slices.Sort(sub)
	for _, d := range sub {
		w.directory(ctx, d, level+1)
	}
}

// wanted reports whether name belongs to an archive that this root serves: any, or the one file that was named, with
// the other parts when it is the first of a set.
func (w *walk) wanted(name string) bool {
	if w.only == "" {
		return isArchiveFile(name) || isLaterPart(name)
	}
	stem, set := strings.CutSuffix(w.only, "aa")
	return name == w.only || set && isLaterPart(name) && strings.HasPrefix(name, stem) && len(name) == len(w.only)
}

// add keeps a name. First parts stand for their sets; the others are looked up when the set is put together.
func (w *walk) add(dir, name string) {
	if isLaterPart(name) {
		w.later[below(dir, name)] = true
	} else {
		w.first = append(w.first, below(dir, name))
	}
}

// stamp looks at all parts of one archive. A set ends before its first missing part, as libzim has it; that the parts
// are all there is judged by the header when it is opened.
func (w *walk) stamp(rel string) found {
	f := found{key: key{w.number, rel}, parts: []string{rel}}
	if stem, set := strings.CutSuffix(rel, ".zimaa"); set {
		for i := 1; i < maxParts && w.later[partName(stem, i)]; i++ {
			f.parts = append(f.parts, partName(stem, i))
		}
	}
	for _, part := range f.parts {
		info, err := w.door.stat(part)
		if err == nil && !info.Mode().IsRegular() {
			err = errNotRegular
		}
		if err != nil {
			f.stamps = append(f.stamps, stamp{})
			f.err = err
			continue
		}
		f.stamps = append(f.stamps, stampOf(info))
	}
	return f
}

// withoutTwins sorts by key and leaves out files that are in the list already under another name: hard links, links
// that are followed, directories within directories.
func withoutTwins(files []found) []found {
	slices.SortFunc(files, func(a, b found) int { return a.compare(b.key) })
	type inode struct{ dev, ino uint64 }
	seen := make(map[inode]bool, len(files))
	return slices.DeleteFunc(files, func(f found) bool {
		id := inode{f.stamps[0].dev, f.stamps[0].ino}
		twin := id.ino != 0 && seen[id]
		seen[id] = true
		return twin
	})
}

// isArchiveFile reports whether name is that of a whole archive or of the first part of a set.
func isArchiveFile(name string) bool {
	ext := filepath.Ext(name)
	return len(name) > len(ext) && (strings.EqualFold(ext, ".zim") || ext == ".zimaa")
}

// isLaterPart reports whether name ends in .zimab to .zimzz.
func isLaterPart(name string) bool {
	ext := filepath.Ext(name)
	return len(ext) == 6 && ext[:4] == ".zim" && ext != ".zimaa" && 'a' <= ext[4] && ext[4] <= 'z' && 'a' <= ext[5] && ext[5] <= 'z'
}

// partName returns the name of part i of the set called stem, counted from 0.
func partName(stem string, i int) string {
	return stem + ".zim" + string([]byte{'a' + byte(i/26), 'a' + byte(i%26)})
}

// eofIsEnd makes nothing of the error that ends a directory.
func eofIsEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
