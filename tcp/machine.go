package tcp

import (
	"time"

	"simlua/core"
)

// machine is one connection as a pure function of segments, calls and time.
// What it sends goes to its outbox. It asks to be called again by deadline.
type machine struct {
	config *Config
	box    *outbox
	source uint16 // port of this end
	target uint16 // port of the peer
	state  state
	events event // not yet taken
	owes   bool  // a pure ACK, at the end of this instant
	err    error // why it ended, nil after an orderly end
	send   sender
	recv   receiver
	rto    retransmitter
	keep   keepalive
	life   time.Duration // when TIME-WAIT or FIN-WAIT-2 ends; never otherwise
}

// init prepares a closed machine between two ports.
func (m *machine) init(c *Config, box *outbox, source, target uint16, iss Seq) {
	m.config, m.box, m.source, m.target = c, box, source, target
	s := &m.send
	s.iss, s.una, s.next, s.queue.start = iss, iss, iss, iss.plus(1)
	s.recover, s.lost, s.resent, s.usedUntil = iss, iss, iss, iss
	s.mss = min(c.MSS, peerMSS)
	m.rto.timeout, m.rto.at, m.life = c.InitialRTO, never, never
	m.recv.ackAt, m.keep.at = never, never
}

// open begins the handshake: CLOSED to SYN-SENT.
func (m *machine) open(now time.Duration) {
	m.state = synSent
	m.sendSyn(now)
}

// listen waits for a peer to begin it: CLOSED to LISTEN.
func (m *machine) listen() { m.state = listen }

// deadline is when tick wants to be called; never means that only a segment or
// the user can change anything. A deadline of now means the end of this instant.
func (m *machine) deadline(now time.Duration) time.Duration {
	if m.owes {
		return now
	}
	return min(m.rto.at, m.life, m.recv.ackAt, m.keep.at)
}

// tick does what is due.
func (m *machine) tick(now time.Duration) {
	if now >= m.life {
		m.finish(nil)
	}
	if now >= m.rto.at {
		m.retry(now)
	}
	if now >= m.keep.at {
		m.keepAlive(now)
	}
	if m.owes || now >= m.recv.ackAt {
		m.sendAck()
	}
}

// take returns the events since the last call.
func (m *machine) take() event {
	e := m.events
	m.events = 0
	return e
}

// closeWrite ends the stream of this side: FIN follows what was written.
func (m *machine) closeWrite(now time.Duration) {
	if m.send.closing {
		return
	}
	m.send.closing = true
	switch m.state {
	case listen, synSent:
		m.finish(nil)
	case established:
		m.state = finWait1
	case closeWait:
		m.state = lastAck
	}
	m.transmit(now)
}

// close ends both directions. Bytes that arrived and were not read make it an
// abort (RFC 2525, 2.17): the peer must learn that they were lost.
func (m *machine) close(now time.Duration) {
	if m.recv.queue.size > 0 && m.state != closed {
		m.abort()
		return
	}
	m.recv.deaf = true
	m.closeWrite(now)
	if m.state == finWait2 {
		m.life = now + m.config.FinWait2
	}
}

// abort ends the connection at once; the peer gets a RST where RFC 9293,
// 3.10.5 wants one.
func (m *machine) abort() {
	switch m.state {
	case synReceived, established, finWait1, finWait2, closeWait:
		m.sendReset()
	}
	m.finish(core.ErrClosed)
}

// finish enters CLOSED.
func (m *machine) finish(err error) {
	if m.state == closed {
		return
	}
	m.state, m.err, m.owes = closed, err, false
	m.rto.stop()
	m.life, m.keep.at, m.recv.ackAt = never, never, never
	m.send.queue.clear()
	m.send.scoreboard, m.recv.reorder, m.recv.reports = nil, nil, reports{}
	m.events |= ended
}

// linger enters TIME-WAIT, or begins it anew.
func (m *machine) linger(now time.Duration) {
	m.state = timeWait
	m.rto.stop()
	m.life, m.keep.at = now+m.config.TimeWait, never
}

// establish completes the handshake with the segment that acknowledges our SYN.
func (m *machine) establish(now time.Duration, seg *Segment) {
	m.rto.acked(now, seg.Ack, m.config)
	if m.rto.retries > 0 {
		m.rto.timeout = synFallback
	}
	m.send.begin(m.config, m.send.mss, m.rto.retries > 0)
	m.rto.retries, m.rto.backoff = 0, 0
	m.rto.stop()
	m.keep.start(now, m.config)
	m.send.una, m.send.lost, m.send.resent = seg.Ack, seg.Ack, seg.Ack
	m.send.sentAt, m.send.limitedTransmit = now, !m.config.NoLimitedTransmit
	m.updateWindow(now, seg)
	m.state = established
	m.events |= connected | writable
	if m.send.closing {
		m.state = finWait1
	}
}

// reborn says whether a segment in TIME-WAIT opens the next connection between
// the same ports: a SYN beyond all that was received (RFC 9293, 3.10.7.4).
func (m *machine) reborn(seg *Segment) bool {
	return m.state == timeWait && seg.Flags&(SYN|ACK|RST) == SYN && m.recv.next.before(seg.Seq)
}
