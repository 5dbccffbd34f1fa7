package tcp

import "time"

// acknowledge takes what the peer says about our bytes (RFC 9293, 3.10.7.4,
// fifth). It says whether the segment may be processed further.
func (t *tcb) acknowledge(now time.Duration, seg *Segment) bool {
	s := &t.send
	if s.next.before(seg.Ack) || seg.Ack.before(s.una.plus(-s.windowMax)) {
		t.reply(now, seg) // of what was never sent, or too old (RFC 5961, 5.2)
		return false
	}
	s.news = arrival{}
	same := seg.Ack == s.una && s.inFlight()
	if s.una.before(seg.Ack) {
		t.advance(now, seg.Ack)
	}
	news := s.sack && len(seg.Options.SACK) > 0 && t.learn(now, seg.Options.SACK)
	switch {
	case s.rack.on:
		t.acknowledgeRack(now, seg)
	case same && (news || t.duplicates(seg)):
		t.duplicate(now)
		fallthrough
	default:
		t.beginFast(now)
	}
	if !seg.Ack.before(s.una) && (s.wl1.before(seg.Seq) || s.wl1 == seg.Seq && s.wl2.atMost(seg.Ack)) {
		t.updateWindow(now, seg)
	}
	return true
}

// duplicates says whether a segment that acknowledges nothing new is a
// duplicate ACK without SACK (RFC 5681, 2).
func (t *tcb) duplicates(seg *Segment) bool {
	s := &t.send
	return !s.sack && !t.config.Simple && seg.length() == 0 && int(seg.Window)<<s.shift == s.window
}

// advance takes a cumulative acknowledgement of something new.
func (t *tcb) advance(now time.Duration, ack Seq) {
	s := &t.send
	if t.rto.acked(now, ack, t.config) {
		t.rto.backoff = 0
	}
	acked, held := ack.since(s.una), s.scoreboard.trim(ack)
	s.una = ack
	t.rto.retries, t.rto.progress = 0, now
	if n := min(ack.since(s.queue.start), s.queue.size); n > 0 {
		s.queue.drop(n)
		t.events |= writable
	}
	partial := s.phase == fast && !s.sack && ack.before(s.recover)
	if !s.inFlight() {
		t.rto.stop()
	} else if !partial || !s.partial { // RFC 6582, 4: only the first restarts the timer
		t.arm(now)
	}
	s.partial = s.partial || partial
	switch {
	case s.rack.on:
		s.acknowledged(now, ack)
	case !t.config.Simple:
		t.progress(now, acked, held)
	}
}

// updateWindow takes the window that a segment tells. That of a SYN is never
// scaled (RFC 7323, 2.2).
func (t *tcb) updateWindow(now time.Duration, seg *Segment) {
	s := &t.send
	s.window, s.wl1, s.wl2 = int(seg.Window), seg.Seq, seg.Ack
	if !seg.Flags.has(SYN) {
		s.window <<= s.shift
	}
	s.windowMax = max(s.windowMax, s.window)
	if t.rto.probe {
		t.rto.retries = 0
		if s.window > 0 {
			t.rto.stop()
			t.rto.backoff, t.rto.progress = 0, now
		}
	}
}

// finAcked says whether the peer has acknowledged our FIN.
func (s *sender) finAcked() bool { return s.finSent && s.una == s.next }
