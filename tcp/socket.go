package tcp

import (
	"bytes"
	"cmp"
	"fmt"
	"time"

	"simlua.example/core"
)

// receiveBuffer bounds the datagrams that nobody has received yet, in bytes of their
// packets, as net.core.rmem_default of Linux does; the first one finds room in any case.
const receiveBuffer = 212_992

// loopbackMTU is the largest IPv4 packet: to oneself, nothing smaller is needed.
const loopbackMTU = 65_535

// socket is a core.Socket: a port for datagrams, and those that have arrived there.
type socket struct {
	stack   *Stack
	owner   core.Owner
	port    int
	queue   []arrived
	size    int // of those in the queue
	waiting *core.Future
	closed  bool
}

type arrived struct {
	datagram *Datagram
	from     core.HostID
}

// Datagram takes a port, or the next one that is free.
func (s *Stack) Datagram(owner core.Owner, port int) (core.Socket, error) {
	if port == 0 {
		if port = s.freePort(); port == 0 {
			return nil, fmt.Errorf("datagram: %w: all ports from %d to %d are in use", core.ErrAddrNotAvailable,
				s.ports.first, s.ports.last)
		}
	}
	if s.bound[port] != nil {
		return nil, fmt.Errorf("datagrams on %s:%d: address %w", s.host.Name(), port, core.ErrInUse)
	}
	k := &socket{stack: s, owner: owner, port: port}
	s.bound[port], s.of(owner).bound[port] = k, k
	return k, nil
}

// freePort is the next port for datagrams that nobody has, upward and round again;
// 0 when there is none.
func (s *Stack) freePort() int {
	p := &s.ports
	for range p.last - p.first + 1 {
		if s.latestBound++; s.latestBound < p.first || s.latestBound > p.last {
			s.latestBound = p.first
		}
		if s.bound[s.latestBound] == nil {
			return s.latestBound
		}
	}
	return 0
}

// Port is the port that was taken.
func (k *socket) Port() int { return k.port }

// SendTo puts a datagram on its way.
func (k *socket) SendTo(to core.Address, b []byte) error {
	if err := k.sendTo(to, b); err != nil {
		return fmt.Errorf("send to %s: %w", to, err)
	}
	return nil
}

func (k *socket) sendTo(to core.Address, b []byte) error {
	if k.closed {
		return core.ErrClosed
	}
	host := k.stack.host
	peer, err := host.Resolve(to.Machine)
	if err != nil {
		return err
	}
	path, err := host.Path(peer)
	if err != nil {
		return err
	}
	mtu := cmp.Or(path.MTU, core.DefaultMTU)
	if peer == host.ID() {
		mtu = loopbackMTU
	}
	if most := mtu - core.UDPOverhead; len(b) > most {
		return fmt.Errorf("a datagram of %d bytes; %d fit into the link's mtu of %d, and it is not fragmented",
			len(b), most, mtu)
	}
	d := &Datagram{uint16(k.port), uint16(to.Port), bytes.Clone(b)}
	host.Send(core.Packet{From: host.ID(), To: peer, Size: d.Size(), Segment: d})
	return nil
}

// Receive takes the datagram that arrived first, waiting for one.
func (k *socket) Receive(timeout time.Duration) ([]byte, core.Address, error) {
	end := until(k.stack.host, timeout)
	for len(k.queue) == 0 {
		err := error(core.ErrClosed)
		if !k.closed {
			err = await(k.stack.host, &k.waiting, end)
		}
		if err != nil {
			return nil, core.Address{}, fmt.Errorf("receive on %s:%d: %w", k.stack.host.Name(), k.port, err)
		}
	}
	first := k.queue[0]
	k.queue[0], k.queue = arrived{}, k.queue[1:]
	k.size -= first.datagram.Size()
	from := core.Address{Machine: k.stack.host.NameOf(first.from), Port: int(first.datagram.Source)}
	return first.datagram.Payload, from, nil
}

// Close gives the port back.
func (k *socket) Close() error {
	k.close()
	return nil
}

func (k *socket) close() {
	if k.closed {
		return
	}
	k.closed, k.queue = true, nil
	delete(k.stack.bound, k.port)
	delete(k.stack.of(k.owner).bound, k.port)
	k.stack.forget(k.owner)
	signal(k.waiting)
}

// arriveDatagram takes a datagram to its socket, if there is one that has room.
func (s *Stack) arriveDatagram(from core.HostID, d *Datagram) {
	switch k := s.bound[int(d.Target)]; {
	case k == nil:
		s.count(from, core.NoPort, 1)
	case len(k.queue) > 0 && k.size+d.Size() > receiveBuffer:
		s.count(from, core.BufferFull, 1)
	default:
		k.queue, k.size = append(k.queue, arrived{d, from}), k.size+d.Size()
		signal(k.waiting)
	}
}
