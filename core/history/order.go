package history

import (
	"cmp"
	"slices"
)

// point is the beginning or the end of an operation.
type point struct {
	op    *Op
	place int // of op in its list
	end   bool
	at    uint64
}

// pointsOf are the beginnings and the ends of operations, in order; those that
// nobody knows the end of end last, in the order in which they began.
func pointsOf(ops []*Op) []point {
	points := make([]point, 0, 2*len(ops))
	for i, o := range ops {
		points = append(points, point{o, i, false, o.Invoked}, point{o, i, true, o.over()})
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.at, b.at) })
	return points
}

// over is where an operation ends in the order of a history: never, when nobody
// knows whether it happens.
func (o *Op) over() uint64 {
	if o.Type == Info {
		return never
	}
	return o.Completed
}

const never = ^uint64(0)

// before says whether o was over when p began.
func (o *Op) before(p *Op) bool { return o.over() < p.Invoked }

// all are the operations, in the order in which they were invoked.
func (h *History) all() []*Op {
	ops := make([]*Op, len(h.Ops))
	for i := range h.Ops {
		ops[i] = &h.Ops[i]
	}
	return ops
}
