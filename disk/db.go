package disk

import (
	"fmt"

	"simlua.example/core"
)

// handle is what one Open returned.
type handle struct {
	session *session
	closed  bool
}

// db is a handle that looks at one bucket: a core.DB.
type db struct {
	*handle
	bucket string
}

func (d *db) Update(fn func(core.Tx) error) error {
	if err := d.turn(); err != nil {
		return err
	}
	s := d.session
	defer s.writers.unlock()
	return s.database.update(d.bucket, fn, s.options.NoSync)
}

func (d *db) View(fn func(core.Tx) error) error {
	if err := d.ready(); err != nil {
		return err
	}
	return d.session.database.view(d.bucket, fn)
}

// Sync takes its turn among the writers, as a file system orders them too.
func (d *db) Sync() error {
	if err := d.turn(); err != nil {
		return err
	}
	s := d.session
	defer s.writers.unlock()
	return s.database.sync()
}

func (d *db) Bucket(name string) core.DB { return &db{handle: d.handle, bucket: name} }

// Close waits for an update that is under way, and for those that wait already.
func (d *db) Close() error {
	s := d.session
	switch {
	case d.closed || s.ended:
		return nil
	case s.database.disk.busy:
		return d.wrap(errNested)
	}
	d.closed = true
	if s.holders--; s.holders == 0 {
		s.writers.lock()
		defer s.writers.unlock()
		if s.holders == 0 { // nobody has opened it meanwhile
			s.end()
		}
	}
	return nil
}

// turn waits until no other writer is ahead. Its end is unlock.
func (d *db) turn() error {
	if err := d.ready(); err != nil {
		return err
	}
	s := d.session
	s.writers.lock()
	if err := d.ready(); err != nil {
		s.writers.unlock()
		return err
	}
	return nil
}

// ready says why the database cannot be used now.
func (d *db) ready() error {
	s := d.session
	switch {
	case d.closed || s.ended:
		return d.wrap(core.ErrClosed)
	case s.database.disk.busy:
		return d.wrap(errNested)
	}
	if err := core.CheckBucketName(d.bucket); err != nil {
		return d.wrap(err)
	}
	return nil
}

func (d *db) wrap(err error) error {
	return fmt.Errorf("database %s: %w", d.session.database.name, err)
}
