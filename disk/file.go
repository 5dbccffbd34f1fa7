package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"simlua.example/core"
)

// file is a store: a bbolt file.
type file struct {
	disk    *disk
	path    string
	bolt    *bbolt.DB
	open    *bbolt.Tx // that begin has left open
	log     undoLog   // what the keys were when the mark was made
	before  int       // mark of the log when the transaction began
	size    int64
	lost    bool // it cannot be read any more
	refused bool // the host has: the run ends as void
	touched byte // of no meaning
}

// options of every file. The array freelist gives the same page numbers in
// every run of most programs; syncing is the model's business, not the file's.
// A file is read by the process that writes it and never opened again, so its
// freelist need not be in it; small pages copy less at a commit, and a map that
// has room from the beginning is seldom made anew. Timeout only matters when
// another program holds the file.
var options = bbolt.Options{
	NoSync:          true,
	NoGrowSync:      true,
	NoFreelistSync:  true,
	FreelistType:    bbolt.FreelistArrayType,
	PageSize:        1 << 10,
	InitialMmapSize: 1 << 20,
	NoStatistics:    true,
	Timeout:         time.Second,
}

// create makes an empty database, in place of what an earlier run left there.
func create(d *disk, name string) *file {
	folder := d.folder
	if folder == "" {
		d.host.HostFailed(errNoFolder)
	}
	path := filepath.Join(folder, name+".db")
	if f := d.takeSpare(path); f != nil {
		return f
	}
	f, o := &file{disk: d, path: path}, options
	o.OpenFile = openNew
	var err error
	if f.bolt, err = bbolt.Open(path, 0o600, &o); err != nil {
		_ = os.Remove(path) // half a file helps nobody
		f.hostFailed(err)
	}
	return f
}

// errNoFolder is a mistake of whoever made the world.
var errNoFolder = errors.New("the run has no folder for databases")

func (f *file) begin(bucket string, fn func(core.Tx) error) (change, error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	b, err := f.bolt.Begin(true)
	if err != nil {
		f.hostFailed(err)
	}
	f.measure(b)
	f.open, f.before = b, f.log.mark()
	left := false
	defer func() {
		if !left {
			f.rollback()
		}
	}()
	t := &transaction{file: f, bolt: b, access: access{writable: true}}
	err = f.run(t, bucket, fn)
	left = err == nil
	return t.change, err
}

func (f *file) commit() {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	b := f.open
	f.open = nil
	if err := b.Commit(); err != nil {
		f.hostFailed(err)
	}
}

func (f *file) rollback() {
	if f.open == nil {
		return
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	_ = f.open.Rollback() // cannot fail while it is open
	f.open = nil
	f.log.rollback(f.before)
}

func (f *file) view(bucket string, fn func(core.Tx) error) error {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	b, err := f.bolt.Begin(false)
	if err != nil {
		f.hostFailed(err)
	}
	defer b.Rollback() //nolint:errcheck // cannot fail while it is open
	return f.run(&transaction{file: f, bolt: b}, bucket, fn)
}

func (f *file) run(t *transaction, bucket string, fn func(core.Tx) error) error {
	defer func() { t.ended = true }()
	if err := f.disk.transaction(func() error { return fn(t.over(bucket)) }); err != nil {
		return err
	}
	return t.mistake
}

func (f *file) mark() {
	switch {
	case f.open == nil:
		f.log.clear()
	case f.before > 0:
		f.markBefore()
	}
}

// markBefore marks what is visible while a transaction is open. The log gets anew
// what the keys in it are now, which are more than the transaction changes: those it
// shares with the commits before it are not told from the others.
func (f *file) markBefore() {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	old := f.log
	f.log, f.before = undoLog{}, 0
	if err := f.bolt.View(func(tx *bbolt.Tx) error {
		for _, e := range old.from(0) {
			var value []byte
			if b := tx.Bucket(e.bucket); b != nil {
				value = b.Get(e.key)
			}
			f.log.note(string(e.bucket), e.key, value)
		}
		return nil
	}); err != nil {
		f.hostFailed(err)
	}
}

func (f *file) crash(lost bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	if lost {
		if err := f.bolt.Update(f.log.undo); err != nil {
			f.hostFailed(err)
		}
	}
	f.log.clear()
}

func (f *file) each(fn func(bucket string, key, value []byte) bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	if err := f.bolt.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			c := b.Cursor()
			for key, value := c.First(); key != nil; key, value = c.Next() {
				if !fn(string(name), key, value) {
					return errEnough
				}
			}
			return nil
		})
	}); err != nil && !errors.Is(err, errEnough) {
		f.hostFailed(err)
	}
}

// errEnough ends each.
var errEnough = errors.New("enough")

func (f *file) decay(x decay) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	if err := f.bolt.Update(func(tx *bbolt.Tx) error {
		if b := tx.Bucket([]byte(x.bucket)); b != nil && bytes.Equal(b.Get(x.key), x.old) {
			return b.Put(x.key, x.value)
		}
		return nil
	}); err != nil {
		f.hostFailed(err)
	}
	if e := f.log.find(x.bucket, x.key); bytes.Equal(e.value, x.old) {
		copy(e.value, x.value)
	}
}

// close does not wait for a transaction that a fault has cut short.
func (f *file) close() {
	f.rollback()
	f.resize(0)
	if f.lost {
		return
	}
	if err := f.bolt.Close(); err != nil {
		f.hostFailed(err)
	}
}

// erase is close, after which nothing is left.
func (f *file) erase() {
	f.close()
	if err := os.Remove(f.path); err != nil {
		f.hostFailed(err)
	}
}

// hostFailed ends the run: the machine under the simulation refused something.
func (f *file) hostFailed(err error) {
	f.refused = true
	f.disk.host.HostFailed(hostError(f.path, err))
}

// hostError says what the machine under the simulation refused, and what to do.
func hostError(path string, err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		path, err = at.Path, at.Err
	}
	advice := ""
	if isFull(err) && isTemporary(path) {
		advice = "; TMPDIR can name a folder with more room"
	}
	return fmt.Errorf("%s: %w%s", path, err, advice)
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
