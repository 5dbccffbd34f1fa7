package tcp

import (
	"time"

	"simlua/core"
)

// keepalive asks a silent peer whether it is still there (RFC 9293, 3.8.4).
type keepalive struct {
	heard  time.Duration // from the peer, last
	at     time.Duration // when to look again; never when it is off
	probes int           // without an answer
}

// start begins to watch an established connection.
func (k *keepalive) start(now time.Duration, c *Config) {
	if k.heard = now; c.KeepAlive {
		k.at = now + c.KeepAliveIdle
	}
}

// hear notes that the peer has sent something.
func (k *keepalive) hear(now time.Duration, c *Config) {
	k.heard = now
	if k.probes > 0 {
		k.probes, k.at = 0, now+c.KeepAliveIdle
	}
}

// keepAlive does what is due. While something is in flight or waits for the
// window, another timer finds out.
func (t *tcb) keepAlive(now time.Duration) {
	k, c := &t.keep, t.config
	switch due := k.heard + c.KeepAliveIdle; {
	case t.rto.at != never:
		k.at = now + c.KeepAliveIdle
	case k.probes == 0 && now < due:
		k.at = due
	case k.probes >= c.KeepAliveProbes:
		t.finish(core.ErrTimeout)
	default:
		k.probes++
		t.probe()
		k.at = now + c.KeepAliveInterval
	}
}
