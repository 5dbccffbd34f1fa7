package disk

import (
	"bytes"
	"fmt"

	"simlua.example/core"
)

// crash is a bbolt file before and after one commit. From these bytes it makes
// images: what a power cut in that commit may leave. A commit syncs the data pages
// it wrote (phase one) before it writes its meta page and syncs that (phase two);
// nothing that the older meta needs is overwritten. So images of phase one have
// any part of the data, and hold what was there before; those of phase two have
// all of it, and hold what the meta page decides.
type crash struct {
	before, after []byte
	pageSize      int
	data          []int // offsets of the data pages that differ
	meta          int   // the offset of the meta page that the commit wrote
}

// newCrash finds what one commit wrote. Other pairs of files are an error.
func newCrash(before, after []byte) (*crash, error) {
	size, err := pageSizeOf(before)
	if err != nil {
		return nil, err
	}
	c := &crash{before: before, after: after, pageSize: size}
	_, old, err := newestMeta(before, size)
	if err != nil {
		return nil, err
	}
	at, txid, err := newestMeta(after, size)
	if err != nil {
		return nil, err
	}
	if len(before) < 2*size || len(after) < len(before) || txid != old+1 ||
		!bytes.Equal(c.otherMeta(before, at), c.otherMeta(after, at)) {
		return nil, fmt.Errorf("transactions %d and %d, %d and %d bytes: not one commit",
			old, txid, len(before), len(after))
	}
	c.meta = at
	for page := 2 * size; page < len(after); page += size {
		if differs(before, after, page, page+size) {
			c.data = append(c.data, page)
		}
	}
	return c, nil
}

// otherMeta is the meta page that is not at an offset.
func (c *crash) otherMeta(image []byte, at int) []byte { return image[c.pageSize-at:][:c.pageSize] }

// differs compares a range of two files; what is behind the end of one is zeros.
func differs(before, after []byte, from, to int) bool {
	to = min(to, len(after))
	shared := min(max(from, len(before)), to)
	return shared > from && !bytes.Equal(before[from:shared], after[from:shared]) ||
		len(bytes.TrimLeft(after[shared:to], "\x00")) > 0
}

// phaseOne is an image of a power cut before the meta page was written: each data
// page is there, or not, or some of its sectors are; a file that grew has its old
// length, and then nothing behind that, or its new one.
func (c *crash) phaseOne(r *core.Random) []byte {
	image := c.start(r.Chance(core.Always / 2))
	whole, torn := r.Int(0, 4), r.Int(0, 2)
	for _, page := range c.data {
		switch {
		case r.Int(1, 4) <= whole:
			c.write(image, page)
		case r.Int(1, 2) <= torn:
			c.tear(image, page, r)
		}
	}
	return image
}

// phaseTwo is an image of a power cut while the meta page was written, which came
// to be there, or did not: then it is the old one, or torn.
func (c *crash) phaseTwo(r *core.Random, written bool) []byte {
	image := c.start(true)
	for _, page := range c.data {
		c.write(image, page)
	}
	switch {
	case written:
		c.write(image, c.meta)
	case r.Chance(core.Always / 2):
		c.tearMeta(image, r)
	}
	return image
}

// start is the file as it was, at its old or its new length.
func (c *crash) start(grown bool) []byte {
	if !grown {
		return bytes.Clone(c.before)
	}
	image := make([]byte, len(c.after))
	copy(image, c.before)
	return image
}

// write puts a page there, as far as the file reaches.
func (c *crash) write(image []byte, page int) { c.writePart(image, page, page+c.pageSize) }

func (c *crash) writePart(image []byte, from, to int) {
	if from < len(image) {
		copy(image[from:], c.after[from:min(to, len(c.after))])
	}
}

// tear puts any of a page's sectors there.
func (c *crash) tear(image []byte, page int, r *core.Random) {
	for at := page; at < page+c.pageSize; at += sectorSize {
		if r.Chance(core.Always / 2) {
			c.writePart(image, at, at+sectorSize)
		}
	}
}

// tearMeta puts the beginning of the new meta there, or its end, so that it is
// neither the old one nor the new one. A meta lies in one sector: only a disk that
// does not write these whole does that.
func (c *crash) tearMeta(image []byte, r *core.Random) {
	from := c.meta
	for c.before[from] == c.after[from] {
		from++
	}
	to := c.meta + c.pageSize
	for c.before[to-1] == c.after[to-1] {
		to--
	}
	if to-from < 2 { // the old one is the new one, but for a byte that an earlier power cut tore off
		return
	}
	cut := int(r.Int(int64(from)+1, int64(to)-1))
	if r.Chance(core.Always / 2) {
		c.writePart(image, from, cut)
		return
	}
	c.writePart(image, cut, to)
}
