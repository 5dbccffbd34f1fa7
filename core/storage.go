package core

import "time"

// DBOptions says how a database is opened.
type DBOptions struct {
	// NoSync leaves commits unsynced until DB.Sync, as bbolt's option of the
	// same name: faster, and some of the last may be lost at a power cut.
	NoSync bool
	// SyncEvery implies NoSync, and a process of the service syncs so often. When that
	// fails, the next Update or Sync says so, once, and does nothing.
	SyncEvery time.Duration
}

// DB is a transactional key-value store on the disk of a machine.
type DB interface {
	// Update runs fn in a read-write transaction at once, when the updates before it
	// are done; fn itself must not wait. An error of fn rolls back. Then it takes time to
	// commit: readers see the new state a little before Update returns. ErrNoSpace and
	// ErrIO say that nothing has changed, ErrUnknown that all has, and that a power cut
	// may take it.
	Update(fn func(Tx) error) error
	// View runs fn in a read-only transaction.
	View(fn func(Tx) error) error
	// Sync makes what was committed durable. It only matters with NoSync. After an error,
	// another one does not repair anything: as on Linux, it does not write again.
	Sync() error
	// Bucket is the same database, reading and writing another bucket.
	Bucket(name string) DB
	// Close waits for the update that is under way.
	Close() error
}

// Tx is a transaction over one bucket. It is valid inside fn only.
type Tx interface {
	// Get returns the value, or nil when the key is missing. The bytes are
	// valid until the transaction ends and must not be changed.
	Get(key []byte) []byte
	Put(key, value []byte) error
	Delete(key []byte) error
	// Each visits the keys with a prefix in order, until fn returns an error.
	Each(prefix []byte, fn func(key, value []byte) error) error
	// Bucket is the same transaction over another bucket.
	Bucket(name string) Tx
}

// Disk is the storage of one machine. It outlives boots. What the host refuses
// is no error of a Disk: it goes to DiskHost.HostFailed.
type Disk interface {
	// Open is called from a process of the owner and may wait. A database has
	// one owner at a time; a second one gets ErrInUse, and whoever opens one that
	// was damaged ErrCorrupt. The name has been checked. SyncEvery is the caller's.
	Open(owner Owner, name string, options DBOptions) (DB, error)
	// RemoveDatabase erases a database, damaged or not, if there is one. Handles of the
	// owner are closed; another owner's are ErrInUse. It is called as Open is.
	RemoveDatabase(owner Owner, name string) error
	// OpenFile opens a plain file, creating it when it is missing, as Open does a
	// database.
	OpenFile(owner Owner, name string) (File, error)
	// Files are the names of the files there are, in order.
	Files(owner Owner) ([]string, error)
	// SyncDir makes durable which files there are under which names.
	SyncDir(owner Owner) error
	// Release closes the databases and files of a service that has ended or was killed;
	// what it had written stays, synced or not (the page cache survives).
	Release(owner Owner)
	// PowerFail loses what was not synced, or a part of it that r draws. It returns
	// what was lost, for people: "3 commits lost on api1.public/db".
	PowerFail(r *Random) []string
	// PowerOff is the orderly end of a machine: what was written is synced.
	PowerOff()
	// Wipe erases everything. Open databases and files are lost.
	Wipe()
	// SetProfile makes the device another one, from the next operation on.
	SetProfile(p DiskProfile)
	// Stall lets nothing begin on the device for d from now on; zero ends all stalls.
	Stall(d time.Duration)
	// CanRot says whether there is something that rot means.
	CanRot(rot Rot) bool
	// Rot damages one of the things that rot means, drawn by r. It returns what, for
	// people: "a bit of a value flipped on api1.public/db".
	Rot(rot Rot, r *Random) string
	// Attach puts the disk into another machine. Both are off.
	Attach(host DiskHost)
	// Stats counts what happened so far.
	Stats() DiskStats
	// Close ends the disk's life with the run.
	Close()
}
