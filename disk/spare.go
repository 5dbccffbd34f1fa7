package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"go.etcd.io/bbolt"
)

// spareBytes is how large a file may be that stays when its database is removed.
const spareBytes = 1 << 20

// remove leaves the file, emptied, to the next database of this name: whoever is wiped
// mostly makes the same ones again, and to make and map a file takes as long as ten
// commits. Until then it is a spare one of the disk.
func (f *file) remove() {
	f.rollback()
	if f.lost || !f.empty() {
		f.erase()
		return
	}
	f.log.clear()
	f.disk.spare = append(f.disk.spare, f)
}

// empty leaves nothing in the file, unless it is large, and says whether it has.
func (f *file) empty() (done bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	if err := f.bolt.Update(func(tx *bbolt.Tx) error {
		if f.measure(tx); f.size > spareBytes {
			return nil
		}
		done = true
		return clearBuckets(tx)
	}); err != nil {
		f.hostFailed(err)
	}
	return done
}

func clearBuckets(tx *bbolt.Tx) error {
	c := tx.Cursor()
	for name, _ := c.First(); name != nil; name, _ = c.First() {
		if err := tx.DeleteBucket(name); err != nil {
			return err
		}
	}
	return nil
}

// takeSpare is the spare file of a name, which is none then; nil when there is none.
func (d *disk) takeSpare(path string) *file {
	i := slices.IndexFunc(d.spare, func(f *file) bool { return f.path == path })
	if i < 0 {
		return nil
	}
	f := d.spare[i]
	d.spare = slices.Delete(d.spare, i, i+1)
	return f
}

// openNew creates a file, in place of what an earlier run left there, and its folder when
// it is the first.
func openNew(path string, flag int, mode fs.FileMode) (*os.File, error) {
	f, err := os.OpenFile(path, flag|os.O_EXCL, mode)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = os.Mkdir(filepath.Dir(path), 0o700)
	case errors.Is(err, fs.ErrExist):
		err = os.Remove(path)
	default:
		return f, err
	}
	if err != nil {
		return nil, err
	}
	return os.OpenFile(path, flag|os.O_EXCL, mode)
}
