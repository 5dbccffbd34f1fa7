package tcp

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"simlua.example/core"
)

// Stack is the network of one computer from power-on to power-off. It owns its
// connections, listeners and ports, and forgets them all without a word when
// the power goes.
type Stack struct {
	host      core.NetworkHost
	configs   configs
	config    *Config // of the machine, whatever the path
	box       outbox
	conns     map[key]*conn
	listeners map[int]*listener
	bound     map[int]*socket // by their ports, which are those of datagrams
	sockets   map[core.Owner]*sockets
	ports     ports

	latestBound int // of the ports for datagrams that were handed out
}

// key is what tells the connections of one computer apart.
type key struct {
	local, remote uint16
	peer          core.HostID
}

// New makes the stack of a machine with the default Config where the machine
// has none. It is a core.NetworkFactory.
func New(host core.NetworkHost) core.Network { return newStack(host, Config{}) }

// Factory makes stacks with a Config for where a machine has none. It panics
// when the Config is not valid.
func Factory(base Config) core.NetworkFactory {
	if err := base.Validate(); err != nil {
		panic(err)
	}
	return func(host core.NetworkHost) core.Network { return newStack(host, base) }
}

func newStack(host core.NetworkHost, base Config) *Stack {
	if own := host.TCP(); own != nil {
		base = own.Over(&base)
	}
	config := complete(base, 0)
	return &Stack{host: host, configs: configs{machine: base}, config: &config, conns: map[key]*conn{},
		listeners: map[int]*listener{}, bound: map[int]*socket{}, sockets: map[core.Owner]*sockets{},
		ports: newPorts(config.FirstPort, config.LastPort, host.Boot())}
}

// Dial opens a connection and waits until the handshake is complete. Forever
// waits as long as the SYN is tried.
func (s *Stack) Dial(owner core.Owner, to core.Address, timeout time.Duration) (core.Conn, error) {
	c, err := s.dial(owner, to)
	if err == nil {
		err = c.connect(timeout)
	}
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", to, err)
	}
	return c, nil
}

func (s *Stack) dial(owner core.Owner, to core.Address) (*conn, error) {
	peer, err := s.host.Resolve(to.Machine)
	if err != nil {
		return nil, err
	}
	path, err := s.host.Path(peer)
	if err != nil {
		return nil, err
	}
	k := key{remote: uint16(to.Port), peer: peer}
	if !s.ports.take(&k, s.taken) {
		return nil, fmt.Errorf("%w: all ports from %d to %d are in use", core.ErrAddrNotAvailable,
			s.ports.first, s.ports.last)
	}
	c := s.attach(owner, k, path)
	c.outgoing = true
	return c, nil
}

// taken says whether an outgoing connection cannot have these ends.
func (s *Stack) taken(k key) bool { return s.conns[k] != nil || s.listeners[int(k.local)] != nil }

// Listen takes a port. Connections that an earlier listener left behind do not
// keep it in use.
func (s *Stack) Listen(owner core.Owner, port int) (core.Listener, error) {
	if s.listeners[port] != nil {
		return nil, fmt.Errorf("listen on %s:%d: address %w", s.host.Name(), port, core.ErrInUse)
	}
	l := &listener{stack: s, owner: owner, port: port}
	s.listeners[port], s.of(owner).listeners[port] = l, l
	return l, nil
}

// Deliver takes a packet from a link.
func (s *Stack) Deliver(p core.Packet) {
	seg, ok := p.Segment.(*Segment)
	if !ok {
		s.arriveDatagram(p.From, p.Segment.(*Datagram))
		return
	}
	c := s.conns[key{seg.Target, seg.Source, p.From}]
	if c != nil && c.tcb.newIncarnation(seg) && s.listeners[int(seg.Target)] != nil {
		c.tcb.finish(nil)
		c.pump()
		c = nil
	}
	if c == nil {
		s.arrive(p.From, seg)
		return
	}
	c.tcb.segment(s.host.Now(), seg)
	c.pump()
}

// Reject answers a packet that a firewall turned away as its receiver would
// have refused it. Of a datagram a socket hears nothing.
func (s *Stack) Reject(p core.Packet) {
	seg, ok := p.Segment.(*Segment)
	if !ok {
		return
	}
	if answer := refusal(seg); answer != nil {
		s.Deliver(core.Packet{From: p.To, To: p.From, Size: answer.Size(), Segment: answer})
	}
}

