package tcp

import (
	"math/bits"
	"time"
)

// cubic is the growth of the window by RFC 9438, as Linux has it: the threshold
// is in whole segments, and in the Reno-friendly region the window grows by 9/17
// of a segment in a round trip, also where it was before the loss (4.3: then by
// one). All is in bytes and milliseconds, in whole numbers, so that it is the same
// on every machine.
type cubic struct {
	started  bool          // there was an ACK since the last congestion event
	epoch    time.Duration // of that ACK
	max      int           // W_max: what the window aims at
	k        int64         // ms from epoch until the window is max again
	estimate int           // W_est: what Reno's window would be
	counted  int           // numerator of what estimate has not yet grown by
	carried  int           // and of what the window has not
}

// shrink notes a congestion event and returns the new threshold: 0.7 of the
// flight, in whole segments. A window that stopped short of the last one makes room for others
// (4.7, fast convergence).
func (c *cubic) shrink(cwnd, flight, mss int) int {
	if cwnd < c.max {
		c.max = cwnd * 17 / 20
	} else {
		c.max = cwnd
	}
	c.started = false
	return flight * 7 / 10 / mss * mss
}

// start begins a period of congestion avoidance (4.2).
func (c *cubic) start(now time.Duration, cwnd, mss int) {
	c.started, c.epoch, c.estimate, c.counted, c.carried, c.k = true, now, cwnd, 0, 0, 0
	if c.max <= cwnd {
		c.max = cwnd
		return
	}
	c.k = cubeRoot(uint64(c.max-cwnd) * 2_500_000_000 / uint64(mss)) // ((max-cwnd)/0.4 mss)^(1/3)
}

// acked is the window after so many bytes have been acknowledged.
func (c *cubic) acked(now, rtt time.Duration, cwnd, bytes, mss int) int {
	if !c.started {
		c.start(now, cwnd, mss)
	}
	c.estimate += c.reno(bytes, cwnd, mss)
	if c.at(now, mss) < c.estimate {
		return max(cwnd, c.estimate) // the Reno-friendly region (4.3)
	}
	target := min(max(c.at(now+rtt, mss), cwnd), cwnd*3/2)
	c.carried += (target - cwnd) * bytes
	grown := c.carried / cwnd
	c.carried -= grown * cwnd
	return cwnd + grown
}

// at is W_cubic of a moment: 0.4 (t-K)^3 segments beside max.
func (c *cubic) at(now time.Duration, mss int) int {
	t := (now - c.epoch).Milliseconds() - c.k
	const far = 1 << 19
	t = max(-far, min(t, far))
	d := uint64(max(t, -t))
	high, low := bits.Mul64(d*d*d, uint64(4*mss))
	n, _ := bits.Div64(high, low, 10_000_000_000)
	if t < 0 {
		return c.max - int(n)
	}
	return c.max + int(min(n, cwndMax))
}

// reno is how much W_est grows: by 9/17 of a segment for each window.
func (c *cubic) reno(bytes, cwnd, mss int) int {
	c.counted += bytes * 9 * mss
	grown := c.counted / (17 * cwnd)
	c.counted -= grown * 17 * cwnd
	return grown
}

// cubeRoot is the whole part of the cube root of x.
func cubeRoot(x uint64) int64 {
	root := uint64(0)
	for bit := uint64(1 << 20); bit > 0; bit >>= 1 {
		if r := root | bit; r*r*r <= x {
			root = r
		}
	}
	return int64(root)
}
