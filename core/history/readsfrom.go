package history

import (
	"fmt"
	"slices"
)

// readsFrom orders the operations on registers of which each value was written
// once, so that a read shows which write it is of. A write before a read is before
// the one that the read shows, and one after that one is after the read. What
// follows either comes in a circle, and there is no order at all, or leaves a search
// few ways to go. Gibbons and Korach, Testing shared memories, 1997.
type readsFrom struct {
	ops     []*Op
	place   []int   // of each operation of the history in ops; -1 of one left out
	object  []int   // of each of ops
	shows   []int   // the write that a read shows; firstState; noRead of a write
	writes  [][]int // of each object
	after   [][]arc
	reach   [][]uint64 // what comes after each: bits
	waits   []int      // how many that must come before each have not
	unread  []int      // how many reads of each write have not come
	current []int      // the write that each object shows
	before  []int      // what they showed before each write that has come
	orphan  *Op        // a read that shows what nobody wrote
}

const (
	firstState = -1
	noRead     = -2
)

// arc says that an operation comes before another one.
type arc struct {
	to  int
	why arcReason
	via int // the read that it follows from
}

type arcReason int

const (
	sameProcess arcReason = iota
	isRead
	readFirst
	beforeRead
	afterWrite
)

// maxReadsFrom is how many operations are ordered so: what it takes grows with the
// square.
const maxReadsFrom = 10_000

// newReadsFrom is nil when it cannot be known which writes reads show.
func newReadsFrom(s *sequencer) *readsFrom {
	g := &readsFrom{place: slices.Repeat([]int{-1}, len(s.place)), writes: make([][]int, len(s.states))}
	byValue, ok := writers(s)
	if !ok {
		return nil
	}
	read := map[written]bool{}
	for _, ops := range s.rows {
		for _, o := range ops {
			if !isWrite(o) {
				read[written{s.place[o.Index], comparableOf(o.Output)}] = true
			}
		}
	}
	for _, ops := range s.rows {
		for _, o := range ops {
			// A write that nobody knows the end of and no read shows did not happen.
			if o.Type == OK || read[written{s.place[o.Index], comparableOf(o.Input)}] {
				g.add(o, s.place[o.Index])
			}
		}
	}
	if g.findWrites(s, byValue); g.orphan != nil {
		return g
	}
	if len(g.ops) > maxReadsFrom {
		return nil
	}
	g.link(s)
	return g
}

// written is a value of an object.
type written struct {
	object int
	value  any
}

func isWrite(o *Op) bool { return o.F == "write" || o.F == "put" }

// writers are the writes by their values, if all operations are reads and writes,
// and all values are different.
func writers(s *sequencer) (map[written]*Op, bool) {
	if !slices.Contains([]string{"register", "cas_register", "key_value"}, s.m.Name) {
		return nil, false
	}
	all := map[written]*Op{}
	for _, ops := range s.rows {
		for _, o := range ops {
			k := written{s.place[o.Index], comparableOf(o.Input)}
			switch {
			case !isWrite(o) && !slices.Contains(s.m.Reads, o.F):
				return nil, false
			case !isWrite(o):
			case all[k] != nil || equal(o.Input, s.m.Init):
				return nil, false
			default:
				all[k] = o
			}
		}
	}
	return all, true
}

func (g *readsFrom) add(o *Op, object int) {
	g.place[o.Index] = len(g.ops)
	if isWrite(o) {
		g.writes[object] = append(g.writes[object], len(g.ops))
	}
	g.ops = append(g.ops, o)
	g.object = append(g.object, object)
}

// findWrites finds what reads show.
func (g *readsFrom) findWrites(s *sequencer, writers map[written]*Op) {
	for i, o := range g.ops {
		g.shows = append(g.shows, noRead)
		if isWrite(o) {
			continue
		}
		g.shows[i] = firstState
		if w := writers[written{g.object[i], comparableOf(o.Output)}]; w != nil {
			g.shows[i] = g.place[w.Index]
		} else if !equal(o.Output, s.m.Init) {
			g.orphan = o
			return
		}
	}
}

