package commitlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
)

// log is the sequence of events of one boot: those that can be read, and behind
// them those that are on their way to the storage.
type log struct {
	Config
	env     core.Env
	name    string
	db      core.DB // nil with Storage Memory
	events  []Event // stored
	size    int     // bytes of all events, on their way too
	end     int64   // position after the last event, on its way too
	waiting []*batch
	busy    bool         // a store is under way
	work    *core.Future // something is waiting
	grown   *core.Future // something was stored
	settled *core.Future // nothing is waiting any more
	doubts  error        // why nobody knows what the disk holds

	snapshots map[string]kept // with Storage Memory
}

// batch is one append on its way to the storage.
type batch struct {
	events []Event
	done   *core.Future // nil when it is acknowledged already
}

// openLog finds the log of the machine, or begins a new one.
func openLog(env core.Env, c Config) (*log, error) {
	l := &log{Config: c, env: env, work: env.NewFuture(), grown: env.NewFuture(), settled: env.NewFuture()}
	name := fmt.Sprintf("%016x", env.Random().Uint64())
	if c.Storage == Memory {
		l.name, l.snapshots = name, map[string]kept{}
		return l, nil
	}
	var err error
	if l.db, err = env.Open("commitlog", core.DBOptions{}); err != nil {
		return nil, err
	}
	if err := l.load(); err != nil {
		return nil, err
	}
	if l.name == "" {
		l.name = name
	}
	return l, l.secure()
}

// secure commits once before anybody reads from the log. What it has loaded may be
// of a commit that the boot before did not see through: there to be read, and lost at
// a power cut. A later commit makes it durable, or else fails.
func (l *log) secure() error {
	return l.db.Bucket("log").Update(func(tx core.Tx) error { return tx.Put([]byte("name"), []byte(l.name)) })
}

// load reads the stored events, in order of their positions.
func (l *log) load() error {
	return l.db.Bucket("events").View(func(tx core.Tx) error {
		l.name = string(tx.Bucket("log").Get([]byte("name")))
		return tx.Each(nil, func(key, value []byte) error {
			if len(key) != 8 || binary.BigEndian.Uint64(key) != uint64(len(l.events)) {
				return fmt.Errorf("commit log: %w: no event at position %d", core.ErrIO, len(l.events))
			}
			l.events = append(l.events, append(Event(nil), value...))
			l.size += len(value)
			l.end++
			return nil
		})
	})
}

// head describes the log as it is.
func (l *log) head() Head { return l.headAt(l.end) }

func (l *log) headAt(end int64) Head { return Head{OK: true, Next: end, Log: l.name} }

func (l *log) refuse(code, format string, args ...any) *Refusal {
	head := l.head()
	head.OK = false
	return &Refusal{head, code, fmt.Sprintf(format, args...)}
}

// refused answers a request that failed on the disk.
func (l *log) refused(err error) *Refusal {
	code := Storage
	switch {
	case errors.Is(err, core.ErrUnknown):
		code = Unknown
	case errors.Is(err, core.ErrNoSpace):
		code = NoSpace
	}
	return l.refuse(code, "%v", err)
}

// check says why events cannot be appended, whatever the position.
func (l *log) check(events []Event) *Refusal {
	size := 0
	for _, e := range events {
		size += len(e)
		if len(e) > MaxEvent {
			return l.refuse(BadRequest, "an event has at most %d bytes, not %d", MaxEvent, len(e))
		}
	}
	switch {
	case len(events) == 0 || len(events) > MaxEvents:
		return l.refuse(BadRequest, "an append has 1 to %d events, not %d", MaxEvents, len(events))
	case size > MaxBatch:
		return l.refuse(BadRequest, "the events of an append have at most %d bytes, not %d", MaxBatch, size)
	case l.size+size > MaxLog:
		return l.refuse(Full, "the log holds %d bytes; its limit is %d", l.size, MaxLog)
	}
	return nil
}

// append puts events at the end. It returns when they are acknowledged.
func (l *log) append(events []Event) error {
	for _, e := range events {
		l.size += len(e)
	}
	l.end += int64(len(events))
	b := &batch{events: events}
	if l.Ack == Stored {
		b.done = l.env.NewFuture()
	}
	l.waiting = append(l.waiting, b)
	l.work.Set(nil)
	if b.done == nil {
		return nil
	}
	_, err := b.done.WaitUninterruptible(core.Forever)
	return err
}

// read returns stored events from a position on.
func (l *log) read(from int64, limit int) []Event {
	if from >= int64(len(l.events)) {
		return []Event{}
	}
	events := l.events[from:]
	size := 0
	for i, e := range events {
		if size += len(e); i == limit || size > MaxBatch {
			return events[:i]
		}
	}
	return events
}

// awaitGrowth waits until events were stored, a timeout, or a stop.
func (l *log) awaitGrowth(timeout time.Duration) { _, _ = l.grown.Wait(timeout) }

// settle waits until everything that was appended is stored.
func (l *log) settle() error {
	if !l.busy && len(l.waiting) == 0 {
		return nil
	}
	_, err := l.settled.WaitUninterruptible(core.Forever)
	return err
}
