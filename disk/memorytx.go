package disk

import (
	"bytes"

	"simlua.example/core"
)

// memoryTransaction is a transaction of a database in memory, over all its buckets.
type memoryTransaction struct {
	access
	tree    *tree
	shared  bool // the tree is not the transaction's own: a change copies it
	buckets buckets[*memoryTx]
	scratch []byte
	change  change
}

// memoryTx is a transaction that looks at one bucket: a core.Tx.
type memoryTx struct {
	*memoryTransaction
	name string
}

// over is the transaction over a bucket. A bad name fails the transaction.
func (t *memoryTransaction) over(bucket string) *memoryTx {
	x, found := t.buckets.find(bucket)
	if !found {
		t.check(bucket)
		x = &memoryTx{t, bucket}
		t.buckets.add(bucket, x)
	}
	return x
}

// own is the tree as one that may be changed.
func (t *memoryTransaction) own() *tree {
	if t.shared {
		t.tree, t.shared = t.tree.Copy(), false
	}
	return t.tree
}

func (x *memoryTx) Bucket(name string) core.Tx { return x.over(name) }

// full appends a key as the tree has it: no name of a bucket has a byte zero in it.
func (x *memoryTx) full(to, key []byte) []byte {
	return append(append(append(to, x.name...), 0), key...)
}

// search is what finds a key in the tree.
func (x *memoryTx) search(key []byte) packed {
	x.scratch = x.full(x.scratch[:0], key)
	return packed{x.scratch, len(x.scratch)}
}

func (x *memoryTx) Get(key []byte) []byte {
	if x.ended {
		panic(errEnded)
	}
	if x.mistake != nil {
		return nil
	}
	found, _ := x.tree.Get(x.search(key))
	return found.value()
}

func (x *memoryTx) Put(key, value []byte) error {
	if err := x.mayWrite(); err != nil {
		return err
	}
	if err := core.CheckPair(key, value); err != nil {
		return err
	}
	end := len(x.name) + 1 + len(key)
	both := append(x.full(make([]byte, 0, end+len(value)), key), value...)
	old, _ := x.own().Set(packed{both, end})
	x.change.put(x.name, key, value, old.value())
	return nil
}

func (x *memoryTx) Delete(key []byte) error {
	if err := x.mayWrite(); err != nil {
		return err
	}
	old, _ := x.own().Delete(x.search(key))
	x.change.delete(x.name, key, old.value())
	return nil
}

// Each visits what is there when it begins: whoever changes the tree now changes
// a copy.
func (x *memoryTx) Each(prefix []byte, fn func(key, value []byte) error) (err error) {
	if err := x.mayRead(); err != nil {
		return err
	}
	x.shared = true
	from := x.full(nil, prefix)
	x.tree.Ascend(packed{from, len(from)}, func(p packed) bool {
		key := p.key()
		if !bytes.HasPrefix(key, from) {
			return false
		}
		err = fn(key[len(x.name)+1:], p.value())
		return err == nil
	})
	return err
}
