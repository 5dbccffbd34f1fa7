package disk

import (
	"bytes"
	"encoding/binary"
	"iter"

	"go.etcd.io/bbolt"
)

// undoLog remembers what the keys were that changed since some state, so that a
// power cut can go back to it. It holds a key once, however often it changed.
//
// Entries lie one behind the other in one piece of memory, and a hash table
// with linear probing finds them: that is small, and nothing for the garbage
// collector to follow.
type undoLog struct {
	entries []byte
	count   int
	slots   []slot // as many as a power of two, or none
}

// entry is what a key was before it changed: its value is nil when it was
// missing.
type entry struct{ bucket, key, value []byte }

// slot of the hash table is zero when it is free. Else it holds where an entry
// begins, plus one, and above that bits of the entry's hash.
type slot uint64

const (
	offsetBits  = 40 // of a slot
	offsetMask  = 1<<offsetBits - 1
	keptSlots   = 1 << 10  // by a log that is emptied
	keptEntries = 64 << 10 // bytes
)

func newSlot(hash uint64, offset int) slot { return slot(hash&^offsetMask | uint64(offset+1)) }

func (s slot) offset() int            { return int(s&offsetMask) - 1 }
func (s slot) maybe(hash uint64) bool { return uint64(s)>>offsetBits == hash>>offsetBits }

func (l *undoLog) empty() bool { return l.count == 0 }

// mark is for rollback.
func (l *undoLog) mark() int { return len(l.entries) }

// note comes before a change of a key in a bucket, whose value is nil when it is
// missing.
func (l *undoLog) note(name string, key, value []byte) {
	if l.count >= len(l.slots)/4*3 {
		l.grow()
	}
	hash := hashOf(name, key)
	i, found := l.search(hash, name, key)
	if found {
		return
	}
	l.slots[i] = newSlot(hash, len(l.entries))
	l.count++
	l.write(name, key, value)
}

// search is where the entry of a key is, or belongs.
func (l *undoLog) search(hash uint64, name string, key []byte) (i int, found bool) {
	for i = l.home(hash); l.slots[i] != 0; i = l.next(i) {
		if l.slots[i].maybe(hash) {
			if e, _ := l.read(l.slots[i].offset()); string(e.bucket) == name && bytes.Equal(e.key, key) {
				return i, true
			}
		}
	}
	return i, false
}

// find is the entry of a key, in the log's own memory; one without a value is none.
func (l *undoLog) find(name string, key []byte) (e entry) {
	if l.empty() {
		return e
	}
	if i, found := l.search(hashOf(name, key), name, key); found {
		e, _ = l.read(l.slots[i].offset())
	}
	return e
}

// home is the slot an entry would like, and next the one it gets when that is
// taken.
func (l *undoLog) home(hash uint64) int { return int(hash & uint64(len(l.slots)-1)) }
func (l *undoLog) next(i int) int       { return (i + 1) & (len(l.slots) - 1) }

// grow doubles the hash table. The entries get their slots in their order.
func (l *undoLog) grow() {
	l.slots = make([]slot, max(16, 2*len(l.slots)))
	for offset, e := range l.from(0) {
		hash := hashOf(string(e.bucket), e.key)
		i := l.home(hash)
		for l.slots[i] != 0 {
			i = l.next(i)
		}
		l.slots[i] = newSlot(hash, offset)
	}
}

// rollback forgets the entries behind a mark, whose changes have not happened.
// They got their slots last, so no search for an older one passes over these.
func (l *undoLog) rollback(mark int) {
	for offset, e := range l.from(mark) {
		i := l.home(hashOf(string(e.bucket), e.key))
		for l.slots[i].offset() != offset {
			i = l.next(i)
		}
		l.slots[i] = 0
		l.count--
	}
	l.entries = l.entries[:mark]
}

// clear forgets everything, and keeps the memory if it is little.
func (l *undoLog) clear() {
	switch {
	case l.empty():
	case len(l.slots) > keptSlots || cap(l.entries) > keptEntries:
		*l = undoLog{}
	default:
		clear(l.slots)
		l.entries, l.count = l.entries[:0], 0
	}
}

// undo puts the keys back as they were. It leaves a bucket that was created
// since: an empty one looks like one that is missing.
func (l *undoLog) undo(tx *bbolt.Tx) error {
	for _, e := range l.from(0) {
		b, err := tx.CreateBucketIfNotExists(e.bucket)
		switch {
		case err != nil:
		case e.value == nil:
			err = b.Delete(e.key)
		default:
			err = b.Put(e.key, e.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write puts an entry behind the others: each part after its length; that of a
// value is one more, and zero when there is none.
func (l *undoLog) write(bucket string, key, value []byte) {
	b := append(binary.AppendUvarint(l.entries, uint64(len(bucket))), bucket...)
	b = append(binary.AppendUvarint(b, uint64(len(key))), key...)
	if value == nil {
		l.entries = append(b, 0)
		return
	}
	l.entries = append(binary.AppendUvarint(b, uint64(len(value))+1), value...)
}

// read finds the entry at an offset, and where it ends.
func (l *undoLog) read(offset int) (e entry, end int) {
	part := func(extra uint64) []byte {
		n, width := binary.Uvarint(l.entries[offset:])
		offset += width
		if n < extra {
			return nil
		}
		start := offset
		offset += int(n - extra)
		return l.entries[start:offset:offset]
	}
	return entry{part(0), part(0), part(1)}, offset
}

// from visits the entries from an offset on.
func (l *undoLog) from(offset int) iter.Seq2[int, entry] {
	return func(yield func(int, entry) bool) {
		for offset < len(l.entries) {
			e, end := l.read(offset)
			if !yield(offset, e) {
				return
			}
			offset = end
		}
	}
}

// hashOf is FNV-1a of a bucket and a key; its lower bits are mixed with upper ones.
func hashOf(bucket string, key []byte) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for i := range len(bucket) {
		h = (h ^ uint64(bucket[i])) * prime
	}
	h *= prime // a byte zero ends the bucket
	for _, c := range key {
		h = (h ^ uint64(c)) * prime
	}
	return h ^ h>>32
}
