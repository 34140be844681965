package sidecar

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// A Key says of which archive a sidecar was made. Two archives with the same key hold the same bytes, as far as the
// archive itself can tell.
type Key struct {
	UUID     string `json:"uuid"`     // as the header has it
	Checksum string `json:"checksum"` // the MD5 at the end of the archive, in hexadecimal; empty where there is none
	Size     int64  `json:"size"`     // bytes, all parts together
}

// KeyOf returns the key of an open archive. It reads the checksum's 16 bytes and computes none.
func KeyOf(ctx context.Context, a *zim.Archive) (Key, error) {
	info := a.Info()
	k := Key{UUID: info.UUID.String(), Size: info.Size}
	sum, err := a.Checksum(ctx)
	switch {
	case err == nil:
		k.Checksum = hex.EncodeToString(sum[:])
	case !errors.Is(err, zim.ErrNotFound):
		return Key{}, err
	}
	return k, nil
}

// A Manifest describes a sidecar. It is the last that is written of one.
type Manifest struct {
	Kind    Kind   `json:"kind"`
	Schema  int    `json:"schema"` // of the kind: raised when older readers cannot read it, or older files must not be read
	Archive Key    `json:"archive"`
	Files   []File `json:"files"`            // in the same directory
	Detail  Detail `json:"detail,omitempty"` // what the kind keeps in the manifest
}

// A File is one file of a sidecar.
type File struct {
	Name   string `json:"name"` // without a directory
	Size   int64  `json:"size"`
	CRC32C uint32 `json:"crc32c"` // of all its bytes, by Castagnoli's polynomial
}

// A Detail is JSON that a kind reads and writes by itself.
type Detail = json.RawMessage

// manifestName is that of every manifest.
const manifestName = "manifest.json"

// maxManifest bounds what is read of a manifest: a build of many segments has the longest, some hundred bytes each.
const maxManifest = 16 << 20

// File returns the file whose name begins with prefix; ok is false when there is none, or more than one.
func (m *Manifest) File(prefix string) (f File, ok bool) {
	for _, g := range m.Files {
		if strings.HasPrefix(g.Name, prefix) {
			if ok {
				return File{}, false
			}
			f, ok = g, true
		}
	}
	return f, ok
}

// readManifest reads the manifest in dir. It fails with [fs.ErrNotExist], an I/O error, or a reason why it is damaged.
func readManifest(dir string) (*Manifest, error) {
	f, err := os.Open(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxManifest {
		return nil, damaged("its manifest is larger than %d bytes", maxManifest)
	}
	m := new(Manifest)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, damaged("its manifest is not what this program writes")
	}
	for _, file := range m.Files {
		if !plainName(file.Name) || file.Size < 0 {
			return nil, damaged("its manifest names a file %.40q", file.Name)
		}
	}
	return m, nil
}

// plainName reports a name that cannot lead out of the directory.
func plainName(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) < 200 && !strings.ContainsAny(name, "/\\:\x00")
}

// damage is a reason for [ErrDamaged].
type damage string

func (d damage) Error() string { return string(d) }

func damaged(format string, args ...any) error { return damage(fmt.Sprintf(format, args...)) }
