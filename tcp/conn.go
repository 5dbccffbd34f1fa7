package tcp

import (
	"fmt"
	"io"
	"time"

	"simlua.example/core"
)

// conn is a core.Conn: a tcb, and the processes that wait for it.
type conn struct {
	stack      *Stack
	key        key
	tcb        tcb
	owner      core.Owner
	listener   *listener // until accepted
	prev, next *conn     // in the stack
	readable   *core.Future
	writable   *core.Future // also: connected
	alarm      core.Timer   // the one live timer event
	alarmAt    time.Duration
	queued     bool // the handshake is complete, and it waits for the listener's user
	flushing   bool // an event at the end of this instant is scheduled
	outgoing   bool // its local port was handed out
	closed     bool // by its user
	writing    bool // a Write waits for room
}

// Local is this end.
func (c *conn) Local() core.Address {
	return core.Address{Machine: c.stack.host.Name(), Port: int(c.key.local)}
}

// Remote is the peer's end.
func (c *conn) Remote() core.Address {
	return core.Address{Machine: c.stack.host.NameOf(c.key.peer), Port: int(c.key.remote)}
}

// connect begins the handshake and waits for its end.
func (c *conn) connect(timeout time.Duration) error {
	c.tcb.open(c.now())
	c.pump()
	end := until(c.stack.host, timeout)
	for c.tcb.state == synSent || c.tcb.state == synReceived {
		if err := c.wait(&c.writable, end); err != nil {
			c.release(true)
			return err
		}
	}
	if c.tcb.state == closed {
		return c.broken()
	}
	return nil
}

// Read fills p with what has arrived in order, waiting for at least one byte.
// What arrived before a reset can still be read.
func (c *conn) Read(p []byte, timeout time.Duration) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	end := until(c.stack.host, timeout)
	for {
		n, err := c.take(p)
		if n == 0 && err == nil {
			err = c.wait(&c.readable, end)
		}
		switch {
		case err == io.EOF:
			return 0, err
		case err != nil:
			return 0, c.failed("read from", err)
		case n > 0:
			return n, nil
		}
	}
}

// take reads without waiting; nothing and no error means that nothing is there.
func (c *conn) take(p []byte) (int, error) {
	t := &c.tcb
	if c.closed {
		return 0, core.ErrClosed
	}
	if n := t.read(p); n > 0 {
		c.stack.count(c.key.peer, core.Goodput, n)
		c.pump()
		return n, nil
	}
	switch {
	case t.recv.finished, t.state == closed && t.err == nil:
		return 0, io.EOF
	case t.state == closed:
		return 0, t.err
	}
	return 0, nil
}

// Write queues all of p, waiting while the send buffer is full. When several
// processes write, the bytes of each call stay together.
func (c *conn) Write(p []byte) error {
	for c.writing {
		if err := c.wait(&c.writable, never); err != nil {
			return c.failed("write to", err)
		}
	}
	for {
		if err := c.broken(); err != nil {
			return c.failed("write to", err)
		}
		n := c.tcb.write(c.now(), p)
		c.pump()
		if p = p[n:]; len(p) == 0 {
			return nil
		}
		c.writing = true
		err := c.wait(&c.writable, never)
		c.writing = false
		if err != nil {
			return c.failed("write to", err)
		}
	}
}

// broken says why nothing can be written, if so.
func (c *conn) broken() error {
	switch t := &c.tcb; {
	case c.closed, t.send.closing, t.state == closed && t.err == nil:
		return core.ErrClosed
	case t.state == closed:
		return t.err
	}
	return nil
}

// CloseWrite sends FIN after what was written; reading goes on.
func (c *conn) CloseWrite() error {
	if err := c.broken(); err != nil && err != core.ErrClosed {
		return c.failed("close", err)
	}
	c.tcb.closeWrite(c.now())
	c.pump()
	return nil
}

// Close ends both directions without waiting: what was written is still sent,
// then FIN. When bytes have arrived that nobody has read, the peer gets a RST.
func (c *conn) Close() error {
	if !c.closed {
		c.release(false)
	}
	return nil
}

// release is the end of the connection for its user.
func (c *conn) release(abort bool) {
	c.closed = true
	if abort {
		c.tcb.abort()
	} else {
		c.tcb.close(c.now())
	}
	signal(c.readable)
	signal(c.writable)
	c.pump()
}

// pump does what a call of the tcb has led to: segments leave, who waits
// is woken, and only then the next call is scheduled, so that an ACK that is
// owed leaves after the reader had its turn.
func (c *conn) pump() {
	s := c.stack
	if len(s.box.segments) > 0 || s.box.reordered > 0 {
		s.send(c.key.peer)
	}
	if e := c.tcb.take(); e != 0 {
		c.notify(e)
	}
	if c.tcb.state == closed {
		s.detach(c)
		return
	}
	now := c.now()
	switch at := c.tcb.deadline(now); {
	case at <= now:
		if !c.flushing {
			c.flushing = true
			s.host.After(0, (*flush)(c))
		}
	case at < c.alarmAt:
		c.alarm.Stop()
		c.alarmAt = at
		c.alarm = s.host.After(at-now, (*alarm)(c))
	}
}

// notify wakes those whom events concern.
func (c *conn) notify(e event) {
	if l := c.listener; l != nil {
		if e.has(connected) {
			l.ready(c)
		} else if e.has(ended) {
			l.gone(c)
		}
	}
	if e.has(readable | ended) {
		signal(c.readable)
	}
	if e.has(writable | ended) {
		signal(c.writable)
	}
}

// alarm is a conn as the handler of its timer. A timer that fires before the
// deadline, which has moved meanwhile, is scheduled again.
type alarm conn

// Fire does what is due.
func (a *alarm) Fire() {
	c := (*conn)(a)
	c.alarmAt = never
	c.tcb.tick(c.now())
	c.pump()
}

// flush is a conn as the handler of the end of an instant.
type flush conn

// Fire sends the ACK that no segment has carried meanwhile.
func (f *flush) Fire() {
	c := (*conn)(f)
	c.flushing = false
	c.tcb.tick(c.now())
	c.pump()
}

func (c *conn) now() time.Duration { return c.stack.host.Now() }

func (c *conn) wait(f **core.Future, until time.Duration) error { return await(c.stack.host, f, until) }

func (c *conn) failed(what string, err error) error {
	return fmt.Errorf("%s %s: %w", what, c.Remote(), err)
}
