package disk

import (
	"fmt"
	"time"

	"simlua.example/core"
)

// database is one database of a machine. It outlives those who open it.
type database struct {
	disk    *disk
	name    string
	session *session     // nil: nobody has it open
	random  *core.Random // one draw for each commit
	store

	group     group
	size      int64 // logical bytes of what is visible
	marked    int64 // and of what the store has marked
	coming    int64 // by which a transaction that is open lets it grow
	allocated int64 // what the file has room for
	fresh     bool  // its creation is not durable
	repeats   bool  // the mark is what was durable before the last commit
	corrupt   bool  // it came back damaged
	writing   bool  // a transaction is open
	decays    []decay
}

// The model's own rule of growth, near to bbolt's: the real size of a file differs
// from run to run. To grow, a file is synced once more before a commit.
const (
	createdBytes  = 16 << 10 // written when a database is created
	minAllocated  = 32 << 10 // then twice as much each time
	allocateBytes = 16 << 20 // and by so much from there on
)

// relaxedCommit is how long an Update with NoSync takes: bbolt's own work, measured
// at 25 to 80 µs; its writes end in the page cache.
const relaxedCommit = 50 * time.Microsecond

// create makes an empty database on the device.
func (d *database) create() error {
	lied, err := d.disk.device.flush(createdBytes)
	d.fresh = d.fresh && (lied || err != nil)
	return err
}

// load reads the database from the device.
func (d *database) load() error {
	if err := d.disk.device.read(d.size); err != nil {
		return err
	}
	if d.corrupt {
		return fmt.Errorf("%w: a power cut has left it damaged", core.ErrCorrupt)
	}
	return nil
}

// update runs fn at this instant, and then the two phases of a commit: the data is
// written and synced, then the meta page that switches to it.
func (d *database) update(bucket string, fn func(core.Tx) error, noSync bool) error {
	if d.group.commits == 0 || d.group.settle() {
		d.mark()
	}
	d.repeats = false
	defer d.leave()
	d.writing = true
	c, err := d.store.begin(bucket, fn)
	if err != nil {
		return err
	}
	if err := d.commit(c, noSync); err != nil {
		return fmt.Errorf("database %s: %w", d.name, err)
	}
	return nil
}

func (d *database) commit(c change, noSync bool) error {
	if err := d.disk.reserve(d, c.growth); err != nil {
		return err
	}
	rots := d.mayRot()
	err := d.write(c, noSync)
	rots()
	return err
}

func (d *database) write(c change, noSync bool) error {
	if noSync {
		d.commitRelaxed(c)
		return nil
	}
	durable, err := d.writeData(c)
	if err != nil {
		return err
	}
	d.publish(c, !durable)
	return d.writeMeta()
}

// commitRelaxed leaves a commit in the page cache.
func (d *database) commitRelaxed(c change) {
	d.disk.host.Busy(relaxedCommit)
	d.grow()
	d.group.writes()
	d.publish(c, true)
}

// leave ends a transaction that has not become visible.
func (d *database) leave() {
	d.store.rollback()
	d.coming, d.writing = 0, false
	d.settleDecays()
}

// grow says whether the file has to grow.
func (d *database) grow() bool {
	before := d.allocated
	for d.allocated < d.size+d.coming {
		d.allocated += min(d.allocated, allocateBytes)
	}
	return d.allocated > before
}

// writeData is phase one: until it ends the commit cannot be seen, and whatever goes
// wrong, it has not happened.
func (d *database) writeData(c change) (durable bool, err error) {
	if d.grow() {
		if _, err := d.flush(0, false); err != nil {
			return false, err
		}
	}
	d.group.writes()
	return d.flush(c.written, false)
}

// publish makes the commit visible. Its data may be in caches only.
func (d *database) publish(c change, data bool) {
	d.store.commit()
	d.disk.device.stats.Commits++
	d.size += c.growth
	d.coming, d.writing = 0, false
	d.settleDecays()
	d.repeats = !data && d.group.commits == 0
	if d.group.join(c, data, d.random.Uint64()) {
		d.mark()
	}
}

// writeMeta is phase two: the commit can be seen, and a power cut may take it or not.
func (d *database) writeMeta() error {
	if _, err := d.flush(metaBytes, true); err != nil {
		return fmt.Errorf("%w: %w; the transaction can be seen, and a power cut may take it", core.ErrUnknown, err)
	}
	return nil
}

// flush writes what no sync has written yet, and so many bytes more, and syncs; meta
// says that the newest meta page is among it. It says whether it has done so.
func (d *database) flush(bytes int64, meta bool) (done bool, err error) {
	lied, err := d.disk.device.flush(d.group.dirty + bytes)
	switch {
	case err != nil:
		d.group.fail()
		return false, err
	case lied:
		d.group.dirty = 0
		return false, nil
	}
	d.fresh = false
	if d.group.synced(meta) && !d.repeats {
		d.mark()
	}
	return true, nil
}

// sync makes durable what was committed.
func (d *database) sync() error {
	if d.group.commits == 0 && !d.fresh {
		return nil
	}
	if _, err := d.flush(0, true); err != nil {
		return fmt.Errorf("database %s: %w: %w; a power cut may take what was committed", d.name, core.ErrUnknown, err)
	}
	return nil
}

// mark makes what is visible the state to which a power cut can go back.
func (d *database) mark() {
	d.store.mark()
	d.marked, d.repeats = d.size, false
}
