package core

import (
	"context"
	"sync/atomic"
	"time"
)

// Stop is why a run was ended from outside. It is the error of whatever was at
// work then.
type Stop struct {
	Verdict Verdict // Interrupted or Void
	Reason  string
}

func (s *Stop) Error() string { return s.Reason }

// Brake ends a run from outside: by Ctrl-C, when it takes more of the host than
// it may, or when the host fails. The kernel looks at it before each step, an interpreter before
// each instruction. Nothing that holds a Brake can tell time by it. The zero
// Brake is not pulled; its methods may be called by any goroutine.
type Brake struct {
	stop   atomic.Pointer[Stop]
	struck atomic.Pointer[string] // the reason, as what was at work tells it
	asked  atomic.Bool
	moment time.Duration // of the last answer; the kernel's own
}

// Pull ends the run. The first Stop stands.
func (b *Brake) Pull(s *Stop) { b.stop.CompareAndSwap(nil, s) }

// Pulled is why the run ends, or nil.
func (b *Brake) Pulled() *Stop { return b.stop.Load() }

// Struck is Pulled, whose reason begins with what was at work then, once that has
// noticed: "mover.lua:7: …".
func (b *Brake) Struck() *Stop {
	stop, reason := b.Pulled(), b.struck.Load()
	if stop == nil || reason == nil {
		return stop
	}
	return &Stop{stop.Verdict, *reason}
}

// Ask asks for a sign of progress. Asked is true until simulated time has moved
// on, or a script begins to be evaluated, or a check is about to be asked.
func (b *Brake) Ask() { b.asked.Store(true) }

// Asked says whether an answer is still to come.
func (b *Brake) Asked() bool { return b.asked.Load() }

// Progress answers.
func (b *Brake) Progress() { b.asked.Store(false) }

// moved answers if time has moved on since the last answer.
func (b *Brake) moved(now time.Duration) {
	if b.asked.Load() && now != b.moment {
		b.moment = now
		b.Progress()
	}
}

// interrupted is what the end of a context means.
var interrupted = &Stop{Verdict: Interrupted, Reason: "interrupted"}

// BrakeWhenDone pulls the brake when ctx is done; stop ends that.
func BrakeWhenDone(ctx context.Context, b *Brake) (stop func() bool) {
	return whenDone(ctx, func() { b.Pull(interrupted) })
}

// whenDone calls fn when ctx is done: at once when it is already.
func whenDone(ctx context.Context, fn func()) (stop func() bool) {
	if ctx.Err() != nil {
		fn()
		return func() bool { return true }
	}
	return context.AfterFunc(ctx, fn) //tidy:real who cancels is outside of the simulation
}
