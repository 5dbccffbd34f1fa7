package core

import (
	"sync"
	"sync/atomic"
	"time"
)

// Clock decides how a kernel gets from one moment to the next. Time begins at
// zero, with the run.
type Clock interface {
	// Advance waits until the time is at, which lies ahead, and returns it. It
	// returns before that once wake is readable, which it may read: something
	// was posted, or the run is cancelled. Then it returns the time reached.
	Advance(at time.Duration, wake <-chan struct{}) time.Duration
	// Real says that the world goes on by itself: work may be posted at any
	// time, so a run with nothing left to do waits for it, until it is halted,
	// cancelled, idle for too long or out of time. Otherwise it has ended.
	Real() bool
}

// VirtualClock is at any moment it is asked to be, at once.
type VirtualClock struct{}

// Advance returns at.
func (VirtualClock) Advance(at time.Duration, _ <-chan struct{}) time.Duration { return at }

// Real is false: nothing happens unless the kernel does it.
func (VirtualClock) Real() bool { return false }

// mailbox is where other goroutines leave work for the kernel.
type mailbox struct {
	wake chan struct{} // readable when the kernel should not wait any longer
	full atomic.Bool
	mu   sync.Mutex
	mail []func()
}

// post leaves work: deliver is called between two steps and schedules it. It is
// the only method of a kernel that other goroutines may call.
func (k *Kernel) post(deliver func()) {
	b := &k.mailbox
	b.mu.Lock()
	b.mail = append(b.mail, deliver)
	b.mu.Unlock()
	b.full.Store(true)
	b.nudge()
}

func (b *mailbox) nudge() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (k *Kernel) takePosted() {
	b := &k.mailbox
	b.full.Store(false)
	b.mu.Lock()
	mail := b.mail
	b.mail = nil
	b.mu.Unlock()
	for _, deliver := range mail {
		deliver()
	}
}
