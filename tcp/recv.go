package tcp

import (
	"cmp"
	"time"

	"simlua/core"
)

// receiver is the half of a machine that receives: the RCV variables of RFC
// 9293, 3.3.1, the bytes nobody has read and those that came too early.
type receiver struct {
	irs     Seq
	next    Seq // next number expected
	edge    Seq // right edge of the window, as the peer knows it
	shift   uint8
	queue   recvQueue
	reorder []span // beyond next; their starts grow, and so do their ends
	reports
	finAt    Seq // number of the peer's FIN, once finSeen
	finSeen  bool
	finished bool          // all before the FIN, and the FIN, are here
	deaf     bool          // the user has closed: nobody reads any more
	quiet    time.Duration // until then bare ACKs get no reply
	ackAt    time.Duration // a delayed ACK is due
	unacked  int           // segments in order since the last ACK
}

// begin takes the peer's SYN.
func (m *machine) begin(syn *Segment) {
	r := &m.recv
	r.irs, r.next = syn.Seq, syn.Seq.plus(1)
	r.edge = r.next.plus(m.synWindow())
	m.send.mss = min(m.config.MSS, cmp.Or(int(syn.Options.MSS), peerMSS))
	m.send.sack = m.offersSACK() && syn.Options.SACKPermitted && r.permit(m.send.mss)
	if m.offersScaling() && syn.Options.Scaling {
		m.send.scaled = true
		r.shift = shiftFor(m.config.ReceiveBuffer)
		m.send.shift = min(syn.Options.Scale, maxShift)
	}
}

func (m *machine) offersSACK() bool { return !m.config.NoSACK && !m.config.Simple }

func (m *machine) offersScaling() bool { return !m.config.NoWindowScaling && !m.config.Simple }

// segment takes a segment from the peer.
func (m *machine) segment(now time.Duration, seg *Segment) {
	m.keep.hear(now, m.config)
	switch m.state {
	case closed:
		m.box.refuse(seg)
	case listen:
		m.segmentListen(now, seg)
	case synSent:
		m.segmentSynSent(now, seg)
	default:
		m.segmentSynchronized(now, seg)
	}
}

// segmentListen is RFC 9293, 3.10.7.2.
func (m *machine) segmentListen(now time.Duration, seg *Segment) {
	switch {
	case seg.Flags.has(ACK):
		m.box.refuse(seg)
	case seg.Flags.has(RST) || !seg.Flags.has(SYN):
	default:
		m.begin(seg)
		m.state = synReceived
		m.sendSyn(now)
	}
}

// segmentSynSent is RFC 9293, 3.10.7.3.
func (m *machine) segmentSynSent(now time.Duration, seg *Segment) {
	acked := seg.Flags.has(ACK)
	switch {
	case acked && seg.Ack != m.send.next:
		m.box.refuse(seg)
	case seg.Flags.has(RST):
		if acked {
			m.finish(core.ErrRefused)
		}
	case !seg.Flags.has(SYN):
	case acked:
		m.begin(seg)
		m.establish(now, seg)
		m.owes = true
		m.transmit(now)
	default: // both ends opened at the same time
		m.begin(seg)
		m.state = synReceived
		m.sendSyn(now)
	}
}

// segmentSynchronized is RFC 9293, 3.10.7.4 with the checks of RFC 5961.
func (m *machine) segmentSynchronized(now time.Duration, seg *Segment) {
	switch {
	case m.state == synReceived && seg.Flags&(SYN|ACK) == SYN && seg.Seq == m.recv.irs:
		m.sendSynAgain() // our SYN,ACK was lost
	case m.state == synReceived && seg.Flags&(SYN|ACK|RST) == SYN|ACK && seg.Seq == m.recv.irs && seg.Ack == m.send.next:
		m.establish(now, seg) // both ends opened at the same time
		m.owes = true
		m.transmit(now)
	case !m.recv.acceptable(seg):
		m.unacceptable(now, seg)
	case seg.Flags.has(RST):
		m.reset(seg)
	case seg.Flags.has(SYN):
		m.sendAck() // a challenge (RFC 5961, 4.2)
	case !seg.Flags.has(ACK):
	case m.state == synReceived && seg.Ack != m.send.next:
		m.box.refuse(seg)
	default:
		m.proceed(now, seg)
	}
}

