//go:build !linux

package library

import (
	"io/fs"
	"os"
)

const directoryFlag = 0

// open resolves name beneath the directory, element by element.
func (d *door) open(name string, flags int) (*os.File, error) { return d.openRoot(name, flags) }

// stat looks at name without opening it.
func (d *door) stat(name string) (fs.FileInfo, error) { return d.statRoot(name) }

// stampOf reads what every system tells of a file.
func stampOf(info fs.FileInfo) stamp {
	return stamp{size: info.Size(), mtime: info.ModTime().UnixNano()}
}
