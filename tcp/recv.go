package tcp

import (
	"cmp"
	"time"

	"simlua.example/core"
)

// receiver is the half of a tcb that receives: the RCV variables of RFC
// 9293, 3.3.1, the bytes nobody has read and those that came too early.
type receiver struct {
	irs     Seq
	next    Seq // next number expected
	edge    Seq // right edge of the window, as the peer knows it
	shift   uint8
	queue   recvQueue
	reorder []span // beyond next; their starts grow, and so do their ends
	reports
	finAt          Seq // number of the peer's FIN, once finSeen
	finSeen        bool
	finished       bool          // all before the FIN, and the FIN, are here
	readClosed     bool          // the user has closed: nobody reads any more
	throttledUntil time.Duration // until then bare ACKs get no reply
	ackAt          time.Duration // a delayed ACK is due
	lastAckSent    Seq           // what the peer was last told (RFC 7323, 4.3)
	fullSize       int           // bytes of a full-sized segment: the largest payload so far
}

// begin takes the peer's SYN.
func (t *tcb) begin(syn *Segment) {
	r := &t.recv
	r.irs, r.next = syn.Seq, syn.Seq.plus(1)
	r.edge = r.next.plus(t.synWindow())
	r.lastAckSent, r.fullSize = r.next, min(t.config.MSS, peerMSS)
	t.send.mss = min(t.config.MSS, cmp.Or(int(syn.Options.MSS), peerMSS))
	t.send.sack = t.offersSACK() && syn.Options.SACKPermitted && r.permit(t.send.mss)
	if t.offersScaling() && syn.Options.Scaling {
		t.send.scaled = true
		r.shift = shiftFor(t.config.ReceiveBuffer)
		t.send.shift = min(syn.Options.Scale, maxShift)
	}
}

func (t *tcb) offersSACK() bool { return !t.config.NoSACK && !t.config.Simple }

func (t *tcb) offersScaling() bool { return !t.config.NoWindowScaling && !t.config.Simple }

// segment takes a segment from the peer.
func (t *tcb) segment(now time.Duration, seg *Segment) {
	t.keep.received(now, t.config)
	switch t.state {
	case closed:
		t.box.refuse(seg)
	case listen:
		t.segmentListen(now, seg)
	case synSent:
		t.segmentSynSent(now, seg)
	default:
		t.segmentSynchronized(now, seg)
	}
}

// segmentListen is RFC 9293, 3.10.7.2.
func (t *tcb) segmentListen(now time.Duration, seg *Segment) {
	switch {
	case seg.Flags.has(ACK):
		t.box.refuse(seg)
	case seg.Flags.has(RST) || !seg.Flags.has(SYN):
	default:
		t.begin(seg)
		t.state = synReceived
		t.sendSyn(now)
	}
}

// segmentSynSent is RFC 9293, 3.10.7.3.
func (t *tcb) segmentSynSent(now time.Duration, seg *Segment) {
	acked := seg.Flags.has(ACK)
	switch {
	case acked && seg.Ack != t.send.next:
		t.box.refuse(seg)
		t.hurry(now)
	case seg.Flags.has(RST):
		if acked {
			t.finish(core.ErrRefused)
		}
	case !seg.Flags.has(SYN):
	case acked:
		t.begin(seg)
		t.establish(now, seg)
		t.ackPending = true
		t.transmit(now)
	default: // both ends opened at the same time
		t.begin(seg)
		t.state = synReceived
		t.sendSyn(now)
	}
}

// segmentSynchronized is RFC 9293, 3.10.7.4 with the checks of RFC 5961.
func (t *tcb) segmentSynchronized(now time.Duration, seg *Segment) {
	switch {
	case t.state == synReceived && seg.Flags&(SYN|ACK) == SYN && seg.Seq == t.recv.irs:
		t.sendSynAgain() // our SYN,ACK was lost
	case t.state == synReceived && seg.Flags&(SYN|ACK|RST) == SYN|ACK && seg.Seq == t.recv.irs && seg.Ack == t.send.next:
		t.establish(now, seg) // both ends opened at the same time
		t.ackPending = true
		t.transmit(now)
	case !t.recv.acceptable(seg):
		t.unacceptable(now, seg)
	case seg.Flags.has(RST):
		t.reset(seg)
	case seg.Flags.has(SYN):
		t.sendAck() // a challenge (RFC 5961, 4.2)
	case !seg.Flags.has(ACK):
	case t.state == synReceived && seg.Ack != t.send.next:
		t.box.refuse(seg)
	default:
		t.proceed(now, seg)
	}
}

// proceed takes the acknowledgement, the text and the FIN of a segment that
// passed every check.
func (t *tcb) proceed(now time.Duration, seg *Segment) {
	if t.state == synReceived {
		t.establish(now, seg)
	} else if !t.acknowledge(now, seg) {
		return
	}
	if t.send.finAcked() {
		t.finAcked(now)
	}
	if t.state.receives() {
		t.noteFin(seg)
		t.text(now, seg)
		t.fin(now, seg)
	}
	t.transmit(now)
}

