package luabind

import (
	"fmt"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// line is who waits for one thing of another process, in the order they came: a
// value of a channel, a signal of a condition, the end of a process. Each waits
// for a core.Future. Who waits for the first of several things stands in all
// their lines with one future; the first that completes it wins, and the others
// pass him over.
type line struct {
	waiters []waiter
	left    int // waiters whose wait has ended elsewhere, about
}

// waiter is a process in a line.
type waiter struct {
	future *core.Future
	value  lua.LValue // of one that sends
}

// outcome is what a wait ended with.
type outcome struct {
	of     lua.LValue   // the channel, condition or process
	values []lua.LValue // what is returned
	err    error        // of the world
	raised lua.LValue   // of another process
}

// join puts a process at the end.
func (l *line) join(w waiter) { l.waiters = append(l.waiters, w) }

// next takes the first who still waits out of the line and completes his future.
func (l *line) next(o *outcome) (waiter, bool) {
	for len(l.waiters) > 0 {
		w := l.waiters[0]
		l.waiters[0] = waiter{}
		l.waiters = l.waiters[1:]
		if w.future.Set(o) {
			return w, true
		}
	}
	return waiter{}, false
}

// all is next for everybody; it says whether anybody was there.
func (l *line) all(o *outcome) (any bool) {
	for {
		if _, ok := l.next(o); !ok {
			return any
		}
		any = true
	}
}

// leave notes that a wait in this line has ended elsewhere. Those who left are
// cleared away once they are half of the line, so that each costs the same.
func (l *line) leave() {
	if l.left++; 2*l.left > len(l.waiters) {
		l.waiters = slices.DeleteFunc(l.waiters, func(w waiter) bool { return w.future.Done() })
		l.left = 0
	}
}

// source is what processes can wait for.
type source interface {
	object
	take() *outcome // what can be had at once, or nil
	waiting() *line // who waits for more
}

// processes is who has them: a core.Env, or the plan.
type processes interface {
	NewFuture() *core.Future
	Where(fn func() string)
}

// await waits for the first of some sources. It raises what that raises.
func (v *vm) await(L *lua.LState, what string, in processes, timeout time.Duration, sources ...source) *outcome {
	var got *outcome
	v.wait(L, what, func() error {
		for _, s := range sources {
			if got = s.take(); got != nil {
				return got.err
			}
		}
		f := in.NewFuture()
		for _, s := range sources {
			s.waiting().join(waiter{future: f})
		}
		value, err := f.Wait(timeout)
		if err != nil {
			f.Fail(err)
		}
		if err != nil || len(sources) > 1 {
			for _, s := range sources {
				s.waiting().leave()
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		got = value.(*outcome)
		return got.err
	})
	if got.raised != nil {
		L.Error(got.raised, 0)
	}
	return got
}

// push puts values on the stack, to be returned.
func push(L *lua.LState, values []lua.LValue) int {
	for _, value := range values {
		L.Push(value)
	}
	return len(values)
}