// arrive takes a segment that belongs to no connection.
func (s *Stack) arrive(from core.HostID, seg *Segment) {
	const kind = SYN | ACK | RST
	l := s.listeners[int(seg.Target)]
	switch {
	case l != nil && seg.Flags&kind == SYN:
		l.arrive(from, seg)
	case l == nil || seg.Flags&kind != 0:
		s.box.refuse(seg)
		s.send(from)
	}
}

// send puts what is in the outbox on its way.
func (s *Stack) send(to core.HostID) {
	from := s.host.ID()
	for _, seg := range s.box.segments {
		s.host.Send(core.Packet{From: from, To: to, Size: seg.Size(), Segment: seg})
	}
	s.count(to, core.Retransmitted, s.box.retransmitted)
	s.count(to, core.FastRetransmit, s.box.fast)
	s.count(to, core.Reordered, s.box.reordered)
	s.box.clear()
}

func (s *Stack) count(peer core.HostID, c core.Counter, n int) {
	if n > 0 {
		s.host.Count(peer, c, n)
	}
}

// attach makes a connection of a service and puts it into the table.
func (s *Stack) attach(owner core.Owner, k key, path *core.Profile) *conn {
	c := &conn{stack: s, key: k, owner: owner, alarmAt: never}
	c.tcb.init(s.configs.of(path), &s.box, k.local, k.remote, s.iss(k))
	s.of(owner).add(c)
	s.conns[k] = c
	return c
}

// detach takes a connection that is CLOSED out of the table.
func (s *Stack) detach(c *conn) {
	if s.conns[c.key] != c {
		return
	}
	delete(s.conns, c.key)
	s.of(c.owner).remove(c)
	s.forget(c.owner)
	if c.outgoing {
		s.ports.release(c.key)
	}
	c.alarm.Stop()
}

// of are the sockets of a service.
func (s *Stack) of(owner core.Owner) *sockets {
	o := s.sockets[owner]
	if o == nil {
		o = newSockets()
		s.sockets[owner] = o
	}
	return o
}

// forget drops a service that has no sockets left.
func (s *Stack) forget(owner core.Owner) {
	if s.of(owner).empty() {
		delete(s.sockets, owner)
	}
}

// issClock is how fast initial sequence numbers grow (RFC 6528, 3).
const issClock = 4 * time.Microsecond

// iss chooses an initial sequence number as RFC 6528 does: a clock plus a hash
// of the ends, so that a connection never meets numbers of its predecessor.
func (s *Stack) iss(k key) Seq {
	var d core.Digest
	d.Add(uint64(s.host.ID())<<32 | uint64(k.peer))
	d.Add(uint64(k.local)<<32 | uint64(k.remote))
	return Seq(d.Sum()>>32) + Seq(s.host.Now()/issClock)
}

// Release ends the sockets of a service: with FIN when it ended by itself, with
// RST when it was killed. Connections it had closed before end as they would.
func (s *Stack) Release(owner core.Owner, killed bool) {
	o := s.sockets[owner]
	if o == nil {
		return
	}
	for _, port := range slices.Sorted(maps.Keys(o.listeners)) {
		o.listeners[port].close()
	}
	for _, port := range slices.Sorted(maps.Keys(o.bound)) {
		o.bound[port].close()
	}
	for c := o.first; c != nil; {
		next := c.next
		if !c.closed {
			c.release(killed)
		}
		c = next
	}
}

// PowerOff forgets everything. Nothing is sent, and nothing will be.
func (s *Stack) PowerOff() {
	for _, c := range s.conns { //tidy:sorted no connection sees another
		c.closed = true
		c.tcb.finish(core.ErrClosed)
		c.alarm.Stop()
	}
	for _, l := range s.listeners { //tidy:sorted no listener sees another
		l.closed = true
	}
	for _, k := range s.bound { //tidy:sorted no socket sees another
		k.closed, k.queue = true, nil
	}
	s.conns, s.listeners, s.sockets = map[key]*conn{}, map[int]*listener{}, map[core.Owner]*sockets{}
	s.bound = map[int]*socket{}
	s.box.clear()
}

// Open counts the sockets that are not closed: listeners, those for datagrams, and
// connections short of TIME-WAIT.
func (s *Stack) Open() int {
	n := len(s.listeners) + len(s.bound)
	for _, c := range s.conns { //tidy:sorted it is a count
		if c.tcb.state != timeWait {
			n++
		}
	}
	return n
}
