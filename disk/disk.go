package disk

import (
	"errors"
	"fmt"

	"simlua.example/core"
)

// disk is the storage of one machine.
type disk struct {
	host    core.DiskHost
	cost    Config
	files   []*file // in the order they were created
	commits int
	busy    bool // a transaction is running
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
	f, err := d.file(name)
	switch {
	case err != nil:
		return nil, err
	case f.session == nil:
		f.session = &session{file: f, owner: owner, noSync: options.NoSync, writers: writerLock{host: d.host}}
	case f.session.owner != owner:
		return nil, fmt.Errorf("%w: another service of %s has it open", core.ErrInUse, d.host.Name())
	case f.session.noSync != options.NoSync:
		return nil, fmt.Errorf("%w: this service has it open with other options", core.ErrInUse)
	}
	return f.session, nil
}

// file finds the file of a database, or creates it.
func (d *disk) file(name string) (*file, error) {
	for _, f := range d.files {
		if f.name == name {
			return f, nil
		}
	}
	if len(d.files) >= core.MaxDatabases {
		return nil, fmt.Errorf("%w: a machine keeps at most %d databases", core.ErrNoSpace, core.MaxDatabases)
	}
	f := create(d, name)
	d.files = append(d.files, f)
	return f, nil
}

func (d *disk) Release(owner core.Owner) {
	for _, f := range d.files {
		if f.session != nil && f.session.owner == owner {
			f.session.end()
		}
	}
}

func (d *disk) PowerFail() {
	for _, f := range d.files {
		f.session.end()
		f.restore()
	}
}

func (d *disk) Wipe() { d.forget((*file).remove) }

func (d *disk) Commits() int { return d.commits }

func (d *disk) Close() { d.forget((*file).close) }

// forget ends every file.
func (d *disk) forget(end func(*file)) {
	for _, f := range d.files {
		f.session.end()
		end(f)
	}
	d.files = nil
}
