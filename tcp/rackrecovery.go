package tcp

import "time"

// What a sender does that finds losses by time (RFC 8985). Where the RFCs leave
// a choice it does as Linux; so it halves the window, not what is in flight: a
// window that is not used does not grow.

// acknowledgeRack takes what an ACK has brought: first it ends what is over, then
// it looks for losses, and then it says how much may leave.
func (t *tcb) acknowledgeRack(now time.Duration, seg *Segment) {
	s := &t.send
	b, twice := seg.cameTwice()
	twice = twice && s.needless(b)
	probe := twice && s.tail.out && s.tail.again && b.End == s.tail.end
	if s.tail.out {
		t.endTail(seg.Ack, probe, !s.news.advanced && seg.length() == 0 && len(seg.Options.SACK) == 0)
	}
	s.adapt(twice && !probe)
	t.settle()
	t.detect(now)
	t.beginRecovery()
	switch {
	case s.news.bytes == 0:
	case s.phase == fast:
		t.reduce(s.news.bytes)
	case s.news.advanced || s.rack.reordering:
		s.congestion.acked(now, t.rto.smoothed, s.news.bytes, s.mss)
	}
	if s.news.advanced || len(s.scoreboard) > 0 {
		t.armTail(now)
	}
}

// settle ends a recovery that is complete, or was needless.
func (t *tcb) settle() {
	s := &t.send
	before, done := s.phase, s.recover.atMost(s.una)
	switch {
	case t.settleUndo():
	case s.phase == fast && s.news.early && s.news.advanced && s.rack.resent == 0:
		t.takeBack() // a hole was filled by what had been late
	case s.phase == fast && done:
		s.phase, s.cwnd = open, s.ssthresh
	case s.phase == loss:
		t.settleTimeout(done)
	}
	if before != open && s.phase == open {
		s.rack.recovered()
	}
}

// settleTimeout is settle after a timeout. It was needless when anything
// arrives that was out then and has not been sent again; to find out, the first
// ACK brings out new data (F-RTO, RFC 5682, 3.1; RFC 3522 by the times at which
// we sent).
func (t *tcb) settleTimeout(done bool) {
	s := &t.send
	switch n := &s.news; {
	case n.advanced && n.early || s.doubt && n.original:
		t.takeBack()
	case done:
		s.phase = open
	case s.doubt && s.recover.before(s.next):
		s.doubt = n.advanced
	case s.doubt && n.advanced:
		s.recover = s.next
		s.doubt = s.unsent() > 0 && s.room() > 0
		s.newFirst = s.doubt
	}
}

// beginRecovery enters fast recovery when something is lost: from a recovery
// after a timeout only when that was sent again in vain.
func (t *tcb) beginRecovery() {
	s := &t.send
	if s.rack.lost == 0 || s.phase == fast || s.phase == loss && !s.news.relost {
		return
	}
	s.remember(false)
	s.shrink(s.cwnd, s.mss)
	s.prr = prr{flight: s.rack.pipe + s.rack.lost + s.news.bytes}
	s.tail.out = false
	s.enter(fast)
	t.reduce(0)
}

// reduce sets the window in fast recovery, so many bytes having arrived.
func (t *tcb) reduce(arrived int) {
	s := &t.send
	s.cwnd = s.prr.window(arrived, s.rack.pipe, s.ssthresh, s.mss, s.news.advanced && !s.news.loss)
}

// reorderTimeout looks for losses once what is late should have come.
func (t *tcb) reorderTimeout(now time.Duration) {
	t.send.news = arrival{}
	t.detect(now)
	t.beginRecovery()
	t.transmit(now)
}

// timeoutRack is what a timeout means: the window has been made smaller already
// when this is within a recovery.
func (t *tcb) timeoutRack(now time.Duration) {
	s := &t.send
	again := t.rto.retries > 0
	if s.phase == open || s.recover.atMost(s.una) || s.phase == loss && !again {
		s.remember(true)
		s.shrink(s.cwnd, s.mss)
	}
	s.doubt = s.phase == open || again
	if len(s.scoreboard) > 0 && s.scoreboard[0].Start == s.una {
		s.scoreboard = nil
		s.rack.renege()
	}
	t.loseOnTimeout(now)
	s.collapse(s.mss)
	s.cwnd += s.rack.pipe
	s.tail.out, s.tail.at = false, never
	s.enter(loss)
}

// cameTwice is the block of a segment that tells what arrived twice: it is
// acknowledged, or lies within the next (RFC 2883, 5).
func (seg *Segment) cameTwice() (Block, bool) {
	blocks := seg.Options.SACK
	if len(blocks) == 0 || !blocks[0].Start.before(blocks[0].End) {
		return Block{}, false
	}
	first := blocks[0]
	within := len(blocks) > 1 && blocks[1].Start.atMost(first.Start) && first.End.atMost(blocks[1].End)
	return first, first.End.atMost(seg.Ack) || within
}
