package disk

import (
	"cmp"
	"slices"

	"simlua.example/core"
)

// listing says which files there are under which names, in their order. It is
// never changed, only replaced.
type listing []entryOfFile

type entryOfFile struct {
	name string
	file *plainFile
}

func (l listing) find(name string) (int, bool) {
	return slices.BinarySearchFunc(l, name, func(e entryOfFile, name string) int { return cmp.Compare(e.name, name) })
}

// file is the one of a name, or nil.
func (l listing) file(name string) *plainFile {
	if i, found := l.find(name); found {
		return l[i].file
	}
	return nil
}

// with is the listing with another file of a name, or none for nil.
func (l listing) with(name string, file *plainFile) listing {
	i, found := l.find(name)
	end := i
	if found {
		end++
	}
	if file == nil {
		return slices.Concat(l[:i], l[end:])
	}
	return slices.Concat(l[:i], listing{{name, file}}, l[end:])
}

// directory is a listing and what a power cut makes of it: the first so many of the
// changes since the last sync, each number as likely. Which is drawn as they
// happen, so that they need not be kept.
type directory struct {
	now, durable, drawn version
}

// version is a listing after so many changes.
type version struct {
	listing
	changes int
}

// change replaces the listing.
func (d *directory) change(to listing, r *core.Random) {
	d.now = version{to, d.now.changes + 1}
	if r.Uint64n(uint64(d.now.changes-d.durable.changes)+1) == 0 {
		d.drawn = d.now
	}
}

// sync makes durable what the listing was when the sync began.
func (d *directory) sync(then version) {
	if then.changes > d.durable.changes {
		d.durable = then
	}
	if then.changes > d.drawn.changes {
		d.drawn = then
	}
}

// powerFail chooses what a power cut has left, and says how many changes of how
// many it took.
func (d *directory) powerFail(r *core.Random) (lost, of int) {
	left := d.drawn
	switch r.Uint64n(4) {
	case 0:
		left = d.durable
	case 1:
		left = d.now
	}
	lost, of = d.now.changes-left.changes, d.now.changes-d.durable.changes
	*d = directory{left, left, left}
	return lost, of
}
