package luabind

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// defaultBudget is how many instructions a VM may execute without virtual time
// moving on. No more memory than about 2 GB can be taken meanwhile: the most
// for an instruction, some 370 bytes, is that of tables with one field.
const defaultBudget = 5_000_000

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
func (s *strand) Err() error { return s.v.budgetError() }

// Deadline is never set: a strand is bounded by instructions, not by time.
func (s *strand) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value holds nothing.
func (s *strand) Value(any) any { return nil }

// instructions of a VM in one slice of virtual time.
func (p *Program) instructions() int {
	if p.budget > 0 {
		return p.budget
	}
	return defaultBudget
}

func (v *vm) budgetError() error {
	millions := float64(v.program.instructions()) / 1e6
	if v.stopped {
		return fmt.Errorf("the service was asked to stop, and a pcall swallowed the error of kind \"stopped\": "+
			"%.3g million instructions without waiting. A loop that tries again ends with: until ok or env:stopping()", millions)
	}
	return fmt.Errorf("%.3g million instructions without waiting: an infinite loop?", millions)
}

// renew starts a new slice when virtual time has moved since the last.
func (v *vm) renew() {
	if v.world == nil || v.doom != nil || v.limit < 0 {
		return
	}
	if now := v.world.Now(); now != v.slice {
		v.slice, v.limit = now, v.program.instructions()
	}
}

// charge takes the price of work done in Go from the budget: one instruction
// for every 16 bytes.
func (v *vm) charge(bytes int) { v.limit -= bytes / 16 }

// pay is charge, and ends the slice at once when nothing is left: for what is
// about to take much.
func (v *vm) pay(L *lua.LState, bytes int) {
	if v.charge(bytes); v.limit < 0 {
		L.RaiseError("%v", v.budgetError())
	}
}
