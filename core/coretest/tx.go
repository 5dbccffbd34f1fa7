package coretest

import (
	"bytes"
	"errors"
	"slices"

	"simlua.example/core"
)

// bucket is a list of pairs, ordered by key.
type bucket []pair

type pair struct{ key, value []byte }

// find returns where key is, or belongs.
func (b bucket) find(key []byte) (int, bool) {
	return slices.BinarySearchFunc(b, key, func(p pair, key []byte) int { return bytes.Compare(p.key, key) })
}

// transaction is one transaction over all buckets of a database.
type transaction struct {
	buckets  map[string]bucket
	own      map[string]bool // buckets that nobody else sees: they may be changed
	writable bool
	ended    bool
	mistake  error
}

// tx is a transaction that looks at one bucket: a core.Tx.
type tx struct {
	*transaction
	name string
}

var (
	errEnded    = errors.New("the transaction has ended")
	errReadOnly = errors.New("a view cannot write: use update")
)

func (t *transaction) over(name string) *tx {
	if err := core.CheckBucketName(name); err != nil && t.mistake == nil {
		t.mistake = err
	}
	return &tx{t, name}
}

func (x *tx) Bucket(name string) core.Tx { return x.over(name) }

func (x *tx) Get(key []byte) []byte {
	if x.ended {
		panic(errEnded)
	}
	if i, ok := x.buckets[x.name].find(key); ok {
		return x.buckets[x.name][i].value
	}
	return nil
}

func (x *tx) Put(key, value []byte) error {
	if err := x.change(); err != nil {
		return err
	}
	if err := core.CheckPair(key, value); err != nil {
		return err
	}
	b := x.take()
	i, ok := b.find(key)
	if !ok {
		b = slices.Insert(b, i, pair{key: bytes.Clone(key)})
	}
	b[i].value = append([]byte{}, value...)
	x.buckets[x.name] = b
	return nil
}

func (x *tx) Delete(key []byte) error {
	if err := x.change(); err != nil {
		return err
	}
	if i, ok := x.buckets[x.name].find(key); ok {
		x.buckets[x.name] = slices.Delete(x.take(), i, i+1)
	}
	return nil
}

func (x *tx) change() error {
	switch {
	case x.ended:
		return errEnded
	case !x.writable:
		return errReadOnly
	case x.buckets == nil:
		x.buckets = map[string]bucket{}
	}
	return x.mistake
}

// take is the bucket as one that may be changed.
func (x *tx) take() bucket {
	if !x.own[x.name] {
		x.own[x.name] = true
		x.buckets[x.name] = slices.Clone(x.buckets[x.name])
	}
	return x.buckets[x.name]
}

// Each visits what is there when it begins.
func (x *tx) Each(prefix []byte, fn func(key, value []byte) error) error {
	if x.ended {
		return errEnded
	}
	x.own[x.name] = false // whoever changes the bucket now changes a copy
	b := x.buckets[x.name]
	for i, _ := b.find(prefix); i < len(b) && bytes.HasPrefix(b[i].key, prefix); i++ {
		if err := fn(b[i].key, b[i].value); err != nil {
			return err
		}
	}
	return x.mistake
}
