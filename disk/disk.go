package disk

import (
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
)

// disk is the storage of one machine.
type disk struct {
	host   core.DiskHost
	device *device
	folder string // stays what it was when the disk gets into another machine
	kind   Kind
	all    []*database // in the order they were created
	busy   bool        // a transaction is running
	files  *files
	spare  []*file // of databases that were removed
}

// errNested is what a call gets that would begin inside a transaction.
var errNested = errors.New("not inside a transaction: it ends first")

func (d *disk) OpenFile(owner core.Owner, name string) (core.File, error) {
	f, err := d.files.open(owner, name)
	if err != nil {
		return nil, fmt.Errorf("open file %s of %s: %w", name, d.host.Name(), err)
	}
	return f, nil
}

func (d *disk) Files(core.Owner) ([]string, error) { return d.files.names(), nil }

func (d *disk) SyncDir(core.Owner) error {
	if err := d.files.syncDirectory(); err != nil {
		return fmt.Errorf("directory of %s: %w", d.host.Name(), err)
	}
	return nil
}

func (d *disk) Release(owner core.Owner) {
	d.files.release(owner)
	for _, found := range d.all {
		if found.session != nil && found.session.owner == owner {
			found.session.end()
		}
	}
}

func (d *disk) Wipe() {
	d.forget(store.remove)
	d.files.wipe()
}

func (d *disk) Close() {
	d.forget(store.close)
	for _, f := range d.spare {
		f.erase()
	}
	d.spare = nil
	d.files.write(d.folder)
}

func (d *disk) SetProfile(p core.DiskProfile) { d.device.profile = p }
func (d *disk) Stall(length time.Duration)    { d.device.stall(length) }

func (d *disk) Attach(host core.DiskHost) {
	d.host = host
	d.device.attach(host)
	d.files.attach(host)
}

// forget ends every database.
func (d *disk) forget(end func(store)) {
	for _, found := range d.all {
		found.session.end()
		end(found.store)
	}
	d.all = nil
}

func (d *disk) Stats() core.DiskStats { return d.device.counted() }

// reserve lets a database grow by so many bytes, if the device has room for them.
func (d *disk) reserve(grown *database, growth int64) error {
	if used, over := d.used(growth); over {
		return fmt.Errorf("%w on a disk of %d bytes: with this transaction there would be %d", core.ErrNoSpace,
			d.device.profile.Capacity, used)
	}
	grown.coming = growth
	return nil
}

// used is what would lie on the device with so many bytes more, where it has an end, and
// whether that is too much: then it counts as full.
func (d *disk) used(growth int64) (bytes int64, over bool) {
	capacity := d.device.profile.Capacity
	if capacity == 0 || growth <= 0 {
		return 0, false
	}
	bytes = growth + d.inDatabases() + d.files.size()
	if bytes > capacity {
		d.device.stats.Full++
	}
	return bytes, bytes > capacity
}

// inDatabases is how much of the device they take.
func (d *disk) inDatabases() (bytes int64) {
	for _, found := range d.all {
		bytes += found.size + max(0, found.coming)
	}
	return bytes
}

// transaction runs fn, in which nothing else can begin.
func (d *disk) transaction(fn func() error) error {
	d.busy = true
	defer func() { d.busy = false }()
	return d.host.NoPark("a transaction", fn)
}
