package core

import (
	"context"
	"errors"
	"math"
	"time"
)

// Kernel owns time: it takes the events in the order (time, order of
// scheduling) and runs one at a time, each to its end. Everything that happens
// in a world happens inside a step of its kernel.
//
// A kernel knows nothing of machines or networks, and it does not know whether
// its time is simulated: the Clock decides how the next moment is reached.
type Kernel struct {
	queue   queue
	clock   Clock
	brake   *Brake
	virtual bool // the clock never waits
	seq     uint64
	steps   uint64
	holds   uint64 // events that were held back so far
	scopes  uint32
	digest  Digest
	scope   *Scope // of the present step, or the last one
	current *process
	noPark  string
	ended   bool
	reason  string
	cause   Ending

	bounds       *bounds
	idle         []*coroutine
	coroutines   int // so far
	processes    int
	maxProcesses int
	mailbox      mailbox
}

// Handler is what a timer does when it is due.
type Handler interface{ Fire() }

// HandlerFunc is a function as a Handler.
type HandlerFunc func()

// Fire calls f.
func (f HandlerFunc) Fire() { f() }

// Timer is a handle on a scheduled event. The zero Timer is not active.
type Timer struct {
	k   *Kernel
	e   *event
	seq uint64
}

// Active says whether the timer is still to fire.
func (t Timer) Active() bool { return t.e != nil && t.e.seq == t.seq && t.e.handler != nil }

// Stop cancels the timer and says whether it was still to fire.
func (t Timer) Stop() bool {
	if !t.Active() {
		return false
	}
	t.k.queue.cancel(t.e)
	return true
}

// Ending is why a kernel stopped taking steps.
type Ending uint8

// The endings of a run.
const (
	Drained   Ending = iota // nothing is left to do
	Halted                  // somebody called Halt
	TimeLimit               // the next event lies beyond Limits.Time
	IdleLimit               // nothing worth a line happened for Limits.Idle
	StepLimit               // Limits.Steps were taken
	Cancelled               // the brake was pulled, or the context cancelled
)

func (e Ending) String() string {
	return [...]string{"nothing left to do", "halt", "time limit", "idle limit", "step limit", "interrupted"}[e]
}

// NewKernel makes a kernel at time zero. A nil clock is a VirtualClock.
func NewKernel(clock Clock) *Kernel {
	if clock == nil {
		clock = VirtualClock{}
	}
	_, virtual := clock.(VirtualClock)
	return &Kernel{clock: clock, brake: new(Brake), virtual: virtual, mailbox: mailbox{wake: make(chan struct{}, 1)},
		maxProcesses: math.MaxInt}
}

// Now is the time of the present step.
func (k *Kernel) Now() time.Duration { return time.Duration(k.queue.now) }

// Steps counts the steps taken so far.
func (k *Kernel) Steps() uint64 { return k.steps }

// Digest of every step's facts so far.
func (k *Kernel) Digest() uint64 { return k.digest.Sum() }

// Fold adds facts of the present step to the digest.
func (k *Kernel) Fold(facts ...uint64) {
	for _, f := range facts {
		k.digest.Add(f)
	}
}

// after schedules h in scope s. Negative delays count as none; a moment beyond
// the end of time is the end of time.
func (k *Kernel) after(s *Scope, d time.Duration, h Handler) Timer {
	now := k.Now()
	at := now
	if d > 0 {
		at = EndOfTime
		if d < EndOfTime-now {
			at = now + d
		}
	}
	e := k.queue.get()
	k.seq++
	e.seq, e.handler, e.scope = k.seq, h, s
	k.queue.push(int64(at), e)
	return Timer{k, e, k.seq}
}

// Halt ends the run after the present step. The first reason stands.
func (k *Kernel) Halt(reason string) { k.end(Halted, reason) }

func (k *Kernel) end(cause Ending, reason string) {
	if !k.ended {
		k.ended, k.cause, k.reason = true, cause, reason
	}
}

// bounds are where a run of the kernel ends.
type bounds struct {
	time  time.Duration
	steps uint64
	// due is called at watch, when nothing is left to do until then; it returns
	// the next moment to be called at, or ends the kernel.
	watch time.Duration
	due   func(at time.Duration) time.Duration
	after func()      // after every step
	quiet func() bool // whether after would do nothing; nil: never
}

// run takes steps until something ends it.
func (k *Kernel) run(ctx context.Context, b *bounds) {
	k.bounds = b
	defer whenDone(ctx, func() {
		k.brake.Pull(interrupted)
		k.mailbox.nudge()
	})()
	defer k.dismiss()
	for !k.ended {
		k.brake.moved(k.Now())
		if k.brake.Pulled() != nil {
			k.end(Cancelled, "")
			return
		}
		k.step(b)
	}
}

