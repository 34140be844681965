package peer

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed src/libzim_peer.cc
var libzimSource []byte

//go:embed src/zstd_peer.c
var zstdSource []byte

//go:embed src/libzim_peer.py
var pythonSource []byte

// BuildLibzim compiles the C++ peer into dir and returns its command line. It needs g++ and libzim's headers
// (Debian: g++, libzim-dev); without them it returns an error that names them.
func BuildLibzim(dir string) ([]string, error) {
	prog, err := compile(dir, "libzim_peer.cc", libzimSource, "g++", "-std=c++17", "-O2", "-lzim")
	if err != nil {
		return nil, fmt.Errorf("libzim in C++ needs g++ and libzim-dev: %w", err)
	}
	return []string{prog}, nil
}

// BuildZstd compiles the C peer into dir and returns the program's name. It needs gcc and libzstd's headers
// (Debian: gcc, libzstd-dev).
func BuildZstd(dir string) (string, error) {
	prog, err := compile(dir, "zstd_peer.c", zstdSource, "gcc", "-O2", "-lzstd")
	if err != nil {
		return "", fmt.Errorf("zstd in C needs gcc and libzstd-dev: %w", err)
	}
	return prog, nil
}

// Python returns the command line of the Python peer under interpreter, which needs the package libzim
// (Debian: python3-libzim; PyPI: libzim).
func Python(dir, interpreter string) ([]string, error) {
	if out, err := exec.Command(interpreter, "-c", "import libzim.reader").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s has no libzim: %w: %s", interpreter, err, lastLine(out))
	}
	name := filepath.Join(dir, "libzim_peer.py")
	if err := os.WriteFile(name, pythonSource, 0o600); err != nil {
		return nil, err
	}
	return []string{interpreter, name}, nil
}

// compile writes source to dir and compiles it; an argument that begins with -l goes last, as linkers want.
func compile(dir, name string, source []byte, compiler string, args ...string) (string, error) {
	src := filepath.Join(dir, name)
	if err := os.WriteFile(src, source, 0o600); err != nil {
		return "", err
	}
	prog := src + ".out"
	lib := args[len(args)-1]
	args = append(append([]string{"-o", prog}, args[:len(args)-1]...), src, lib)
	if out, err := exec.Command(compiler, args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, firstLine(out))
	}
	return prog, nil
}
