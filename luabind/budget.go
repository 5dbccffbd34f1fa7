package luabind

import (
	"fmt"
	"time"
)

// instructionsPerSlice is how many instructions a VM may execute without
// virtual time moving on.
const instructionsPerSlice = 10_000_000

var errBudget = fmt.Errorf("%d million instructions without waiting: an infinite loop?",
	instructionsPerSlice/1_000_000)

// spent is what Done returns once the budget is used up.
var spent = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Done takes one instruction from the budget.
func (s *strand) Done() <-chan struct{} {
	if s.v.limit--; s.v.limit < 0 {
		return spent
	}
	return nil
}

// Err is the error that the interpreter raises once Done is readable.
func (s *strand) Err() error { return errBudget }

// Deadline is never set: a strand is bounded by instructions, not by time.
func (s *strand) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value holds nothing.
func (s *strand) Value(any) any { return nil }

// renew starts a new slice when virtual time has moved since the last.
func (v *vm) renew() {
	if v.world == nil || v.doom != nil || v.limit < 0 {
		return
	}
	if now := v.world.Now(); now != v.slice {
		v.slice, v.limit = now, instructionsPerSlice
	}
}

// charge takes the price of work done in Go from the budget: one instruction
// for every 16 bytes.
func (v *vm) charge(bytes int) { v.limit -= bytes / 16 }
