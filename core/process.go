package core

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// process is a coroutine of a scope. It runs only when the kernel resumes it
// and gives control back only when it waits for a Future or ends.
type process struct {
	k             *Kernel
	scope         *Scope
	name          string
	coroutine     *coroutine
	prev, next    *process // in the scope
	wait          waiting
	interruptible bool
	killed        bool
	done          bool
	refusals      int
	stops         int    // calls that were told ErrStopped
	nap           Future // never set: what Sleep waits for
	since         time.Duration
	number        int           // among those that had operations
	client        int           // its number in histories; zero until the next operation
	invoking      bool          // it is at an operation of a history
	where         func() string // what it is doing, for people; may be nil
}

// waiting is what a parked process waits for.
type waiting struct {
	future     *Future
	prev, next *process // other processes that wait for it
	timer      Timer
	err        error
}

// powerCut unwinds a process that was killed. It passes through recover only
// to be raised again by the next call of the dead Env.
type powerCut struct{}

func (powerCut) Error() string { return "killed" }

// Killed says whether a recovered value is the unwinding of a killed process.
// Whoever recovers one must panic with it again.
func Killed(recovered any) bool {
	_, ok := recovered.(powerCut)
	return ok
}

// maxRefusals is how often a killed process may recover from its unwinding
// before it is left suspended for ever.
const maxRefusals = 16

// MaxStops is how many calls of a process are told ErrStopped. One that has
// not understood by then waits for the end of its grace period.
const MaxStops = 64

// PanicError is the error of a process that panicked.
type PanicError struct {
	Value string // what it panicked with, as text: a Result is plain data
	Stack []byte
}

func (e *PanicError) Error() string { return "panic: " + e.Value }

// errTooManyProcesses ends a run that exceeds Limits.Processes.
var errTooManyProcesses = errors.New("too many processes")

// start makes a process and schedules its first step now.
func (k *Kernel) start(s *Scope, name string, fn func() error) {
	p := &process{k: k, scope: s, name: name}
	p.nap.k = k
	if k.processes >= k.maxProcesses {
		err := fmt.Errorf("%w: the limit is %d; sim.limits { processes = %d } allows more", errTooManyProcesses,
			k.maxProcesses, 2*k.maxProcesses)
		k.after(s, 0, HandlerFunc(func() { s.failed(err) }))
		return
	}
	k.processes++
	s.procs.add(p)
	p.coroutine = k.coroutine(func() { p.run(fn) })
	k.after(s, 0, p)
}

func (p *process) run(fn func() error) {
	var err error
	defer func() {
		p.done = true
		p.k.processes--
		p.scope.procs.remove(p)
		switch {
		case p.k.brake.Pulled() != nil:
			p.k.braked(err)
		case !p.killed && p.scope.failed != nil:
			p.scope.failed(err)
		}
	}()
	defer func() {
		if r := recover(); r != nil && !Killed(r) {
			err = &PanicError{fmt.Sprint(r), debug.Stack()}
		}
	}()
	if !p.killed {
		err = fn()
	}
}

// Fire resumes the process: it was woken, or what it waited for timed out.
func (p *process) Fire() {
	p.timedOut()
	p.switchTo()
}

// timedOut ends a wait that nothing has ended yet.
func (p *process) timedOut() {
	if p.wait.future != nil {
		p.wait.future.forget(p)
		p.wait.err = ErrTimeout
	}
}

func (p *process) switchTo() {
	outer := p.k.current
	p.k.current = p
	p.coroutine.resume()
	p.k.current = outer
}

// kill unwinds the process at once.
func (p *process) kill() {
	p.killed = true
	p.wait.timer.Stop()
	if p.wait.future != nil {
		p.wait.future.forget(p)
	}
	p.switchTo()
	if !p.done { // it recovers again and again: never resume it
		p.k.processes--
		p.scope.procs.remove(p)
	}
}

// interrupt ends what the process waits for with err.
func (p *process) interrupt(err error) {
	if p.wait.future != nil {
		p.wait.future.forget(p)
		p.wake(err)
	}
}

// expire is interrupt that a process cannot escape because it was woken before and
// its turn is still to come.
func (p *process) expire(err error) {
	if p.wait.future == nil {
		p.wait.err = err
	}
	p.interrupt(err)
}

// wake schedules the process after what is already due now.
func (p *process) wake(err error) {
	p.wait.timer.Stop()
	p.wait.err = err
	p.wait.timer = p.k.after(p.scope, 0, p)
}

// await parks the process until f is done or the time is up.
func (p *process) await(f *Future, timeout time.Duration, interruptible bool) error {
	if p.killed {
		p.unwind()
	}
	if interruptible && p.scope.stopping {
		if p.stops++; p.stops <= MaxStops {
			return ErrStopped
		}
		f, timeout, interruptible = &Future{k: p.k}, Forever, false
	}
	if p.k.noPark != "" {
		panic(fmt.Errorf("%s must not wait", p.k.noPark))
	}
	f.add(p)
	p.wait.err = nil
	if timeout > 0 || f == &p.nap {
		p.wait.timer = p.k.after(p.scope, timeout, p)
	}
	p.interruptible = interruptible
	p.since = p.k.Now()
	if p.k.goesOn(p) {
		p.timedOut()
	} else {
		p.coroutine.park(struct{}{})
	}
	p.interruptible = false
	if p.killed {
		p.unwind()
	}
	return p.wait.err
}

// refuse is what a call that never waits says to a process that has been asked
// to stop.
func (p *process) refuse() error { return p.await(&Future{k: p.k}, Forever, true) }

func (p *process) unwind() {
	if p.refusals++; p.refusals > maxRefusals {
		for {
			p.coroutine.park(struct{}{})
		}
	}
	panic(powerCut{})
}

// sleep waits for d; zero or less lets everything else of this moment go first.
func (p *process) sleep(d time.Duration, interruptible bool) error {
	err := p.await(&p.nap, d, interruptible)
	if errors.Is(err, ErrTimeout) {
		return nil
	}
	return err
}

// work spends d whether or not the service is asked to stop.
func (p *process) work(d time.Duration) {
	_ = p.sleep(d, false) // ends by time only, or unwinds
}

// compute is work that does not get on while the scope is paused.
func (p *process) compute(d time.Duration) {
	end := p.scope.awake() + d
	for p.work(d); p.scope.awake() < end; {
		p.work(end - p.scope.awake())
	}
}

// here is the running process; waiting outside of one is a programmer's error.
func (k *Kernel) here() *process {
	if k.current == nil {
		panic("core: only a process can wait, and none is running")
	}
	return k.current
}

// alive unwinds the caller when it has been killed.
func (k *Kernel) alive() {
	if p := k.current; p != nil && p.killed {
		p.unwind()
	}
}

// processList links the processes of a scope in order of their start.
type processList struct{ first, last *process }

func (l *processList) add(p *process) {
	p.prev = l.last
	if l.last == nil {
		l.first = p
	} else {
		l.last.next = p
	}
	l.last = p
}

func (l *processList) remove(p *process) {
	if p.prev != nil {
		p.prev.next = p.next
	} else if l.first == p {
		l.first = p.next
	}
	if p.next != nil {
		p.next.prev = p.prev
	} else if l.last == p {
		l.last = p.prev
	}
	p.prev, p.next = nil, nil
}
