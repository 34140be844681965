package zim

import "sync/atomic"

const (
	maxKey      = 256     // bytes: a longer key is not kept, against archives made to fill memory
	maxKeyBytes = 4 << 20 // of all keys of one listing
)

// keys holds sort keys of a listing of n records at evenly spaced positions, in memory, so
// that a search begins where the file would otherwise be read some twenty times. A slot is
// filled when a search first needs it. Racing fills store equal strings, so there is no lock.
//
// A key is the namespace byte followed by the path or title.
type keys struct {
	n        uint64
	limit    int
	slots    atomic.Pointer[[]slot] // made by the first search
	bytes    atomic.Int64           // of the keys kept
	unsorted atomic.Bool            // keys were found out of order: they lead nowhere
}

type slot = atomic.Pointer[string]

// newKeys makes at most limit slots for n records, none if limit is negative. The slots
// cost 8 bytes each once there is a search.
func newKeys(limit int, n uint32) *keys {
	return &keys{n: uint64(n), limit: int(min(uint64(max(limit, 0)), uint64(n)))}
}

// table returns the slots, nil when keys lead nowhere.
func (k *keys) table() []slot {
	if k.unsorted.Load() {
		return nil
	}
	t := k.slots.Load()
	if t == nil {
		made := make([]slot, k.limit)
		k.slots.CompareAndSwap(nil, &made)
		t = k.slots.Load()
	}
	return *t
}

// position returns the record that slot s stands for.
func (k *keys) position(s int) uint32 { return uint32(uint64(s) * k.n / uint64(k.limit)) }

// keep stores a key in its slot unless it is too long or the memory is used up.
func (k *keys) keep(s *slot, key string) {
	if len(key) > maxKey || k.bytes.Load() > maxKeyBytes {
		return
	}
	if s.CompareAndSwap(nil, &key) {
		k.bytes.Add(int64(len(key)) + 16)
	}
}
