package coretest

import (
	"fmt"
	"io"
	"time"

	"simlua.example/core"
)

// conn is one end of a connection: a core.Conn.
type conn struct {
	stack                 *stack
	owner                 core.Owner
	peer                  core.HostID
	localPort, remotePort int
	end                   end

	opened   *core.Future // the dialer waits for it
	inbox    inbox
	sent     uint64              // segments in order, so far
	next     uint64              // the ordinal that is due
	early    map[uint64]*segment // those that overtook it
	data     []byte              // arrived, not read
	ended    bool                // finished has arrived
	closed   bool                // by this end
	writeEnd error               // why nothing can be written any more
	reset    bool
}

func (c *conn) Local() core.Address {
	return core.Address{Machine: c.stack.host.Name(), Port: c.localPort}
}

func (c *conn) Remote() core.Address {
	return core.Address{Machine: c.stack.host.NameOf(c.peer), Port: c.remotePort}
}

func (c *conn) Read(p []byte, timeout time.Duration) (int, error) {
	err := c.inbox.until(func() bool { return len(c.data) > 0 || c.ended || c.reset || c.closed }, timeout)
	switch {
	case c.closed:
		return 0, fmt.Errorf("read from %s: %w", c.Remote(), core.ErrClosed)
	case err != nil:
		return 0, fmt.Errorf("read from %s: %w", c.Remote(), err)
	case c.reset:
		return 0, fmt.Errorf("read from %s: %w", c.Remote(), core.ErrReset)
	case len(c.data) == 0:
		return 0, io.EOF
	}
	n := copy(p, c.data)
	c.data = c.data[n:]
	return n, nil
}

// Write never waits: the peer has room for everything.
func (c *conn) Write(p []byte) error {
	if c.writeEnd != nil {
		return fmt.Errorf("write to %s: %w", c.Remote(), c.writeEnd)
	}
	if len(p) > 0 {
		c.send(payload, append([]byte(nil), p...))
	}
	return nil
}

func (c *conn) CloseWrite() error {
	if c.writeEnd == nil {
		c.writeEnd = core.ErrClosed
		c.send(finished, nil)
	}
	return nil
}

// Close forgets the connection: data that still arrives is answered by a reset.
func (c *conn) Close() error {
	_ = c.CloseWrite()
	c.closed, c.data = true, nil
	c.stack.remove(c)
	c.inbox.ring()
	return nil
}

// tear ends the connection with a reset.
func (c *conn) tear() {
	if c.writeEnd != core.ErrReset {
		c.send(torn, nil)
	}
	c.drop(core.ErrReset)
}

// drop ends the connection without a word.
func (c *conn) drop(why error) {
	c.reset, c.writeEnd = true, core.ErrReset
	c.stack.remove(c)
	c.opened.Fail(why)
	c.inbox.ring()
}

func (c *conn) send(kind segmentKind, data []byte) {
	g := &segment{kind: kind, id: c.end.id, toDialer: !c.end.dialer, ordinal: c.sent,
		fromPort: c.localPort, toPort: c.remotePort, data: data}
	if kind == payload || kind == finished {
		c.sent++
	}
	c.stack.send(c.peer, g)
}

func (c *conn) receive(g *segment) {
	switch g.kind {
	case accepted:
		c.opened.Set(nil)
	case refused:
		c.drop(core.ErrRefused)
	case torn:
		c.drop(core.ErrReset)
	case payload, finished:
		if c.early == nil {
			c.early = map[uint64]*segment{}
		}
		c.early[g.ordinal] = g
		c.sort()
		c.inbox.ring()
	}
}

// sort takes what is due, in order.
func (c *conn) sort() {
	for g := c.early[c.next]; g != nil; g = c.early[c.next] {
		delete(c.early, c.next)
		c.next++
		c.data = append(c.data, g.data...)
		c.ended = c.ended || g.kind == finished
	}
}
