package disk

import (
	"bytes"

	"go.etcd.io/bbolt"

	"simlua.example/core"
)

// transaction is one transaction of a file, over all its buckets.
type transaction struct {
	access
	file    *file
	bolt    *bbolt.Tx
	buckets buckets[*tx]
	cursors []*cursor
	change  change
}

// tx is a transaction that looks at one bucket: a core.Tx.
type tx struct {
	t    *transaction
	name string
	b    *bbolt.Bucket // nil: not there (yet)
	at   *bbolt.Cursor // finds keys, with memory that the next key needs, too
}

// over is the transaction over a bucket. A bad name fails the transaction.
func (t *transaction) over(bucket string) *tx {
	x, found := t.buckets.find(bucket)
	if !found {
		t.check(bucket)
		x = &tx{t: t, name: bucket}
		t.buckets.add(bucket, x)
	}
	return x
}

// look finds the bucket, which may have been created meanwhile, and says whether it is there.
func (x *tx) look() bool {
	if x.t.mistake != nil {
		return false
	}
	if x.b == nil {
		x.use(x.t.bolt.Bucket([]byte(x.name)))
	}
	return x.b != nil
}

func (x *tx) use(b *bbolt.Bucket) {
	if b != nil {
		x.b, x.at = b, b.Cursor()
	}
}

// find goes to a key. It returns its value, or nil when the key is missing.
func (x *tx) find(key []byte) []byte {
	if found, value := x.at.Seek(key); bytes.Equal(found, key) {
		return value
	}
	return nil
}

func (x *tx) Bucket(name string) core.Tx { return x.t.over(name) }

func (x *tx) Get(key []byte) []byte {
	defer x.t.file.heedFault()
	if x.t.ended {
		panic(errEnded)
	}
	if !x.look() {
		return nil
	}
	return x.t.file.touch(x.find(key))
}

func (x *tx) Put(key, value []byte) error {
	defer x.t.file.heedFault()
	if err := x.t.mayWrite(); err != nil {
		return err
	}
	if err := core.CheckPair(key, value); err != nil {
		return err
	}
	if !x.look() {
		b, err := x.t.bolt.CreateBucket([]byte(x.name))
		if err != nil {
			return err
		}
		x.use(b)
	}
	old := x.note(key)
	x.t.change.put(x.name, key, value, old)
	return x.b.Put(key, append([]byte{}, value...)) // bbolt copies the key only
}

func (x *tx) Delete(key []byte) error {
	defer x.t.file.heedFault()
	if err := x.t.mayWrite(); err != nil {
		return err
	}
	if !x.look() {
		x.t.change.delete(x.name, key, nil)
		return nil
	}
	old := x.note(key)
	x.t.change.delete(x.name, key, old)
	if old == nil {
		return nil
	}
	return x.at.Delete()
}

// note comes before every change of a key. It returns the value that the key has.
func (x *tx) note(key []byte) []byte {
	old := x.find(key)
	for _, c := range x.t.cursors {
		if c.bucket == x.name {
			c.change(key, old)
		}
	}
	x.t.file.log.note(x.name, key, old)
	return old
}

// Each visits what is there when it begins: what fn puts or deletes does not
// change what it visits.
func (x *tx) Each(prefix []byte, fn func(key, value []byte) error) error {
	if err := x.t.mayRead(); err != nil {
		return err
	}
	if !x.look() {
		return nil
	}
	c := &cursor{file: x.t.file, bucket: x.name, prefix: prefix, bolt: x.b.Cursor()}
	x.t.cursors = append(x.t.cursors, c)
	defer func() { x.t.cursors = x.t.cursors[:len(x.t.cursors)-1] }()
	for p := c.next(); p.key != nil; p = c.next() {
		if err := fn(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}
