package core

import "fmt"

// PartitionMode is what a partition does with packets.
type PartitionMode string

// The modes of a partition.
const (
	Drop   PartitionMode = "drop"   // they vanish: a black hole
	Reject PartitionMode = "reject" // the sender is refused at once, as by a firewall
	Clog   PartitionMode = "clog"   // they are held, and sent when the partition is healed
)

// maxClogged bounds what a partition holds; more is dropped.
const maxClogged = 100_000

// partition keeps packets from passing between two sets of machines.
type partition struct {
	a, b   string // as the plan wrote them
	from   []bool // by HostID
	to     []bool
	oneWay bool
	mode   PartitionMode
	held   []clogged
}

// clogged is a packet that a partition holds.
type clogged struct {
	pipe     *pipe
	from, to *machine
	packet   Packet
	ordinal  uint64 // of its faults
	cuts     uint32 // from.cuts when it was sent
}

func (p *partition) separates(from, to HostID) bool {
	return p.from[from] && p.to[to] || !p.oneWay && p.from[to] && p.to[from]
}

func (p *partition) String() string {
	if p.oneWay {
		return p.a + ">" + p.b
	}
	return p.a + "<>" + p.b
}

// separated returns the first partition between two machines, or nil.
func (c *Cluster) separated(from, to *machine) *partition {
	if from == to {
		return nil
	}
	for _, p := range c.partitions {
		if p.separates(from.id, to.id) {
			return p
		}
	}
	return nil
}

// separate does to a packet what its partition does.
func (l *Link) separate(apart *partition, q *pipe, from, to *machine, p Packet) {
	if apart.mode == Clog && len(apart.held) < maxClogged {
		l.stats.InFlight++
		apart.held = append(apart.held, clogged{q, from, to, p, l.ordinal, from.cuts})
		l.note(FactHeld, &p, "partition "+apart.String())
		return
	}
	l.stats.Partitioned++
	l.drop(&p, "partition "+apart.String())
	if apart.mode == Reject {
		l.c.k.after(from.scope, 0, HandlerFunc(func() { from.net.Reject(p) }))
	}
}

// members marks the machines of a network, or those whose names match a glob.
func (c *Cluster) members(match string) ([]bool, error) {
	set := make([]bool, len(c.machines))
	if _, ok := c.networks[match]; ok {
		for i, m := range c.machines {
			set[i] = m.network == match
		}
		return set, nil
	}
	matched, err := c.match(match)
	if err != nil {
		return nil, err
	}
	for _, m := range matched {
		set[m.id] = true
	}
	return set, nil
}

// partition makes a partition, which stands until it is healed.
func (c *Cluster) newPartition(a, b string, o PartitionOptions) (*partition, error) {
	p := &partition{a: a, b: b, oneWay: o.OneWay, mode: o.Mode}
	switch p.mode {
	case "":
		p.mode = Drop
	case Drop, Reject, Clog:
	default:
		return nil, fmt.Errorf("a partition is of mode drop, reject or clog, not %q", o.Mode)
	}
	var err error
	if p.from, err = c.members(a); err != nil {
		return nil, err
	}
	p.to, err = c.members(b)
	return p, err
}

// heal takes away the partitions between a and b, or all when both are empty.
func (c *Cluster) heal(a, b string) {
	var healed []*partition
	kept := c.partitions[:0]
	for _, p := range c.partitions {
		same := p.a == a && p.b == b || p.a == b && p.b == a
		if same || a == "" && b == "" {
			healed = append(healed, p)
		} else {
			kept = append(kept, p)
		}
	}
	clear(c.partitions[len(kept):])
	c.partitions = kept
	for _, p := range healed {
		c.trace.record(Fact{Kind: FactHeal, Text: p.String()})
		p.release()
	}
}

// release sends what a partition has held, in the order it came.
func (p *partition) release() {
	for _, h := range p.held {
		l := h.pipe.link
		l.stats.InFlight--
		if h.from.cuts != h.cuts {
			l.stats.PowerFailed++
			l.drop(&h.packet, "power_fail")
			continue
		}
		latest := l.ordinal
		l.ordinal = h.ordinal
		l.enter(h.pipe, h.from, h.to, h.packet, fate{delay: l.again.roll(&l.Profile).delay})
		l.ordinal = latest
	}
	p.held = nil
}
