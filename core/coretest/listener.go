package coretest

import (
	"fmt"
	"slices"
	"time"

	"simlua.example/core"
)

// inbox is a bell for processes that wait until something has arrived.
type inbox struct {
	host core.Host
	bell *core.Future
}

func newInbox(host core.Host) inbox { return inbox{host, host.NewFuture()} }

// ring wakes all who wait.
func (i *inbox) ring() {
	bell := i.bell
	i.bell = i.host.NewFuture()
	bell.Set(nil)
}

// until waits until ready, or returns why it waits no longer.
func (i *inbox) until(ready func() bool, timeout time.Duration) error {
	deadline := i.host.Now() + timeout
	for !ready() {
		left := core.Forever
		if timeout > 0 {
			if left = deadline - i.host.Now(); left <= 0 {
				return core.ErrTimeout
			}
		}
		if _, err := i.bell.Wait(left); err != nil {
			return err
		}
	}
	return nil
}

// listener is a port that accepts connections: a core.Listener.
type listener struct {
	stack   *stack
	owner   core.Owner
	port    int
	backlog []*conn
	inbox   inbox
	closed  bool
}

func (l *listener) Port() int { return l.port }

func (l *listener) Accept(timeout time.Duration) (core.Conn, error) {
	err := l.inbox.until(func() bool { return l.closed || len(l.backlog) > 0 }, timeout)
	if err == nil && l.closed {
		err = core.ErrClosed
	}
	if err != nil {
		return nil, fmt.Errorf("accept on port %d: %w", l.port, err)
	}
	c := l.backlog[0]
	l.backlog = l.backlog[1:]
	return c, nil
}

// Close resets the connections that nobody accepted.
func (l *listener) Close() error {
	if l.closed {
		return nil
	}
	l.closed = true
	l.stack.listeners = slices.DeleteFunc(l.stack.listeners, func(x *listener) bool { return x == l })
	for _, c := range l.backlog {
		c.tear()
	}
	l.backlog = nil
	l.inbox.ring()
	return nil
}
