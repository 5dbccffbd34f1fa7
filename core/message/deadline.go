package message

import (
	"time"

	"simlua.example/core"
)

// Clock only goes forward; a core.Env is one.
type Clock interface{ Monotonic() time.Duration }

// Deadline is one timeout shared by several calls.
type Deadline struct {
	clock   Clock
	end     time.Duration
	forever bool
}

// NewDeadline starts a timeout; Forever never ends, and less than that has
// ended already.
func NewDeadline(clock Clock, timeout time.Duration) Deadline {
	if timeout == core.Forever {
		return Deadline{forever: true}
	}
	return Deadline{clock: clock, end: clock.Monotonic() + timeout}
}

// Left is what is left of the timeout, to be handed to the next call, or
// Forever. Over says that nothing is.
func (d *Deadline) Left() (left time.Duration, over bool) {
	if d.forever {
		return core.Forever, false
	}
	left = max(d.end-d.clock.Monotonic(), 0)
	return left, left == 0
}
