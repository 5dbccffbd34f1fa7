package disk

import (
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
	disk     *disk
	path     string
	bolt     *bbolt.DB
	unsynced undoLog
	size     int64
	lost     bool // it cannot be read any more
	touched  byte // of no meaning
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
	f := &file{disk: d, path: filepath.Join(folder, name+".db")}
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		f.hostFailed(err)
	}
	if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.hostFailed(err)
	}
	var err error
	if f.bolt, err = bbolt.Open(f.path, 0o600, &options); err != nil {
		_ = os.Remove(f.path) // half a file helps nobody
		f.hostFailed(err)
	}
	return f
}

// errNoFolder is a mistake of whoever made the world.
var errNoFolder = errors.New("the run has no folder for databases")

func (f *file) update(bucket string, fn func(core.Tx) error, noSync bool) error {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	b, err := f.bolt.Begin(true)
	if err != nil {
		f.hostFailed(err)
	}
	f.measure(b)
	committed, mark := false, f.unsynced.mark()
	defer func() {
		if !committed {
			_ = b.Rollback() // an error says that a failed commit has done it
			f.unsynced.rollback(mark)
		}
	}()
	t := &transaction{file: f, bolt: b, access: access{writable: true}}
	if noSync {
		t.before = &f.unsynced
	}
	if err := f.run(t, bucket, fn); err != nil {
		return err
	}
	if err := b.Commit(); err != nil {
		f.hostFailed(err)
	}
	committed = true
	if !noSync {
		f.unsynced.clear()
	}
	return nil
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

func (f *file) sync() { f.unsynced.clear() }

func (f *file) restore() {
	if f.unsynced.empty() {
		return
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer f.heedFault()
	if err := f.bolt.Update(f.unsynced.undo); err != nil {
		f.hostFailed(err)
	}
	f.unsynced.clear()
}

// close does not wait for a transaction that a fault has cut short.
func (f *file) close() {
	f.resize(0)
	if f.lost {
		return
	}
	if err := f.bolt.Close(); err != nil {
		f.hostFailed(err)
	}
}

func (f *file) remove() {
	f.close()
	if err := os.Remove(f.path); err != nil {
		f.hostFailed(err)
	}
}

// hostFailed ends the run: the machine under the simulation refused something.
func (f *file) hostFailed(err error) { f.disk.host.HostFailed(hostError(f.path, err)) }

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
