package sidecar

import (
	"path/filepath"
)

// A Kind is what a sidecar is for. It is the name of a directory, and stands in the manifest.
type Kind string

// Values of Kind.
const (
	Text  Kind = "text"  // a full-text index
	Links Kind = "links" // who links to an entry
)

// Command returns what makes a sidecar of this kind, as a person types it.
func (k Kind) Command() string {
	switch k {
	case Text:
		return "openzim-mcp index FILE"
	case Links:
		return "openzim-mcp links build FILE"
	}
	return "openzim-mcp " + string(k) + " FILE"
}

// what returns the kind in words.
func (k Kind) what() string {
	switch k {
	case Text:
		return "full-text sidecar"
	case Links:
		return "link sidecar"
	}
	return string(k) + " sidecar"
}

// suffix ends the names of the directories that hold sidecars, whatever their kind.
const suffix = ".sidecar"

// A Where says where sidecars lie. The zero value is beside their archives.
type Where struct {
	// Dir is the directory that holds the sidecars of all archives, by UUID: archives of one name in two directories do
	// not meet there. Empty means beside each archive, under the archive's name.
	Dir string
}

// Path returns the directory of an archive's sidecar. file is the archive, of a split one the first part. Nothing needs
// to be there yet.
func (w Where) Path(file string, of Key, k Kind) string {
	if w.Dir != "" {
		return filepath.Join(w.Dir, of.UUID+suffix, string(k))
	}
	return filepath.Join(file+suffix, string(k))
}
