package commitlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
)

// storing is the process that takes what waits to the storage: everything that
// came while it was busy in one go. It ends with the service, and ends the service
// when what is stored has become unknown.
func (l *log) storing() error {
	for l.doubts == nil {
		if _, err := l.work.WaitUninterruptible(core.Forever); err != nil {
			return err
		}
		l.work.Reset()
		if l.doubts != nil {
			break
		}
		l.busy = true
		if l.Ack == Buffered {
			_ = l.env.Sleep(untilStore(l.env.Now())) // a stop ends it early
		}
		batches := l.waiting
		l.waiting = nil
		if l.Ack == Buffered {
			l.env.Work(storeWork + time.Duration(len(batches))*appendWork)
		}
		l.store(batches)
		l.busy = false
		if len(l.waiting) == 0 && l.env.Stopping() {
			l.settled.Set(nil)
		}
	}
	return fmt.Errorf("commit log: only the next boot can tell what is stored: %w", l.doubts)
}

// doubt ends the service, once what can be answered is, if err leaves open what the
// disk holds: from then on the log in memory is no copy of it, and it would give
// out positions that are taken.
func (l *log) doubt(err error) {
	if errors.Is(err, core.ErrUnknown) {
		l.doubts = err
		l.work.Set(nil)
	}
}

// untilStore is the time from now to the next half second.
func untilStore(now time.Duration) time.Duration {
	return storeEvery - (now%storeEvery+storeEvery)%storeEvery
}

// store makes batches durable and readable, and acknowledges them.
func (l *log) store(batches []*batch) {
	if err := l.write(batches); err != nil {
		l.doubt(err)
		l.lose(batches, err)
		return
	}
	for _, b := range batches {
		l.events = append(l.events, b.events...)
		if b.done != nil {
			b.done.Set(nil)
		}
	}
	l.grown.Set(nil)
	l.grown.Reset()
}

// write puts batches behind the stored events, in one transaction.
func (l *log) write(batches []*batch) error {
	if l.db == nil {
		return nil
	}
	return l.db.Bucket("events").Update(func(tx core.Tx) error {
		position := uint64(len(l.events))
		for _, b := range batches {
			for _, e := range b.events {
				if err := tx.Put(binary.BigEndian.AppendUint64(nil, position), e); err != nil {
					return err
				}
				position++
			}
		}
		return nil
	})
}

// lose takes batches out of the log that the storage refused, and all behind
// them, whose positions counted on theirs.
func (l *log) lose(batches []*batch, err error) {
	for _, b := range batches {
		l.drop(b, err)
	}
	if l.doubts == nil {
		l.env.Log(core.Error, fmt.Sprintf("%d appends are not stored: %v", len(batches)+len(l.waiting), err))
		l.end = int64(len(l.events))
	} else {
		l.env.Log(core.Error, fmt.Sprintf("%d appends may not be stored: %v", len(batches)+len(l.waiting), err))
		err = errBehind // these have not come to the disk, so their own outcome is known
	}
	for _, b := range l.waiting {
		l.drop(b, err)
	}
	l.waiting = nil
}

var errBehind = errors.New("what was to come before it may not be stored")

func (l *log) drop(b *batch, err error) {
	for _, e := range b.events {
		l.size -= len(e)
	}
	if b.done != nil {
		b.done.Fail(err)
	}
}
