package core

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// PartitionMode is what a partition does with packets.
type PartitionMode string

// The modes of a partition.
const (
	Drop   PartitionMode = "drop"   // they vanish: a black hole
	Reject PartitionMode = "reject" // the sender is refused at once, as by a firewall
	Clog   PartitionMode = "clog"   // they are held, and sent when the partition is healed
)

// Side is one side of a partition: names of networks, and matches of machines.
type Side []string

// String is the side as the log shows it: "lan", or "{a.lan, b.lan}".
func (s Side) String() string {
	if len(s) > 1 {
		return "{" + strings.Join(s, ", ") + "}"
	}
	return strings.Join(s, "")
}

// maxPartitions bounds those that stand at once.
const maxPartitions = 100_000

// maxClogged bounds what a partition holds; more is dropped.
const maxClogged = 100_000

// Partition keeps packets from passing between two sets of machines. A plan that made
// it can end it, whatever others it has made between the same.
type Partition struct {
	a, b   string // as the plan wrote them
	from   group
	to     group
	known  []*machine // those of one side, who have it in their list
	order  int        // of its making
	oneWay bool
	mode   PartitionMode
	held   []clogged
	stands ongoing
	healed bool
}

// clogged is a packet that a partition holds.
type clogged struct {
	pipe    *pipe
	packet  Packet
	fate    fate
	again   fate   // of a copy
	ordinal uint64 // of its faults
	cuts    uint32 // of the sender, when it was sent
}

func (p *Partition) separates(from, to HostID) bool {
	return p.from.has(from) && p.to.has(to) || !p.oneWay && p.from.has(to) && p.to.has(from)
}

func (p *Partition) String() string {
	if p.oneWay {
		return p.a + ">" + p.b
	}
	return p.a + "<>" + p.b
}

// separated returns the first partition between two machines, or nil.
func (c *Cluster) separated(from, to *machine) *Partition {
	if from == to || len(from.apart) == 0 && len(to.apart) == 0 {
		return nil
	}
	first := from.separated(from, to)
	if p := to.separated(from, to); p != nil && (first == nil || p.order < first.order) {
		first = p
	}
	return first
}

// separated looks among the partitions that m knows of.
func (m *machine) separated(from, to *machine) *Partition {
	for _, p := range m.apart {
		if p.separates(from.id, to.id) {
			return p
		}
	}
	return nil
}

// separate does to a packet what its partition does.
func (l *Link) separate(apart *Partition, h clogged) {
	if apart.mode == Clog && len(apart.held) < maxClogged {
		l.stats.InFlight++
		apart.held = append(apart.held, h)
		l.note(FactHeld, &h.packet, "partition "+apart.String())
		return
	}
	l.stats.Partitioned++
	l.drop(&h.packet, "partition "+apart.String())
	if from := h.pipe.from; apart.mode == Reject && from.on {
		l.c.k.after(from.scope, 0, HandlerFunc(func() { from.net.Reject(h.packet) }))
	}
}

// members are the machines of a side, in order of declaration.
func (c *Cluster) members(side Side) (group, error) {
	if len(side) == 0 {
		return group{}, errors.New("a side of the partition is empty: name a network or machines")
	}
	var members []*machine
	for _, match := range side {
		matched, err := c.networkOrMatch(match)
		if err != nil {
			return group{}, err
		}
		members = append(members, matched...)
	}
	if len(side) > 1 {
		slices.SortFunc(members, func(a, b *machine) int { return cmp.Compare(a.id, b.id) })
		members = slices.Compact(members)
	}
	return newGroup(members), nil
}

// networkOrMatch are the machines of a network, or those that match.
func (c *Cluster) networkOrMatch(match string) ([]*machine, error) {
	if _, ok := c.networks[match]; !ok {
		return c.match(match)
	}
	var members []*machine
	for _, m := range c.machines {
		if m.network == match {
			members = append(members, m)
		}
	}
	return members, nil
}

// newPartition makes a partition, which does nothing yet.
func (c *Cluster) newPartition(a, b Side, o PartitionOptions) (*Partition, error) {
	p := &Partition{a: a.String(), b: b.String(), oneWay: o.OneWay, mode: o.Mode}
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

// roomForPartition says whether one more can stand.
func (c *Cluster) roomForPartition(p *Partition) error {
	if c.standing >= maxPartitions {
		return fmt.Errorf("partition %s: %d stand already, and no more can: heal some first", p, maxPartitions)
	}
	return nil
}

// divide begins a partition, which stands until it is healed. The smaller side
// knows of it, so that others need not ask.
func (c *Cluster) divide(p *Partition) {
	p.known = p.to.members
	few, many := len(p.from.members), len(p.to.members)
	if few < many || few == 1 && many == 1 && len(p.from.members[0].apart) < len(p.to.members[0].apart) {
		p.known = p.from.members
	}
	for _, m := range p.known {
		m.apart = append(m.apart, p)
	}
	c.divisions++
	p.order = c.divisions
	sides := sidesOf(p.a, p.b)
	c.partitions[sides] = append(c.partitions[sides], p)
}

// sidesOf names the two sides of a partition, in either order.
func sidesOf(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// between are the partitions between a and b, or all when both are empty, in the
// order they were made.
func (c *Cluster) between(a, b string) []*Partition {
	if a != "" || b != "" {
		return slices.Clone(c.partitions[sidesOf(a, b)])
	}
	var all []*Partition
	for _, some := range c.partitions { //tidy:sorted below
		all = append(all, some...)
	}
	slices.SortFunc(all, func(p, o *Partition) int { return p.order - o.order })
	return all
}

// heal takes partitions away that stand.
func (c *Cluster) heal(healed []*Partition) {
	c.standing -= len(healed)
	for _, p := range healed {
		p.healed = true
	}
	for _, p := range healed {
		c.forgetHealed(sidesOf(p.a, p.b))
		for _, m := range p.known {
			m.forgetHealed(healed[0])
		}
	}
	for _, p := range healed {
		c.trace.record(Fact{Kind: FactHeal, Text: p.String()})
		c.trace.over(&p.stands)
		p.release()
	}
}

// forgetHealed drops the partitions between two sides that are healed.
func (c *Cluster) forgetHealed(sides [2]string) {
	left := slices.DeleteFunc(c.partitions[sides], func(p *Partition) bool { return p.healed })
	if c.partitions[sides] = left; len(left) == 0 {
		delete(c.partitions, sides)
	}
}

// forgetHealed drops the partitions that are healed with first, once for all of them.
func (m *machine) forgetHealed(first *Partition) {
	if m.forgot != first {
		m.forgot = first
		m.apart = slices.DeleteFunc(m.apart, func(p *Partition) bool { return p.healed })
	}
}

// release sends what a partition has held, in the order it came; another may be in the way.
func (p *Partition) release() {
	for _, h := range p.held {
		l := h.pipe.link
		l.stats.InFlight--
		if h.pipe.from.cuts != h.cuts {
			l.stats.PowerFailed++
			l.drop(&h.packet, "power_fail")
			continue
		}
		latest := l.ordinal
		l.ordinal = h.ordinal
		l.pass(h.pipe, h.packet, h.fate, h.again)
		l.ordinal = latest
	}
	p.held = nil
}
