package core

import (
	"fmt"
	"testing"
)

// TestPaths compares the table with a map.
func TestPaths(t *testing.T) {
	r := NewRandom(1, "paths")
	var table paths
	want := map[HostID]*pipe{}
	for range 5_000 {
		id := HostID(r.Uint64n(1 << r.Uint64n(24)))
		if got := table.find(id); got != want[id] {
			t.Fatalf("%d: got %v, want %v", id, got, want[id])
		}
		if want[id] == nil && r.Uint64n(3) > 0 {
			want[id] = &pipe{to: &machine{id: id}}
			table.add(want[id])
		}
	}
}

// TestSeparated compares what machines know of partitions with all of them.
func TestSeparated(t *testing.T) {
	const n = 150
	s := &Scenario{}
	for i := range n {
		boot := func() (Engine, error) { return nil, nil }
		s.Services = append(s.Services, ServiceSpec{Machine: fmt.Sprintf("m%d.net%d", i, i%7), Boot: boot})
	}
	c, err := NewCluster(s, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	r := NewRandom(1, "partitions")
	sides := []string{"net0", "net1", "net2", "m1", "m2", "m3.net3", "m4*", "m149.*", "*", "m[1-3]?"}
	in := membersOf(t, c, sides)
	var all []*Partition
	for step := range 300 {
		a, b := sides[r.Uint64n(10)], sides[r.Uint64n(10)]
		if step%3 == 2 {
			if step%30 == 29 {
				a, b = "", ""
			}
			c.heal(c.between(a, b))
			var left []*Partition
			for _, p := range all {
				if a != "" && sidesOf(p.a, p.b) != sidesOf(a, b) {
					left = append(left, p)
				}
			}
			all = left
		} else {
			p, err := c.newPartition(Side{a}, Side{b}, PartitionOptions{OneWay: step%2 == 0})
			if err != nil {
				t.Fatal(err)
			}
			c.divide(p)
			all = append(all, p)
		}
		for range 200 {
			from, to := c.machines[r.Uint64n(n)], c.machines[r.Uint64n(n)]
			if got, want := c.separated(from, to), firstOf(in, all, from, to); got != want {
				t.Fatalf("%s to %s: got %v, want %v of %v", from.name, to.name, got, want, all)
			}
		}
	}
}

// membersOf says for each side which machines are in it.
func membersOf(t *testing.T, c *Cluster, sides []string) map[string]map[*machine]bool {
	in := map[string]map[*machine]bool{}
	for _, side := range sides {
		in[side] = map[*machine]bool{}
		for _, m := range c.machines {
			in[side][m] = m.network == side
		}
		if _, network := c.networks[side]; network {
			continue
		}
		found, err := c.search(side)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			in[side][m] = true
		}
	}
	return in
}

func firstOf(in map[string]map[*machine]bool, all []*Partition, from, to *machine) *Partition {
	for _, p := range all {
		there := in[p.a][from] && in[p.b][to]
		back := !p.oneWay && in[p.a][to] && in[p.b][from]
		if from != to && (there || back) {
			return p
		}
	}
	return nil
}
