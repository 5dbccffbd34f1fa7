package tcp

import (
	"slices"
	"sort"
)

// ranges is a set of numbers within one window: blocks that grow, of which no
// two touch.
type ranges []Block

// size is how many numbers the block holds.
func (b Block) size() int { return b.End.since(b.Start) }

// common is how many numbers two blocks share.
func (b Block) common(o Block) int {
	return max(0, earlier(b.End, o.End).since(later(b.Start, o.Start)))
}

// add puts b in and returns how many of its numbers are new.
func (r *ranges) add(b Block) int {
	from := len(*r)
	for from > 0 && b.Start.atMost((*r)[from-1].End) {
		from--
	}
	fresh, all, to := b.size(), b, from
	for ; to < len(*r) && (*r)[to].Start.atMost(b.End); to++ {
		o := (*r)[to]
		fresh -= b.common(o)
		all = Block{earlier(all.Start, o.Start), later(all.End, o.End)}
	}
	if to == from+1 {
		(*r)[from] = all
	} else {
		*r = slices.Replace(*r, from, to, all)
	}
	return fresh
}

// trim takes out all that is before edge and returns how many numbers it was.
func (r *ranges) trim(edge Seq) int {
	n, gone := 0, 0
	for ; gone < len(*r) && (*r)[gone].Start.before(edge); gone++ {
		b := &(*r)[gone]
		if edge.before(b.End) {
			n += edge.since(b.Start)
			b.Start = edge
			break
		}
		n += b.size()
	}
	if gone == len(*r) {
		*r = nil
	} else if gone > 0 {
		*r = slices.Delete(*r, 0, gone)
	}
	return n
}

// past is the index of the first block that ends behind n.
func (r ranges) past(n Seq) int {
	return sort.Search(len(r), func(i int) bool { return n.before(r[i].End) })
}

// holding is the block that n lies in.
func (r ranges) holding(n Seq) (Block, bool) {
	if i := r.past(n); i < len(r) && r[i].Start.atMost(n) {
		return r[i], true
	}
	return Block{}, false
}

// gap is the first run of numbers from n on, and before end, that is not in the
// set; it is empty when there is none.
func (r ranges) gap(n, end Seq) Block {
	i := r.past(n)
	if i < len(r) && r[i].Start.atMost(n) {
		n = r[i].End
		i++
	}
	if i < len(r) {
		end = earlier(end, r[i].Start)
	}
	return Block{n, later(n, end)}
}

// inside is how many numbers of b are in the set.
func (r ranges) inside(b Block) int {
	n := 0
	for i := len(r) - 1; i >= 0 && b.Start.before(r[i].End); i-- {
		n += b.common(r[i])
	}
	return n
}
