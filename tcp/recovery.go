package tcp

import "time"

// phase is how a sender treats loss.
type phase uint8

const (
	open phase = iota // nothing is known to be lost
	fast              // duplicate ACKs have shown a loss: fast recovery (RFC 6675; without SACK 6582)
	loss              // the timer ran out: what is not SACKed goes out again, in slow start
)

// recovery is what a sender knows of loss. Without SACK the scoreboard stays
// empty, and each duplicate ACK stands for a segment that has left the network.
type recovery struct {
	phase           phase
	sack            bool // both ends permit it
	limitedTransmit bool // RFC 3042
	rescued         bool // the one rescue of this phase was sent (RFC 6675, 4, NextSeg 4)
	partial         bool // this phase has seen a partial acknowledgement
	dups            int  // duplicate ACKs since the last of something new
	left            int  // bytes that duplicate ACKs without SACK say have left the network
	recover         Seq  // once it is acknowledged the phase ends
	lost            Seq  // all before it that is not SACKed is lost
	resent          Seq  // all before it that was lost has been sent again in this phase (HighRxt)
	scoreboard      ranges
	doubt           bool // whether the timeout was needless (RFC 5682)
	newFirst        bool // what is lost waits, until that is known
	rack            rack
	tail            tail
	prr             prr
	undo            *undo   // nil: nothing to go back to
	repeats         int     // bytes sent again that no D-SACK has named
	news            arrival // what the latest ACK has brought
}

// pipe is how many bytes are in the network (RFC 6675, 4, SetPipe).
func (s *sender) pipe() int {
	if s.rack.on && (s.phase != open || s.limitedTransmit) {
		return s.rack.pipe
	}
	if s.phase == open && (len(s.scoreboard) == 0 || !s.limitedTransmit) || s.phase == fast && !s.sack {
		return max(0, s.next.since(s.una)-s.left)
	}
	n := 0
	for _, b := range [...]Block{{later(s.una, s.lost), s.next}, {s.una, s.resent}} {
		n += b.size() - s.scoreboard.inside(b)
	}
	return n
}

// learn takes the SACK blocks of an ACK and says whether any of it is news.
// A D-SACK (RFC 2883) is none: what it names is acknowledged or on the
// scoreboard already.
func (t *tcb) learn(now time.Duration, blocks []Block) bool {
	s := &t.send
	fresh := 0
	for _, b := range blocks {
		if s.una.before(b.Start) && b.Start.before(b.End) && b.End.atMost(s.next) {
			if s.rack.on {
				s.selected(now, b)
			}
			fresh += s.scoreboard.add(b)
		}
	}
	if fresh == 0 {
		return false
	}
	if t.rto.timing {
		if _, held := s.scoreboard.holding(t.rto.timed.plus(-1)); held {
			t.rto.timing = false
			t.rto.sample(now-t.rto.since, t.config)
		}
	}
	if !s.rack.on {
		s.lost = later(s.lost, s.lostBefore(t.config.DupThresh))
	}
	return true
}

// lostBefore is the number before which all that is not SACKed is lost: what
// was SACKed beyond it is DupThresh blocks, or more than one segment less than
// that (RFC 6675, 4, IsLost).
func (s *sender) lostBefore(dupThresh int) Seq {
	bytes := 0
	for i := len(s.scoreboard) - 1; i >= 0; i-- {
		b := s.scoreboard[i]
		bytes += b.size()
		if len(s.scoreboard)-i >= dupThresh || bytes > (dupThresh-1)*s.mss {
			return b.Start
		}
	}
	return s.una
}

// duplicate takes an ACK that says that something arrived, but nothing next.
func (t *tcb) duplicate(now time.Duration) {
	s := &t.send
	s.dups++
	if !s.sack {
		switch {
		case s.phase == fast:
			s.left += s.mss
		case s.phase == open && s.limitedTransmit && s.dups < t.config.DupThresh:
			s.left = min(s.dups, 2) * s.mss // limited transmit (RFC 3042)
		}
	}
	if s.phase == open && s.dups >= t.config.DupThresh && s.mayRecover() {
		t.recoverFast(now)
	}
}

// beginFast enters fast recovery when SACKs show a loss (RFC 6675, 5).
func (t *tcb) beginFast(now time.Duration) {
	s := &t.send
	if s.sack && s.phase == open && s.una.before(s.lost) && s.mayRecover() {
		t.recoverFast(now)
	}
}

