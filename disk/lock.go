package disk

import "simlua.example/core"

// writerLock allows one at a time of those who open, write or sync a database, or sync
// or truncate a file, in the order they came.
// bbolt has a lock of its own, but waiting for that would hold up the whole
// simulation.
type writerLock struct {
	host    core.Host
	held    bool
	waiting []*core.Future
}

// lock waits until it is the caller's turn. A stop of the service does not end
// the wait: what is ahead in the queue finishes by itself.
func (l *writerLock) lock() {
	if !l.held {
		l.held = true
		return
	}
	f := l.host.NewFuture()
	l.waiting = append(l.waiting, f)
	_, _ = f.WaitUninterruptible(core.Forever) // it is only ever set
}

// unlock hands the turn to the next in the queue.
func (l *writerLock) unlock() {
	if len(l.waiting) == 0 {
		l.held = false
		return
	}
	next := l.waiting[0]
	l.waiting = l.waiting[1:]
	next.Set(nil)
}
