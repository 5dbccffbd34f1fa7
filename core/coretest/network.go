package coretest

import (
	"fmt"
	"slices"
	"time"

	"simlua.example/core"
)

// dialTimeout bounds Dial when the caller does not.
const dialTimeout = 10 * time.Second

// backlogMax is how many connections may wait at a listener.
const backlogMax = 128

const firstPort, lastPort = 10_000, core.MaxPort // of outgoing connections

// stack is the network of one machine.
type stack struct {
	host      core.NetworkHost
	ids       *core.Random
	port      int
	listeners []*listener
	sockets   []*socket
	conns     []*conn // in the order they were made
	byEnd     map[end]*conn
}

// end names one end of a connection; both may be on the same machine.
type end struct {
	id     uint64
	dialer bool
}

// Network makes an instant network stack. It is a core.NetworkFactory.
func Network(host core.NetworkHost) core.Network {
	return &stack{host: host, ids: host.Random("coretest"), port: lastPort, byEnd: map[end]*conn{}}
}

func (s *stack) Dial(owner core.Owner, to core.Address, timeout time.Duration) (core.Conn, error) {
	c, err := s.dial(owner, to, timeout)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", to, err)
	}
	return c, nil
}

func (s *stack) dial(owner core.Owner, to core.Address, timeout time.Duration) (*conn, error) {
	peer, err := s.host.Resolve(to.Machine)
	if err == nil {
		_, err = s.host.Path(peer)
	}
	if err != nil {
		return nil, err
	}
	if s.port++; s.port > lastPort {
		s.port = firstPort
	}
	c := s.add(&conn{owner: owner, peer: peer, localPort: s.port, remotePort: to.Port,
		end: end{s.ids.Uint64(), true}})
	c.send(opening, nil)
	if timeout <= 0 {
		timeout = dialTimeout
	}
	_, err = c.opened.Wait(timeout)
	if err != nil {
		s.remove(c)
		return nil, err
	}
	return c, nil
}

func (s *stack) Listen(owner core.Owner, port int) (core.Listener, error) {
	if s.listener(port) != nil {
		return nil, fmt.Errorf("listen on port %d: %w", port, core.ErrInUse)
	}
	l := &listener{stack: s, owner: owner, port: port, inbox: newInbox(s.host)}
	s.listeners = append(s.listeners, l)
	return l, nil
}

func (s *stack) listener(port int) *listener {
	for _, l := range s.listeners {
		if l.port == port {
			return l
		}
	}
	return nil
}

func (s *stack) Deliver(p core.Packet) {
	g := p.Segment.(*segment)
	c := s.byEnd[end{g.id, g.toDialer}]
	switch {
	case g.kind == datagram:
		s.arrive(p.From, g)
	case c != nil:
		c.receive(g)
	case g.kind == opening:
		s.answer(p.From, g)
	case g.kind == payload, g.kind == accepted: // for somebody who is gone
		s.reply(p.From, g, torn)
	}
}

// Reject answers a packet that a firewall turned away.
func (s *stack) Reject(p core.Packet) {
	g := p.Segment.(*segment)
	if g.kind == datagram {
		return
	}
	kind := torn
	if g.kind == opening {
		kind = refused
	}
	s.Deliver(core.Packet{From: p.To, To: p.From, Segment: &segment{kind: kind, id: g.id, toDialer: !g.toDialer,
		fromPort: g.toPort, toPort: g.fromPort}})
}

// answer accepts or refuses a connection that the dialer asks for.
func (s *stack) answer(from core.HostID, g *segment) {
	l := s.listener(g.toPort)
	if l == nil || len(l.backlog) >= backlogMax {
		s.reply(from, g, refused)
		return
	}
	c := s.add(&conn{owner: l.owner, peer: from, localPort: g.toPort, remotePort: g.fromPort,
		end: end{g.id, false}})
	c.send(accepted, nil)
	l.backlog = append(l.backlog, c)
	l.inbox.ring()
}

func (s *stack) reply(to core.HostID, g *segment, kind segmentKind) {
	s.send(to, &segment{kind: kind, id: g.id, toDialer: !g.toDialer, fromPort: g.toPort, toPort: g.fromPort})
}

func (s *stack) send(to core.HostID, g *segment) {
	s.host.Send(core.Packet{From: s.host.ID(), To: to, Size: g.size(), Segment: g})
}

func (s *stack) add(c *conn) *conn {
	c.stack, c.opened, c.inbox = s, s.host.NewFuture(), newInbox(s.host)
	s.conns = append(s.conns, c)
	s.byEnd[c.end] = c
	return c
}

func (s *stack) remove(c *conn) {
	delete(s.byEnd, c.end)
	s.conns = slices.DeleteFunc(s.conns, func(x *conn) bool { return x == c })
}

func (s *stack) Release(owner core.Owner, killed bool) {
	for _, l := range slices.Clone(s.listeners) {
		if l.owner == owner {
			_ = l.Close()
		}
	}
	for _, k := range slices.Clone(s.sockets) {
		if k.owner == owner {
			_ = k.Close()
		}
	}
	for _, c := range slices.Clone(s.conns) {
		switch {
		case c.owner != owner:
		case killed:
			c.tear()
		default:
			_ = c.Close()
		}
	}
}

func (s *stack) PowerOff() {
	s.listeners, s.sockets, s.conns = nil, nil, nil
	clear(s.byEnd)
}

func (s *stack) Open() int { return len(s.listeners) + len(s.sockets) + len(s.conns) }
