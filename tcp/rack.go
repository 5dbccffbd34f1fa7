package tcp

import "time"

// rack finds what is lost by time: a segment is lost when one that was sent
// after it has arrived, and it has not within a round trip and a reordering
// window (RFC 8985, whose names stand in the comments). What was sent again is
// judged as the rest, so that lost retransmissions are found. It needs SACK.
type rack struct {
	on         bool
	reordering bool  // RACK.reordering_seen
	inRound    bool  // RACK.dsack_round is not None
	steps      uint8 // RACK.reo_wnd_mult: quarters of minRTT in the reordering window
	persist    uint8 // RACK.reo_wnd_persist: recoveries until steps is 1 again
	sent       sentQueue
	pipe       int           // bytes in the network: neither SACKed nor lost
	lost       int           // bytes that are lost and were not sent again
	lostFrom   Seq           // nothing before it is lost
	resent     uint32        // segments that were sent more than once
	sacked     uint32        // segments that are SACKed: RACK.segs_sacked
	fack       Seq           // RACK.fack: the highest number that has arrived
	round      Seq           // RACK.dsack_round: once it is acknowledged, steps may grow again
	end        Seq           // RACK.end_seq: of all that has arrived, the end of what was sent last
	xmitAt     time.Duration // RACK.xmit_ts: when that was sent
	rtt        time.Duration // RACK.rtt: how long the last to arrive took
	minRTT     time.Duration // RACK.min_RTT
	at         time.Duration // the reordering timer; never while it is off
	oldest     time.Duration // nothing that may be found lost was sent before this
}

// arrival is what one ACK says has arrived.
type arrival struct {
	bytes    int  // for the first time: DeliveredData (RFC 9937)
	advanced bool // SND.UNA has
	original bool // something sent once, and before recover
	early    bool // something sent again, sooner than a round trip takes
	loss     bool // it shows that something is lost
	relost   bool // of that, something that was sent again
}

const (
	reorderSteps   = 254
	reorderPersist = 16 // RFC 8985, 6.2, step 4
)

// begin starts at the first number after our SYN. There may be no sample of a
// round trip yet.
func (r *rack) begin(next Seq, e *estimator) {
	r.on, r.steps, r.minRTT = true, 1, never
	if e.sampled {
		r.minRTT = e.smoothed
	}
	r.sent.start, r.lostFrom, r.fack, r.end = next, next, next, next
}

// before says whether the segment was sent before another (RACK_sent_after).
func (e *sent) before(at time.Duration, end Seq) bool {
	return e.at < at || e.at == at && e.end.before(end)
}

// transmitted notes a new segment of n numbers.
func (r *rack) transmitted(now time.Duration, end Seq, n int) {
	r.sent.push(end, now)
	r.pipe += n
}

// retransmitted notes what is sent again.
func (r *rack) retransmitted(now time.Duration, h Block) {
	r.cut(h.End)
	for i := r.cut(h.Start); i < len(r.sent.list) && r.sent.list[i].end.atMost(h.End); i++ {
		e := &r.sent.list[i]
		if e.mark.has(lost) {
			r.lost -= r.sent.size(i)
			r.pipe += r.sent.size(i)
		}
		if !e.mark.has(resent) {
			r.resent++
		}
		e.mark, e.at = resent, now
	}
	if r.lostFrom == h.Start {
		r.lostFrom = h.End
	}
}

// cut is the index of what begins with a number; it divides what lies across.
func (r *rack) cut(n Seq) int {
	i, divided := r.sent.cut(n)
	if divided && r.sent.list[i].mark.has(resent) {
		r.resent++
	}
	if divided && r.sent.list[i].mark.has(sacked) {
		r.sacked++
	}
	return i
}

// acknowledged takes what is before ack out of the queue.
func (s *sender) acknowledged(now time.Duration, ack Seq) {
	r := &s.rack
	s.news.advanced = true
	for !r.sent.empty() {
		e := &r.sent.list[r.sent.head]
		if ack.before(e.end) {
			if r.sent.start == ack {
				break
			}
			r.cut(ack)
			e = &r.sent.list[r.sent.head]
		}
		if e.mark.has(resent) {
			r.resent--
		}
		if e.mark.has(sacked) {
			r.sacked--
		} else {
			s.arrived(now, r.sent.head)
		}
		r.sent.pop()
	}
	r.lostFrom = later(r.lostFrom, ack)
}

// selected marks as SACKed what of a block is not so yet.
func (s *sender) selected(now time.Duration, b Block) {
	r := &s.rack
	for {
		h := s.scoreboard.gap(b.Start, b.End)
		if h.size() <= 0 {
			return
		}
		r.cut(h.End)
		for i := r.cut(h.Start); i < len(r.sent.list) && r.sent.list[i].end.atMost(h.End); i++ {
			s.arrived(now, i)
			e := &r.sent.list[i]
			e.mark = e.mark&^lost | sacked
			r.sacked++
		}
		b.Start = h.End
	}
}

// arrived takes in that a segment has arrived (RFC 8985, 6.2, steps 1 to 3). Of
// one that was sent again nobody knows which time; sooner than any round trip it
// was not the last.
func (s *sender) arrived(now time.Duration, i int) {
	r, n := &s.rack, s.rack.sent.size(i)
	e := &r.sent.list[i]
	if e.mark.has(lost) {
		r.lost -= n
	} else {
		r.pipe -= n
	}
	s.news.bytes += n
	rtt := now - e.at
	switch {
	case !e.mark.has(resent):
		r.reordering = r.reordering || e.end.before(r.fack)
		s.news.original = s.news.original || e.end.atMost(s.recover)
		r.minRTT = min(r.minRTT, rtt)
	case rtt < r.minRTT:
		s.news.early = true
		r.fack = later(r.fack, e.end)
		return
	}
	r.fack = later(r.fack, e.end)
	r.rtt = rtt
	if (&sent{end: r.end, at: r.xmitAt}).before(e.at, e.end) {
		r.xmitAt, r.end = e.at, e.end
	}
}

