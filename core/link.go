package core

import "time"

// decision is a question that a link asks about a packet. Its answers are a
// stream of faults, whose ordinals count the packets of the link.
type decision uint8

const (
	toDuplicate decision = iota
	toLose
	toCorrupt
	toCorruptUndetected
	toDropFromQueue
	toLoseCopy
	toCorruptCopy
	toCorruptUndetectedCopy
	toDropCopyFromQueue
)

// decisions are what the streams are called, and the kinds of their faults.
var decisions = [...]struct {
	name string
	kind FaultKind
}{
	toDuplicate:             {"duplicate", FaultDuplicate},
	toLose:                  {"loss", FaultLoss},
	toCorrupt:               {"corrupt", FaultCorrupt},
	toCorruptUndetected:     {"corrupt_undetected", FaultCorruptUndetected},
	toDropFromQueue:         {"queue_drop", FaultQueueDrop},
	toLoseCopy:              {"loss of duplicate", FaultLoss},
	toCorruptCopy:           {"corrupt of duplicate", FaultCorrupt},
	toCorruptUndetectedCopy: {"corrupt_undetected of duplicate", FaultCorruptUndetected},
	toDropCopyFromQueue:     {"queue_drop of duplicate", FaultQueueDrop},
}

// of is the decision about a packet, or the like one about a copy.
func (d decision) of(p *Packet) decision {
	if p.Harm&Copied != 0 {
		return d + toLoseCopy - toLose
	}
	return d
}

// Link carries packets from one network to another: one direction. It owns
// its stream of chance and its counters. It does not know what a packet says.
type Link struct {
	Name    string // "botnet>public"
	Profile Profile

	c        *Cluster
	declared Profile                // what plans go back to
	dice     dice                   // for what is sent
	again    dice                   // for duplicates
	ordinal  uint64                 // packets sent so far: the ordinal of their faults
	streams  [len(decisions)]string // names, made when first needed
	stats    LinkStats
	watched  []Observer // who wants every packet
	changed  ongoing    // faults until it is changed again
}

// linkName is what the link from a network to another is called.
func linkName(from, to string) string { return from + ">" + to }

func (c *Cluster) newLink(name string, profile Profile) *Link {
	l := &Link{Name: name, c: c, declared: profile}
	l.dice.random = c.stream("link " + l.Name)
	l.again.random = c.stream("link " + l.Name + " duplicates")
	l.stats.Name = l.Name
	l.change(profile)
	c.links = append(c.links, l)
	return l
}

// change makes the link another one, from the next packet on. Observers are
// asked again whether they want its packets.
func (l *Link) change(p Profile) {
	l.Profile = p
	l.dice.delay.Distribution = p.Delay
	l.again.delay.Distribution = p.Delay
	l.watched = nil
	for _, o := range l.c.trace.packets {
		if o.Packets(l.Name, &p) {
			l.watched = append(l.watched, o)
		}
	}
}

// send draws a packet's fate, applies what is not masked, and puts it on its way.
func (l *Link) send(q *pipe, p Packet) {
	k := l.c.k
	l.ordinal++
	l.stats.Sent++
	k.digest.Add(uint64(p.From)<<48 ^ uint64(p.To)<<32 ^ uint64(p.Size))
	k.digest.Add(p.Segment.Digest())
	f := l.dice.roll(&l.Profile)
	if f.harmless() && len(l.c.partitions) == 0 && l.Profile.Rate == 0 && len(l.watched) == 0 {
		l.depart(q, p, f, k.Now())
		return
	}
	l.sendCarefully(q, p, f)
}

// sendCarefully is send for a packet that something may happen to.
func (l *Link) sendCarefully(q *pipe, p Packet, f fate) {
	l.show(&p, f)
	var again fate // of the copy: drawn whether or not there will be one
	if f.duplicated {
		again = l.again.roll(&l.Profile)
	}
	l.pass(q, p, f, again)
}

// pass takes a packet to its fate, unless a partition is in the way.
func (l *Link) pass(q *pipe, p Packet, f, again fate) {
	if apart := l.c.separated(q.from, q.to); apart != nil {
		l.separate(apart, clogged{q, p, f, again, l.ordinal, q.from.cuts})
		return
	}
	duplicated := f.duplicated && l.harm(toDuplicate, &p)
	l.carry(q, p, f)
	if duplicated {
		l.stats.Duplicated++
		p.Harm |= Copied
		l.carry(q, p, again)
	}
}

// carry takes a packet into the queue, unless it gets lost.
func (l *Link) carry(q *pipe, p Packet, f fate) {
	if f.lost && l.harm(toLose, &p) {
		l.stats.Lost++
		return
	}
	l.enter(q, p, f)
}

// enter takes a packet into the queue, corrupting it on the way.
func (l *Link) enter(q *pipe, p Packet, f fate) {
	if f.corrupted && l.harm(toCorrupt, &p) {
		p.Harm |= Damaged
	}
	if f.undetected {
		if flipped := p.Segment.Flip(f.bit); flipped != nil && l.harm(toCorruptUndetected, &p) {
			p.Segment = flipped
			p.Harm |= Altered
		}
	}
	now := l.c.k.Now()
	if l.Profile.Rate > 0 {
		size := p.Size + l.Profile.Overhead
		if q.full(now, size) && l.harm(toDropFromQueue, &p) {
			l.stats.QueueDropped++
			return
		}
		now = q.serialize(now, size, l.Profile.Rate)
	}
	l.depart(q, p, f, now)
}

// depart puts a packet on its way, its last bit leaving at a moment.
func (l *Link) depart(q *pipe, p Packet, f fate, at time.Duration) {
	if !f.overtakes {
		at = q.arrival(at + f.delay)
	}
	l.stats.InFlight++
	l.c.k.after(l.c.root, at-l.c.k.Now(), l.c.newTransit(q, p))
}

// harm notes a fault of the present packet and says whether it happens.
func (l *Link) harm(d decision, p *Packet) bool {
	d = d.of(p)
	if l.streams[d] == "" {
		l.streams[d] = l.Name + "/" + decisions[d].name
	}
	f, _ := l.c.fault(FaultID{l.streams[d], l.ordinal}, decisions[d].kind, l.Name)
	l.c.trace.fold(FactFault, Info, l.c.machines[p.From].name, "", "")
	if l.c.trace.wanted(KeepLines) {
		fact := l.fact(FactFault, p)
		fact.Fault = boxed(f)
		l.c.trace.tell(fact)
	}
	return !f.Masked
}

func (l *Link) show(p *Packet, f fate) {
	if len(l.watched) == 0 {
		return
	}
	fact := l.fact(FactPacket, p)
	fact.Delay = f.delay
	for _, o := range l.watched {
		o.Observe(&fact)
	}
}

func (l *Link) drop(p *Packet, reason string) { l.note(FactDrop, p, reason) }

// note tells a fact about a packet to those who want every packet.
func (l *Link) note(kind FactKind, p *Packet, text string) {
	if len(l.watched) == 0 {
		return
	}
	f := l.fact(kind, p)
	f.Text = text
	for _, o := range l.watched {
		o.Observe(&f)
	}
}

// fact is a fact about a packet of l. The packet is a copy: facts are rare, and
// a pointer to the packet itself would put every packet on the heap.
func (l *Link) fact(kind FactKind, p *Packet) Fact {
	from, to := l.c.machines[p.From], l.c.machines[p.To]
	shown := *p
	return Fact{At: l.c.k.Now(), Kind: kind, Machine: from.name, Peer: to.name, Link: l.Name, Packet: &shown}
}
