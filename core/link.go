package core

import "time"

// Link carries packets from one network to another: one direction. It owns
// its stream of chance and its counters. It does not know what a packet says.
type Link struct {
	Name    string // "botnet>public"
	Profile Profile

	c       *Cluster
	random  *Random
	delay   Sampler
	ordinal uint64 // packets sent so far: the ordinal of their faults
	stats   LinkStats
	watched []Observer // who wants every packet
}

func (c *Cluster) newLink(from, to string, profile Profile) *Link {
	name := from + ">" + to
	return c.addLink(&Link{Name: name, Profile: profile, random: c.stream("link " + name)})
}

func (c *Cluster) addLink(l *Link) *Link {
	l.c, l.stats.Name = c, l.Name
	l.delay.Distribution = l.Profile.Delay
	for _, o := range c.trace.observers {
		if o.Packets(l) {
			l.watched = append(l.watched, o)
		}
	}
	c.links = append(c.links, l)
	return l
}

// send draws a packet's fate, applies what is not masked, and puts it on its way.
func (l *Link) send(from, to *machine, p Packet) {
	k := l.c.k
	l.ordinal++
	l.stats.Sent++
	k.digest.Add(uint64(p.From)<<48 ^ uint64(p.To)<<32 ^ uint64(p.Size))
	k.digest.Add(p.Segment.Digest())
	lost := l.random.Chance(l.Profile.Loss)
	delay := l.delay.Sample(l.random)
	l.show(&p, delay)
	switch {
	case lost && l.lose(&p):
	case l.c.separated(from, to):
		l.stats.Partitioned++
		l.drop(&p, "partition")
	default:
		l.stats.InFlight++
		k.after(l.c.root, delay, l.c.newTransit(l, from, to, p))
	}
}

// lose loses a packet unless the mask withholds it.
func (l *Link) lose(p *Packet) bool {
	f, masked := l.c.fault(FaultID{l.Name, l.ordinal}, FaultLoss, l.Name)
	fact := l.fact(FactFault, p)
	fact.Fault = f
	l.c.trace.tell(&fact)
	if !masked {
		l.stats.Lost++
	}
	return !masked
}

func (l *Link) show(p *Packet, delay time.Duration) {
	if len(l.watched) == 0 {
		return
	}
	f := l.fact(FactPacket, p)
	f.Delay = delay
	for _, o := range l.watched {
		o.Observe(&f)
	}
}

func (l *Link) drop(p *Packet, reason string) {
	if len(l.watched) == 0 {
		return
	}
	f := l.fact(FactDrop, p)
	f.Text = reason
	for _, o := range l.watched {
		o.Observe(&f)
	}
}

// fact is a fact about a packet of l.
func (l *Link) fact(kind FactKind, p *Packet) Fact {
	from, to := l.c.machines[p.From], l.c.machines[p.To]
	return Fact{At: l.c.k.Now(), Kind: kind, Machine: from.name, Peer: to.name, Link: l, Packet: p}
}

// transit is a packet under way.
type transit struct {
	link     *Link
	from, to *machine
	packet   Packet
	cuts     uint32 // from.cuts when it was sent
	boot     uint32 // to.powerOns when it was sent, or zero if it was off
	next     *transit
}

func (c *Cluster) newTransit(l *Link, from, to *machine, p Packet) *transit {
	t := c.transits
	if t == nil {
		t = new(transit)
	} else {
		c.transits = t.next
	}
	*t = transit{link: l, from: from, to: to, packet: p, cuts: from.cuts}
	if to.on {
		t.boot = to.powerOns
	}
	return t
}

// Fire is the arrival.
func (t *transit) Fire() {
	l, to := t.link, t.to
	switch {
	case t.from.cuts != t.cuts, t.boot != 0 && to.cut >= t.boot:
		l.stats.PowerFailed++
		l.drop(&t.packet, "power_fail")
	case !to.on, t.boot != 0 && to.powerOns != t.boot:
		l.stats.Off++
		l.drop(&t.packet, "off")
	case to.scope.paused:
		l.c.k.after(to.scope, 0, t) // held there until resume or power cut
		return
	default:
		l.stats.Delivered++
		l.stats.Bytes += uint64(t.packet.Size)
		packet := t.packet
		t.release()
		to.net.Deliver(packet)
		return
	}
	t.release()
}

func (t *transit) release() {
	t.link.stats.InFlight--
	c := t.link.c
	*t = transit{next: c.transits}
	c.transits = t
}
