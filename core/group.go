package core

// group is a set of machines.
type group struct {
	members []*machine
	first   HostID   // the least of them, in bits
	bits    []uint64 // by HostID
}

func newGroup(members []*machine) group {
	if len(members) == 0 {
		return group{}
	}
	first := members[0].id &^ 63
	g := group{members, first, make([]uint64, (members[len(members)-1].id-first)/64+1)}
	for _, m := range members {
		i := m.id - first
		g.bits[i/64] |= 1 << (i % 64)
	}
	return g
}

func (g *group) has(id HostID) bool {
	i := id - g.first
	return i >= 0 && int(i/64) < len(g.bits) && g.bits[i/64]>>(i%64)&1 != 0
}
