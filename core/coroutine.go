package core

import "iter"

// coroutine runs one process after the other. A new one begins with a small stack,
// which has to grow, and a Lua VM needs much of it.
type coroutine struct {
	resume func() (struct{}, bool)
	stop   func()
	park   func(struct{}) bool
	body   func() // of the process that is to begin
}

// maxIdle bounds the coroutines that wait for a process, each with its stack.
const maxIdle = 64

// coroutine is one that will run body when it is resumed.
func (k *Kernel) coroutine(body func()) *coroutine {
	if n := len(k.idle); n > 0 {
		c := k.idle[n-1]
		k.idle, c.body = k.idle[:n-1], body
		return c
	}
	c := &coroutine{body: body}
	c.resume, c.stop = iter.Pull(func(yield func(struct{}) bool) {
		c.park = yield
		if k.coroutines++; k.coroutines <= maxIdle { // of more, it would take too much memory
			growStack(k.coroutines)
		}
		for again := true; again; {
			c.body()
			c.body = nil
			again = k.keep(c) && yield(struct{}{})
		}
	})
	return c
}

// keep takes a coroutine whose process has ended, and says whether another may come.
func (k *Kernel) keep(c *coroutine) bool {
	if k.ended || len(k.idle) == maxIdle {
		return false
	}
	k.idle = append(k.idle, c)
	return true
}

// dismiss ends the coroutines that wait for a process.
func (k *Kernel) dismiss() {
	for _, c := range k.idle {
		c.stop()
	}
	k.idle = nil
}

// growStack makes the stack of a new goroutine 16 KiB at once: in steps, with a Lua VM on
// it, all that is there would be moved each time.
//
//go:noinline
func growStack(n int) byte {
	var room [9 << 10]byte
	return room[n]
}
