package disk

import (
	"errors"

	"go.etcd.io/bbolt"

	"simlua.example/core"
)

// transaction is one transaction of a file, over all its buckets.
type transaction struct {
	file     *file
	bolt     *bbolt.Tx
	writable bool
	ended    bool
	mistake  error // a bucket with a bad name was asked for
	cursors  []*cursor
	before   *undoLog // not nil: note there what the keys were
}

// tx is a transaction that looks at one bucket: a core.Tx.
type tx struct {
	t    *transaction
	name string
	b    *bbolt.Bucket // nil: not there (yet)
}

var (
	errEnded    = errors.New("the transaction has ended")
	errReadOnly = errors.New("a view cannot write: use update")
)

// over is the transaction over a bucket. A bad name fails the transaction.
func (t *transaction) over(bucket string) *tx {
	x := &tx{t: t, name: bucket}
	if err := core.CheckBucketName(bucket); err != nil && t.mistake == nil {
		t.mistake = err
	}
	return x
}

// look finds the bucket, which may have been created meanwhile.
func (x *tx) look() *bbolt.Bucket {
	if x.b == nil && x.t.mistake == nil {
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
	if err := x.writable(); err != nil {
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
	x.change(key)
	return x.b.Put(key, append([]byte{}, value...)) // bbolt copies the key only
}

func (x *tx) Delete(key []byte) error {
	defer x.t.file.heedFault()
	if err := x.writable(); err != nil {
		return err
	}
	if x.look() == nil {
		return nil
	}
	x.change(key)
	return x.b.Delete(key)
}

func (x *tx) writable() error {
	switch {
	case x.t.ended:
		return errEnded
	case !x.t.writable:
		return errReadOnly
	}
	return x.t.mistake
}

// change comes before every change of a key.
func (x *tx) change(key []byte) {
	for _, c := range x.t.cursors {
		if c.bucket == x.name {
			c.settle()
		}
	}
	if x.t.before != nil {
		x.t.before.note(x.name, key, x.b)
	}
}

// Each visits what is there when it begins: what fn puts or deletes does not
// change what it visits.
func (x *tx) Each(prefix []byte, fn func(key, value []byte) error) error {
	if x.t.ended {
		return errEnded
	}
	b := x.look()
	if b == nil {
		return x.t.mistake
	}
	c := &cursor{file: x.t.file, bucket: x.name, prefix: prefix, bolt: b.Cursor()}
	x.t.cursors = append(x.t.cursors, c)
	defer func() { x.t.cursors = x.t.cursors[:len(x.t.cursors)-1] }()
	for p := c.first(); p.key != nil; p = c.next() {
		if err := fn(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}
