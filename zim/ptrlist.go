package zim

import (
	"context"
	"encoding/binary"
	"sync/atomic"
)

// read fills p from off after a look at ctx. Every read of the archive comes through here.
func (a *Archive) read(ctx context.Context, p []byte, off uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.src.read(p, off)
}

// pathPointer returns where the dirent of entry index lies, unchecked (index < entries).
func (a *Archive) pathPointer(ctx context.Context, index uint32) (uint64, error) {
	b := a.small.Get().(*[]byte)
	defer a.small.Put(b)
	p := (*b)[:8]
	if err := a.read(ctx, p, a.head.pathPtrPos+8*uint64(index)); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(p), nil
}

// chunkPointers is how many cluster pointers are read and kept together: one page of the file.
const chunkPointers = 512

// maxCachedClusters is the largest cluster count whose pointers are kept in memory: 32 MiB
// when all of them have been used.
const maxCachedClusters = 4 << 20

// clusterPointers keeps the cluster pointers that have been read. Racing fills store equal
// chunks, so there is no lock.
type clusterPointers []atomic.Pointer[[chunkPointers]uint64]

func newClusterPointers(clusters uint32) clusterPointers {
	if clusters > maxCachedClusters {
		return nil
	}
	return make(clusterPointers, (uint64(clusters)+chunkPointers-1)/chunkPointers)
}

// clusterPointer returns where cluster number lies, unchecked (number < clusters).
func (a *Archive) clusterPointer(ctx context.Context, number uint32) (uint64, error) {
	if a.clusterPtrs == nil {
		var chunk [chunkPointers]uint64
		err := a.readClusterPointers(ctx, chunk[:1], number)
		return chunk[0], err
	}
	slot := &a.clusterPtrs[number/chunkPointers]
	chunk := slot.Load()
	if chunk == nil {
		chunk = new([chunkPointers]uint64)
		first := number - number%chunkPointers
		n := min(chunkPointers, a.head.clusters-first)
		if err := a.readClusterPointers(ctx, chunk[:n], first); err != nil {
			return 0, err
		}
		slot.Store(chunk)
	}
	return chunk[number%chunkPointers], nil
}

// readClusterPointers fills p from the pointer of cluster first on.
func (a *Archive) readClusterPointers(ctx context.Context, p []uint64, first uint32) error {
	b := make([]byte, 8*len(p))
	if err := a.read(ctx, b, a.head.clusterPtrPos+8*uint64(first)); err != nil {
		return err
	}
	for i := range p {
		p[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return nil
}
