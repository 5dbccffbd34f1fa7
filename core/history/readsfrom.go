package history

import (
	"fmt"
	"math"
	"slices"
)

// readsFrom orders the operations on registers of which each value was written
// once, so that a read shows which write it is of. A write before a read is before
// the one that the read shows, and one after that one is after the read. What
// follows either comes in a circle, and there is no order at all, or leaves a search
// few ways to go. Gibbons and Korach, Testing shared memories, 1997.
type readsFrom struct {
	ops     []*Op
	place   []int // of each operation of the history in ops; -1 of one left out
	row     []int // of the process of each of ops; those of one process follow each other
	rows    int
	object  []int   // of each of ops
	shows   []int   // the write that a read shows; firstState; noRead of a write
	writes  [][]int // of each object
	after   [][]arc
	arcs    int
	next    []int32 // of each of ops, and each process: its first operation that comes after; none is lastOp
	prev    []int32 // its last one that comes before; none is less than zero
	waits   []int   // how many that must come before each have not
	unread  []int   // how many reads of each write have not come
	current []int   // the write that each object shows
	before  []int   // what they showed before each write that has come
	orphan  *Op     // a read that shows what nobody wrote
}

const lastOp = math.MaxInt32

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

// maxReadsFrom is how many operations are ordered so, times their processes: of each,
// what comes first after it, and last before it, is known of each process.
const maxReadsFrom = 16 << 20

// arcsPerStep is how many arcs of one process are followed for the price of a step.
const arcsPerStep = 64

// newReadsFrom is nil when it cannot be known which writes reads show.
func newReadsFrom(s *sequencer) *readsFrom {
	g := &readsFrom{place: slices.Repeat([]int{-1}, len(s.place)), writes: make([][]int, len(s.states)), rows: len(s.rows)}
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
				g.add(o, s.place[o.Index], s.row[o.Index])
			}
		}
	}
	if g.findWrites(s, byValue); g.orphan != nil {
		return g
	}
	if len(g.ops)*g.rows > maxReadsFrom {
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

func (g *readsFrom) add(o *Op, object, row int) {
	g.place[o.Index] = len(g.ops)
	if isWrite(o) {
		g.writes[object] = append(g.writes[object], len(g.ops))
	}
	g.ops = append(g.ops, o)
	g.object = append(g.object, object)
	g.row = append(g.row, row)
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
				g.arc(last, i, sameProcess, i)
			}
			last = max(i, last)
		}
	}
	for i, w := range g.shows {
		switch {
		case w >= 0:
			g.arc(w, i, isRead, i)
		case w == firstState:
			for _, j := range first[g.object[i]] {
				g.arc(i, j, readFirst, i)
			}
		}
	}
	g.next = slices.Repeat([]int32{lastOp}, len(g.ops)*g.rows)
	g.prev = slices.Repeat([]int32{-1}, len(g.ops)*g.rows)
}

func (g *readsFrom) arc(from, to int, why arcReason, via int) {
	g.after[from] = append(g.after[from], arc{to, why, via})
	g.arcs++
}

// judge says what is certain without a search, or returns nil and is ready for one.
func (g *readsFrom) judge(s *sequencer) *Verdict {
	var v Verdict
	if o := g.orphan; o != nil {
		v = failed("not sequentially consistent: nobody wrote what %s%s of process %d shows",
			onKey(o.Key), describe(o), o.Process)
		v.Picture = picture([]*Op{o}, nil)
		v.Anomalies = []string{"nonsequential"}
		return &v
	}
	if circle := g.follow(s); circle != nil {
		v = g.explain(circle)
		return &v
	}
	g.begin()
	return nil
}

// follow adds what follows until nothing more does, or the budget ends. It returns
// operations that come in a circle, if there are.
func (g *readsFrom) follow(s *sequencer) (circle []int) {
	for more := true; more && !s.over(); {
		s.spent.Steps += 1 + g.arcs*g.rows/arcsPerStep
		if circle = g.close(); circle != nil {
			return circle
		}
		before := g.arcs
		for i, w := range g.shows {
			if w >= 0 {
				g.followRead(i, w)
			}
		}
		more = g.arcs > before
	}
	return nil
}

// followRead adds what follows from a read of a write: of each process, the last other
// write before the read is before the write, and the first after the write is after
// the read. Those before and after these are, too.
func (g *readsFrom) followRead(i, w int) {
	writes := g.writes[g.object[i]]
	for row := range g.rows {
		if p := int(g.prev[i*g.rows+row]); p >= 0 {
			place, found := slices.BinarySearch(writes, p)
			if !found {
				place--
			}
			if place >= 0 && g.row[writes[place]] == row {
				if j := writes[place]; j != w && !g.reaches(j, w) {
					g.arc(j, w, beforeRead, i)
				}
			}
		}
		place, _ := slices.BinarySearch(writes, int(g.next[w*g.rows+row]))
		if place < len(writes) && g.row[writes[place]] == row {
			if j := writes[place]; !g.reaches(i, j) {
				g.arc(i, j, afterWrite, i)
			}
		}
	}
}

func (g *readsFrom) reaches(from, to int) bool { return int32(to) >= g.next[from*g.rows+g.row[to]] }

// close finds what each operation reaches, last ones first, and what reaches it.
func (g *readsFrom) close() (circle []int) {
	g.countWaits()
	waits := slices.Clone(g.waits)
	var order []int
	for i := range g.ops {
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
	if len(order) < len(g.ops) {
		return g.circle(waits)
	}
	for _, i := range slices.Backward(order) {
		next := g.next[i*g.rows : (i+1)*g.rows]
		for _, a := range g.after[i] {
			next[g.row[a.to]] = min(next[g.row[a.to]], int32(a.to))
			for row, n := range g.next[a.to*g.rows : (a.to+1)*g.rows] {
				next[row] = min(next[row], n)
			}
		}
	}
	for _, i := range order {
		for _, a := range g.after[i] {
			prev := g.prev[a.to*g.rows : (a.to+1)*g.rows]
			prev[g.row[i]] = max(prev[g.row[i]], int32(i))
			for row, p := range g.prev[i*g.rows : (i+1)*g.rows] {
				prev[row] = max(prev[row], p)
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
