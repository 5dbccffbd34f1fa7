package core

// partition keeps packets from passing between two sets of machines.
type partition struct {
	a, b   string // as the plan wrote them
	from   []bool // by HostID
	to     []bool
	oneWay bool
}

func (p *partition) separates(from, to HostID) bool {
	return p.from[from] && p.to[to] || !p.oneWay && p.from[to] && p.to[from]
}

// separated says whether a partition stands between two machines.
func (c *Cluster) separated(from, to *machine) bool {
	if from == to {
		return false
	}
	for i := range c.partitions {
		if c.partitions[i].separates(from.id, to.id) {
			return true
		}
	}
	return false
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

func (p *partition) String() string {
	if p.oneWay {
		return p.a + ">" + p.b
	}
	return p.a + "<>" + p.b
}

// heal takes away the partitions between a and b, or all when both are empty.
func (c *Cluster) heal(a, b string) {
	kept := c.partitions[:0]
	for _, p := range c.partitions {
		same := p.a == a && p.b == b || p.a == b && p.b == a
		if !same && (a != "" || b != "") {
			kept = append(kept, p)
			continue
		}
		c.trace.record(Fact{Kind: FactHeal, Text: p.String()})
	}
	clear(c.partitions[len(kept):])
	c.partitions = kept
}
