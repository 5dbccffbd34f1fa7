package disk

import "go.etcd.io/bbolt"

// undoLog remembers what the keys were that changed since the last sync, so
// that a power cut can take the changes back. It holds a key once, however
// often it changed.
type undoLog struct {
	changes []change
	seen    map[string]struct{}
}

// change is what a key was before: nil when it was missing.
type change struct {
	bucket string
	key    string
	value  []byte
}

// place names a key of a bucket. Names of buckets have no byte zero.
func place(bucket, key string) string { return bucket + "\x00" + key }

func (l *undoLog) empty() bool { return len(l.changes) == 0 }

func (l *undoLog) has(bucket, key string) bool {
	_, ok := l.seen[place(bucket, key)]
	return ok
}

// add takes over the changes of a transaction; the first of a key counts.
func (l *undoLog) add(changes []change) {
	if l.seen == nil {
		l.seen = map[string]struct{}{}
	}
	for _, c := range changes {
		if !l.has(c.bucket, c.key) {
			l.seen[place(c.bucket, c.key)] = struct{}{}
			l.changes = append(l.changes, c)
		}
	}
}

func (l *undoLog) clear() {
	if !l.empty() {
		*l = undoLog{}
	}
}

// undo puts the keys back as they were. It leaves a bucket that was created
// since: an empty one looks like one that is missing.
func (l *undoLog) undo(tx *bbolt.Tx) error {
	for _, c := range l.changes {
		b, err := tx.CreateBucketIfNotExists([]byte(c.bucket))
		switch {
		case err != nil:
		case c.value == nil:
			err = b.Delete([]byte(c.key))
		default:
			err = b.Put([]byte(c.key), c.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
