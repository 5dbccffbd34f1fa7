package disk

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// walk goes over the keys of a bucket that have a prefix. It follows a cursor
// until somebody is about to change the bucket; then it collects the rest, as
// bbolt's cursors do not survive changes.
type walk struct {
	bucket string
	prefix []byte
	cursor *bbolt.Cursor // nil once settled
	rest   []pair
}

// pair is a key and its value; a nil key is the end.
type pair struct{ key, value []byte }

func (w *walk) first() pair { return w.within(w.cursor.Seek(w.prefix)) }

func (w *walk) next() pair {
	switch {
	case w.cursor != nil:
		return w.within(w.cursor.Next())
	case len(w.rest) == 0:
		return pair{}
	}
	p := w.rest[0]
	w.rest = w.rest[1:]
	return p
}

// within ends the walk behind the last key with the prefix.
func (w *walk) within(key, value []byte) pair {
	if !bytes.HasPrefix(key, w.prefix) {
		return pair{}
	}
	return pair{key, value}
}

func (w *walk) settle() {
	if w.cursor == nil {
		return
	}
	for p := w.next(); p.key != nil; p = w.next() {
		w.rest = append(w.rest, p)
	}
	w.cursor = nil
}
