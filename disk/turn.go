package disk

import "simlua/core"

// turn lets one process at a time go on, in the order they came.
type turn struct {
	host    core.Host
	taken   bool
	waiting []*core.Future
}

// take waits until it is the caller's turn. A stop of the service does not end
// the wait: what is ahead in the queue finishes by itself.
func (t *turn) take() {
	if !t.taken {
		t.taken = true
		return
	}
	f := t.host.NewFuture()
	t.waiting = append(t.waiting, f)
	_, _ = f.WaitUninterruptible(core.Forever) // it is only ever set
}

// give hands the turn to the next in the queue.
func (t *turn) give() {
	if len(t.waiting) == 0 {
		t.taken = false
		return
	}
	next := t.waiting[0]
	t.waiting = t.waiting[1:]
	next.Set(nil)
}
