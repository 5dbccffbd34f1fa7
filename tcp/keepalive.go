package tcp

import (
	"time"

	"simlua.example/core"
)

// keepalive asks a silent peer whether it is still there (RFC 9293, 3.8.4).
type keepalive struct {
	lastReceived time.Duration // from the peer
	at           time.Duration // when to look again; never when it is off
	probes       int           // without an answer
}

// start begins to watch an established connection.
func (k *keepalive) start(now time.Duration, c *Config) {
	if k.lastReceived = now; c.KeepAlive {
		k.at = now + c.KeepAliveIdle
	}
}

// received notes that the peer has sent something.
func (k *keepalive) received(now time.Duration, c *Config) {
	k.lastReceived = now
	if k.probes > 0 {
		k.probes, k.at = 0, now+c.KeepAliveIdle
	}
}

// keepAlive does what is due. While something is in flight or waits for the
// window, another timer finds out.
func (t *tcb) keepAlive(now time.Duration) {
	k, c := &t.keep, t.config
	switch due := k.lastReceived + c.KeepAliveIdle; {
	case t.rto.at != never:
		k.at = now + c.KeepAliveIdle
	case k.probes == 0 && now < due:
		k.at = due
	case k.probes >= c.KeepAliveProbes:
		t.sendReset() // as Linux does: a peer that only was away learns of it
		t.finish(core.ErrTimeout)
	default:
		k.probes++
		t.probe()
		k.at = now + c.KeepAliveInterval
	}
}
