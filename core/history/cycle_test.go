package history

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// allCycles are the simple cycles of a graph, by trying every way, with the length
// of the shortest of each kind.
func allCycles(g *graph) map[string]int {
	shortest := map[string]int{}
	var path []edge
	onPath := make([]bool, g.nodes)
	var walk func(first, at int32)
	walk = func(first, at int32) {
		onPath[at] = true
		for _, e := range g.out(at) {
			path = append(path, e)
			switch {
			case e.to == first:
				name := classify(path)
				if n, ok := shortest[name]; !ok || len(path) < n {
					shortest[name] = len(path)
				}
			case e.to > first && !onPath[e.to]:
				walk(first, e.to)
			}
			path = path[:len(path)-1]
		}
		onPath[at] = false
	}
	for n := range g.nodes {
		walk(int32(n), int32(n))
	}
	return shortest
}

// TestCyclesAreBruteForce: a kind of cycle that there is is found, or a worse one
// that a model which forbids it forbids, too; and what is found is of its kind, and
// mostly the shortest.
func TestCyclesAreBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	kinds := []kind{ww, wr, rw, rw, process, realtime}
	longer, total := 0, 0
	for range rounds(1500) {
		n := 3 + r.IntN(4)
		g := &graph{nodes: n}
		for range n + r.IntN(2*n) {
			from, to, k := int32(r.IntN(n)), int32(r.IntN(n)), kinds[r.IntN(len(kinds))]
			if k >= process { // as time goes on, and what a process does later is later
				from, to = min(from, to), max(from, to)
				g.link(from, to, realtime, noVersion, noVersion)
			}
			g.link(from, to, k, noVersion, noVersion)
		}
		g.settle()
		want := allCycles(g)
		for _, model := range Consistencies() {
			bad, _ := forbidden(model)
			c := findCycles(g, n, func(name string) bool { return bad[name] }, DefaultSteps)
			isBad := slices.ContainsFunc(anomalies, func(name string) bool { return bad[name] && want[name] > 0 })
			if isBad != (len(c.shortest) > 0) {
				t.Fatalf("%s: found %v of %v in %v", model, c.count, want, g.edges)
			}
			for name, cycle := range c.shortest { //tidy:sorted each on its own
				if classify(cycle) != name || len(cycle) < want[name] || len(c.open) > 0 {
					t.Fatalf("%s is %v, the shortest has %d", name, cycle, want[name])
				}
				total++
				if len(cycle) > want[name] {
					longer++
				}
			}
		}
	}
	if longer*50 > total {
		t.Errorf("%d of %d cycles were not the shortest", longer, total)
	}
}

// TestLinkAll: many to many, in few edges, is what all edges would be.
func TestLinkAll(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 200 {
		n := 30
		few, many := &graph{nodes: n}, &graph{nodes: n}
		var froms []int32
		var targets []target
		for range 12 {
			froms = append(froms, int32(r.IntN(n)))
			targets = append(targets, target{int32(r.IntN(n)), int32(r.IntN(100))})
		}
		few.linkAll(froms, targets, rw, 5)
		for _, from := range froms {
			for _, to := range targets {
				many.link(from, to.node, rw, 5, to.version)
			}
		}
		few.settle()
		many.settle()
		for from := range int32(n) {
			var got, want []int32
			var follow func(node int32)
			seen := map[int32]bool{}
			follow = func(node int32) {
				for _, e := range few.out(node) {
					switch {
					case seen[e.to]:
					case int(e.to) < n:
						got = append(got, e.to)
						seen[e.to] = true
					default:
						seen[e.to] = true
						follow(e.to)
					}
				}
			}
			follow(from)
			for _, e := range many.out(from) {
				want = append(want, e.to)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, slices.Compact(want)) {
				t.Fatalf("%d leads to %v, want %v", from, got, want)
			}
		}
	}
}

// TestCycleBudget: a budget that is too small for the shortest still finds one, of
// a large component.
func TestCycleBudget(t *testing.T) {
	const n = 2000
	g := &graph{nodes: n}
	for i := range int32(n) {
		g.link(i, (i+1)%n, []kind{ww, rw}[i%2], noVersion, noVersion)
	}
	g.settle()
	all, _ := forbidden("")
	c := findCycles(g, n, func(name string) bool { return all[name] }, 500)
	if len(c.shortest["G-nonadjacent"]) != n || len(c.open) == 0 {
		t.Errorf("%v, open %v", c.count, c.open)
	}
	c = findCycles(g, n, func(name string) bool { return all[name] }, DefaultSteps)
	if len(c.shortest["G-nonadjacent"]) != n || c.left < 0 {
		t.Errorf("%v, open %v, %d left", c.count, c.open, c.left)
	}
}

// TestCyclePicture shows a counterexample as users see it.
func TestCyclePicture(t *testing.T) {
	h := elleHistory(t, "append", "0 invoke; 0 ok ax1; 1 invoke; 1 ok ax2; 2 invoke; 2 ok rx1; 3 invoke; 3 ok rx12")
	v := ListAppend(h, TxnOptions{})
	want := `not strict-serializable: G-single-realtime
G-single-realtime:
  T1  process 1  append "x" 2  0 s to 0 s  ||
  T2  process 2  r "x" [1]     0 s to 0 s    ||
  T1 -realtime-> T2  T1 was over at 0 s, T2 began at 0 s
  T2 -rw-> T1        T2 read 1 of key "x", T1 appended 2 after it
`
	if got := fmt.Sprintf("%s\n%s", v.Message, v.Picture); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
