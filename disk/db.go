package disk

import (
	"fmt"
	"time"

	"simlua.example/core"
)

// session is a database while one service has it open.
type session struct {
	file    *file
	owner   core.Owner
	noSync  bool
	holders int // handles that are not closed
	ended   bool
	writers writerLock
}

// end takes the database away from its owner. A nil session has ended.
func (s *session) end() {
	if s != nil {
		s.ended = true
		s.file.session = nil
	}
}

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
	s := d.session
	return d.inTurn(s.file.disk.cost.commit(s.noSync), func() error {
		return s.file.update(func(t *transaction) error { return fn(t.over(d.bucket)) }, s.noSync)
	})
}

func (d *db) View(fn func(core.Tx) error) error {
	if err := d.ready(); err != nil {
		return err
	}
	return d.session.file.view(func(t *transaction) error { return fn(t.over(d.bucket)) })
}

// Sync takes its turn among the writers, as a file system orders them too.
func (d *db) Sync() error {
	f := d.session.file
	return d.inTurn(f.disk.cost.Sync, func() error {
		f.unsynced.clear()
		return nil
	})
}

func (d *db) Bucket(name string) core.DB { return &db{handle: d.handle, bucket: name} }

func (d *db) Close() error {
	s := d.session
	switch {
	case d.closed || s.ended:
		return nil
	case s.file.disk.busy:
		return d.wrap(errNested)
	}
	d.closed = true
	if s.holders--; s.holders == 0 {
		s.end()
	}
	return nil
}

// inTurn waits until no other writer is ahead, charges the cost, and only then
// has the effect. A process that dies on the way leaves no trace of it.
func (d *db) inTurn(cost time.Duration, effect func() error) error {
	if err := d.ready(); err != nil {
		return err
	}
	s := d.session
	s.writers.lock()
	defer s.writers.unlock()
	if err := d.ready(); err != nil {
		return err
	}
	s.file.disk.host.Busy(cost)
	if err := d.ready(); err != nil {
		return err
	}
	return effect()
}

// ready says why the database cannot be used now.
func (d *db) ready() error {
	s := d.session
	switch {
	case d.closed || s.ended:
		return d.wrap(core.ErrClosed)
	case s.file.disk.busy:
		return d.wrap(errNested)
	}
	if err := core.CheckBucketName(d.bucket); err != nil {
		return d.wrap(err)
	}
	return nil
}

func (d *db) wrap(err error) error { return fmt.Errorf("database %s: %w", d.session.file.name, err) }
