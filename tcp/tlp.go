package tcp

import "time"

// tail asks for a sign of life when acknowledgements stop: the last segment of a
// flight has none behind it whose arrival would show its loss (Tail Loss Probe,
// RFC 8985, 7).
type tail struct {
	at    time.Duration // when the probe leaves; never while it is off
	out   bool          // one did: TLP.end_seq is not None
	end   Seq           // TLP.end_seq: SND.NXT when it did
	again bool          // TLP.is_retrans: it was no new data
}

// probeMin is the least wait, as in Linux (TCP_TIMEOUT_MIN, two jiffies).
const probeMin = 2 * time.Millisecond

// armTail starts the probe's timer, unless a loss is known or a probe is out. It
// never runs longer than the retransmission timer (7.2). Where one segment is in
// flight its ACK may be delayed; as in Linux by MinRTO at most.
func (t *tcb) armTail(now time.Duration) {
	s := &t.send
	s.tail.at = never
	if s.tail.out || s.phase != open || len(s.scoreboard) > 0 || s.rack.sent.empty() {
		return
	}
	wait := t.config.InitialRTO
	if t.rto.sampled {
		wait = max(2*t.rto.smoothed, probeMin)
		if s.rack.sent.length() == 1 {
			wait += t.config.MinRTO
		}
	}
	s.tail.at = min(now+wait, t.rto.at)
}

// sendTail sends the probe: new data or, where there is none, the last segment
// again (7.3).
func (t *tcb) sendTail(now time.Duration) {
	s := &t.send
	size := t.payload()
	n, fin := t.nextNew(size)
	s.tail.again = n == 0 && !fin
	if s.tail.again {
		last := s.rack.sent.from(len(s.rack.sent.list) - 1)
		t.sendAgain(now, Block{later(last, s.next.plus(-size)), s.next})
	} else {
		t.sendData(now, n, fin)
		if n < size {
			s.smallEnd = s.next
		}
	}
	s.tail.at, s.tail.out, s.tail.end = never, true, s.next
	t.arm(now)
}

// endTail takes an ACK for what it says about a probe: that all has arrived
// before it, or that the probe has repaired a loss. Then the window shrinks as
// after any (7.4).
func (t *tcb) endTail(ack Seq, twice, bare bool) {
	s := &t.send
	switch p := &s.tail; {
	case !p.out || ack.before(p.end):
	case !p.again || twice || ack == p.end && bare:
		p.out = false
	case p.end.before(ack):
		p.out = false
		s.shrink(s.cwnd, s.mss)
		s.cwnd = s.ssthresh
	}
}
