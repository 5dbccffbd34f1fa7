package sweep

import (
	"iter"
	"slices"
)

// cut is a part of a list, and how to go on from there.
type cut[T any] struct {
	left  []T
	parts int // to cut it into next
	from  int // the part to take away first
}

// ddmin is delta debugging, the minimizing algorithm of Zeller and Hildebrandt
// (Simplifying and Isolating Failure-Inducing Input, 2002, section 3). From a list
// that has a property it takes parts away, halves at first, then smaller ones, as
// long as what is left has it. What it returns is 1-minimal: without any single
// element it has the property no more. The empty list is known not to have it.
//
// first finds the first of some cuts whose list has the property, or nil.
//
// Two things are other than in the paper. A part alone is tried only when it is a
// half: where more elements never take the property away, no smaller one has it.
// And after a part was taken away, the one behind it is next, not the first one
// again.
func ddmin[T any](list []T, first func(iter.Seq[cut[T]]) (*cut[T], error)) ([]T, error) {
	now := &cut[T]{list, 2, 0}
	for len(now.left) > 1 {
		next, err := first(now.cuts)
		if err != nil || next == nil {
			return now.left, err
		}
		now = next
	}
	return now.left, nil
}

// cuts are the lists to try, as long as none has it.
func (c *cut[T]) cuts(yield func(cut[T]) bool) {
	for parts, from := min(c.parts, len(c.left)), c.from; ; parts, from = min(2*parts, len(c.left)), 0 {
		for i := range parts {
			if !yield(c.without((from+i)%parts, parts)) {
				return
			}
		}
		if parts == len(c.left) {
			return
		}
	}
}

// without takes one of some parts away; of two, the second first, so that the
// first half is tried first.
func (c *cut[T]) without(part, parts int) cut[T] {
	if parts == 2 {
		part = 1 - part
	}
	begin, end := part*len(c.left)/parts, (part+1)*len(c.left)/parts
	left := slices.Concat(c.left[:begin], c.left[end:])
	if parts == 2 {
		return cut[T]{left, 2, 0}
	}
	return cut[T]{left, parts - 1, part % (parts - 1)}
}
