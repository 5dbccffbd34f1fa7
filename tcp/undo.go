package tcp

// undo is what a sender goes back to when it turns out that nothing was lost.
// D-SACKs come late: another recovery may have begun.
type undo struct {
	since    Seq  // SND.UNA when the recovery began
	late     bool // it was no timeout that began it
	resent   bool // something was sent again since then
	once     int  // bytes of that which no D-SACK has named
	cwnd     int
	ssthresh int
	cubic    cubic
	done     bool  // it was taken back
	end      Seq   // and then SND.NXT
	before   *undo // of the recovery before, while its D-SACKs may come
}

// remember keeps what the congestion window is before a loss shrinks it. What
// was sent again in a recovery that was taken back may still arrive, and be told.
func (s *sender) remember(timeout bool) {
	u := &undo{since: s.una, late: !timeout, cwnd: s.cwnd, ssthresh: s.ssthresh, before: s.undo}
	if s.cubic != nil {
		u.cubic = *s.cubic
	}
	if p := u.before; p != nil && p.done {
		u.before = p.before
		if s.una.before(p.end) {
			u.since, u.once = p.since, p.once
		}
	}
	if u.before != nil {
		u.before.before = nil
	}
	s.undo = u
}

// repeated notes that n bytes are sent again.
func (s *sender) repeated(n int) {
	s.repeats += n
	if u := s.undo; u != nil {
		u.once += n
		u.resent = true
	}
}

// needless takes a D-SACK and says whether what it names had been sent again:
// the network doubles packets too. Like Linux it counts bytes (RFC 3708, 3).
func (s *sender) needless(b Block) bool {
	if b.size() > s.repeats {
		return false
	}
	s.repeats -= b.size()
	u := s.undo
	if u != nil && b.End.atMost(u.since) {
		u = u.before
	}
	if u != nil && u.since.before(b.End) {
		u.once -= b.size()
	}
	return true
}

// allTwice says whether all that was sent again in the recovery has arrived
// twice, so that nothing was lost (RFC 3708).
func (u *undo) allTwice() bool { return u != nil && !u.done && u.resent && u.once <= 0 }

// settleUndo goes back by what D-SACKs have told, and says whether that ends the
// recovery.
func (t *tcb) settleUndo() bool {
	u := t.send.undo
	if u != nil && u.before.allTwice() { // this one then began with what that one had
		u.cwnd, u.ssthresh = max(u.cwnd, u.before.cwnd), max(u.ssthresh, u.before.ssthresh)
		u.cubic, u.before = u.before.cubic, nil
		if u.done {
			t.restore()
		}
	}
	if !u.allTwice() {
		return false
	}
	t.takeBack()
	return true
}

// takeBack ends a recovery that was needless. What was only late has come in
// another order.
func (t *tcb) takeBack() {
	s, u := &t.send, t.send.undo
	if u != nil {
		s.rack.reordering = s.rack.reordering || u.late
		u.done, u.end = true, s.next
		t.restore()
	}
	s.rack.forgive()
	s.phase, t.rto.backoff = open, 0
}

// restore sets the window to what it was (RFC 4015, 3.2; RFC 9438, 4.9).
func (t *tcb) restore() {
	s, u := &t.send, t.send.undo
	s.cwnd, s.ssthresh = max(s.cwnd, u.cwnd), max(s.ssthresh, u.ssthresh)
	if s.cubic != nil {
		*s.cubic = u.cubic
	}
}
