package tcp

import (
	"time"

	"simlua.example/core"
)

// congestion is how much a sender may have in flight, in bytes (RFC 5681 with
// the byte counting of RFC 3465, without its limit L, as in Linux).
type congestion struct {
	cwnd      int // congestion window
	ssthresh  int // from here on it grows by a segment in a round trip
	counted   int // acknowledged since the window last grew, in congestion avoidance
	limited   bool
	usedMax   int           // most that was in flight since usedUntil was new
	usedUntil Seq           // once it is acknowledged, usedMax and limited are old
	sentAt    time.Duration // data left last, or the window has been made smaller because none did
	cubic     *cubic        // nil: Reno
}

// cwndMax is the largest window TCP can advertise (RFC 7323, 2.3).
const cwndMax = 1 << 30

// begin sets the initial window (RFC 6928). It is one segment after the SYN was
// lost (RFC 5681, 3.1).
func (c *congestion) begin(config *Config, mss int, synLost bool) {
	c.cwnd, c.ssthresh = config.InitialWindow*mss, cwndMax
	switch {
	case config.Simple:
		c.cwnd = cwndMax
	case synLost:
		c.cwnd = mss
	}
	if config.Congestion == core.CongestionCubic && !config.Simple {
		c.cubic = &cubic{}
	}
}

// used notes how much of the window is in flight, and whether more would be if
// it were larger (as tcp_cwnd_validate in Linux).
func (c *congestion) used(out int, limited bool, una, next Seq) {
	if limited || c.usedUntil.atMost(una) || !c.limited && out > c.usedMax {
		c.limited, c.usedMax, c.usedUntil = limited, out, next
	}
}

// acked lets the window grow because so many bytes have arrived. A window that
// is not used does not grow (RFC 2861, 3; Linux: tcp_is_cwnd_limited).
func (c *congestion) acked(now, rtt time.Duration, bytes, mss int) {
	if c.cwnd < c.ssthresh {
		room := max(0, min(c.ssthresh, cwndMax)-c.cwnd)
		if !c.limited {
			room = min(room, max(0, 2*c.usedMax-c.cwnd))
		}
		n := min(bytes, room)
		c.cwnd += n
		if bytes -= n; c.cwnd < c.ssthresh {
			return
		}
	}
	switch {
	case bytes == 0 || !c.limited:
	case c.cubic != nil:
		c.cwnd = min(cwndMax, c.cubic.acked(now, rtt, c.cwnd, bytes, mss))
	default:
		c.avoid(bytes, mss)
	}
}

// avoid is congestion avoidance: a segment more for each window acknowledged.
func (c *congestion) avoid(bytes, mss int) {
	for c.counted += bytes; c.counted >= c.cwnd; {
		c.counted -= c.cwnd
		c.cwnd = min(cwndMax, c.cwnd+mss)
	}
}

// shrink lowers the threshold because something got lost, with so many bytes in
// flight (RFC 5681, 3.2; RFC 9438, 4.6).
func (c *congestion) shrink(flight, mss int) {
	flight = min(flight, c.cwnd) // without what limited transmit sent
	c.ssthresh = max(flight/2, 2*mss)
	if c.cubic != nil {
		c.ssthresh = max(c.cubic.shrink(c.cwnd, flight, mss), 2*mss)
	}
	c.counted /= 4 // half the fraction of a segment, of half the window
}

// collapse begins anew with one segment after a timeout. CUBIC then aims at
// nothing (RFC 9438, 4.8).
func (c *congestion) collapse(mss int) {
	c.cwnd, c.counted = mss, 0
	if c.cubic != nil {
		c.cubic.max, c.cubic.started = 0, false
	}
}

// restartIdle shrinks the window after nothing was sent for longer than the RTO: by
// half for each, down to the initial one, and the threshold remembers (RFC 2861, 3.1;
// Linux: tcp_cwnd_restart). RFC 5681, 4.1, allows no more after one.
func (c *congestion) restartIdle(now, timeout time.Duration, initial int) {
	c.ssthresh = max(c.ssthresh, c.cwnd/4*3)
	for idle := now - c.sentAt - timeout; idle > 0 && c.cwnd > initial; idle -= timeout {
		c.cwnd, c.counted = max(c.cwnd/2, initial), 0
	}
	c.sentAt = now // a window that is closed by then does not shrink for the same pause again
	if c.cubic != nil {
		c.cubic.started = false
	}
}