// adapt lets the reordering window grow once in a round trip in which something
// was sent again needlessly (RFC 8985, 6.2, step 4).
func (s *sender) adapt(needless bool) {
	r := &s.rack
	if r.inRound && r.round.atMost(s.una) {
		r.inRound = false
	}
	if needless && !r.inRound {
		r.inRound, r.round = true, s.next
		r.steps, r.persist = min(r.steps, reorderSteps)+1, reorderPersist
	}
}

// recovered notes the end of a recovery: after some without need for more, the
// reordering window is as small as at first.
func (r *rack) recovered() {
	if r.persist > 0 {
		r.persist--
	}
	if r.persist == 0 {
		r.steps = 1
	}
}

// reorderWindow is how long a segment may be late (RFC 8985, 6.2, step 4). While
// nothing was ever seen out of order, DupThresh segments beyond it are enough.
func (t *tcb) reorderWindow() time.Duration {
	s := &t.send
	if !s.rack.reordering && (s.phase != open || int(s.rack.sacked) >= t.config.DupThresh) {
		return 0
	}
	if s.rack.minRTT == never {
		return t.rto.smoothed
	}
	return min(time.Duration(s.rack.steps)*s.rack.minRTT/4, t.rto.smoothed)
}

// detect marks what is lost by now, and starts the reordering timer for what
// will be unless it arrives (RFC 8985, 6.2, step 5). It looks at all holes only
// when one may be lost: thousands are open where much is reordered.
func (t *tcb) detect(now time.Duration) {
	s, r := &t.send, &t.send.rack
	if r.sent.empty() || r.resent == 0 && !r.sent.list[r.sent.head].before(r.xmitAt, r.end) {
		r.at = never
		return // in order: nothing was sent before what has arrived
	}
	late := r.rtt + t.reorderWindow()
	if now < r.at && r.at != never && now-late < r.oldest {
		return
	}
	r.at, r.oldest = never, r.xmitAt
	latest := time.Duration(-1)
	for n, more := s.una, true; more; {
		h := s.scoreboard.gap(n, s.next)
		if h.size() <= 0 {
			break
		}
		latest, more = r.detectIn(h, now-late, latest, &s.news)
		n = h.End
	}
	if latest >= 0 {
		r.at = latest + late
	}
}

// detectIn is detect for a run of what is not SACKed: what was sent up to a
// moment is lost. It returns when the latest sent of the others was sent that
// are before the last to arrive, and whether there may be more behind the run.
func (r *rack) detectIn(h Block, upTo, latest time.Duration, news *arrival) (time.Duration, bool) {
	for i := r.sent.find(h.Start); i < len(r.sent.list) && r.sent.from(i).before(h.End); i++ {
		e := &r.sent.list[i]
		switch {
		case e.mark.has(lost):
		case !e.before(r.xmitAt, r.end):
			if !e.mark.has(resent) {
				return latest, false // all behind it was sent later
			}
		case e.at <= upTo:
			news.loss, news.relost = true, news.relost || e.mark.has(resent)
			r.lose(i)
		default:
			latest, r.oldest = max(latest, e.at), min(r.oldest, e.at)
		}
	}
	return latest, true
}

// lose marks a segment as lost.
func (r *rack) lose(i int) {
	n, from := r.sent.size(i), r.sent.from(i)
	if r.lost == 0 || from.before(r.lostFrom) {
		r.lostFrom = from
	}
	r.pipe -= n
	r.lost += n
	r.sent.list[i].mark |= lost
}

// loseOnTimeout marks what the retransmission timer takes for lost: the first,
// and whatever is late (RFC 8985, 6.3).
func (t *tcb) loseOnTimeout(now time.Duration) {
	r, late := &t.send.rack, t.send.rack.rtt+t.reorderWindow()
	r.at = never
	for i := r.sent.head; i < len(r.sent.list); i++ {
		e := &r.sent.list[i]
		if !e.mark.has(sacked|lost) && (i == r.sent.head || e.at+late <= now) {
			r.lose(i)
		}
	}
}

// renege forgets what the peer has SACKed: it has thrown it away (RFC 6675, 5.1).
func (r *rack) renege() {
	for i := r.sent.head; i < len(r.sent.list); i++ {
		if e := &r.sent.list[i]; e.mark.has(sacked) {
			e.mark &^= sacked
			r.pipe += r.sent.size(i)
		}
	}
	r.sacked, r.oldest = 0, 0
}

// forgive takes back what was found to be lost and was not sent again.
func (r *rack) forgive() {
	for i := r.sent.head; i < len(r.sent.list); i++ {
		r.sent.list[i].mark &^= lost
	}
	r.pipe, r.lost, r.oldest = r.pipe+r.lost, 0, 0
}

// nextLost is what is to be sent again next, at most size bytes of it, and a FIN
// behind those; it is empty when there is nothing.
func (r *rack) nextLost(size int, next Seq, finSent bool) (h Block) {
	if r.lost == 0 {
		return h
	}
	i := r.sent.find(r.lostFrom)
	for !r.sent.list[i].mark.has(lost) {
		i++
	}
	h.Start = r.sent.from(i)
	r.lostFrom, h.End = h.Start, h.Start
	for ; i < len(r.sent.list) && r.sent.list[i].mark.has(lost) && h.size() < size; i++ {
		h.End = r.sent.list[i].end
	}
	if room := h.Start.plus(size); room.before(h.End) && !(finSent && room.plus(1) == next) {
		h.End = room
	}
	return h
}
