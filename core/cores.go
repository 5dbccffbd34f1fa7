package core

import "time"

// MaxCores bounds the cores of a machine.
const MaxCores = 1024

// cores are the processors of a machine. Work that finds all of them taken waits for
// its turn, first come first served, and then keeps its core until it is done.
type cores struct {
	free    int
	waiting []*turn // those that were killed meanwhile are passed over
}

// turn is the claim of one process to a core.
type turn struct {
	come *Future // nil when it did not have to wait
	has  bool
	gone bool
}

// work spends d computing, on a core where they are limited.
func (m *machine) work(d time.Duration) {
	p := m.c.k.here()
	if m.cores == nil {
		p.compute(d)
		return
	}
	t := &turn{}
	defer m.cores.leave(t) // a killed process gives its core back, too
	m.cores.enter(t, m.c.k)
	p.compute(d)
}

func (c *cores) enter(t *turn, k *Kernel) {
	if c.free > 0 {
		c.free--
		t.has = true
		return
	}
	t.come = k.NewFuture()
	c.waiting = append(c.waiting, t)
	_, _ = t.come.WaitUninterruptible(Forever) // it is only ever set
}

// leave hands the core to the next in the queue.
func (c *cores) leave(t *turn) {
	if t.gone = true; !t.has {
		return
	}
	for len(c.waiting) > 0 {
		next := c.waiting[0]
		c.waiting = c.waiting[1:]
		if !next.gone {
			next.has = true
			next.come.Set(nil)
			return
		}
	}
	c.free++
}
