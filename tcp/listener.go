package tcp

import (
	"fmt"
	"time"

	"simlua.example/core"
)

// listener is a core.Listener: a port, and the connections that arrived there
// and that nobody has accepted.
type listener struct {
	stack    *Stack
	owner    core.Owner
	port     int
	queue    []*conn // handshake complete
	pending  int     // those, and those still shaking hands
	accepted *core.Future
	closed   bool
}

// Port is the port that was taken.
func (l *listener) Port() int { return l.port }

// Accept takes the oldest connection, waiting for one.
func (l *listener) Accept(timeout time.Duration) (core.Conn, error) {
	end := until(l.stack.host, timeout)
	for len(l.queue) == 0 {
		err := error(core.ErrClosed)
		if !l.closed {
			err = await(l.stack.host, &l.accepted, end)
		}
		if err != nil {
			return nil, fmt.Errorf("accept on %s:%d: %w", l.stack.host.Name(), l.port, err)
		}
	}
	c := l.queue[0]
	l.queue[0], l.queue = nil, l.queue[1:]
	l.pending--
	c.listener, c.queued = nil, false
	return c, nil
}

// Close gives the port back. Connections that nobody has accepted are reset.
func (l *listener) Close() error {
	l.close()
	return nil
}

func (l *listener) close() {
	if l.closed {
		return
	}
	l.closed, l.queue = true, nil
	s := l.stack
	delete(s.listeners, l.port)
	o := s.of(l.owner)
	for c := o.first; c != nil && l.pending > 0; {
		next := c.next
		if c.listener == l {
			l.pending--
			c.listener = nil
			c.release(true)
		}
		c = next
	}
	delete(o.listeners, l.port)
	s.forget(l.owner)
	signal(l.accepted)
}

// arrive takes a SYN. When the backlog is full it is dropped, and the peer
// tries again.
func (l *listener) arrive(from core.HostID, syn *Segment) {
	s := l.stack
	path, err := s.host.Path(from)
	if err != nil || l.pending >= s.config.Backlog {
		return
	}
	c := s.attach(l.owner, key{syn.Target, syn.Source, from}, path)
	c.listener = l
	l.pending++
	c.tcb.listen()
	c.tcb.segment(s.host.Now(), syn)
	c.pump()
}

// ready hears that a connection has completed its handshake.
func (l *listener) ready(c *conn) {
	l.queue, c.queued = append(l.queue, c), true
	signal(l.accepted)
}

// gone hears that a connection has ended. One that is in the queue stays
// there: who accepts it finds out.
func (l *listener) gone(c *conn) {
	if !c.queued {
		c.listener = nil
		l.pending--
	}
}
