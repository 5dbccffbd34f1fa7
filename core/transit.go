package core

// transit is a packet under way.
type transit struct {
	pipe   *pipe
	packet Packet
	cuts   uint32 // of the sender, when it was sent
	boot   uint32 // powerOns of the receiver when it was sent, or zero if it was off
	next   *transit
}

func (c *Cluster) newTransit(q *pipe, p Packet) *transit {
	t := c.transits
	if t == nil {
		t = new(transit)
	} else {
		c.transits = t.next
	}
	*t = transit{pipe: q, packet: p, cuts: q.from.cuts}
	if q.to.on {
		t.boot = q.to.powerOns
	}
	return t
}

// Fire is the arrival.
func (t *transit) Fire() {
	l, to := t.pipe.link, t.pipe.to
	switch {
	case t.pipe.from.cuts != t.cuts, t.boot != 0 && to.cut >= t.boot:
		l.stats.PowerFailed++
		l.drop(&t.packet, "power_fail")
	case !to.on, t.boot != 0 && to.powerOns != t.boot:
		l.stats.Off++
		l.drop(&t.packet, "off")
	case to.scope.paused:
		l.c.k.after(to.scope, 0, t) // held there until resume or power cut
		return
	case t.packet.Harm&Damaged != 0:
		l.stats.Corrupted++
		l.note(FactArrival, &t.packet, "")
		l.drop(&t.packet, "checksum")
	default:
		l.stats.Delivered++
		l.stats.Bytes += uint64(t.packet.Size)
		l.note(FactArrival, &t.packet, "")
		packet := t.packet
		t.release()
		to.net.Deliver(packet)
		return
	}
	t.release()
}

func (t *transit) release() {
	t.pipe.link.stats.InFlight--
	c := t.pipe.link.c
	*t = transit{next: c.transits}
	c.transits = t
}
