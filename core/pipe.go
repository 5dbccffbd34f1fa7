package core

import "time"

// pipe is a link as one pair of machines has it: a queue, a line that takes
// time for each bit, and the order of what came out.
type pipe struct {
	link    *Link
	from    *machine
	to      *machine
	free    time.Duration // when the line has sent all that is queued
	queue   []queued      // what has not left yet, from first on
	first   int
	bytes   int
	arrived time.Duration // the latest arrival, for KeepOrder
}

type queued struct {
	departs time.Duration
	size    int
}

// full says whether a packet of so many bytes finds no place in the queue.
func (q *pipe) full(now time.Duration, size int) bool {
	limit := q.link.Profile.Limit
	for q.first < len(q.queue) && q.queue[q.first].departs <= now {
		q.bytes -= q.queue[q.first].size
		q.first++
	}
	if q.first == len(q.queue) {
		q.queue, q.first = q.queue[:0], 0
	}
	waiting := len(q.queue) - q.first
	return limit.Packets > 0 && waiting >= limit.Packets || limit.Bytes > 0 && q.bytes+size > limit.Bytes
}

// farthest is when the last bits leave of what would take longer than there is time.
const farthest = EndOfTime / 2

// serialize queues a packet and returns when its last bit has left.
func (q *pipe) serialize(now time.Duration, size int, rate int64) time.Duration {
	start := max(now, q.free)
	q.free = min(start+time.Duration(int64(size)*8*int64(time.Second)/rate), farthest)
	if q.first > 64 && q.first > len(q.queue)/2 {
		q.queue = q.queue[:copy(q.queue, q.queue[q.first:])]
		q.first = 0
	}
	q.queue = append(q.queue, queued{q.free, size})
	q.bytes += size
	return q.free
}

// arrival keeps a packet from overtaking the one before.
func (q *pipe) arrival(at time.Duration) time.Duration {
	if q.link.Profile.KeepOrder {
		at = max(at, q.arrived)
		q.arrived = at
	}
	return at
}
