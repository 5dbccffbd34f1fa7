package disk

import (
	"fmt"
	"slices"

	"simlua.example/core"
)

// Kind is where the databases of machines are. Nothing in the world can tell one kind
// from another.
type Kind string

// The kinds.
const (
	Bbolt    Kind = "bbolt"    // bbolt files in the machines' folders
	Memory   Kind = "memory"   // B-trees; the machines need no folder
	Paranoid Kind = "paranoid" // both; bbolt recovers what each power cut may leave, and a difference is a panic
)

// Kinds are all of them.
var Kinds = []Kind{Bbolt, Memory, Paranoid}

// Factory makes disks whose databases are of a kind.
func Factory(kind Kind) core.DiskFactory {
	return func(host core.DiskHost) (core.Disk, error) {
		if !slices.Contains(Kinds, kind) {
			return nil, fmt.Errorf("%q is no kind of databases: there are %s", kind, Kinds)
		}
		device := newDevice(host)
		d := &disk{host: host, device: device, folder: host.Folder(), kind: kind, files: newFiles(host, device)}
		d.files.used = d.used
		return d, nil
	}
}

// store is where the pairs of a database are. It knows nothing of time and chance:
// those are the model's, in database and group. Besides what is visible it can go
// back to one older state, the mark; when it was made, that was what it had.
//
// A commit is begin, time, and commit; all that begin has changed is invisible until
// then. In a process that is killed meanwhile, rollback is what comes next.
type store interface {
	// begin runs fn in a read-write transaction at this instant, and leaves the
	// transaction open. An error or a panic of fn rolls back.
	begin(bucket string, fn func(core.Tx) error) (change, error)
	// commit makes visible what begin has left open.
	commit()
	// rollback forgets it; nothing when nothing is open.
	rollback()
	// view runs fn in a read-only transaction at this instant.
	view(bucket string, fn func(core.Tx) error) error
	// mark makes what is visible the state to go back to: what is open is not in it.
	mark()
	// crash is what a power cut does: with lost it goes back to the mark, else all
	// that is visible is there. Either is the mark now. Nothing is open.
	crash(lost bool)
	// each visits all visible pairs, by bucket and key, until fn says false.
	each(fn func(bucket string, key, value []byte) bool)
	// decay changes a value without a trace, if it is the old one, also in the state that
	// is marked. Nothing is open.
	decay(x decay)
	// close and remove end the store, whatever is open.
	close()
	remove()
}

// change is what a transaction does to the logical size of a database, in bytes of
// names of buckets, keys and values: those that it writes, and by how much the
// database grows.
type change struct{ written, growth int64 }

// put counts a pair that is set. The old value is nil when the key was missing.
func (c *change) put(bucket string, key, value, old []byte) {
	size := pairBytes(bucket, key, value)
	c.written += size
	c.growth += size - pairBytes(bucket, key, old)
}

// delete counts a key that is deleted.
func (c *change) delete(bucket string, key, old []byte) {
	c.written += int64(len(bucket) + len(key))
	c.growth -= pairBytes(bucket, key, old)
}

// pairBytes is the logical size of a pair; without a value there is none.
func pairBytes(bucket string, key, value []byte) int64 {
	if value == nil {
		return 0
	}
	return int64(len(bucket) + len(key) + len(value))
}
