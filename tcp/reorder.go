package tcp

import "slices"

// span is a run of bytes that arrived before those in front of it.
type span struct {
	start Seq
	data  []byte
}

func (s span) end() Seq { return s.start.plus(len(s.data)) }

// append takes the next bytes in order.
func (r *receiver) append(data []byte) {
	r.queue.push(data)
	r.next = r.next.plus(len(data))
}

// drain moves what has come into order out of the reorder buffer.
func (r *receiver) drain() {
	n := 0
	for ; n < len(r.reorder) && r.reorder[n].start.atMost(r.next); n++ {
		s := r.reorder[n]
		if old := r.next.since(s.start); old < len(s.data) {
			r.append(s.data[old:])
		}
	}
	if n == len(r.reorder) {
		r.reorder = nil
	} else if n > 0 {
		r.reorder = append(r.reorder[:0], r.reorder[n:]...)
	}
	if n > 0 {
		r.caughtUp(r.next)
	}
}

// keep puts a span into the reorder buffer, unless another covers it, and says
// whether it did.
func (r *receiver) keep(start Seq, data []byte) bool {
	s := span{start, data}
	i := len(r.reorder)
	for i > 0 && start.before(r.reorder[i-1].start) {
		i--
	}
	if i > 0 && s.end().atMost(r.reorder[i-1].end()) {
		return false
	}
	from := i
	if i > 0 && r.reorder[i-1].start == start {
		from--
	}
	to := i
	for to < len(r.reorder) && r.reorder[to].end().atMost(s.end()) {
		to++
	}
	r.reorder = slices.Replace(r.reorder, from, to, s)
	return true
}
