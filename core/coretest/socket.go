package coretest

import (
	"fmt"
	"slices"
	"time"

	"simlua.example/core"
)

// socket is a port for datagrams: a core.Socket. It has room for all that arrives.
type socket struct {
	stack  *stack
	owner  core.Owner
	port   int
	queue  []received
	inbox  inbox
	closed bool
}

type received struct {
	data []byte
	from core.Address
}

func (s *stack) Datagram(owner core.Owner, port int) (core.Socket, error) {
	if port == 0 {
		for port = firstPort; s.socket(port) != nil; port++ {
		}
	}
	if s.socket(port) != nil {
		return nil, fmt.Errorf("datagrams on port %d: %w", port, core.ErrInUse)
	}
	k := &socket{stack: s, owner: owner, port: port, inbox: newInbox(s.host)}
	s.sockets = append(s.sockets, k)
	return k, nil
}

func (s *stack) socket(port int) *socket {
	i := slices.IndexFunc(s.sockets, func(k *socket) bool { return k.port == port })
	if i < 0 {
		return nil
	}
	return s.sockets[i]
}

func (s *stack) arrive(from core.HostID, g *segment) {
	if k := s.socket(g.toPort); k != nil {
		k.queue = append(k.queue, received{g.data, core.Address{Machine: s.host.NameOf(from), Port: g.fromPort}})
		k.inbox.ring()
	}
}

func (k *socket) Port() int { return k.port }

func (k *socket) SendTo(to core.Address, b []byte) error {
	peer, err := k.stack.host.Resolve(to.Machine)
	if err == nil {
		_, err = k.stack.host.Path(peer)
	}
	if err == nil && k.closed {
		err = core.ErrClosed
	}
	if err != nil {
		return fmt.Errorf("send to %s: %w", to, err)
	}
	k.stack.send(peer, &segment{kind: datagram, fromPort: k.port, toPort: to.Port, data: slices.Clone(b)})
	return nil
}

func (k *socket) Receive(timeout time.Duration) ([]byte, core.Address, error) {
	err := k.inbox.until(func() bool { return k.closed || len(k.queue) > 0 }, timeout)
	if err == nil && k.closed {
		err = core.ErrClosed
	}
	if err != nil {
		return nil, core.Address{}, fmt.Errorf("receive on port %d: %w", k.port, err)
	}
	first := k.queue[0]
	k.queue = k.queue[1:]
	return first.data, first.from, nil
}

func (k *socket) Close() error {
	if !k.closed {
		k.closed = true
		k.stack.sockets = slices.DeleteFunc(k.stack.sockets, func(x *socket) bool { return x == k })
		k.inbox.ring()
	}
	return nil
}
