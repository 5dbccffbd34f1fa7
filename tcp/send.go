package tcp

import "time"

// sender is the half of a tcb that sends: the SND variables of RFC 9293,
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
	smallEnd  Seq // end of the last new segment that was not full-sized
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
func (t *tcb) write(now time.Duration, p []byte) int {
	s := &t.send
	n := min(len(p), t.config.SendBuffer-s.queue.size)
	if n <= 0 || s.closing || t.state == closed {
		return 0
	}
	s.queue.push(p[:n], s.unsent() > 0, t.box)
	t.transmit(now)
	return n
}

// transmit sends what may leave now: first what is lost, then what is new.
func (t *tcb) transmit(now time.Duration) {
	s := &t.send
	if !t.state.sends() || s.phase == open && (s.finSent || s.unsent() == 0 && !s.closing) {
		return
	}
	if !s.inFlight() && now-s.sentAt > t.rto.timeout && !t.config.NoIdleRestart && !t.config.Simple {
		s.restartIdle(now, t.rto.timeout, t.config.InitialWindow*s.mss)
	}
	size, room := t.payload(), s.cwnd-s.pipe()
	limited := false
	if s.phase != open && !s.newFirst {
		room, limited = t.sendLost(now, size, room)
	}
	s.newFirst = false
	if !limited {
		sent := s.next
		room, limited = t.sendNew(now, size, room)
		if s.rack.on && s.next != sent {
			t.armTail(now)
		}
	}
	if s.phase == fast && s.sack && !s.rack.on && !limited {
		room, limited = t.sendDoubtful(now, size, room)
	}
	s.used(s.cwnd-room, limited || room <= 0, s.una, s.next)
	if !s.inFlight() && t.rto.at == never && (s.unsent() > 0 || s.closing && !s.finSent) {
		t.armProbe(now)
	}
}

// sendLost sends again what is lost. It returns what is left of the room, and
// whether more would have left but for that.
func (t *tcb) sendLost(now time.Duration, size, room int) (left int, limited bool) {
	for {
		h := t.send.nextLost(size)
		switch {
		case h.size() == 0:
			return room, false
		case h.size() > room+1: // a FIN is no burden
			return room, true
		}
		t.sendAgain(now, h)
		room -= h.size()
	}
}

// sendNew sends what was never sent.
func (t *tcb) sendNew(now time.Duration, size, room int) (left int, limited bool) {
	for {
		n, fin := t.nextNew(size)
		switch {
		case n == 0 && !fin:
			return room, false
		case n > room:
			return room, true
		}
		t.sendData(now, n, fin)
		if n < size {
			t.send.smallEnd = t.send.next
		}
		room -= n
	}
}

// sendDoubtful sends again what may be lost, as there is nothing better to do.
func (t *tcb) sendDoubtful(now time.Duration, size, room int) (left int, limited bool) {
	s := &t.send
	for {
		h, rescue := s.nextDoubtful(size)
		switch {
		case h.size() == 0:
			return room, false
		case h.size() > room+1:
			return room, true
		}
		resent := s.resent
		t.sendAgain(now, h)
		room -= h.size()
		if rescue {
			s.rescued, s.resent = true, resent
		}
	}
}

// nextNew is how many new bytes the next segment takes, and whether FIN follows
// them.
func (t *tcb) nextNew(size int) (n int, fin bool) {
	s := &t.send
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
	case n < size && n == unsent && t.waits():
		return 0, false
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
func (t *tcb) payload() int { return t.send.mss - t.recv.sackRoom() }

// sendData sends the next n bytes, and the FIN after them.
func (t *tcb) sendData(now time.Duration, n int, fin bool) {
	s := &t.send
	seg := t.emit(ACK, s.next)
	seg.Payload = s.queue.slice(s.next, n, t.box)
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
	t.rto.start(now, s.next)
	if s.rack.on {
		s.rack.transmitted(now, s.next, s.next.since(seg.Seq))
		s.prr.out += n
	}
	if t.rto.at == never || t.rto.probe {
		t.rto.progress = now
		t.arm(now)
	}
}

// sendAgain sends once more what was sent before. Nothing of it is timed
// (Karn's rule, RFC 6298, 3).
func (t *tcb) sendAgain(now time.Duration, h Block) {
	s := &t.send
	if s.rack.on {
		s.rack.retransmitted(now, h)
		s.repeated(h.size())
		s.prr.out += h.size()
		if h.Start == s.una {
			t.arm(now)
		}
	}
	t.box.retransmitted++
	if s.phase == fast {
		t.box.fast++
	}
	if !s.sack || h.Start.before(t.rto.timed) && t.rto.timed.atMost(h.End) {
		t.rto.timing = false
	}
	n := min(h.size(), s.queue.end().since(h.Start))
	seg := t.emit(ACK, h.Start)
	seg.Payload = s.queue.slice(h.Start, n, t.box)
	if n < h.size() {
		seg.Flags |= FIN
	}
	if n > 0 && h.End == s.next {
		seg.Flags |= PSH
	}
	s.resent = later(s.resent, h.End)
}

// sendSyn sends the SYN, or in SYN-RECEIVED the SYN,ACK.
func (t *tcb) sendSyn(now time.Duration) {
	t.synSegment()
	t.send.next = t.send.iss.plus(1)
	t.rto.start(now, t.send.next)
	t.rto.progress = now
	t.arm(now)
}

func (t *tcb) sendSynAgain() {
	t.box.retransmitted++
	t.rto.timing = false
	t.synSegment()
}

// synSegment offers what this end can do; in SYN-RECEIVED only what the peer
// has offered too.
func (t *tcb) synSegment() {
	flags, o := SYN, Options{MSS: uint16(t.config.MSS)}
	o.SACKPermitted = t.offersSACK()
	o.Scaling, o.Scale = t.offersScaling(), shiftFor(t.config.ReceiveBuffer)
	if t.state != synSent {
		flags |= ACK
		o.SACKPermitted, o.Scaling = t.send.sack, t.send.scaled
	}
	if !o.Scaling {
		o.Scale = 0
	}
	seg := t.emit(flags, t.send.iss)
	seg.Options = o
	seg.Window = uint16(t.synWindow())
}

// probe asks for the window, or for a sign of life: a segment the peer cannot
// accept and must answer.
func (t *tcb) probe() { t.emit(ACK, t.send.una-1) }

// sendAck sends the pure ACK.
func (t *tcb) sendAck() { t.emit(ACK, t.send.next) }

// sendReset sends the RST that ends a connection.
func (t *tcb) sendReset() { t.emit(RST|ACK, t.send.next) }

// emit sends a segment with all that is the same in each; the caller adds the
// rest. Whatever carries an ACK pays the one that is owed.
func (t *tcb) emit(flags Flags, seq Seq) *Segment {
	seg := t.box.segment()
	seg.Source, seg.Target, seg.Seq, seg.Flags = t.source, t.target, seq, flags
	if flags.has(ACK) {
		seg.Ack = t.recv.next
		t.ackPending, t.recv.ackAt, t.recv.lastAckSent = false, never, t.recv.next
	}
	if flags&(RST|SYN) == 0 {
		seg.Window = t.window()
		if t.recv.sackRoom() > 0 {
			seg.Options.SACK = t.recv.blocks(t.box)
		}
	}
	return seg
}
