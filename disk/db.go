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
	session *session // nil: nobody has it open
	store
}

// store is where the pairs of a database are: a file, or memory.
type store interface {
	// update runs fn in a read-write transaction at this instant. An error or a
	// panic of fn, such as the unwinding of a killed process, rolls back.
	update(bucket string, fn func(core.Tx) error, noSync bool) error
	// view runs fn in a read-only transaction at this instant.
	view(bucket string, fn func(core.Tx) error) error
	// sync makes durable what was committed.
	sync()
	// restore takes back what is not durable.
	restore()
	close()
	remove()
}

// session is a database while one service has it open.
type session struct {
	database *database
	owner    core.Owner
	noSync   bool
	holders  int // handles that are not closed
	ended    bool
	writers  writerLock
}

// end takes the database away from its owner. A nil session has ended.
func (s *session) end() {
	if s != nil {
		s.ended = true
		s.database.session = nil
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
	machine := s.database.disk
	return d.inTurn(machine.cost.commit(s.noSync), func() error {
		err := s.database.update(d.bucket, fn, s.noSync)
		if err == nil {
			machine.commits++
		}
		return err
	})
}

func (d *db) View(fn func(core.Tx) error) error {
	if err := d.ready(); err != nil {
		return err
	}
	return d.session.database.view(d.bucket, fn)
}

// Sync takes its turn among the writers, as a file system orders them too.
func (d *db) Sync() error {
	found := d.session.database
	return d.inTurn(found.disk.cost.Sync, func() error {
		found.sync()
		return nil
	})
}

func (d *db) Bucket(name string) core.DB { return &db{handle: d.handle, bucket: name} }

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
	s.database.disk.host.Busy(cost)
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
