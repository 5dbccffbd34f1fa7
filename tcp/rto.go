package tcp

import (
	"time"

	"simlua.example/core"
)

// never is the deadline of a timer that is off.
const never = core.EndOfTime

// estimator knows how long a round trip takes (RFC 6298).
type estimator struct {
	smoothed  time.Duration // SRTT
	variation time.Duration // RTTVAR
	sampled   bool          // there has been a sample
	timeout   time.Duration // RTO, without backoff
	timing    bool          // a segment is being timed
	timed     Seq           // its end: the ACK that completes the sample
	since     time.Duration
}

// start times the segment that ends before end, unless one is timed already.
func (e *estimator) start(now time.Duration, end Seq) {
	if !e.timing {
		e.timing, e.timed, e.since = true, end, now
	}
}

// acked completes the sample when ack covers the timed segment; it says
// whether it did.
func (e *estimator) acked(now time.Duration, ack Seq, c *Config) bool {
	if !e.timing || ack.before(e.timed) {
		return false
	}
	e.timing = false
	e.sample(now-e.since, c)
	return true
}

// sample takes one round trip in (RFC 6298, 2.2 and 2.3). As in Linux it is
// the variation's term, not the sum, that has a floor.
func (e *estimator) sample(r time.Duration, c *Config) {
	if !e.sampled {
		e.smoothed, e.variation, e.sampled = r, r/2, true
	} else {
		e.variation = (3*e.variation + (e.smoothed - r).Abs()) / 4
		e.smoothed = (7*e.smoothed + r) / 8
	}
	e.timeout = min(e.smoothed+max(c.MinRTO, 4*e.variation), c.MaxRTO)
}

// retransmitter is the one timer of a connection that makes it send again: for
// what is not acknowledged, or, as probe, for a window that is closed.
type retransmitter struct {
	estimator
	at       time.Duration // never while it is off
	progress time.Duration // when what is in flight was first waited for, or the peer last took some of it
	probe    bool
	backoff  uint8 // doublings of the timeout
	retries  int   // since the peer last acknowledged something
}

// stop turns the timer off.
func (r *retransmitter) stop() { r.at, r.probe = never, false }

// expired notes that the timer ran out (RFC 6298, 5.5). By Karn's rule nothing
// that may be sent again is timed.
func (r *retransmitter) expired() {
	r.timing = false
	r.retries++
	r.backoff = min(r.backoff+1, maxBackoff)
}

// arm starts the retransmission timer anew. In simple mode nothing is sent
// again, and what it bounds is the wait for an acknowledgement.
func (t *tcb) arm(now time.Duration) {
	t.rto.at, t.rto.probe = now+t.timeout(), false
	if t.config.Simple {
		t.rto.at = now + t.config.SimpleTimeout
	}
	t.bound()
}

// hurry sends the first SYN again soon: the peer still had a connection between the same
// ends, which our reset ends meanwhile. So does Linux (tcp_rcv_synsent_state_process).
func (t *tcb) hurry(now time.Duration) {
	if t.rto.retries == 0 && !t.config.Simple {
		t.rto.at = min(t.rto.at, now+leastTimeout)
	}
}

// armProbe starts the timer that probes a closed window (RFC 9293, 3.8.6.1).
func (t *tcb) armProbe(now time.Duration) {
	if !t.rto.probe {
		t.rto.progress = now
	}
	t.rto.at, t.rto.probe = now+t.timeout(), true
	t.bound()
}

// bound lets the timer run out no later than the user wants to wait.
func (t *tcb) bound() {
	if patience := t.config.UserTimeout; patience > 0 {
		t.rto.at = min(t.rto.at, t.rto.progress+patience)
	}
}

// timeout is the RTO with its backoff.
func (t *tcb) timeout() time.Duration {
	return min(t.rto.timeout<<t.rto.backoff, t.config.MaxRTO)
}

// retry does what the timer is for once it has run out.
func (t *tcb) retry(now time.Duration) {
	switch {
	case t.config.Simple && !t.rto.probe, t.exhausted(now):
		t.finish(core.ErrTimeout)
	case t.rto.probe:
		t.rto.expired()
		t.probe()
		t.armProbe(now)
	case t.state == synSent || t.state == synReceived:
		t.rto.expired()
		t.sendSynAgain()
		t.arm(now)
	default:
		t.recoverSlow(now)
		t.rto.expired()
		t.transmit(now)
		t.arm(now)
	}
}

// exhausted says whether there was no answer for as long as the user waits
// (RFC 5482, 3), or, where the user does not say, for so many retries. A window that
// stays closed is waited for no longer than that, also where its probes are answered; once
// the user has closed, until they are as far apart as they get (Linux: tcp_probe_timer).
func (t *tcb) exhausted(now time.Duration) bool {
	if patience := t.config.UserTimeout; patience > 0 {
		return now >= t.rto.progress+patience
	}
	orphan, limit := t.recv.readClosed, t.config.DataRetries
	if orphan && t.rto.probe && t.timeout() == t.config.MaxRTO && int(t.rto.backoff) >= t.config.OrphanRetries {
		return true
	}
	switch {
	case t.state == synSent:
		limit = t.config.SynRetries
	case t.state == synReceived:
		limit = t.config.SynAckRetries
	case orphan:
		limit = t.config.OrphanRetries
	}
	return t.rto.retries >= limit
}
