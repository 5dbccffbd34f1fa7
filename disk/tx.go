package disk

import (
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

// look finds the bucket, which may have been created meanwhile.
func (x *tx) look() *bbolt.Bucket {
	if x.t.mistake != nil {
		return nil
	}
	if x.b == nil {
		x.b = x.t.bolt.Bucket([]byte(x.name))
	}
	return x.b
}

func (x *tx) Bucket(name string) core.Tx { return x.t.over(name) }

func (x *tx) Get(key []byte) []byte {
	defer x.t.file.heedFault()
	if x.t.ended {
		panic(errEnded)
	}
	if b := x.look(); b != nil {
		return x.t.file.touch(b.Get(key))
	}
	return nil
}

func (x *tx) Put(key, value []byte) error {
	defer x.t.file.heedFault()
	if err := x.t.mayWrite(); err != nil {
		return err
	}
	if err := core.CheckPair(key, value); err != nil {
		return err
	}
	if x.look() == nil {
		b, err := x.t.bolt.CreateBucket([]byte(x.name))
		if err != nil {
			return err
		}
		x.b = b
	}
	old := x.before(key)
	x.t.change.put(x.name, key, value, old)
	return x.b.Put(key, append([]byte{}, value...)) // bbolt copies the key only
}

func (x *tx) Delete(key []byte) error {
	defer x.t.file.heedFault()
	if err := x.t.mayWrite(); err != nil {
		return err
	}
	if x.look() == nil {
		x.t.change.delete(x.name, key, nil)
		return nil
	}
	x.t.change.delete(x.name, key, x.before(key))
	return x.b.Delete(key)
}

// before comes before every change of a key. It returns the value that the key has.
func (x *tx) before(key []byte) []byte {
	old := x.b.Get(key)
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
	b := x.look()
	if b == nil {
		return nil
	}
	c := &cursor{file: x.t.file, bucket: x.name, prefix: prefix, bolt: b.Cursor()}
	x.t.cursors = append(x.t.cursors, c)
	defer func() { x.t.cursors = x.t.cursors[:len(x.t.cursors)-1] }()
	for p := c.next(); p.key != nil; p = c.next() {
		if err := fn(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}