// step goes on to the next moment at which there is something to do, and does
// it, or ends the run.
func (k *Kernel) step(b *bounds) {
	next, ok := k.queue.peek()
	at, posted := time.Duration(next), k.mailbox.full.Load()
	if !ok || k.queue.live == 0 {
		if !posted && !k.clock.Real() {
			k.end(Drained, "")
			return
		}
		at = EndOfTime // nothing is left to do as far as is known now
	}
	end := min(at, b.watch, b.time)
	if (posted || !k.virtual) && !k.reach(end) {
		return
	}
	switch {
	case at > end && end == b.watch:
		if b.watch = b.due(end); k.ended {
			k.queue.now = int64(end)
		}
	case at > end || at == EndOfTime:
		k.queue.now = int64(end)
		k.end(TimeLimit, "")
	case k.steps >= b.steps:
		k.end(StepLimit, "")
	default:
		k.take(next, k.queue.pop())
		if b.after != nil {
			b.after()
		}
	}
}

// momentIsOver says whether nothing more happens now, as far as is known. While a shell
// is all that is left of it, that is said after the shell, unless nothing is left at all.
func (k *Kernel) momentIsOver() bool {
	next, ok := k.queue.peek()
	return !ok || k.queue.live == 0 || time.Duration(next) > k.Now()
}

// braked notes the error of the one that was at work when the brake was pulled.
func (k *Kernel) braked(err error) {
	if stop := (*Stop)(nil); errors.As(err, &stop) {
		k.brake.struck.CompareAndSwap(nil, boxed(firstLine(err.Error())))
	}
}

// hostFailed ends the run because of the host. A process that is at work does not
// go on: it stands where it is until the end unwinds it.
func (k *Kernel) hostFailed(err error) {
	stop := &Stop{Verdict: Void, Reason: "the host got in the way: " + err.Error()}
	p := k.current
	if p != nil && p.where != nil {
		stop.Reason += " (" + p.where() + ")"
	}
	k.brake.Pull(stop)
	switch {
	case p == nil:
	case p.killed:
		p.unwind()
	default:
		p.coroutine.park(struct{}{})
		p.unwind()
	}
}

// reach waits for a moment and says whether it has come. When work was posted
// meanwhile, or the wait was cut short, the time is the one reached.
func (k *Kernel) reach(at time.Duration) bool {
	reached := at
	if !k.virtual && at > k.Now() {
		reached = min(at, k.clock.Advance(at, k.mailbox.wake))
		k.brake.Progress()
	}
	posted := k.mailbox.full.Load()
	if !posted && reached == at {
		return true
	}
	if !k.virtual {
		k.queue.now = max(k.queue.now, int64(reached))
	}
	k.takePosted()
	return false
}

// take runs one event. Shells and the future of dead scopes are no steps.
func (k *Kernel) take(at int64, e *event) {
	handler, scope := e.handler, e.scope
	if handler == nil || scope.dead {
		k.queue.recycle(e)
		return
	}
	if scope.paused {
		k.holds++
		scope.held = append(scope.held, held{k.holds, e})
		k.queue.live++
		return
	}
	k.begin(at, e)
	handler.Fire()
}

// begin is the beginning of a step, whose event it recycles.
func (k *Kernel) begin(at int64, e *event) {
	k.queue.now = at
	k.scope = e.scope
	k.steps++
	k.digest.Add(uint64(at) ^ e.seq<<40)
	k.digest.Add(e.seq ^ uint64(e.scope.id)<<48)
	k.queue.recycle(e)
}

// goesOn takes the next step for the running process, when that is the end of its own
// wait: it need not give control to the kernel, which would give it back at once. It
// does nothing and says false when step would do anything else.
func (k *Kernel) goesOn(p *process) bool {
	b := k.bounds
	if k.ended || !k.virtual || b.after != nil && (b.quiet == nil || !b.quiet()) {
		return false
	}
	next, ok := k.queue.peek()
	if !ok || k.queue.next() != p.wait.timer.e || !p.wait.timer.Active() {
		return false
	}
	k.brake.moved(k.Now())
	if at := time.Duration(next); at > min(b.watch, b.time) || at == EndOfTime || k.steps >= b.steps ||
		p.scope.dead || p.scope.paused || k.mailbox.full.Load() || k.brake.Pulled() != nil {
		return false
	}
	k.begin(next, k.queue.pop())
	return true
}
