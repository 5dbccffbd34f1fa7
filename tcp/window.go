package tcp

// maxWindow is what the 16 bits of a segment can say, and maxShift how far they
// may be shifted (RFC 7323, 2.3).
const (
	maxWindow = 65535
	maxShift  = 14
)

// shiftFor is the scale by which 16 bits can tell a window of so many bytes.
func shiftFor(buffer int) uint8 {
	shift := uint8(0)
	for buffer>>shift > maxWindow && shift < maxShift {
		shift++
	}
	return shift
}

// synWindow is the window that a SYN tells; it is never scaled.
func (t *tcb) synWindow() int { return min(t.config.ReceiveBuffer, maxWindow) }

// reach is the right edge of the window as the buffer would allow it. Reading
// moves it, arriving bytes do not.
func (t *tcb) reach() Seq {
	r := &t.recv
	return r.next.plus(min(t.config.ReceiveBuffer-r.queue.size, maxWindow<<r.shift))
}

// read takes bytes that have arrived in order. When that opens the window by
// two segments or half the buffer, the peer is told (RFC 9293, 3.8.6.2.2).
func (t *tcb) read(p []byte) int {
	n := t.recv.queue.read(p)
	grown := t.reach().since(t.recv.edge)
	if n > 0 && t.state.receives() && grown >= min(2*t.config.MSS, t.config.ReceiveBuffer/2) {
		t.ackPending = true
	}
	return n
}

// window is the window to tell. Its right edge grows only by whole segments, and
// it never moves left: what remains of it is told in whole units, the last of
// them rounded up as in Linux. Only when that has taken an eighth more than the
// buffer is it rounded down; what was promised is accepted all the same.
func (t *tcb) window() uint16 {
	r := &t.recv
	unit := 1<<r.shift - 1
	if open := t.reach().since(r.next) &^ unit; open-r.edge.since(r.next) >= min(t.config.MSS, t.config.ReceiveBuffer/2) {
		r.edge = r.next.plus(open)
	}
	advertised := r.edge.since(r.next)
	if up := (advertised + unit) &^ unit; up != advertised && r.queue.size+up <= t.config.ReceiveBuffer/8*9 {
		advertised = up
		r.edge = r.next.plus(advertised)
	}
	return uint16(advertised >> r.shift)
}

// acceptable is the test of RFC 9293, 3.4: does any of the segment lie in the
// window.
func (r *receiver) acceptable(seg *Segment) bool {
	window := r.edge.since(r.next)
	first := seg.Seq.since(r.next)
	n := seg.length()
	switch {
	case window == 0:
		return n == 0 && first == 0
	case n == 0:
		return 0 <= first && first < window
	}
	last := first + n - 1
	return 0 <= first && first < window || 0 <= last && last < window
}
