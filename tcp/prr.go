package tcp

// prr is what bounds a fast recovery: for what arrives, so much may leave that
// the pipe has come to ssthresh when it ends (Proportional Rate Reduction, RFC
// 9937).
type prr struct {
	flight    int // RecoverFS: in flight when it began
	delivered int // prr_delivered: arrived since
	out       int // prr_out: sent since
}

// window is the congestion window after an ACK: the pipe, and what may be added
// to it. Below ssthresh that is as much as has arrived; while the recovery gets
// on (RFC 9937: safeACK), one segment more.
func (p *prr) window(arrived, pipe, ssthresh, mss int, safe bool) int {
	p.delivered += arrived
	n := 0
	switch {
	case arrived == 0:
	case pipe > ssthresh:
		n = (p.delivered*ssthresh+p.flight-1)/p.flight - p.out
	default:
		if n = max(p.delivered-p.out, arrived); safe {
			n += mss
		}
		n = min(ssthresh-pipe, n)
	}
	if p.out == 0 {
		n = max(n, mss) // a fast retransmit, in any case
	}
	return pipe + max(0, n)
}
