package history

import "slices"

// walk is a breadth-first search of a way back, over pairs of a node and what the
// way there was like. Edges onward cost nothing.
type walk struct {
	g       *graph
	round   uint32
	stamp   []uint32 // the round in which a place was reached
	length  []int32  // of the way there
	by      []int32  // the edge of its last step, in graph.edges
	before  []int32  // the place before
	level   []int32
	further []int32
	steps   int
}

// states are what a way can be like: none, one or more anti-dependencies, and
// whether it ends with one.
const states = 6

// anyNumber of anti-dependencies will do.
const anyNumber = -1

func (w *walk) init(g *graph) {
	n := g.nodes * states
	*w = walk{g: g, stamp: make([]uint32, n), length: make([]int32, n), by: make([]int32, n), before: make([]int32, n)}
}

// state is what a way is like.
type state struct {
	rws  int
	last bool // it ends with one
}

func (s state) place(node int32) int32 {
	p := node*states + int32(s.rws)*2
	if s.last {
		p++
	}
	return p
}

func stateOf(place int32) state { return state{int(place%states) / 2, place%2 == 1} }

// next is what a way is like after an edge, or not ok when a cycle of this kind
// cannot go there.
func (s state) next(e *edge, k *cycleKind) (state, bool) {
	switch {
	case e.kind == onward:
		return s, true
	case e.kind&k.allowed == 0:
		return s, false
	case e.kind != rw:
		return state{s.rws, false}, true
	case k.rws == 1 && s.rws == 1, k.apart && s.last:
		return s, false
	}
	return state{min(s.rws+1, 2), true}, true
}

// closes says whether a way that began with an edge and is back is a cycle of this
// kind.
func (s state) closes(first *edge, k *cycleKind) bool {
	return (k.rws == anyNumber || s.rws == k.rws) && !(k.apart && s.last && first.kind == rw)
}

// back is the shortest way from the end of an edge to its beginning, with the edge
// itself in front. It is shorter than limit, unless that is zero.
func (w *walk) back(first edge, k *cycleKind, part *tarjan, limit, steps int) (path []edge, spent int) {
	w.round++
	w.steps = 0
	w.level, w.further = w.level[:0], w.further[:0]
	began := state{0, first.kind == rw}
	if began.last {
		began.rws = 1
	}
	start := began.place(first.to)
	w.reach(start, -1, -1, 1)
	w.level = append(w.level, start)
	for length := int32(1); len(w.level) > 0; length++ {
		if limit > 0 && int(length) >= limit || w.steps > steps {
			return nil, w.steps
		}
		for i := 0; i < len(w.level); i++ {
			if end := w.expand(w.level[i], length, &first, k, part); end >= 0 {
				if limit > 0 && int(w.length[end]) >= limit {
					return nil, w.steps
				}
				return w.path(end, first), w.steps
			}
		}
		w.level, w.further = w.further, w.level[:0]
	}
	return nil, w.steps
}

func (w *walk) reach(place, before, by, length int32) {
	w.stamp[place], w.before[place], w.by[place], w.length[place] = w.round, before, by, length
}

// expand goes on from a place. When it comes back to where the first edge began, it
// returns the place there.
func (w *walk) expand(place, length int32, first *edge, k *cycleKind, part *tarjan) int32 {
	if w.length[place] != length {
		return -1 // there was a shorter way, and it has been there
	}
	node, s := place/states, stateOf(place)
	for i := w.g.first[node]; i < w.g.first[node+1]; i++ {
		w.steps++
		e := &w.g.edges[i]
		next, ok := s.next(e, k)
		if !ok || part.component[e.to] != part.component[first.from] {
			continue
		}
		to, cost := next.place(e.to), int32(1)
		if e.kind == onward {
			cost = 0
		}
		if w.stamp[to] == w.round && w.length[to] <= length+cost {
			continue
		}
		if e.to == first.from && !next.closes(first, k) {
			continue
		}
		w.reach(to, place, i, length+cost)
		switch {
		case e.to == first.from:
			return to
		case cost == 0:
			w.level = append(w.level, to)
		default:
			w.further = append(w.further, to)
		}
	}
	return -1
}

func (w *walk) path(end int32, first edge) []edge {
	var path []edge
	for p := end; w.by[p] >= 0; p = w.before[p] {
		path = append(path, w.g.edges[w.by[p]])
	}
	path = append(path, first)
	slices.Reverse(path)
	return path
}