// link orders what processes and reads order.
func (g *readsFrom) link(s *sequencer) {
	g.after = make([][]arc, len(g.ops))
	first := make([][]int, len(g.writes)) // of each process, its first write of each object
	for _, ops := range s.rows {
		last := -1
		wrote := map[int]bool{}
		for _, o := range ops {
			i := g.place[o.Index]
			if i >= 0 && isWrite(o) && !wrote[g.object[i]] {
				wrote[g.object[i]] = true
				first[g.object[i]] = append(first[g.object[i]], i)
			}
			if i >= 0 && last >= 0 {
				g.after[last] = append(g.after[last], arc{i, sameProcess, i})
			}
			last = max(i, last)
		}
	}
	for i, w := range g.shows {
		switch {
		case w >= 0:
			g.after[w] = append(g.after[w], arc{i, isRead, i})
		case w == firstState:
			for _, j := range first[g.object[i]] {
				g.after[i] = append(g.after[i], arc{j, readFirst, i})
			}
		}
	}
}

// judge says what is certain without a search, or returns nil and is ready for one.
func (g *readsFrom) judge() *Verdict {
	var v Verdict
	if o := g.orphan; o != nil {
		v = failed("not sequentially consistent: nobody wrote what %s%s of process %d shows",
			onKey(o.Key), describe(o), o.Process)
		v.Picture = picture([]*Op{o}, nil)
		v.Anomalies = []string{"nonsequential"}
		return &v
	}
	if circle := g.follow(); circle != nil {
		v = g.explain(circle)
		return &v
	}
	g.begin()
	return nil
}

// follow adds what follows until nothing more does. It returns operations that come
// in a circle, if there are.
func (g *readsFrom) follow() (circle []int) {
	for more := true; more; {
		if circle = g.close(); circle != nil {
			return circle
		}
		more = false
		for i, w := range g.shows {
			if w < 0 {
				continue
			}
			for _, j := range g.writes[g.object[i]] {
				switch {
				case j == w:
				case g.reaches(j, i) && !g.reaches(j, w):
					g.after[j] = append(g.after[j], arc{w, beforeRead, i})
					more = true
				case g.reaches(w, j) && !g.reaches(i, j):
					g.after[i] = append(g.after[i], arc{j, afterWrite, i})
					more = true
				}
			}
		}
	}
	return nil
}

func (g *readsFrom) reaches(from, to int) bool { return g.reach[from][to/64]&(1<<(to%64)) != 0 }

// close finds what each operation reaches, last ones first.
func (g *readsFrom) close() (circle []int) {
	n := len(g.ops)
	g.countWaits()
	waits := slices.Clone(g.waits)
	var order []int
	for i := range n {
		if waits[i] == 0 {
			order = append(order, i)
		}
	}
	for k := 0; k < len(order); k++ {
		for _, a := range g.after[order[k]] {
			if waits[a.to]--; waits[a.to] == 0 {
				order = append(order, a.to)
			}
		}
	}
	if len(order) < n {
		return g.circle(waits)
	}
	if g.reach == nil {
		g.reach = make([][]uint64, n)
		for i := range g.reach {
			g.reach[i] = make([]uint64, (n+63)/64)
		}
	}
	for _, i := range slices.Backward(order) {
		for _, a := range g.after[i] {
			g.reach[i][a.to/64] |= 1 << (a.to % 64)
			for k, b := range g.reach[a.to] {
				g.reach[i][k] |= b
			}
		}
	}
	return nil
}

func (g *readsFrom) countWaits() {
	g.waits = make([]int, len(g.ops))
	for _, arcs := range g.after {
		for _, a := range arcs {
			g.waits[a.to]++
		}
	}
}

// triedCircles is from how many operations the shortest circle is looked for.
const triedCircles = 64

// circle is the shortest one that goes through the first of those that still wait.
func (g *readsFrom) circle(waits []int) (best []int) {
	tried := 0
	for first, n := range waits {
		if n == 0 || tried == triedCircles {
			continue
		}
		tried++
		from := slices.Repeat([]int{-1}, len(waits))
		queue := []int{first}
		for len(queue) > 0 && from[first] < 0 {
			at := queue[0]
			queue = queue[1:]
			for _, a := range g.after[at] {
				if from[a.to] < 0 && waits[a.to] > 0 {
					from[a.to] = at
					queue = append(queue, a.to)
				}
			}
		}
		if from[first] < 0 {
			tried-- // it waits for a circle, and is in none
			continue
		}
		path := []int{first}
		for at := from[first]; at != first; at = from[at] {
			path = append(path, at)
		}
		if best == nil || len(path) < len(best) {
			best = path
		}
	}
	slices.Reverse(best)
	return best
}

