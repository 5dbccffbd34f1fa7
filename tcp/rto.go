package tcp

import (
	"time"

	"simlua/core"
)

// never is the deadline of a timer that is off.
const never = time.Duration(1<<63 - 1)

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
func (m *machine) arm(now time.Duration) {
	m.rto.at, m.rto.probe = now+m.timeout(), false
	if m.config.Simple {
		m.rto.at = now + m.config.SimpleTimeout
	}
	m.bound()
}

// armProbe starts the timer that probes a closed window (RFC 9293, 3.8.6.1).
func (m *machine) armProbe(now time.Duration) {
	if !m.rto.probe {
		m.rto.progress = now
	}
	m.rto.at, m.rto.probe = now+m.timeout(), true
	m.bound()
}

// bound lets the timer run out no later than the user wants to wait.
func (m *machine) bound() {
	if patience := m.config.UserTimeout; patience > 0 {
		m.rto.at = min(m.rto.at, m.rto.progress+patience)
	}
}

// timeout is the RTO with its backoff.
func (m *machine) timeout() time.Duration {
	return min(m.rto.timeout<<m.rto.backoff, m.config.MaxRTO)
}

// retry does what the timer is for once it has run out.
func (m *machine) retry(now time.Duration) {
	switch {
	case m.config.Simple && !m.rto.probe, m.exhausted(now):
		m.finish(core.ErrTimeout)
	case m.rto.probe:
		m.rto.expired()
		m.probe()
		m.armProbe(now)
	case m.state == synSent || m.state == synReceived:
		m.rto.expired()
		m.sendSynAgain()
		m.arm(now)
	default:
		m.recoverSlow()
		m.rto.expired()
		m.transmit(now)
		m.arm(now)
	}
}

// exhausted says whether there was no answer for as long as the user waits
// (RFC 5482, 3), or, where the user does not say, for so many retries.
func (m *machine) exhausted(now time.Duration) bool {
	if patience := m.config.UserTimeout; patience > 0 {
		return now >= m.rto.progress+patience
	}
	limit := m.config.DataRetries
	switch {
	case m.state == synSent:
		limit = m.config.SynRetries
	case m.state == synReceived:
		limit = m.config.SynAckRetries
	case m.recv.deaf:
		limit = m.config.OrphanRetries
	}
	return m.rto.retries >= limit
}
