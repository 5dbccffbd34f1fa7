package backend

import (
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

// How the projection follows the log.
const (
	pollWait   = 5 * time.Second        // of one read at the end of the log
	logTimeout = 2 * time.Second        // of a call to the log, beyond its wait
	pause      = 500 * time.Millisecond // before the log is tried again
)

// projection applies the events of the log to the database, as they come.
type projection struct {
	env      core.Env
	disk     *device
	db       core.DB
	client   *commitlog.Client
	position int64
	log      string
	lost     bool         // the log could not be reached
	moved    *core.Future // position or log have changed

	snapshots bool  // are loaded and saved
	asked     bool  // whether the log has one
	saved     int64 // position of the last one
}

// openProjection goes on where the database of the machine has got to.
func openProjection(env core.Env, c Config) (*projection, error) {
	disk := &device{env: env}
	db, err := openDatabase(env, disk)
	if err != nil {
		return nil, err
	}
	p := &projection{env: env, disk: disk, db: db, client: commitlog.NewClient(env, c.CommitLog), moved: env.NewFuture(),
		snapshots: c.Consistency == Checked}
	return p, p.advance(p.look)
}

// look finds out how far the database has got.
func (p *projection) look() error {
	return p.view(func(v inventory) error {
		p.reach(v.log(), v.position())
		return nil
	})
}

// reach tells those who wait how far the database has got.
func (p *projection) reach(log string, position int64) {
	p.log, p.position = log, position
	p.moved.Set(nil)
	p.moved.Reset()
}

func (p *projection) view(fn func(inventory) error) error {
	return p.db.View(func(tx core.Tx) error { return fn(inventory{tx}) })
}

// run follows the log until the service is stopped.
func (p *projection) run() error {
	defer p.client.Close()
	for {
		advance, err := p.next()
		var refusal *commitlog.Refusal
		switch {
		case err == nil:
			err = p.advance(advance)
		case errors.Is(err, core.ErrStopped):
			return nil
		case errors.As(err, &refusal) && refusal.Code == commitlog.OtherLog:
			err = p.advance(func() error { return p.restart(refusal.Log) })
		default:
			err = p.lose(err)
		}
		if err != nil {
			return stopped(err)
		}
	}
}

// next asks the log for what is next, and returns what is to be done with the
// answer: load a snapshot, once; save one, when it is due; or else read on.
func (p *projection) next() (advance func() error, err error) {
	switch {
	case p.snapshots && !p.asked:
		return p.load()
	case p.snapshots && p.position >= p.saved+SnapshotEvery:
		return p.save()
	}
	batch, err := p.client.Read(p.log, p.position, 0, pollWait, logTimeout)
	return func() error { return p.apply(batch) }, err
}

// advance does what is to be done with an answer of the log. When the disk fails it
// waits a little, and looks what the database holds: all of it or nothing.
func (p *projection) advance(do func() error) error { return p.disk.outlast(do, p.look) }

func stopped(err error) error {
	if errors.Is(err, core.ErrStopped) {
		return nil
	}
	return fmt.Errorf("projection: %w", err)
}

// apply puts events and the position behind them into the database together.
func (p *projection) apply(batch *commitlog.Batch) error {
	if p.lost {
		p.lost = false
		p.env.Log(core.Info, "the commit log is back")
	}
	if len(batch.Events) == 0 && batch.Log == p.log {
		return nil
	}
	return p.update(batch.Log, batch.From+int64(len(batch.Events)), func(v inventory) error {
		for i, item := range batch.Events {
			var e event
			if message.Unmarshal(item, &e) != nil {
				continue // not one of ours
			}
			if err := v.apply(&e, batch.From+int64(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// restart begins anew: the log has lost everything and has a new name.
func (p *projection) restart(log string) error {
	p.env.Log(core.Warn, "the commit log began anew: rebuilding")
	p.asked = false
	return p.update(log, 0, inventory.clear)
}

func (p *projection) update(log string, position int64, fn func(inventory) error) error {
	err := p.db.Update(func(tx core.Tx) error {
		v := inventory{tx}
		if err := fn(v); err != nil {
			return err
		}
		return v.advance(log, position)
	})
	if err == nil {
		p.reach(log, position)
	}
	return err
}

// lose waits a little before the log is tried again.
func (p *projection) lose(err error) error {
	if !p.lost {
		p.lost = true
		p.env.Log(core.Warn, err.Error())
	}
	return p.env.Sleep(pause)
}

// errBehind says that the projection did not catch up in time.
var errBehind = errors.New("the projection is behind the commit log")

// await waits until the projection holds all events of a log below its end.
func (p *projection) await(head *commitlog.Head, deadline *message.Deadline) error {
	for p.log != head.Log || p.position < head.Next {
		left, over := deadline.Left()
		if over {
			return errBehind
		}
		if _, err := p.moved.Wait(left); errors.Is(err, core.ErrStopped) {
			return err
		}
	}
	return nil
}
