package disk

import (
	"bytes"
	"slices"

	"go.etcd.io/bbolt"
)

// cursor goes over the keys of a bucket that have a prefix, as they were when it began.
// It follows bbolt's cursor, which does not survive a change of the bucket: after one it
// looks for its place again. Of keys that it has not come to, it knows what they were
// before they changed.
type cursor struct {
	file   *file
	bucket string
	prefix []byte
	bolt   *bbolt.Cursor
	at     []byte // the key that was visited last; nil at the beginning
	moved  bool   // the bucket has changed since bbolt's cursor had its place
	ahead  pair   // the next of the keys that have not changed
	looked bool   // ahead is known
	was    *tree  // the changed ones that were there; nil when there is none
	born   map[string]bool
}

// pair is a key and its value; a nil key is the end.
type pair struct{ key, value []byte }

// next is the next key that was there when the cursor began.
func (c *cursor) next() pair {
	defer c.file.heedFault()
	if !c.looked {
		c.look()
	}
	p := c.ahead
	if old := c.changed(); old.key != nil && (p.key == nil || bytes.Compare(old.key, p.key) < 0) {
		p = old
	} else {
		c.looked = false
	}
	c.at = p.key
	return p
}

// look finds the next key in the bucket, but for those that have changed.
func (c *cursor) look() {
	key, value := c.step()
	for key != nil && c.knows(key) {
		key, value = c.bolt.Next()
	}
	c.ahead, c.looked = c.within(key, value), true
}

func (c *cursor) step() (key, value []byte) {
	switch {
	case c.at == nil:
		return c.bolt.Seek(c.prefix)
	case !c.moved:
		return c.bolt.Next()
	}
	c.moved = false
	if key, value = c.bolt.Seek(c.at); bytes.Equal(key, c.at) {
		return c.bolt.Next()
	}
	return key, value
}

// within ends the walk behind the last key with the prefix.
func (c *cursor) within(key, value []byte) pair {
	if !bytes.HasPrefix(key, c.prefix) {
		return pair{}
	}
	return pair{key, c.file.touch(value)}
}

// change is told of a key before it changes, with the value that it has.
func (c *cursor) change(key, old []byte) {
	c.moved, c.looked = true, false
	switch {
	case bytes.Compare(key, c.at) <= 0 || !bytes.HasPrefix(key, c.prefix) || c.knows(key):
	case old == nil:
		if c.born == nil {
			c.born = map[string]bool{}
		}
		c.born[string(key)] = true
	default:
		if c.was == nil {
			c.was = newTree()
		}
		c.was.Set(packed{slices.Concat(key, old), len(key)})
	}
}

// knows says whether a key has changed that was to be visited.
func (c *cursor) knows(key []byte) bool {
	if c.was != nil {
		if _, found := c.was.Get(packed{key, len(key)}); found {
			return true
		}
	}
	return c.born[string(key)]
}

// changed is the next of the keys that have changed.
func (c *cursor) changed() (found pair) {
	if c.was == nil {
		return found
	}
	c.was.Ascend(packed{c.at, len(c.at)}, func(p packed) bool {
		if !bytes.Equal(p.key(), c.at) {
			found = c.within(p.key(), p.value())
		}
		return found.key == nil
	})
	return found
}
