package tcp

// undo is what a sender goes back to when it turns out that nothing was lost.
type undo struct {
	since    Seq  // SND.UNA when the recovery began
	late     bool // it was no timeout that began it
	resent   bool // something was sent again since then
	once     int  // bytes of that which no D-SACK has named
	cwnd     int
	ssthresh int
	cubic    cubic
}

// remember keeps what the congestion window is before a loss shrinks it.
func (s *sender) remember(timeout bool) {
	s.undo = &undo{since: s.una, late: !timeout, cwnd: s.cwnd, ssthresh: s.ssthresh}
	if s.cubic != nil {
		s.undo.cubic = *s.cubic
	}
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
	if u := s.undo; u != nil && u.since.before(b.End) {
		u.once -= b.size()
	}
	return true
}

// allTwice says whether all that was sent again since the recovery began has
// arrived twice, so that nothing was lost (RFC 3708).
func (s *sender) allTwice() bool { return s.undo != nil && s.undo.resent && s.undo.once <= 0 }

// takeBack ends a recovery that was needless, and restores the window (RFC 4015,
// 3.2; RFC 9438, 4.9). What was only late has come in another order.
func (t *tcb) takeBack() {
	s, u := &t.send, t.send.undo
	if u != nil {
		s.cwnd, s.ssthresh = max(s.cwnd, u.cwnd), max(s.ssthresh, u.ssthresh)
		s.rack.reordering = s.rack.reordering || u.late
		if s.cubic != nil {
			*s.cubic = u.cubic
		}
	}
	s.rack.forgive()
	s.phase, s.undo, t.rto.backoff = open, nil, 0
}
