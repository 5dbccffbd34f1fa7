package tcp

import "time"

// sender is the half of a machine that sends: the SND variables of RFC 9293,
// 3.3.1 and the bytes that are not yet acknowledged.
type sender struct {
	iss       Seq
	una       Seq // oldest number not acknowledged
	next      Seq // next number to send
	base      Seq // of the first byte in queue
	window    int // what the peer takes from una on
	windowMax int // the largest it ever took
	wl1, wl2  Seq // SEQ and ACK of the segment that told the window
	mss       int
	queue     sendQueue

	closing    bool // FIN follows the queue
	finSent    bool
	recovering bool // after a timeout, until recover is acknowledged
	recover    Seq
	resent     Seq // end of what was last sent again
}

// unsent is how many bytes have never been sent.
func (s *sender) unsent() int { return s.queue.size - s.next.since(s.base) }

// inFlight says whether something is not acknowledged.
func (s *sender) inFlight() bool { return s.next != s.una }

// room is how many bytes may be sent now; negative when a window has shrunk.
// The window of the peer is one bound; a congestion window is another.
func (s *sender) room() int { return s.window - s.next.since(s.una) }

// write queues as much of p as the buffer holds and sends what may be sent.
func (m *machine) write(now time.Duration, p []byte) int {
	n := min(len(p), m.config.SendBuffer-m.send.queue.size)
	if n <= 0 || m.send.closing || m.state == closed {
		return 0
	}
	m.send.queue.push(p[:n], m.box)
	m.transmit(now)
	return n
}

// transmit sends what is new and may leave now.
func (m *machine) transmit(now time.Duration) {
	if !m.state.sends() {
		return
	}
	s := &m.send
	for !s.finSent {
		unsent := s.unsent()
		n := min(unsent, s.mss, s.room())
		if n < 0 || s.silly(n, unsent) {
			break
		}
		fin := s.closing && n == unsent && s.room() > n
		if n == 0 && !fin {
			break
		}
		m.sendData(now, n, fin)
	}
	if !s.inFlight() && m.rto.at == never && (s.unsent() > 0 || s.closing && !s.finSent) {
		m.armProbe(now)
	}
}

// silly says whether a segment of n bytes is only small because the window is
// (RFC 9293, 3.8.6.2.1). With nothing in flight it leaves all the same.
func (s *sender) silly(n, unsent int) bool {
	return n < s.mss && n < unsent && 2*n < s.windowMax && (n == 0 || s.inFlight())
}

// sendData sends the next n bytes, and the FIN after them.
func (m *machine) sendData(now time.Duration, n int, fin bool) {
	s := &m.send
	seg := m.emit(ACK, s.next)
	seg.Payload = s.queue.next(n, m.box)
	s.next = s.next.plus(n)
	if n > 0 && s.unsent() == 0 {
		seg.Flags |= PSH
	}
	if fin {
		seg.Flags |= FIN
		s.next = s.next.plus(1)
		s.finSent = true
	}
	m.rto.start(now, s.next)
	if m.rto.at == never || m.rto.probe {
		m.arm(now)
	}
}

// sendSyn sends the SYN, or in SYN-RECEIVED the SYN,ACK.
func (m *machine) sendSyn(now time.Duration) {
	m.synSegment()
	m.send.next = m.send.iss.plus(1)
	m.rto.start(now, m.send.next)
	m.arm(now)
}

func (m *machine) synSegment() {
	flags := SYN
	if m.state != synSent {
		flags |= ACK
	}
	seg := m.emit(flags, m.send.iss)
	seg.Options.MSS = uint16(m.config.MSS)
}

// resend sends the oldest segment that is not acknowledged once more.
func (m *machine) resend() {
	s := &m.send
	m.box.retransmitted++
	m.rto.timing = false
	if m.state == synSent || m.state == synReceived {
		m.synSegment()
		return
	}
	sent := min(s.next.since(s.base), s.queue.size)
	n := min(sent, s.mss)
	seg := m.emit(ACK, s.base)
	seg.Payload = s.queue.first(n, m.box)
	if s.finSent && n == s.queue.size {
		seg.Flags |= FIN
	}
	s.resent = seg.Seq.plus(n + int(seg.Flags&FIN))
	if n > 0 && n == sent {
		seg.Flags |= PSH
	}
}

// probe asks for the window: a segment the peer cannot accept and must answer.
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
		m.owes = false
	}
	if !flags.has(RST) {
		seg.Window = m.window()
	}
	return seg
}

// acknowledge takes what the peer says about our bytes (RFC 9293, 3.10.7.4,
// fifth). It says whether the segment may be processed further.
func (m *machine) acknowledge(now time.Duration, seg *Segment) bool {
	s := &m.send
	switch {
	case s.next.before(seg.Ack), seg.Ack.before(s.una.plus(-s.windowMax)):
		m.reply(now, seg) // of what was never sent, or too old (RFC 5961, 5.2)
		return false
	case s.una.before(seg.Ack):
		m.advance(now, seg.Ack)
	}
	if s.wl1.before(seg.Seq) || s.wl1 == seg.Seq && s.wl2.atMost(seg.Ack) {
		m.updateWindow(seg)
	}
	return true
}

// advance takes a cumulative acknowledgement of something new.
func (m *machine) advance(now time.Duration, ack Seq) {
	s := &m.send
	if m.rto.acked(now, ack, m.config) {
		m.rto.backoff = 0
	}
	s.una = ack
	m.rto.retries = 0
	if n := min(ack.since(s.base), s.queue.size); n > 0 {
		s.queue.drop(n)
		s.base = s.base.plus(n)
		m.events |= writable
	}
	if !s.inFlight() {
		m.rto.stop()
	} else {
		m.arm(now)
	}
	switch {
	case !s.recovering:
	case s.recover.atMost(ack):
		s.recovering = false
	case s.resent.atMost(ack):
		m.resend() // a partial acknowledgement shows the next hole (RFC 6582, 3.2)
	}
}

// updateWindow takes the window that a segment tells.
func (m *machine) updateWindow(seg *Segment) {
	s := &m.send
	s.window, s.wl1, s.wl2 = int(seg.Window), seg.Seq, seg.Ack
	s.windowMax = max(s.windowMax, s.window)
	if m.rto.probe {
		m.rto.retries = 0
		if s.window > 0 {
			m.rto.stop()
			m.rto.backoff = 0
		}
	}
}

// finAcked says whether the peer has acknowledged our FIN.
func (s *sender) finAcked() bool { return s.finSent && s.una == s.next }