// begin readies for a search: nothing has come.
func (g *readsFrom) begin() {
	g.countWaits()
	objects := len(g.writes)
	g.unread = make([]int, len(g.ops)+objects)
	g.current = make([]int, objects)
	g.before = make([]int, len(g.ops))
	for object := range g.current {
		g.current[object] = len(g.ops) + object
	}
	for i := range g.ops {
		if w := g.shown(i); w >= 0 {
			g.unread[w]++
		}
	}
}

// shown is what a read shows: the first states come after all writes.
func (g *readsFrom) shown(i int) int {
	if g.shows[i] == firstState {
		return len(g.ops) + g.object[i]
	}
	return g.shows[i]
}

// ready says whether an operation can be next: all that must be before it has come,
// and a write does not end what others still have to read.
func (g *readsFrom) ready(o *Op) bool {
	i := g.place[o.Index]
	return i >= 0 && g.waits[i] == 0 && (g.shows[i] != noRead || g.unread[g.current[g.object[i]]] == 0)
}

// come says that an operation has come.
func (g *readsFrom) come(o *Op) {
	i := g.place[o.Index]
	for _, a := range g.after[i] {
		g.waits[a.to]--
	}
	if g.shows[i] == noRead {
		g.before[i], g.current[g.object[i]] = g.current[g.object[i]], i
		return
	}
	g.unread[g.shown(i)]--
}

// back says that the operation that came last has not come.
func (g *readsFrom) back(o *Op) {
	i := g.place[o.Index]
	for _, a := range g.after[i] {
		g.waits[a.to]++
	}
	if g.shows[i] == noRead {
		g.current[g.object[i]] = g.before[i]
		return
	}
	g.unread[g.shown(i)]++
}

// explain shows operations that come in a circle, and others that tell why.
func (g *readsFrom) explain(circle []int) Verdict {
	v := failed("not sequentially consistent: each of %d operations comes before the next, in a circle", len(circle))
	v.Anomalies = []string{"nonsequential"}
	n := naming{g: g, names: map[int]string{}}
	for _, i := range circle {
		n.name("O", i)
	}
	var why [][]string
	for k, i := range circle {
		next := circle[(k+1)%len(circle)]
		a := g.after[i][slices.IndexFunc(g.after[i], func(a arc) bool { return a.to == next })]
		why = append(why, []string{n.names[i] + " -> " + n.names[next], n.why(i, a)})
	}
	v.Picture = n.picture() + columns(why)
	return v
}

// naming gives names to operations, as they are told.
type naming struct {
	g     *readsFrom
	names map[int]string
	ops   []*Op
}

func (n *naming) name(letter string, i int) string {
	if n.names[i] == "" {
		n.names[i] = fmt.Sprintf("%s%d", letter, len(n.names)+1)
		n.ops = append(n.ops, n.g.ops[i])
	}
	return n.names[i]
}

// picture shows the operations that have names, in the order of these.
func (n *naming) picture() string {
	c := clockOf(n.ops)
	var rows [][]string
	for _, o := range n.ops {
		name := n.names[n.g.place[o.Index]]
		rows = append(rows, []string{name, who(o), onKey(o.Key) + describe(o), c.column(o)})
	}
	return columns(rows)
}

func (n *naming) why(from int, a arc) string {
	first, second := n.names[from], n.names[a.to]
	switch a.why {
	case sameProcess:
		return fmt.Sprintf("process %d did %s before %s", n.g.ops[from].Process, first, second)
	case isRead:
		return second + " shows " + first
	case readFirst:
		return first + " shows that nothing was written yet"
	case beforeRead:
		return fmt.Sprintf("%s is before %s, which shows %s", first, n.name("R", a.via), second)
	}
	return fmt.Sprintf("%s shows %s, which is before %s", first, n.name("W", n.g.shows[a.via]), second)
}
