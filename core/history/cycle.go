package history

import "slices"

// cycleKind is a kind of cycles of transactions: by the edges that it may have, and
// how many of them are anti-dependencies.
type cycleKind struct {
	name    string
	start   kind // it has one of these, from which a search goes
	allowed kind
	rws     int  // how many: none, one, or two and more
	apart   bool // no two of them follow each other
	base    int
	variant int
}

// cycleBases are Adya's phenomena, for items, worst first. Each of the later ones
// that another one is a special case of is in special.
var cycleBases = []cycleKind{
	{name: "G0", start: ww, allowed: ww},
	{name: "G1c", start: wr, allowed: ww | wr},
	{name: "G-single", start: rw, allowed: ww | wr | rw, rws: 1},
	{name: "G-nonadjacent", start: rw, allowed: ww | wr | rw, rws: 2, apart: true},
	{name: "G2-item", start: rw, allowed: ww | wr | rw, rws: 2},
}

var special = [][]int{{0, 1}, {1}, {2, 3, 4}, {3, 4}, {4}}

// cycleKinds are all kinds: the bases, then those with edges of processes, then
// with those of real time.
var cycleKinds = func() []cycleKind {
	var all []cycleKind
	for variant, suffix := range []string{"", "-process", "-realtime"} {
		for base, k := range cycleBases {
			k.name, k.base, k.variant = k.name+suffix, base, variant
			if variant > 0 {
				k.start = []kind{process, realtime}[variant-1]
				k.allowed |= k.start
			}
			all = append(all, k)
		}
	}
	return all
}()

// implies says whether a cycle of this kind is one of another, too.
func (k *cycleKind) implies(other *cycleKind) bool {
	return k.variant <= other.variant && slices.Contains(special[k.base], other.base)
}

// classify names the kind of a cycle.
func classify(cycle []edge) string {
	all, rws, apart := kind(0), 0, true
	for i, e := range cycle {
		all |= e.kind
		if e.kind == rw {
			rws++
			apart = apart && cycle[(i+1)%len(cycle)].kind != rw
		}
	}
	name := "G0"
	switch {
	case rws == 1:
		name = "G-single"
	case rws > 1 && apart:
		name = "G-nonadjacent"
	case rws > 1:
		name = "G2-item"
	case all&wr != 0:
		name = "G1c"
	}
	switch {
	case all&realtime != 0:
		return name + "-realtime"
	case all&process != 0:
		return name + "-process"
	}
	return name
}

// cycles are those found in a graph.
type cycles struct {
	g        *graph
	txns     int // the first nodes are transactions
	shortest map[string][]edge
	count    map[string]int  // components that have one
	open     map[string]bool // the budget ended the search for one
	left     int             // steps along edges
	walk     walk
}

// findCycles looks for the shortest cycle of each kind that is wanted, in each
// component on its own, but not for those that one found there implies.
func findCycles(g *graph, txns int, wanted func(name string) bool, steps int) *cycles {
	c := &cycles{g: g, txns: txns, left: steps}
	c.shortest, c.count, c.open = map[string][]edge{}, map[string]int{}, map[string]bool{}
	var kinds []*cycleKind
	allowed := kind(0)
	for i := range cycleKinds {
		if wanted(cycleKinds[i].name) {
			kinds = append(kinds, &cycleKinds[i])
			allowed |= cycleKinds[i].allowed
		}
	}
	nodes := make([]int32, g.nodes)
	for i := range nodes {
		nodes[i] = int32(i)
	}
	whole := newTarjan(g)
	components := whole.components(allowed, nodes, func(int32) bool { return true })
	if len(components) == 0 {
		return c
	}
	part := newTarjan(g)
	c.walk.init(g)
	for i, members := range components {
		inside := func(n int32) bool { return whole.component[n] == int32(i+1) }
		c.component(part, members, inside, kinds, len(components)-i)
	}
	return c
}

func (c *cycles) component(part *tarjan, members []int32, inside func(int32) bool, kinds []*cycleKind,
	components int) {
	var found []*cycleKind
	for i, k := range kinds {
		if slices.ContainsFunc(found, func(f *cycleKind) bool { return f.implies(k) }) {
			continue
		}
		share := c.left / (components*len(kinds) - i)
		part.components(k.allowed, members, inside)
		cycle, spent, over := c.find(k, part, share)
		c.left -= min(spent, share)
		switch {
		case cycle != nil:
			c.note(k.name, cycle)
			found = append(found, k)
		case over:
			c.open[k.name] = true
		}
	}
	if len(found) == 0 {
		c.any(members, inside, kinds)
	}
}

func (c *cycles) note(name string, cycle []edge) {
	c.count[name]++
	if best := c.shortest[name]; best == nil || len(cycle) < len(best) {
		c.shortest[name] = cycle
	}
}

// find looks for the shortest cycle of a kind, from each edge that it may start
// with.
func (c *cycles) find(k *cycleKind, part *tarjan, steps int) (best []edge, spent int, over bool) {
	for _, members := range part.all {
		for _, n := range members {
			for _, e := range c.g.out(n) {
				if e.kind&k.start == 0 || part.component[e.to] != part.component[n] {
					continue
				}
				limit := len(best)
				if limit == 2 { // there is none shorter
					return best, spent, false
				}
				cycle, n := c.walk.back(e, k, part, limit, steps-spent)
				spent += n
				if cycle = c.compress(cycle); cycle != nil && c.simple(cycle) {
					best = cycle
				}
				if spent >= steps {
					return best, spent, true
				}
			}
		}
	}
	return best, spent, false
}

// compress leaves out nodes that are no transactions.
func (c *cycles) compress(path []edge) []edge {
	var cycle []edge
	for _, e := range path {
		if int(e.from) < c.txns {
			cycle = append(cycle, e)
			continue
		}
		last := &cycle[len(cycle)-1]
		last.to = e.to
		if e.b != noVersion {
			last.b = e.b
		}
	}
	return cycle
}

// simple says whether a cycle comes to each transaction once. One that does not is
// several cycles, of which one is of a worse kind.
func (c *cycles) simple(cycle []edge) bool {
	seen := map[int32]bool{}
	for _, e := range cycle {
		if seen[e.from] {
			return false
		}
		seen[e.from] = true
	}
	return true
}

// any takes the first cycle that there is, when the budget was too small for the
// shortest of its kind.
func (c *cycles) any(members []int32, inside func(int32) bool, kinds []*cycleKind) {
	if len(c.open) == 0 {
		return
	}
	allowed := kind(0)
	for _, k := range kinds {
		allowed |= k.allowed
	}
	part := newTarjan(c.g)
	part.components(allowed, members, inside)
	free := &cycleKind{allowed: allowed, rws: anyNumber}
	for _, e := range c.g.out(members[0]) {
		if e.kind&allowed == 0 || part.component[e.to] != part.component[e.from] {
			continue
		}
		path, _ := c.walk.back(e, free, part, 0, len(c.g.edges)*states+1)
		if cycle := c.compress(path); cycle != nil && c.simple(cycle) {
			c.note(classify(cycle), cycle)
			return
		}
	}
}