// mayRecover says whether duplicate ACKs can mean a new loss. Without SACK they
// may be the echo of what a timeout has sent needlessly (RFC 6582, 4.1).
func (s *sender) mayRecover() bool {
	return s.recover.before(s.una) || s.sack && s.recover == s.una
}

// recoverFast enters fast recovery and sends the first hole again.
func (t *tcb) recoverFast(now time.Duration) {
	s := &t.send
	s.shrink(s.next.since(s.una), s.mss)
	s.cwnd = s.ssthresh
	s.enter(fast)
	if !s.sack {
		s.left = t.config.DupThresh * s.mss
	}
	t.sendAgain(now, s.hole(s.una, t.payload()))
	t.arm(now)
}

// recoverSlow begins anew after a timeout. A receiver that has SACKed the very
// next byte has thrown away what it had: then the scoreboard is worth nothing
// (RFC 6675, 5.1).
func (t *tcb) recoverSlow(now time.Duration) {
	s := &t.send
	if s.rack.on {
		t.timeoutRack(now)
		return
	}
	if t.rto.retries == 0 {
		s.shrink(s.next.since(s.una), s.mss)
	}
	s.collapse(s.mss)
	if len(s.scoreboard) > 0 && s.scoreboard[0].Start == s.una {
		s.scoreboard = nil
	}
	s.enter(loss)
	s.lost = s.next
}

func (s *sender) enter(p phase) {
	s.phase, s.recover, s.resent, s.dups, s.left = p, s.next, s.una, 0, 0
	s.rescued, s.partial = false, false
}

// progress takes an acknowledgement of so many bytes; held of them had been
// SACKed before.
func (t *tcb) progress(now time.Duration, acked, held int) {
	s := &t.send
	again := min(acked, s.resent.since(s.una.plus(-acked)))
	s.dups = 0
	s.lost, s.resent = later(s.lost, s.una), later(s.resent, s.una)
	done := s.recover.atMost(s.una)
	switch {
	case s.phase == open:
		s.left = 0
		s.congestion.acked(now, t.rto.smoothed, acked, s.mss)
		s.recover = later(s.recover, s.una.plus(-1))
	case s.phase == loss:
		s.congestion.acked(now, t.rto.smoothed, max(0, again-held), s.mss)
		if done {
			s.phase = open
		}
	case done:
		s.phase, s.left = open, 0
		if !s.sack { // no burst (RFC 6582, 3.2, step 3)
			s.cwnd = min(s.ssthresh, max(s.next.since(s.una), s.mss)+s.mss)
		}
	case !s.sack: // a partial acknowledgement shows the next hole
		s.left = max(0, s.left-acked)
		if acked >= s.mss {
			s.left += s.mss
		}
		t.sendAgain(now, s.hole(s.una, t.payload()))
	}
}

// hole is the first run from a number on that has not been SACKed, at most size
// bytes of it, and a FIN behind those.
func (s *sender) hole(from Seq, size int) Block {
	h := s.scoreboard.gap(from, s.next)
	if room := h.Start.plus(size); room.before(h.End) && !(s.finSent && room.plus(1) == s.next) {
		h.End = room
	}
	return h
}

// nextLost is what is to be sent again next; it is empty when there is nothing
// (RFC 6675, 4, NextSeg 1).
func (s *sender) nextLost(size int) Block {
	switch {
	case s.rack.on:
		return s.rack.nextLost(size, s.next, s.finSent)
	case s.phase == fast && !s.sack:
		return Block{}
	}
	h := s.hole(later(s.una, s.resent), size)
	if s.lost.atMost(h.Start) {
		return Block{}
	}
	return h
}

// nextDoubtful is what may be sent again when there is nothing better to send
// in fast recovery: a hole that is not lost yet, or once the last segment, for
// nobody would hear of its loss (RFC 6675, 4, NextSeg 3 and 4).
func (s *sender) nextDoubtful(size int) (h Block, rescue bool) {
	top := s.una
	if n := len(s.scoreboard); n > 0 {
		top = s.scoreboard[n-1].End
	}
	if h = s.hole(later(s.una, s.resent), size); h.Start.before(top) && h.size() > 0 {
		return h, false
	}
	if s.rescued || !top.before(s.next) {
		return Block{}, false
	}
	return Block{later(top, s.next.plus(-size)), s.next}, true
}
