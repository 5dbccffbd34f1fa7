package luabind

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// defaultBudget is how many instructions a VM may execute without virtual time
// moving on.
const defaultBudget = 5_000_000

// spent is what Done returns once the budget is used up.
var spent = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Done takes one instruction from the budget, and looks at the brake.
func (s *strand) Done() <-chan struct{} {
	if s.v.step() {
		return nil
	}
	return spent
}

// step takes one instruction from the budget, and says whether there was one.
func (v *vm) step() bool {
	v.limit--
	if v.brake.Pulled() != nil {
		v.limit = -1
	}
	return v.limit >= 0
}

// look is step for Go code that goes on for long: it ends the slice at once
// when nothing is left.
func (v *vm) look(L *lua.LState) {
	if !v.step() {
		L.RaiseError("%v", v.budgetError())
	}
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
	if stop := v.brake.Pulled(); stop != nil {
		return stop
	}
	millions := float64(v.program.instructions()) / 1e6
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
