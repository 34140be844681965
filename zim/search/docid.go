package search

import (
	"context"
	"errors"

	"github.com/openzim-mcp/openzim-mcp/zim"
)

// entry returns the entry of a document; ok is false when its data name none that the
// archive has: such a match is to be left out and counted.
func (ix *archiveIndex) entry(ctx context.Context, doc uint32) (e zim.Entry, ok bool, err error) {
	data, err := ix.x.Data(ctx, doc, nil)
	if err != nil {
		return zim.Entry{}, false, ix.failed(err)
	}
	ns, path, ok := ix.entryOf(string(data))
	if !ok {
		return zim.Entry{}, false, nil
	}
	e, err = ix.a.LookupNS(ctx, ns, path)
	if errors.Is(err, zim.ErrNotFound) {
		return zim.Entry{}, false, nil
	}
	return e, err == nil, err
}

// entryOf splits document data to namespace and path.
func (ix *archiveIndex) entryOf(data string) (ns byte, path string, ok bool) {
	if ix.newNamespaces && ix.data != "" && ix.data != "fullPath" {
		return 'C', data, data != ""
	}
	if ix.newNamespaces && (len(data) < 2 || data[1] != '/') { // some early writers left the namespace out
		return 'C', data, data != ""
	}
	if len(data) < 3 || data[1] != '/' {
		return 0, "", false
	}
	return data[0], data[2:], true
}
