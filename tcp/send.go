package tcp

import "time"

// sender is the half of a machine that sends: the SND variables of RFC 9293,
// 3.3.1 and the bytes that are not yet acknowledged.
type sender struct {
	iss       Seq
	una       Seq // oldest number not acknowledged
	next      Seq // next number to send
	window    int // what the peer takes from una on
	windowMax int // the largest it ever took
	wl1, wl2  Seq // SEQ and ACK of the segment that told the window
	mss       int
	scaled    bool  // windows are, both ways (RFC 7323, 2.2)
	shift     uint8 // of the peer's
	closing   bool  // FIN follows the queue
	finSent   bool
	queue     sendQueue
	congestion
	recovery
}

// unsent is how many bytes have never been sent; it is negative after the FIN.
func (s *sender) unsent() int { return s.queue.end().since(s.next) }

// inFlight says whether something is not acknowledged.
func (s *sender) inFlight() bool { return s.next != s.una }

// room is how many bytes the peer's window takes now; negative when it has
// shrunk.
func (s *sender) room() int { return s.window - s.next.since(s.una) }

// write queues as much of p as the buffer holds and sends what may be sent.
func (m *machine) write(now time.Duration, p []byte) int {
	s := &m.send
	n := min(len(p), m.config.SendBuffer-s.queue.size)
	if n <= 0 || s.closing || m.state == closed {
		return 0
	}
	s.queue.push(p[:n], s.unsent() > 0, m.box)
	m.transmit(now)
	return n
}

// transmit sends what may leave now: first what is lost, then what is new.
func (m *machine) transmit(now time.Duration) {
	s := &m.send
	if !m.state.sends() || s.phase == open && (s.finSent || s.unsent() == 0 && !s.closing) {
		return
	}
	if !s.inFlight() && now-s.sentAt > m.rto.timeout && !m.config.NoIdleRestart && !m.config.Simple {
		s.rested(m.config.InitialWindow * s.mss)
	}
	size, budget := m.payload(), s.cwnd-s.pipe()
	limited := false
	if s.phase != open {
		budget, limited = m.sendLost(size, budget)
	}
	if !limited {
		budget, limited = m.sendNew(now, size, budget)
	}
	if s.phase == fast && s.sack && !limited {
		budget, limited = m.sendDoubtful(size, budget)
	}
	s.used(s.cwnd-budget, limited || budget <= 0, s.una, s.next)
	if !s.inFlight() && m.rto.at == never && (s.unsent() > 0 || s.closing && !s.finSent) {
		m.armProbe(now)
	}
}

// sendLost sends again what is lost. It returns what is left of the budget, and
// whether more would have left but for that.
func (m *machine) sendLost(size, budget int) (left int, limited bool) {
	for {
		h := m.send.nextLost(size)
		switch {
		case h.size() == 0:
			return budget, false
		case h.size() > budget+1: // a FIN is no burden
			return budget, true
		}
		m.sendAgain(h)
		budget -= h.size()
	}
}

// sendNew sends what was never sent.
func (m *machine) sendNew(now time.Duration, size, budget int) (left int, limited bool) {
	for {
		n, fin := m.nextNew(size)
		switch {
		case n == 0 && !fin:
			return budget, false
		case n > budget:
			return budget, true
		}
		m.sendData(now, n, fin)
		budget -= n
	}
}

// sendDoubtful sends again what may be lost, as there is nothing better to do.
func (m *machine) sendDoubtful(size, budget int) (left int, limited bool) {
	s := &m.send
	for {
		h, rescue := s.nextDoubtful(size)
		switch {
		case h.size() == 0:
			return budget, false
		case h.size() > budget+1:
			return budget, true
		}
		resent := s.resent
		m.sendAgain(h)
		budget -= h.size()
		if rescue {
			s.rescued, s.resent = true, resent
		}
	}
}

// nextNew is how many new bytes the next segment takes, and whether FIN follows
// them.
func (m *machine) nextNew(size int) (n int, fin bool) {
	s := &m.send
	if s.finSent {
		return 0, false
	}
	unsent, room := s.unsent(), s.room()
	n = min(unsent, size, room)
	switch {
	case n < 0, n < size && s.silly(n, unsent):
		return 0, false
	case s.closing && n == unsent && room > n:
		return n, true
	case n < size && n == unsent && m.config.Nagle && s.inFlight():
		return 0, false // RFC 9293, 3.7.4
	}
	return n, false
}

