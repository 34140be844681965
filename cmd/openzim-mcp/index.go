package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/openzim-mcp/openzim-mcp/zim"
	"github.com/openzim-mcp/openzim-mcp/zim/search"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
)

type indexCmd struct {
	Files   []string `arg:"" name:"file" help:"Archives: .zim files, or the first part of a split one (.zimaa)."`
	Output  string   `placeholder:"DIR" help:"Keep the indexes in this directory instead of beside the archives; library.sidecar_dir must name it, too."`
	Force   bool     `help:"Build an index also for archives that bring one along, and anew where there is one. Searches then use it."`
	Status  bool     `xor:"act" help:"Build nothing; say for each archive whether its index is there and fits."`
	Remove  bool     `xor:"act" help:"Remove the indexes of the archives, finished or not."`
	Workers int      `placeholder:"N" help:"Pages read at once. Without it, one for each processor; each takes about 80 MB of memory."`
	JSON    bool     `name:"json" help:"Write JSON."`
}

// Help is printed below the usage.
func (indexCmd) Help() string {
	return `An archive without a full-text index is searched by its titles alone. This builds one and keeps it
beside the archive, in a directory with the archive's name and .sidecar at its end; the archive itself
is not changed. A server uses it within seconds, without a restart. It counts for exactly the archive
that it was made of: when the archive is replaced, it is refused until it is built anew.

Building takes the time to read every page once, and a bounded amount of memory. It can be stopped at
any moment: the same command goes on where it was.

Examples:

  openzim-mcp index wikipedia.zim
  openzim-mcp index --status --json *.zim | jq -r '.files[] | select(.state == "absent") | .file'
  openzim-mcp index --output /var/lib/openzim-mcp *.zim

Exit code: 0 every archive can be searched by its text (with --remove: nothing is left), 1 one cannot or
the command was stopped, 2 wrong usage.`
}

// States of an archive in the JSON of index. Scripts rely on them.
const (
	stateBuilt    = "built"    // now
	stateCurrent  = "current"  // there already, and it fits
	stateIncluded = "included" // in the archive: none is needed
	stateAbsent   = "absent"
	stateStale    = "stale"   // of another archive, or of another version of this program
	stateDamaged  = "damaged" // to be built anew
	stateRemoved  = "removed"
	stateStopped  = "stopped" // the same command goes on
	stateFailed   = "failed"
)

// indexed is one file in the JSON of index.
type indexed struct {
	File       string  `json:"file"`
	State      string  `json:"state"`
	Articles   uint32  `json:"articles,omitempty"`   // that were indexed
	Unreadable uint64  `json:"unreadable,omitempty"` // entries left out because they are damaged
	Language   string  `json:"language,omitempty"`   // by which words are reduced to their stems
	Bytes      int64   `json:"bytes,omitempty"`      // of the index
	Seconds    float64 `json:"seconds,omitempty"`
	Resumed    bool    `json:"resumed,omitempty"` // an earlier build was continued
	Error      string  `json:"error,omitempty"`
}

// Run treats one archive after the other.
func (c *indexCmd) Run(p *program) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	where, err := c.where(p)
	if err != nil {
		return err
	}
	if c.Workers < 0 {
		return usage{fmt.Errorf("--workers is %d; it must be 1 or more", c.Workers)}
	}
	c.limitMemory()
	return eachFile(ctx, p, c.Files, c.JSON, func(file string) (indexed, bool) {
		x := c.treat(ctx, p, where, file)
		return x, x.good(c.Remove)
	}, func(x indexed) { x.print(p) })
}

// where returns the place of sidecars: as the flag says, else as the configuration does.
func (c *indexCmd) where(p *program) (sidecar.Where, error) {
	if c.Output == "" {
		return p.sidecars()
	}
	dir, err := filepath.Abs(c.Output)
	return sidecar.Where{Dir: dir}, err
}

// sidecars returns where the configuration of serve has them.
func (p *program) sidecars() (sidecar.Where, error) {
	cfg, err := p.configure("", nil, nil)
	if err != nil || cfg.Library.SidecarDir == "" {
		return sidecar.Where{}, err
	}
	dir, err := filepath.Abs(cfg.Library.SidecarDir)
	return sidecar.Where{Dir: dir}, err
}

