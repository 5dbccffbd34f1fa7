package core

import "time"

// Future is something that is not there yet: the only thing code waits for.
// It ends once, with a value or with an error, and wakes all who wait, in the
// order they came.
type Future struct {
	k           *Kernel
	first, last *process
	done        bool
	value       any
	err         error
}

// NewFuture makes a future of this kernel.
func (k *Kernel) NewFuture() *Future { return &Future{k: k} }

// Set completes the future with a value, unless it is complete already.
// It says whether it did.
func (f *Future) Set(value any) bool { return f.complete(value, nil) }

// Fail completes the future with an error, unless it is complete already.
func (f *Future) Fail(err error) bool { return f.complete(nil, err) }

// Done says whether the future is complete.
func (f *Future) Done() bool { return f.done }

// Reset makes a complete future incomplete, to be used again.
// Nobody can be waiting for it.
func (f *Future) Reset() { f.done, f.value, f.err = false, nil, nil }

// Wait parks the running process until the future is complete and returns its
// value or error. A timeout above zero bounds the wait with ErrTimeout; the
// future itself stays as it is. A stop of the service ends it with ErrStopped.
func (f *Future) Wait(timeout time.Duration) (any, error) { return f.wait(timeout, true) }

// WaitUninterruptible is Wait that a stop of the service does not end.
func (f *Future) WaitUninterruptible(timeout time.Duration) (any, error) {
	return f.wait(timeout, false)
}

func (f *Future) wait(timeout time.Duration, interruptible bool) (any, error) {
	p := f.k.here()
	if !f.done || p.killed {
		if err := p.await(f, timeout, interruptible); err != nil {
			return nil, err
		}
	}
	return f.value, f.err
}

func (f *Future) complete(value any, err error) bool {
	if f.done {
		return false
	}
	f.done, f.value, f.err = true, value, err
	for f.first != nil {
		p := f.first
		f.forget(p)
		p.wake(nil)
	}
	return true
}

func (f *Future) add(p *process) {
	p.wait.future, p.wait.prev, p.wait.next = f, f.last, nil
	if f.last == nil {
		f.first = p
	} else {
		f.last.wait.next = p
	}
	f.last = p
}

func (f *Future) forget(p *process) {
	if p.wait.prev == nil {
		f.first = p.wait.next
	} else {
		p.wait.prev.wait.next = p.wait.next
	}
	if p.wait.next == nil {
		f.last = p.wait.prev
	} else {
		p.wait.next.wait.prev = p.wait.prev
	}
	p.wait.future, p.wait.prev, p.wait.next = nil, nil, nil
}
