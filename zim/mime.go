package zim

import (
	"errors"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/raw"
)

// maxMIMETypes is how many types a dirent can name: 0xFFFD and above mean something else.
const maxMIMETypes = 0xFFFD

// parseMIMEList reads the NUL-terminated types in b, up to the empty one that ends the list.
// b begins at offset base and reaches to the list's bound, or to where reading stopped, in
// which case more is true and ErrShort asks for more bytes.
func parseMIMEList(b []byte, base uint64, more bool) ([]string, error) {
	r := raw.NewReader(b, int64(base))
	var types []string
	for {
		s := r.CString(len(b))
		switch err := r.Err(); {
		case err != nil && more:
			return nil, raw.ErrShort
		case err != nil:
			return nil, formatError(ErrFormat, "MIME list", base, "does not end before the next part of the archive")
		case len(s) == 0:
			return types, nil
		case len(types) == maxMIMETypes:
			return nil, formatError(ErrFormat, "MIME list", base, "more than %d types", maxMIMETypes)
		}
		types = append(types, string(s))
	}
}

// readMIMEList reads the list from its place up to bound, in growing steps: first what is
// already in head, the start of the file, then 64 KiB, then the limit.
func (a *Archive) readMIMEList(head []byte, bound uint64) ([]string, error) {
	pos := a.head.mimeListPos
	if bound <= pos {
		return nil, formatError(ErrFormat, "MIME list", pos, "no room for it")
	}
	limit := min(bound-pos, uint64(a.opts.MaxMIMEList))
	for _, step := range []uint64{uint64(len(head)) - pos, 64 << 10, limit} {
		n := min(step, limit)
		b := head[pos:]
		if n > uint64(len(b)) {
			b = make([]byte, n)
			if err := a.src.read(b, pos); err != nil {
				return nil, err
			}
		}
		types, err := parseMIMEList(b[:n], pos, n < bound-pos)
		if !errors.Is(err, raw.ErrShort) {
			return types, err
		}
	}
	return nil, formatError(ErrFormat, "MIME list", pos, "longer than %d bytes", a.opts.MaxMIMEList)
}
