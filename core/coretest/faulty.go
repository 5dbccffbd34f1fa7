package coretest

import (
	"time"

	"simlua.example/core"
)

// Harm is what becomes of one update of a database.
type Harm struct {
	Takes time.Duration // the device is busy so long before
	Err   error         // what the update returns; nil: it goes well
	Done  bool          // it was done all the same, as after a core.ErrUnknown it may have been
}

// FaultyDisk makes another kind of disk whose updates end as harm says, which is
// asked when one begins. It is a core.DiskFactory.
func FaultyDisk(disk core.DiskFactory, harm func(core.DiskHost) Harm) core.DiskFactory {
	return func(host core.DiskHost) (core.Disk, error) {
		d, err := disk(host)
		return &faulty{d, host, harm}, err
	}
}

type faulty struct {
	core.Disk
	host core.DiskHost
	harm func(core.DiskHost) Harm
}

type faultyDB struct {
	core.DB
	disk *faulty
}

func (d *faulty) Open(owner core.Owner, name string, options core.DBOptions) (core.DB, error) {
	db, err := d.Disk.Open(owner, name, options)
	if err != nil {
		return nil, err
	}
	return &faultyDB{db, d}, nil
}

func (d *faultyDB) Bucket(name string) core.DB { return &faultyDB{d.DB.Bucket(name), d.disk} }

func (d *faultyDB) Update(fn func(core.Tx) error) error {
	harm := d.disk.harm(d.disk.host)
	if harm.Takes > 0 {
		d.disk.host.Busy(harm.Takes)
	}
	if harm.Err == nil || harm.Done {
		if err := d.DB.Update(fn); err != nil {
			return err
		}
	}
	return harm.Err
}
