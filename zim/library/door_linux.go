package library

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	openFlags     = unix.O_NONBLOCK | unix.O_CLOEXEC | unix.O_NOCTTY
	directoryFlag = unix.O_DIRECTORY
)

// open lets the kernel resolve name beneath the handle, in one step that no rename can split. Where the kernel is too
// old or a sandbox forbids the call, os.Root walks the elements instead.
func (d *door) open(name string, flags int) (*os.File, error) {
	f, err := d.openBeneath(name, unix.O_RDONLY|unix.O_LARGEFILE|openFlags|flags)
	if errors.Is(err, errors.ErrUnsupported) {
		return d.openRoot(name, flags)
	}
	return f, err
}

// stat looks at name without opening it: a device or a pipe is not touched.
func (d *door) stat(name string) (fs.FileInfo, error) {
	f, err := d.openBeneath(name, unix.O_PATH|unix.O_CLOEXEC) // the call refuses more flags beside O_PATH
	if errors.Is(err, errors.ErrUnsupported) {
		return d.statRoot(name)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Stat()
}

// openBeneath is openat2 with its errors sorted; ErrUnsupported means that it cannot be used here.
func (d *door) openBeneath(name string, flags int) (*os.File, error) {
	how := unix.OpenHow{Flags: uint64(flags), Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_MAGICLINKS}
	if !d.links {
		how.Resolve |= unix.RESOLVE_NO_SYMLINKS
	}
	fd, err := d.openat2(name, &how)
	switch {
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EPERM):
		return nil, errors.ErrUnsupported
	case errors.Is(err, unix.EXDEV), errors.Is(err, unix.ELOOP):
		return nil, errOutside
	case errors.Is(err, unix.ENXIO): // a socket: nothing to read
		return nil, errNotRegular
	case err != nil:
		return nil, &fs.PathError{Op: "openat2", Path: name, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}

// openat2 tries again when a signal or a rename elsewhere in the tree cut the resolution short.
func (d *door) openat2(name string, how *unix.OpenHow) (fd int, err error) {
	conn, err := d.dir.SyscallConn()
	if err != nil {
		return -1, err
	}
	outer := conn.Control(func(dir uintptr) {
		for range 128 {
			fd, err = unix.Openat2(int(dir), name, how)
			if err != unix.EINTR && err != unix.EAGAIN {
				return
			}
		}
	})
	if outer != nil {
		return -1, outer
	}
	return fd, err
}

// stampOf reads the identity of a file. The change time is part of it: unlike the modification time it cannot be set.
func stampOf(info fs.FileInfo) stamp {
	s := stamp{size: info.Size(), mtime: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		s.dev, s.ino, s.ctime = uint64(st.Dev), st.Ino, st.Ctim.Nano()
	}
	return s
}
