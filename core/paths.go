package core

import "math/bits"

// paths are the pipes of a machine to those it sends to, found by HostID: a
// hash table with open addressing, as a machine has few peers of many.
type paths struct {
	slots []*pipe // their number is a power of two; at most half are taken
	shift uint8   // 64 less the bits of an index
	count int
}

// find returns the pipe to a machine, or nil.
func (t *paths) find(to HostID) *pipe {
	if t.count == 0 {
		return nil
	}
	for i := t.home(to); ; i++ {
		q := t.slots[i&(len(t.slots)-1)]
		if q == nil || q.to.id == to {
			return q
		}
	}
}

// home is where the search for a machine begins.
func (t *paths) home(to HostID) int { return int(uint64(to) * mixA >> t.shift) }

// add takes a pipe in whose target is not yet there.
func (t *paths) add(q *pipe) {
	if 2*t.count >= len(t.slots) {
		t.grow()
	}
	t.count++
	i := t.home(q.to.id)
	for t.slots[i&(len(t.slots)-1)] != nil {
		i++
	}
	t.slots[i&(len(t.slots)-1)] = q
}

func (t *paths) grow() {
	old, size := t.slots, max(4, 2*len(t.slots))
	t.slots, t.shift, t.count = make([]*pipe, size), uint8(64-bits.TrailingZeros(uint(size))), 0
	for _, q := range old {
		if q != nil {
			t.add(q)
		}
	}
}