// proceed takes the acknowledgement, the text and the FIN of a segment that
// passed every check.
func (m *machine) proceed(now time.Duration, seg *Segment) {
	if m.state == synReceived {
		m.establish(now, seg)
	} else if !m.acknowledge(now, seg) {
		return
	}
	if m.send.finAcked() {
		m.finAcked(now)
	}
	if m.state.receives() {
		m.text(now, seg)
		m.fin(now, seg)
	}
	m.transmit(now)
}

// finAcked moves on after the peer has acknowledged our FIN.
func (m *machine) finAcked(now time.Duration) {
	switch m.state {
	case finWait1:
		m.state = finWait2
		if m.recv.deaf {
			m.life = now + m.config.FinWait2
		}
	case closing:
		m.linger(now)
	case lastAck:
		m.finish(nil)
	}
}

// unacceptable answers a segment from outside the window.
func (m *machine) unacceptable(now time.Duration, seg *Segment) {
	if seg.Flags.has(RST) {
		return
	}
	if m.state == timeWait && seg.Flags.has(FIN) {
		m.linger(now)
	}
	if n := len(seg.Payload); n > 0 && seg.Seq.plus(n).atMost(m.recv.next) {
		m.recv.twice = Block{seg.Seq, seg.Seq.plus(n)}
	}
	m.reply(now, seg)
}

// reply says where we are. Bare ACKs get a reply only now and then, or two
// ends that disagree would answer each other for ever (RFC 5961, 7).
func (m *machine) reply(now time.Duration, seg *Segment) {
	if seg.length() == 0 {
		if now < m.recv.quiet {
			return
		}
		m.recv.quiet = now + replyEvery
	}
	m.sendAck()
}

// reset takes a RST that lies in the window. Only the exact number is
// believed; any other is challenged (RFC 5961, 3.2).
func (m *machine) reset(seg *Segment) {
	switch {
	case seg.Seq != m.recv.next:
		m.sendAck()
	case m.state == synReceived:
		m.finish(core.ErrRefused)
	case m.state == timeWait:
		if !m.config.IgnoreTimeWaitReset {
			m.finish(nil)
		}
	default:
		m.finish(core.ErrReset)
	}
}

// text takes the part of the payload that is new and lies in the window. In
// order, it owes an ACK; too early, it is kept and acknowledged at once.
func (m *machine) text(now time.Duration, seg *Segment) {
	r := &m.recv
	start, data := seg.Seq, seg.Payload
	if old := r.next.since(start); old > 0 && len(data) > 0 {
		old = min(old, len(data))
		r.twice = Block{start, start.plus(old)}
		start, data = r.next, data[old:]
	}
	if room := r.edge.since(start); len(data) > room {
		data = data[:max(0, room)]
	}
	switch {
	case len(data) == 0:
		return
	case r.deaf:
		m.sendReset()
		m.finish(core.ErrReset)
	case start == r.next:
		filled := len(r.reorder) > 0
		r.append(data)
		r.drain()
		m.events |= readable
		m.oweAck(now, filled)
	default:
		if r.keep(start, data) {
			m.box.reordered++
		}
		r.cameEarly(Block{start, start.plus(len(data))})
		m.sendAck()
	}
}

// oweAck owes an ACK for a segment in order: at the end of this instant, or, as
// DelayedAck says, with the next segment at the latest (RFC 5681, 4.2).
func (m *machine) oweAck(now time.Duration, atOnce bool) {
	r := &m.recv
	if r.unacked++; m.config.DelayedAck == 0 || atOnce || r.unacked >= 2 {
		m.owes = true
	} else if r.ackAt == never {
		r.ackAt = now + m.config.DelayedAck
	}
}

// fin takes the peer's FIN, once everything before it is here.
func (m *machine) fin(now time.Duration, seg *Segment) {
	r := &m.recv
	if at := seg.Seq.plus(len(seg.Payload)); seg.Flags.has(FIN) && at.before(r.edge) {
		r.finSeen, r.finAt = true, at
		if at != r.next && len(seg.Payload) == 0 {
			m.sendAck()
		}
	}
	if !r.finSeen || r.finAt != r.next || m.state == closed {
		return
	}
	r.next = r.next.plus(1)
	r.finished = true
	m.owes = true
	m.events |= readable
	switch m.state {
	case established:
		m.state = closeWait
	case finWait1:
		m.state = closing
	case finWait2:
		m.linger(now)
	}
}
