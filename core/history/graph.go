package history

import "slices"

// kind is why one transaction comes before another one: a set of bits, so that a
// search can allow several.
type kind uint8

// The kinds of edges: Adya's three dependencies, the order of a process, and that
// one was over before the other began.
const (
	ww       kind = 1 << iota // both wrote a key, one version right after the other
	wr                        // the second read what the first wrote
	rw                        // the second wrote the next version after the one that the first read
	process                   // of the same process
	realtime                  // the first was over before the second began
	onward                    // from a node that is no transaction; goes on as the edge that led there
)

var kindNames = map[kind]string{ww: "ww", wr: "wr", rw: "rw", process: "process", realtime: "realtime"}

// edge says that a transaction comes before another one. Of a dependency it knows
// the versions, by which Verdicts tell why it holds.
type edge struct {
	from, to int32
	kind     kind
	a, b     int32 // versions; noVersion for the first state, and for what is no dependency
}

const noVersion = -1

// graph has a node for each transaction, and others that keep the number of edges
// linear where many come before many.
type graph struct {
	nodes int
	edges []edge
	first []int32 // of the edges of each node, once they are in order
}

func (g *graph) node() int32 {
	g.nodes++
	return int32(g.nodes - 1)
}

// link adds an edge; no transaction comes before itself.
func (g *graph) link(from, to int32, k kind, a, b int32) {
	if from != to {
		g.edges = append(g.edges, edge{from, to, k, a, b})
	}
}

// target is a transaction that comes after others, with the version it wrote.
type target struct{ node, version int32 }

// fewPairs is up to how many pairs are linked one by one.
const fewPairs = 64

// linkAll links all of some to all of others, but none to itself. Of many it makes
// two chains of nodes, one that leads to all targets from one on, and one to all
// up to one: a transaction that is a target itself leads to those before and
// after it.
func (g *graph) linkAll(froms []int32, targets []target, k kind, a int32) {
	if len(froms)*len(targets) <= fewPairs {
		for _, from := range froms {
			for _, t := range targets {
				g.link(from, t.node, k, a, t.version)
			}
		}
		return
	}
	place := make(map[int32]int, len(targets))
	targets = slices.DeleteFunc(slices.Clone(targets), func(t target) bool {
		_, twice := place[t.node]
		if !twice {
			place[t.node] = len(place)
		}
		return twice
	})
	n := len(targets)
	up, down := make([]int32, n), make([]int32, n)
	for i, t := range targets {
		up[i], down[i] = g.node(), g.node()
		g.link(up[i], t.node, onward, a, t.version)
		g.link(down[i], t.node, onward, a, t.version)
		if i > 0 {
			g.link(up[i-1], up[i], onward, a, noVersion)
			g.link(down[i], down[i-1], onward, a, noVersion)
		}
	}
	for _, from := range froms {
		i, isTarget := place[from]
		switch {
		case !isTarget:
			g.link(from, up[0], k, a, noVersion)
			continue
		case i > 0:
			g.link(from, down[i-1], k, a, noVersion)
		}
		if i < n-1 {
			g.link(from, up[i+1], k, a, noVersion)
		}
	}
}

// settle puts the edges into order: by node, then as they were added.
func (g *graph) settle() {
	g.first = make([]int32, g.nodes+1)
	for i := range g.edges {
		g.first[g.edges[i].from+1]++
	}
	for i := range g.nodes {
		g.first[i+1] += g.first[i]
	}
	sorted := make([]edge, len(g.edges))
	next := slices.Clone(g.first)
	for _, e := range g.edges {
		sorted[next[e.from]] = e
		next[e.from]++
	}
	g.edges = sorted
}

func (g *graph) out(node int32) []edge { return g.edges[g.first[node]:g.first[node+1]] }

// tarjan finds strongly connected components along some kinds of edges: Tarjan,
// Depth-first search and linear graph algorithms, 1972.
type tarjan struct {
	g         *graph
	allowed   kind
	within    func(node int32) bool
	index     []int32 // when a node was found, from 1
	low       []int32 // the earliest node that can be reached
	component []int32 // of each node, from 1; closed for one that is alone
	stack     []int32
	visits    []visit
	found     int32
	all       [][]int32 // of two nodes and more
}

type visit struct {
	node int32
	next int32 // its next edge
}

const closed = -1

func newTarjan(g *graph) *tarjan {
	return &tarjan{g: g, index: make([]int32, g.nodes), low: make([]int32, g.nodes), component: make([]int32, g.nodes)}
}

// components are those among some nodes, each in the order of its nodes. What is
// known of other nodes stays as it is.
func (t *tarjan) components(allowed kind, nodes []int32, within func(int32) bool) [][]int32 {
	t.allowed, t.within, t.all, t.found = allowed|onward, within, nil, 0
	for _, n := range nodes {
		t.index[n], t.component[n] = 0, 0
	}
	for _, n := range nodes {
		if t.index[n] == 0 {
			t.visit(n)
		}
	}
	return t.all
}

func (t *tarjan) open(n int32) {
	t.found++
	t.index[n], t.low[n] = t.found, t.found
	t.stack = append(t.stack, n)
	t.visits = append(t.visits, visit{n, t.g.first[n]})
}

func (t *tarjan) visit(root int32) {
	t.open(root)
	for len(t.visits) > 0 {
		v := &t.visits[len(t.visits)-1]
		if v.next == t.g.first[v.node+1] {
			t.close(v.node)
			continue
		}
		e := t.g.edges[v.next]
		v.next++
		switch {
		case e.kind&t.allowed == 0 || !t.within(e.to):
		case t.index[e.to] == 0:
			t.open(e.to)
		case t.component[e.to] == 0: // on the stack
			t.low[v.node] = min(t.low[v.node], t.index[e.to])
		}
	}
}

func (t *tarjan) close(n int32) {
	t.visits = t.visits[:len(t.visits)-1]
	if len(t.visits) > 0 {
		parent := t.visits[len(t.visits)-1].node
		t.low[parent] = min(t.low[parent], t.low[n])
	}
	if t.low[n] != t.index[n] {
		return
	}
	i := len(t.stack) - 1
	for t.stack[i] != n {
		i--
	}
	members := slices.Clone(t.stack[i:])
	t.stack = t.stack[:i]
	if len(members) == 1 {
		t.component[n] = closed
		return
	}
	slices.Sort(members)
	t.all = append(t.all, members)
	for _, m := range members {
		t.component[m] = int32(len(t.all))
	}
}
