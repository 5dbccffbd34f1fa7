package disk

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// cursor goes over the keys of a bucket that have a prefix. It follows bbolt's
// until somebody is about to change the bucket; then it collects the rest, as
// bbolt's cursors do not survive changes.
type cursor struct {
	file   *file
	bucket string
	prefix []byte
	bolt   *bbolt.Cursor // nil once settled
	rest   []pair
}

// pair is a key and its value; a nil key is the end.
type pair struct{ key, value []byte }

func (c *cursor) first() pair {
	defer c.file.heedFault()
	return c.within(c.bolt.Seek(c.prefix))
}

func (c *cursor) next() pair {
	defer c.file.heedFault()
	switch {
	case c.bolt != nil:
		return c.within(c.bolt.Next())
	case len(c.rest) == 0:
		return pair{}
	}
	p := c.rest[0]
	c.rest = c.rest[1:]
	return p
}

// within ends the walk behind the last key with the prefix.
func (c *cursor) within(key, value []byte) pair {
	if !bytes.HasPrefix(key, c.prefix) {
		return pair{}
	}
	return pair{key, c.file.touch(value)}
}

func (c *cursor) settle() {
	if c.bolt == nil {
		return
	}
	for p := c.next(); p.key != nil; p = c.next() {
		c.rest = append(c.rest, p)
	}
	c.bolt = nil
}
