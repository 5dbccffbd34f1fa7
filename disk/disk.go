package disk

import (
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
)

// disk is the storage of one machine.
type disk struct {
	host    core.DiskHost
	device  *device
	folder  string // stays what it was when the disk gets into another machine
	cost    Config
	all     []*database // in the order they were created
	commits int
	busy    bool // a transaction is running
	files   *files
}

// errNested is what a call gets that would begin inside a transaction.
var errNested = errors.New("not inside a transaction: it ends first")

func (d *disk) Open(owner core.Owner, name string, options core.DBOptions) (core.DB, error) {
	s, err := d.open(owner, name, options)
	if err != nil {
		return nil, fmt.Errorf("open database %s of %s: %w", name, d.host.Name(), err)
	}
	s.holders++
	return &db{handle: &handle{session: s}, bucket: core.MainBucket}, nil
}

func (d *disk) open(owner core.Owner, name string, options core.DBOptions) (*session, error) {
	if d.busy {
		return nil, errNested
	}
	found, err := d.database(name)
	switch {
	case err != nil:
		return nil, err
	case found.session == nil:
		found.session = &session{database: found, owner: owner, noSync: options.NoSync, writers: writerLock{host: d.host}}
	case found.session.owner != owner:
		return nil, fmt.Errorf("%w: another service of %s has it open", core.ErrInUse, d.host.Name())
	case found.session.noSync != options.NoSync:
		return nil, fmt.Errorf("%w: this service has it open with other options", core.ErrInUse)
	}
	return found.session, nil
}

// database finds a database, or creates it.
func (d *disk) database(name string) (*database, error) {
	for _, found := range d.all {
		if found.name == name {
			return found, nil
		}
	}
	if len(d.all) >= core.MaxDatabases {
		return nil, fmt.Errorf("%w: a machine keeps at most %d databases", core.ErrNoSpace, core.MaxDatabases)
	}
	created := &database{disk: d, name: name}
	if d.cost.InMemory {
		created.store = newMemory(d)
	} else {
		created.store = create(d, name)
	}
	d.all = append(d.all, created)
	return created, nil
}

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

func (d *disk) PowerFail(r *core.Random) []string {
	d.device.off()
	for _, found := range d.all {
		found.session.end()
		found.restore()
	}
	return d.files.powerFail(r)
}

func (d *disk) PowerOff() {
	d.device.off()
	for _, found := range d.all {
		found.sync()
	}
	d.files.powerOff()
}

func (d *disk) Wipe() {
	d.forget(store.remove)
	d.files.wipe()
}

func (d *disk) SetProfile(p core.DiskProfile) { d.device.profile = p }
func (d *disk) Stall(length time.Duration)    { d.device.stall(length) }

func (d *disk) Attach(host core.DiskHost) {
	d.host = host
	d.device.attach(host)
	d.files.attach(host)
}

func (d *disk) CanRot(rot core.Rot) bool {
	return rot.Of == core.RotFile && len(d.files.thatRot(rot)) > 0 // databases do not rot yet
}

func (d *disk) Rot(rot core.Rot, r *core.Random) string { return d.files.rot(rot, r) }

func (d *disk) Stats() core.DiskStats {
	stats := d.device.stats
	stats.Commits = d.commits
	return stats
}

func (d *disk) Close() {
	d.forget(store.close)
	d.files.write(d.folder)
}

// forget ends every database.
func (d *disk) forget(end func(store)) {
	for _, found := range d.all {
		found.session.end()
		end(found.store)
	}
	d.all = nil
}

// transaction runs fn, in which nothing else can begin.
func (d *disk) transaction(fn func() error) error {
	d.busy = true
	defer func() { d.busy = false }()
	return d.host.NoPark("a transaction", fn)
}