// finAcked moves on after the peer has acknowledged our FIN.
func (t *tcb) finAcked(now time.Duration) {
	switch t.state {
	case finWait1:
		t.state = finWait2
		if t.recv.readClosed {
			t.twoMSLAt = now + t.config.FinWait2
		}
	case closing:
		t.enterTimeWait(now)
	case lastAck:
		t.finish(nil)
	}
}

// unacceptable answers a segment from outside the window.
func (t *tcb) unacceptable(now time.Duration, seg *Segment) {
	if seg.Flags.has(RST) {
		return
	}
	if t.state == timeWait && seg.Flags.has(FIN) {
		t.enterTimeWait(now)
	}
	if n := len(seg.Payload); n > 0 && seg.Seq.before(t.recv.next) {
		t.recv.dsack = Block{seg.Seq, earlier(seg.Seq.plus(n), t.recv.next)}
	}
	t.reply(now, seg)
}

// reply says where we are. Bare ACKs get a reply only now and then, or two
// ends that disagree would answer each other for ever (RFC 5961, 7). A probe of
// a keepalive or of a window, one number too early, always gets one.
func (t *tcb) reply(now time.Duration, seg *Segment) {
	if probe := seg.Seq == t.recv.next-1; seg.length() == 0 && !probe {
		if now < t.recv.throttledUntil {
			return
		}
		t.recv.throttledUntil = now + ackThrottle
	}
	t.sendAck()
}

// reset takes a RST that lies in the window. Only the exact number is
// believed; any other is challenged (RFC 5961, 3.2).
func (t *tcb) reset(seg *Segment) {
	switch {
	case seg.Seq != t.recv.next:
		t.sendAck()
	case t.state == synReceived:
		t.finish(core.ErrRefused)
	case t.state == timeWait:
		if !t.config.IgnoreTimeWaitReset {
			t.finish(nil)
		}
	default:
		t.finish(core.ErrReset)
	}
}

// text takes the part of the payload that is new and lies in the window. In
// order, it owes an ACK; too early, it is kept and acknowledged at once.
func (t *tcb) text(now time.Duration, seg *Segment) {
	r := &t.recv
	start, data := seg.Seq, seg.Payload
	r.fullSize = max(r.fullSize, min(len(data), t.config.MSS))
	if old := r.next.since(start); old > 0 && len(data) > 0 {
		old = min(old, len(data))
		r.dsack = Block{start, start.plus(old)}
		start, data = r.next, data[old:]
	}
	if room := r.edge.since(start); len(data) > room {
		data = data[:max(0, room)]
	}
	switch {
	case len(data) == 0:
		return
	case r.readClosed:
		t.sendReset()
		t.finish(core.ErrReset)
	case start == r.next:
		if t.ackDue() {
			t.sendAck()
		}
		filled, twice := len(r.reorder) > 0, r.cameTwice(Block{start, start.plus(len(data))})
		r.append(data)
		r.drain()
		t.events |= readable
		t.scheduleAck(now, filled)
		if twice {
			t.sendAck()
		}
	default:
		if r.keep(start, data) {
			t.box.reordered++
		}
		end := start.plus(len(data))
		if r.finSeen && end == r.finAt && seg.Flags.has(FIN) {
			end = end.plus(1)
		}
		r.queueOutOfOrder(Block{start, end})
		t.sendAck()
	}
}

// scheduleAck sees to the ACK for a segment in order: at the end of this instant, or, as
// DelayedAck says, later.
func (t *tcb) scheduleAck(now time.Duration, atOnce bool) {
	if t.config.DelayedAck == 0 || atOnce || t.ackDue() {
		t.ackPending = true
	} else if t.recv.ackAt == never {
		t.recv.ackAt = now + t.config.DelayedAck
	}
}

// ackDue says whether more than one full-sized segment is not acknowledged.
// The ACK then leaves in this instant, and before another segment is taken, so
// that every second full-sized segment has its own (RFC 5681, 4.2; as in Linux
// small segments count by their bytes).
func (t *tcb) ackDue() bool { return t.recv.next.since(t.recv.lastAckSent) > t.recv.fullSize }

// noteFin notes the number of the peer's FIN, when it lies in the window.
func (t *tcb) noteFin(seg *Segment) {
	r := &t.recv
	if at := seg.Seq.plus(len(seg.Payload)); seg.Flags.has(FIN) && r.next.atMost(at) && at.before(r.edge) {
		r.finSeen, r.finAt = true, at
	}
}

// fin takes the peer's FIN, once everything before it is here. One that comes
// early takes part in SACK with its number, as in Linux.
func (t *tcb) fin(now time.Duration, seg *Segment) {
	r := &t.recv
	if r.finSeen && seg.Flags.has(FIN) && len(seg.Payload) == 0 && r.next.before(r.finAt) {
		r.queueOutOfOrder(Block{r.finAt, r.finAt.plus(1)})
		t.sendAck()
	}
	if !r.finSeen || r.finAt != r.next || t.state == closed {
		return
	}
	r.next = r.next.plus(1)
	r.caughtUp(r.next)
	r.finished = true
	t.ackPending = true
	t.events |= readable
	switch t.state {
	case established:
		t.state = closeWait
	case finWait1:
		t.state = closing
	case finWait2:
		t.enterTimeWait(now)
	}
}
