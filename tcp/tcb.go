package tcp

import (
	"time"

	"simlua.example/core"
)

// tcb is one connection as a pure function of segments, calls and time (RFC
// 9293, 3.3.1: a transmission control block). What it sends goes to its outbox.
// It asks to be called again by deadline.
type tcb struct {
	config     *Config
	box        *outbox
	source     uint16 // port of this end
	target     uint16 // port of the peer
	state      state
	events     event // not yet taken
	ackPending bool  // a pure ACK is owed, at the end of this instant
	err        error // why it ended, nil after an orderly end
	send       sender
	recv       receiver
	rto        retransmitter
	keep       keepalive
	twoMSLAt   time.Duration // when TIME-WAIT, or FIN-WAIT-2 of a closed socket, ends (4.4BSD's timer of both)
}

// init prepares a closed tcb between two ports.
func (t *tcb) init(c *Config, box *outbox, source, target uint16, iss Seq) {
	t.config, t.box, t.source, t.target = c, box, source, target
	s := &t.send
	s.iss, s.una, s.next, s.queue.start = iss, iss, iss, iss.plus(1)
	s.recover, s.lost, s.resent, s.usedUntil, s.smallEnd = iss, iss, iss, iss, iss
	s.mss = min(c.MSS, peerMSS)
	t.rto.timeout, t.rto.at, t.twoMSLAt = c.InitialRTO, never, never
	t.recv.ackAt, t.keep.at, s.rack.at, s.tail.at = never, never, never, never
}

// open begins the handshake: CLOSED to SYN-SENT.
func (t *tcb) open(now time.Duration) {
	t.state = synSent
	t.sendSyn(now)
}

// listen waits for a peer to begin it: CLOSED to LISTEN.
func (t *tcb) listen() { t.state = listen }

// deadline is when tick wants to be called; never means that only a segment or
// the user can change anything. A deadline of now means the end of this instant.
func (t *tcb) deadline(now time.Duration) time.Duration {
	if t.ackPending {
		return now
	}
	return min(t.rto.at, t.twoMSLAt, t.recv.ackAt, t.keep.at, t.send.rack.at, t.send.tail.at)
}

// tick does what is due.
func (t *tcb) tick(now time.Duration) {
	if now >= t.twoMSLAt {
		t.finish(nil)
	}
	if now >= t.send.rack.at {
		t.reorderTimeout(now)
	}
	if now >= t.send.tail.at {
		t.sendTail(now)
	}
	if now >= t.rto.at {
		t.retry(now)
	}
	if now >= t.keep.at {
		t.keepAlive(now)
	}
	if t.ackPending || now >= t.recv.ackAt {
		t.sendAck()
	}
}

// take returns the events since the last call.
func (t *tcb) take() event {
	e := t.events
	t.events = 0
	return e
}

// closeWrite ends the stream of this side: FIN follows what was written.
func (t *tcb) closeWrite(now time.Duration) {
	if t.send.closing {
		return
	}
	t.send.closing = true
	switch t.state {
	case listen, synSent:
		t.finish(nil)
	case established:
		t.state = finWait1
	case closeWait:
		t.state = lastAck
	}
	t.transmit(now)
}

// close ends both directions. When bytes have arrived that were not read, the
// peer gets a RST, in every state in which it may still wait for something (RFC
// 2525, 2.17): it must learn that they were lost.
func (t *tcb) close(now time.Duration) {
	if t.recv.queue.size > 0 && t.state != closed && t.state != timeWait {
		t.sendReset()
		t.finish(core.ErrClosed)
		return
	}
	t.recv.readClosed = true
	t.closeWrite(now)
	if t.state == finWait2 {
		t.twoMSLAt = now + t.config.FinWait2
	}
}

// abort ends the connection at once; the peer gets a RST where RFC 9293,
// 3.10.5 wants one, and, as in Linux, where not all that was written has left.
func (t *tcb) abort() {
	switch t.state {
	case synReceived, established, finWait1, finWait2, closeWait:
		t.sendReset()
	case closing, lastAck:
		if !t.send.finSent {
			t.sendReset()
		}
	}
	t.finish(core.ErrClosed)
}

// finish enters CLOSED.
func (t *tcb) finish(err error) {
	if t.state == closed {
		return
	}
	t.state, t.err, t.ackPending = closed, err, false
	t.rto.stop()
	t.twoMSLAt, t.keep.at, t.recv.ackAt, t.send.rack.at, t.send.tail.at = never, never, never, never, never
	t.send.queue.clear()
	t.send.rack.sent, t.send.scoreboard, t.recv.reorder, t.recv.reports = sentQueue{}, nil, nil, reports{}
	t.events |= ended
}

// enterTimeWait enters TIME-WAIT, or begins it anew.
func (t *tcb) enterTimeWait(now time.Duration) {
	t.state = timeWait
	t.rto.stop()
	t.twoMSLAt, t.keep.at = now+t.config.TimeWait, never
}

// establish completes the handshake with the segment that acknowledges our SYN.
func (t *tcb) establish(now time.Duration, seg *Segment) {
	t.rto.acked(now, seg.Ack, t.config)
	if t.rto.retries > 0 {
		t.rto.timeout = synFallback
	}
	t.send.begin(t.config, t.send.mss, t.rto.retries > 0)
	t.rto.retries, t.rto.backoff = 0, 0
	t.rto.stop()
	t.keep.start(now, t.config)
	t.send.una, t.send.lost, t.send.resent = seg.Ack, seg.Ack, seg.Ack
	t.send.sentAt, t.send.limitedTransmit = now, !t.config.NoLimitedTransmit
	if t.send.sack && t.config.LossDetection != core.LossDetectionDupThresh {
		t.send.rack.begin(seg.Ack, &t.rto.estimator)
	}
	t.updateWindow(now, seg)
	t.state = established
	t.events |= connected | writable
	if t.send.closing {
		t.state = finWait1
	}
}

// newIncarnation says whether a segment in TIME-WAIT opens the next connection between
// the same ports: a SYN beyond all that was received (RFC 9293, 3.10.7.4).
func (t *tcb) newIncarnation(seg *Segment) bool {
	return t.state == timeWait && seg.Flags&(SYN|ACK|RST) == SYN && t.recv.next.before(seg.Seq)
}
