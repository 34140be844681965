package zim

import (
	"context"
	"encoding/binary"
	"sync"
	"sync/atomic"
)

// Buffers for single pointers and dirents, and for pointers or dirents side by side. All
// archives share them: a library of thousands should not hold some for each.
var (
	smallBuffers  = sync.Pool{New: func() any { b := make([]byte, 2*direntStep); return &b }}
	windowBuffers = sync.Pool{New: func() any { b := make([]byte, maxWindow); return &b }}
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
	b := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(b)
	p := (*b)[:8]
	if err := a.read(ctx, p, a.head.pathPtrPos+8*uint64(index)); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(p), nil
}

// chunkPointers is how many cluster pointers are read and kept together: one page of the file.
const chunkPointers = 512

// maxCachedClusters is the largest cluster count whose pointers are kept in memory: 48 MiB
// when all of them have been used.
const maxCachedClusters = 4 << 20

// clusterPointers keeps the cluster pointers that have been read, and the bytes that clusters
// begin with. Racing fills store what is equal, so there is no lock.
type clusterPointers []atomic.Pointer[pointerChunk]

type pointerChunk struct {
	pos  [chunkPointers]uint64
	info [chunkPointers]atomic.Uint32 // 0 until it was read, then infoKnown and the byte
}

const infoKnown = 1 << 8

func newClusterPointers(clusters uint32) clusterPointers {
	if clusters > maxCachedClusters {
		return nil
	}
	return make(clusterPointers, (uint64(clusters)+chunkPointers-1)/chunkPointers)
}

// pointerChunk returns the chunk that has the pointer of cluster number (number < clusters),
// or nil when there are too many to keep.
func (a *Archive) pointerChunk(ctx context.Context, number uint32) (*pointerChunk, error) {
	if a.clusterPtrs == nil {
		return nil, nil
	}
	slot := &a.clusterPtrs[number/chunkPointers]
	if chunk := slot.Load(); chunk != nil {
		return chunk, nil
	}
	chunk := new(pointerChunk)
	first := number - number%chunkPointers
	n := min(chunkPointers, a.head.clusters-first)
	if err := a.readClusterPointers(ctx, chunk.pos[:n], first); err != nil {
		return nil, err
	}
	slot.CompareAndSwap(nil, chunk)
	return slot.Load(), nil
}

// clusterPointer returns where cluster number lies, unchecked (number < clusters).
func (a *Archive) clusterPointer(ctx context.Context, number uint32) (uint64, error) {
	chunk, err := a.pointerChunk(ctx, number)
	if err != nil {
		return 0, err
	}
	if chunk == nil {
		var one [1]uint64
		err := a.readClusterPointers(ctx, one[:], number)
		return one[0], err
	}
	return chunk.pos[number%chunkPointers], nil
}

// clusterInfo returns the byte that a cluster at pos begins with.
func (a *Archive) clusterInfo(ctx context.Context, number uint32, pos uint64) (byte, error) {
	chunk, err := a.pointerChunk(ctx, number)
	if err != nil {
		return 0, err
	}
	if chunk != nil {
		if info := chunk.info[number%chunkPointers].Load(); info != 0 {
			return byte(info), nil
		}
	}
	b := smallBuffers.Get().(*[]byte)
	defer smallBuffers.Put(b)
	if err := a.read(ctx, (*b)[:1], pos); err != nil {
		return 0, err
	}
	if chunk != nil {
		chunk.info[number%chunkPointers].Store(infoKnown | uint32((*b)[0]))
	}
	return (*b)[0], nil
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
