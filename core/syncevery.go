package core

import (
	"errors"
	"fmt"
	"time"
)

// background syncs a database of a service now and then: DBOptions.SyncEvery.
type background struct {
	handles []DB  // that have asked for it; the first that is open is synced
	err     error // what a sync said, until somebody is told
}

// syncKey is what tells one from another: the last handle of a database may have been
// closed, and the next one asks for another time.
type syncKey struct {
	name  string
	every time.Duration
}

// backgroundDB is a database that is synced in the background.
type backgroundDB struct {
	DB
	b *background
}

// inBackground has a process of the service sync a database; one for all handles.
func (e *env) inBackground(name string, db DB, every time.Duration) DB {
	key := syncKey{name, every}
	b := e.syncs[key]
	if b == nil {
		b = &background{}
		if e.syncs == nil {
			e.syncs = map[syncKey]*background{}
		}
		e.syncs[key] = b
		e.Go("sync "+name, func() error {
			defer delete(e.syncs, key)
			b.run(e, every)
			return nil
		})
	}
	b.handles = append(b.handles, db)
	return &backgroundDB{db, b}
}

// run ends when the service is asked to stop, or nobody has the database open.
func (b *background) run(e *env, every time.Duration) {
	for e.Sleep(every) == nil && b.sync() {
	}
}

// sync syncs with the first handle that is open, if there is one.
func (b *background) sync() bool {
	for len(b.handles) > 0 {
		err := b.handles[0].Sync()
		if errors.Is(err, ErrClosed) {
			b.handles = b.handles[1:]
			continue
		}
		if err != nil {
			b.err = fmt.Errorf("a sync in the background: %w", err)
		}
		return true
	}
	return false
}

// told is what a sync said, once.
func (b *background) told() error {
	err := b.err
	b.err = nil
	return err
}

func (d *backgroundDB) Update(fn func(Tx) error) error {
	if err := d.b.told(); err != nil {
		return err
	}
	return d.DB.Update(fn)
}

func (d *backgroundDB) Sync() error {
	if err := d.b.told(); err != nil {
		return err
	}
	return d.DB.Sync()
}

func (d *backgroundDB) Bucket(name string) DB { return &backgroundDB{d.DB.Bucket(name), d.b} }