// treat does with one archive what was asked for.
func (c *indexCmd) treat(ctx context.Context, p *program, where sidecar.Where, file string) indexed {
	x := indexed{File: file}
	a, err := zim.Open(file, &zim.Options{Cache: zim.NewCache(&zim.CacheOptions{MaxBytes: indexCache})})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return x.failed(errors.New("there is no such file"))
	case err != nil:
		return x.failed(err)
	}
	defer a.Close()
	key, err := sidecar.KeyOf(ctx, a)
	if err != nil {
		return x.failed(err)
	}
	dir := where.Path(a.File(), key, sidecar.Text)
	if c.Remove {
		return x.remove(dir)
	}
	x.look(ctx, a, dir, key)
	if c.Status || !c.Force && (x.State == stateCurrent || x.State == stateIncluded) || x.State == stateFailed {
		return x
	}
	return c.build(ctx, p, a, dir, indexed{File: file})
}

// indexCache bounds the clusters that are kept in memory: each is read once.
const indexCache = 8 << 20

// look says what is there.
func (x *indexed) look(ctx context.Context, a *zim.Archive, dir string, key sidecar.Key) {
	s, err := sidecar.Open(dir, sidecar.Text, search.TextSchema, key)
	if err == nil {
		err = s.Check(ctx)
	}
	switch {
	case err == nil:
		x.State = stateCurrent
		for _, f := range s.Files {
			x.Bytes += f.Size
		}
		return
	case errors.Is(err, sidecar.ErrStale), errors.Is(err, sidecar.ErrSchema):
		x.State = stateStale
	case errors.Is(err, sidecar.ErrDamaged):
		x.State = stateDamaged
	case errors.Is(err, sidecar.ErrAbsent):
		x.State = stateAbsent
	case ctx.Err() != nil:
		x.State = stateStopped
		return
	default:
		*x = x.failed(err)
		return
	}
	if hasIndex(ctx, a) && x.State == stateAbsent {
		x.State = stateIncluded
		return
	}
	x.Error = err.Error()
}

// hasIndex reports whether an archive brings a full-text index along that can be read.
func hasIndex(ctx context.Context, a *zim.Archive) bool {
	return search.NewIndexes(nil).OwnText(ctx, a) == nil
}

// build builds the index of an archive.
func (c *indexCmd) build(ctx context.Context, p *program, a *zim.Archive, dir string, x indexed) indexed {
	if err := enoughSpace(a, dir); err != nil {
		return x.failed(err)
	}
	begun := time.Now()
	show := &indexProgress{p: p, file: x.File, begun: begun}
	built, err := search.BuildText(ctx, a, dir, &search.BuildOptions{Workers: c.Workers, Progress: show.show})
	show.close()
	x.Seconds = time.Since(begun).Round(time.Millisecond).Seconds()
	if err != nil {
		if ctx.Err() != nil {
			x.State, x.Error = stateStopped, "stopped; the same command goes on where it was"
			return x
		}
		return x.failed(err)
	}
	x.State, x.Articles, x.Unreadable = stateBuilt, built.Articles, built.Unreadable
	x.Language, x.Bytes, x.Resumed = built.Language, built.Bytes, built.Resumed
	return x
}

// enoughSpace refuses a build that would fill the disk.
func enoughSpace(a *zim.Archive, dir string) error {
	there := dir
	for {
		if _, err := os.Stat(there); err == nil || filepath.Dir(there) == there {
			break
		}
		there = filepath.Dir(there)
	}
	free, known := sidecar.Free(there)
	if want := spaceFor(a.Info().Size); known && free < want {
		return fmt.Errorf("building takes up to about %s of disk, and %s are free; free some, or name another place with --output",
			humanBytes(int64(want)), humanBytes(int64(free)))
	}
	return nil
}

// spaceFor is what a build of an archive of so many bytes takes: the parts and the whole that is made of them. Archives of
// text alone take the most, about as much as themselves.
func spaceFor(archive int64) uint64 { return uint64(archive) + 16<<20 }

// remove removes the index of an archive.
func (x indexed) remove(dir string) indexed {
	err := sidecar.Remove(dir, sidecar.Text)
	switch {
	case errors.Is(err, sidecar.ErrAbsent):
		x.State = stateAbsent
	case err != nil:
		return x.failed(err)
	default:
		x.State = stateRemoved
	}
	return x
}

func (x indexed) failed(err error) indexed {
	x.State, x.Error = stateFailed, err.Error()
	return x
}

// good reports whether the archive is as was asked for.
func (x indexed) good(removed bool) bool {
	switch x.State {
	case stateBuilt, stateCurrent, stateIncluded, stateRemoved:
		return true
	case stateAbsent:
		return removed
	}
	return false
}