// silly says whether a segment of n bytes is only small because the window is
// (RFC 9293, 3.8.6.2.1). With nothing in flight it leaves all the same.
func (s *sender) silly(n, unsent int) bool {
	return n < unsent && 2*n < s.windowMax && (n == 0 || s.inFlight())
}

// payload is how many bytes a segment takes now: SACK blocks need room too
// (RFC 6691).
func (m *machine) payload() int { return m.send.mss - m.recv.sackRoom() }

// sendData sends the next n bytes, and the FIN after them.
func (m *machine) sendData(now time.Duration, n int, fin bool) {
	s := &m.send
	seg := m.emit(ACK, s.next)
	seg.Payload = s.queue.slice(s.next, n, m.box)
	s.next = s.next.plus(n)
	if n > 0 && s.next == s.queue.end() {
		seg.Flags |= PSH
	}
	if fin {
		seg.Flags |= FIN
		s.next = s.next.plus(1)
		s.finSent = true
	}
	s.sentAt = now
	m.rto.start(now, s.next)
	if m.rto.at == never || m.rto.probe {
		m.rto.progress = now
		m.arm(now)
	}
}

// sendAgain sends once more what was sent before. Nothing of it is timed
// (Karn's rule, RFC 6298, 3).
func (m *machine) sendAgain(h Block) {
	s := &m.send
	m.box.retransmitted++
	if s.phase == fast {
		m.box.fast++
	}
	if !s.sack || h.Start.before(m.rto.timed) && m.rto.timed.atMost(h.End) {
		m.rto.timing = false
	}
	n := min(h.size(), s.queue.end().since(h.Start))
	seg := m.emit(ACK, h.Start)
	seg.Payload = s.queue.slice(h.Start, n, m.box)
	if n < h.size() {
		seg.Flags |= FIN
	}
	if n > 0 && h.End == s.next {
		seg.Flags |= PSH
	}
	s.resent = later(s.resent, h.End)
}

// sendSyn sends the SYN, or in SYN-RECEIVED the SYN,ACK.
func (m *machine) sendSyn(now time.Duration) {
	m.synSegment()
	m.send.next = m.send.iss.plus(1)
	m.rto.start(now, m.send.next)
	m.rto.progress = now
	m.arm(now)
}

func (m *machine) sendSynAgain() {
	m.box.retransmitted++
	m.rto.timing = false
	m.synSegment()
}

// synSegment offers what this end can do; in SYN-RECEIVED only what the peer
// has offered too.
func (m *machine) synSegment() {
	flags, o := SYN, Options{MSS: uint16(m.config.MSS)}
	o.SACKPermitted = m.offersSACK()
	o.Scaling, o.Scale = m.offersScaling(), shiftFor(m.config.ReceiveBuffer)
	if m.state != synSent {
		flags |= ACK
		o.SACKPermitted, o.Scaling = m.send.sack, m.send.scaled
	}
	if !o.Scaling {
		o.Scale = 0
	}
	seg := m.emit(flags, m.send.iss)
	seg.Options = o
	seg.Window = uint16(m.synWindow())
}

// probe asks for the window, or for a sign of life: a segment the peer cannot
// accept and must answer.
func (m *machine) probe() { m.emit(ACK, m.send.una-1) }

// sendAck sends the pure ACK.
func (m *machine) sendAck() { m.emit(ACK, m.send.next) }

// sendReset sends the RST that ends a connection.
func (m *machine) sendReset() { m.emit(RST|ACK, m.send.next) }

// emit sends a segment with all that is the same in each; the caller adds the
// rest. Whatever carries an ACK pays the one that is owed.
func (m *machine) emit(flags Flags, seq Seq) *Segment {
	seg := m.box.segment()
	seg.Source, seg.Target, seg.Seq, seg.Flags = m.source, m.target, seq, flags
	if flags.has(ACK) {
		seg.Ack = m.recv.next
		m.owes, m.recv.ackAt, m.recv.unacked = false, never, 0
	}
	if flags&(RST|SYN) == 0 {
		seg.Window = m.window()
		if m.recv.sackRoom() > 0 {
			seg.Options.SACK = m.recv.blocks(m.box)
		}
	}
	return seg
}
