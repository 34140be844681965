package links

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

// The sidecar holds one file, whose name begins with prefix.
const (
	prefix = "graph"
	ending = ".links"
	// schema is that of the sidecar. It is raised when rows mean something else, version when they are written otherwise.
	schema = 1
)

// Make builds the graph of an archive into the sidecar in dir: whole or not at all, in place of an older one. Parts wait in the
// same directory. What a build that was broken off has left is removed, and everything is read anew. It fails as [Build], and
// with a [*sidecar.Error] while another process builds.
func Make(ctx context.Context, a *zim.Archive, dir string, opts *Options) (Stats, error) {
	key, err := sidecar.KeyOf(ctx, a)
	if err != nil {
		return Stats{}, err
	}
	b, err := sidecar.Begin(dir, sidecar.Links, schema, key)
	if err != nil {
		return Stats{}, err
	}
	defer b.Close()
	var o Options
	if opts != nil {
		o = *opts
	}
	o.Dir = b.Dir()
	f, err := os.CreateTemp(b.Dir(), ".graph-*")
	if err != nil {
		return Stats{}, err
	}
	st, err := Build(ctx, a, f, &o)
	if err := errors.Join(err, f.Close()); err != nil {
		os.RemoveAll(b.Dir()) // nothing of it can be used
		return Stats{}, err
	}
	file, err := b.Adopt(filepath.Base(f.Name()), prefix)
	if err != nil {
		return Stats{}, err
	}
	name := sidecar.Named(prefix, file, ending)
	if err := os.Rename(filepath.Join(b.Dir(), file.Name), filepath.Join(b.Dir(), name)); err != nil {
		return Stats{}, err
	}
	file.Name = name
	return st, b.Finish([]sidecar.File{file}, detail{st.Pages, st.Rows, st.Targets})
}

// detail is what the manifest says to people.
type detail struct {
	Pages   uint32 `json:"pages"`
	Rows    uint64 `json:"rows"`
	Targets uint32 `json:"targets"`
}

// A File is an open graph of a sidecar.
type File struct {
	*Index
	f    *os.File
	once sync.Once
}

// Open opens the graph in the sidecar of an archive. It fails with a [*sidecar.Error], which tells absent from stale and
// damaged and names the command that helps, or with an I/O error.
func Open(ctx context.Context, dir string, a *zim.Archive) (*File, error) {
	key, err := sidecar.KeyOf(ctx, a)
	if err != nil {
		return nil, err
	}
	s, err := sidecar.Open(dir, sidecar.Links, schema, key)
	if err != nil {
		return nil, err
	}
	file, ok := s.File(prefix)
	if !ok {
		return nil, sidecar.Links.Damage("its manifest names no graph")
	}
	f, err := os.Open(s.Path(file))
	if err != nil {
		return nil, err
	}
	x, err := NewIndex(f, file.Size)
	if err == nil && (x.header.UUID != a.Info().UUID || x.header.Entries != a.Info().Entries) {
		err = ErrFormat
	}
	if errors.Is(err, ErrFormat) || errors.Is(err, ErrVersion) {
		err = sidecar.Links.Damage("%v", err)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &File{Index: x, f: f}, nil
}

// Close closes the file. Questions under way fail; it may be called more than once.
func (f *File) Close() (err error) {
	f.once.Do(func() { err = f.f.Close() })
	return err
}
