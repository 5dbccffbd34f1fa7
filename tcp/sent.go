package tcp

import (
	"slices"
	"sort"
	"time"
)

// mark is what is known of a sent segment.
type mark uint8

const (
	sacked mark = 1 << iota // it has arrived, beyond what is acknowledged
	lost                    // and was not sent again
	resent                  // it has been sent more than once
)

func (m mark) has(n mark) bool { return m&n != 0 }

// sent is a segment as it was sent last. It begins where the one before it ends.
type sent struct {
	end  Seq
	mark mark
	at   time.Duration
}

// sentQueue holds what is not acknowledged, segment by segment, in the order of
// its numbers.
type sentQueue struct {
	list  []sent // those before head are gone
	head  int
	start Seq // of the first
}

const keepSent = 64 // entries an empty queue may keep

// empty says whether all is acknowledged.
func (q *sentQueue) empty() bool { return q.head == len(q.list) }

// length is how many segments there are.
func (q *sentQueue) length() int { return len(q.list) - q.head }

// push puts a new segment last.
func (q *sentQueue) push(end Seq, now time.Duration) {
	if n := len(q.list); n == cap(q.list) && q.head > n/4 {
		q.list = q.list[:copy(q.list, q.list[q.head:])]
		q.head = 0
	}
	q.list = append(q.list, sent{end: end, at: now})
}

// pop drops the first.
func (q *sentQueue) pop() {
	q.start = q.list[q.head].end
	q.head++
	if q.empty() {
		if cap(q.list) > keepSent {
			q.list = nil
		}
		q.list, q.head = q.list[:0], 0
	}
}

// from is the number that the segment at an index begins with.
func (q *sentQueue) from(i int) Seq {
	if i == q.head {
		return q.start
	}
	return q.list[i-1].end
}

// size is how many numbers it takes.
func (q *sentQueue) size(i int) int { return q.list[i].end.since(q.from(i)) }

// find is the index of the segment that a number lies in.
func (q *sentQueue) find(n Seq) int {
	return q.head + sort.Search(len(q.list)-q.head, func(i int) bool { return n.before(q.list[q.head+i].end) })
}

// cut is the index of the segment that begins with a number. One that lies
// across it is divided.
func (q *sentQueue) cut(n Seq) (i int, divided bool) {
	i = q.find(n)
	if i == len(q.list) || q.from(i) == n {
		return i, false
	}
	q.list = slices.Insert(q.list, i, q.list[i])
	q.list[i].end = n
	return i + 1, true
}
