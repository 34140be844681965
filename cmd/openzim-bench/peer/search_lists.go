package peer

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed src/libzim_search_peer.cc
var libzimSearchSource []byte

//go:embed src/xapian_peer.cc
var xapianSource []byte

//go:embed src/libzim_search_peer.py
var pythonSearchSource []byte

// BuildLibzimSearch compiles the C++ peer of searching into dir and returns its command line. It needs g++ and
// libzim's headers (Debian: g++, libzim-dev); without them it returns an error that names them.
func BuildLibzimSearch(dir string) ([]string, error) {
	prog, err := compile(dir, "libzim_search_peer.cc", libzimSearchSource, "g++", "-std=c++17", "-O2", "-pthread", "-lzim")
	if err != nil {
		return nil, fmt.Errorf("libzim in C++ needs g++ and libzim-dev: %w", err)
	}
	return []string{prog}, nil
}

// BuildXapian compiles the peer that asks Xapian itself into dir and returns its command line. It needs g++ and
// Xapian's headers (Debian: g++, libxapian-dev).
func BuildXapian(dir string) ([]string, error) {
	prog, err := compile(dir, "xapian_peer.cc", xapianSource, "g++", "-std=c++17", "-O2", "-lxapian")
	if err != nil {
		return nil, fmt.Errorf("the peer of Xapian needs g++ and libxapian-dev: %w", err)
	}
	return []string{prog}, nil
}

// PythonSearch returns the command line of the Python peer of searching under interpreter, which needs the package
// libzim (Debian: python3-libzim; PyPI: libzim).
func PythonSearch(dir, interpreter string) ([]string, error) {
	if out, err := exec.Command(interpreter, "-c", "import libzim.search").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s has no libzim: %w: %s", interpreter, err, lastLine(out))
	}
	name := filepath.Join(dir, "libzim_search_peer.py")
	if err := os.WriteFile(name, pythonSearchSource, 0o600); err != nil {
		return nil, err
	}
	return []string{interpreter, name}, nil
}
