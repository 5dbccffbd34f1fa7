package core

import (
	"fmt"
	"time"
)

// UDPOverhead is the bytes of an IPv4 and a UDP header.
const UDPOverhead = 28

// Socket sends and receives datagrams (RFC 768). Each is one packet of a link and
// shares its fate: it arrives once, twice or not at all, and in any order. What
// arrives is what was sent, unless the link alters it without notice. Nobody hears
// what became of a datagram: ICMP is not modelled.
//
// The Socket of an Env counts each datagram as a message of its link.
type Socket interface {
	// SendTo sends b in one packet and does not wait. A packet that is larger than the
	// link's MTU is an error: nothing is fragmented. ErrNoRoute tells that no packet can
	// get there.
	SendTo(to Address, b []byte) error
	// Receive waits for the next datagram, of those that have arrived and found room
	// in the receive buffer. Forever waits without limit. The bytes must not be changed.
	Receive(timeout time.Duration) (b []byte, from Address, err error)
	// Close gives the port back, and forgets what has arrived. Closing twice is no error.
	Close() error
	Port() int
}

// messenger is a Socket whose datagrams are messages.
type messenger struct {
	Socket
	e *env
}

func (m *messenger) SendTo(to Address, b []byte) error {
	m.e.k.alive()
	err := m.Socket.SendTo(to, b)
	if err == nil {
		m.e.sentTo(m.ends(to), b)
	}
	return err
}

func (m *messenger) Receive(timeout time.Duration) ([]byte, Address, error) {
	b, from, err := m.Socket.Receive(timeout)
	if err == nil && m.e.s.watched() {
		m.e.s.tellMessage(FactReceived, m.ends(from), b, -1)
	}
	return b, from, err
}

func (m *messenger) ends(remote Address) Ends {
	return Ends{Local: Address{m.e.s.m.name, m.Port()}, Remote: remote}
}

func (e *env) Datagram(port int) (Socket, error) {
	e.k.alive()
	if port != 0 {
		if err := CheckPort(port); err != nil {
			return nil, fmt.Errorf("datagram: %w", err)
		}
	}
	if e.s.m.net == nil {
		return nil, fmt.Errorf("datagram: %w: the run has no network", ErrNoRoute)
	}
	socket, err := e.s.m.net.Datagram(Owner(e.scope.id), port)
	if err != nil {
		return nil, err
	}
	return &messenger{socket, e}, nil
}
