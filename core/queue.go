package core

import (
	"math"
	"math/bits"
)

// queue holds the events to come, ordered by (time, order of scheduling).
//
// It is a hierarchical timing wheel (Varghese & Lauck 1987) of 64 slots a
// level, with the levels keyed as in a radix heap: an event sits at the level
// of the highest group of six bits in which its time differs from base. Slots
// are first-in first-out, so events of one time keep their order. The next few
// events are kept sorted in front; ready holds those of the present moment.
//
// Slots hold the times beside the events: with many of them pending, each look
// at an event itself is a miss of the caches, and there is one, when it is due.
// For the same reason a cancelled event stays as a shell until there are more
// of those than of others.
type queue struct {
	now      int64
	base     int64 // every event in the wheel is at base or later
	frontEnd int64 // every event in the wheel is at frontEnd or later
	front    []entry
	first    int // front[:first] has been taken
	ready    fifo
	levels   [wheelLevels]wheelLevel
	occupied uint16 // levels with an occupied slot
	live     int    // events that were not cancelled
	shells   int    // those in the wheel that were
	free     *event
	spare    *chunk // free ones
}

const (
	slotBits    = 6
	slotCount   = 1 << slotBits
	wheelLevels = 11 // 66 bits cover every int64 time
	frontFew    = 8  // so many need no wheel
	frontMax    = 96 // above it, the later half of front goes back to the wheel
	minShells   = 64 // so many are not worth a sweep
)

type wheelLevel struct {
	occupied uint64
	slots    [slotCount]slot
}

// slot is a list of chunks.
type slot struct{ first, last *chunk }

// chunk is a part of a slot. A slot of one chunk goes to front at once. They
// are recycled, so that the wheel has the memory that all of it needs, and not
// each slot the most that it ever needed.
type chunk struct {
	next    *chunk
	size    int
	entries [chunkEntries]entry
}

const chunkEntries = 23 // makes 384 bytes

// entry is an event and its time.
type entry struct {
	at int64
	e  *event
}

// event is something to come. Events are recycled.
type event struct {
	seq     uint64
	handler Handler // nil once cancelled
	scope   *Scope
	next    *event // in the list of free ones
	inWheel bool
}

func (e *event) cancelled() bool { return e.handler == nil }

// slabEvents are made at once, side by side.
const slabEvents = 64

// get is an event that is free.
func (q *queue) get() *event {
	if q.free == nil {
		slab := make([]event, slabEvents)
		for i := range slab[1:] {
			slab[i].next = &slab[i+1]
		}
		q.free = &slab[0]
	}
	e := q.free
	q.free, e.next = e.next, nil
	return e
}

// recycle takes back an event that is in no list.
func (q *queue) recycle(e *event) {
	e.handler, e.scope, e.seq, e.inWheel = nil, nil, 0, false
	e.next, q.free = q.free, e
}

func (q *queue) push(at int64, e *event) {
	q.live++
	switch {
	case at == q.now:
		q.ready.push(e)
	case at < q.frontEnd:
		q.insertFront(entry{at, e})
	case q.occupied == 0 && len(q.front)-q.first < frontFew:
		q.frontEnd = behind(at)
		q.insertFront(entry{at, e})
	default:
		q.insertWheel(entry{at, e})
	}
}

func (q *queue) insertFront(n entry) {
	if len(q.front) == cap(q.front) && q.first > len(q.front)/2 {
		q.front, q.first = q.front[:copy(q.front, q.front[q.first:])], 0
	}
	front := append(q.front, n)
	i := len(front) - 1
	for i > q.first && front[i-1].at > n.at {
		front[i] = front[i-1]
		i--
	}
	front[i] = n
	q.front = front
	if len(front)-q.first > frontMax && q.base <= q.now {
		q.spill()
	}
}

// spill moves the later part of front back to the wheel, in whole moments. The
// wheel takes nothing that is due before base, which lies ahead of now after a
// wait was cut short.
func (q *queue) spill() {
	pending := q.front[q.first:]
	split, last := len(pending)/2, pending[len(pending)-1].at
	for split > 0 && pending[split-1].at == last {
		split--
	}
	for split > 0 && pending[split].at == pending[split-1].at {
		split++
	}
	q.frontEnd = pending[split].at
	for _, n := range pending[split:] {
		if n.e.cancelled() {
			q.recycle(n.e)
		} else {
			q.insertWheel(n)
		}
	}
	if q.front = q.front[:q.first+split]; split == 0 {
		q.front, q.first = q.front[:0], 0
	}
}

func (q *queue) insertWheel(n entry) {
	n.e.inWheel = true
	q.place(n)
}

// place puts an event of the wheel into its slot.
func (q *queue) place(n entry) {
	level := uint(63-bits.LeadingZeros64(uint64(n.at^q.base)|1)) / slotBits
	index := uint(n.at>>(level*slotBits)) & (slotCount - 1)
	l := &q.levels[level]
	c := l.slots[index].last
	if c == nil || c.size == chunkEntries {
		c = q.extend(int(level), index)
	}
	c.entries[c.size] = n
	c.size++
}

// extend adds a chunk to a slot.
func (q *queue) extend(level int, index uint) *chunk {
	c := q.spare
	if c == nil {
		c = new(chunk)
	} else {
		q.spare, c.next = c.next, nil
	}
	l := &q.levels[level]
	s := &l.slots[index]
	if s.last == nil {
		s.first = c
		l.occupied |= 1 << index
		q.occupied |= 1 << uint(level)
	} else {
		s.last.next = c
	}
	s.last = c
	return c
}

// vacate takes the chunks out of a slot.
func (q *queue) vacate(level int, index uint) *chunk {
	l := &q.levels[level]
	c := l.slots[index].first
	l.slots[index] = slot{}
	l.occupied &^= 1 << index
	if l.occupied == 0 {
		q.occupied &^= 1 << uint(level)
	}
	return c
}

// release gives a chunk back and returns the one behind it.
func (q *queue) release(c *chunk) *chunk {
	next := c.next
	c.next, c.size = q.spare, 0
	q.spare = c
	return next
}

// cancel makes e an empty shell.
func (q *queue) cancel(e *event) {
	q.live--
	e.handler, e.scope = nil, nil
	if e.inWheel {
		if q.shells++; q.shells > minShells+q.live {
			q.sweep()
		}
	}
}

// sweep takes the shells out of the wheel.
func (q *queue) sweep() {
	for levels := q.occupied; levels != 0; levels &= levels - 1 {
		level := bits.TrailingZeros16(levels)
		for slots := q.levels[level].occupied; slots != 0; slots &= slots - 1 {
			for c := q.vacate(level, uint(bits.TrailingZeros64(slots))); c != nil; c = q.release(c) {
				q.sweepChunk(c)
			}
		}
	}
	q.shells = 0
}

func (q *queue) sweepChunk(c *chunk) {
	for _, n := range c.entries[:c.size] {
		if n.e.cancelled() {
			q.recycle(n.e)
		} else {
			q.place(n)
		}
	}
}

// peek returns the time of the next event. Shells count: their time may be
// returned although nothing happens then.
func (q *queue) peek() (at int64, ok bool) {
	if q.frontIsNext() {
		return q.front[q.first].at, true
	}
	if !q.ready.empty() {
		return q.now, true
	}
	if !q.refill() {
		return 0, false
	}
	return q.front[q.first].at, true
}

// next is the event that peek has announced.
func (q *queue) next() *event {
	if q.frontIsNext() {
		return q.front[q.first].e
	}
	return q.ready.first()
}

// frontIsNext says whether the next event, which there is, is in front, not in ready.
func (q *queue) frontIsNext() bool {
	return q.first < len(q.front) && (q.ready.empty() || q.front[q.first].at == q.now)
}

// pop takes the next event, which peek has announced, out of the lists. Moving
// now to its time is left to the caller.
func (q *queue) pop() *event {
	var e *event
	if q.frontIsNext() {
		e = q.front[q.first].e
		q.first++
		if q.first == len(q.front) {
			q.front, q.first = q.front[:0], 0
		}
	} else {
		e = q.ready.pop()
	}
	if e.handler != nil {
		q.live--
	}
	return e
}

// refill loads the earliest events of the wheel into the empty front.
func (q *queue) refill() bool {
	for q.occupied != 0 {
		level := bits.TrailingZeros16(q.occupied)
		c := q.vacate(level, uint(bits.TrailingZeros64(q.levels[level].occupied)))
		q.base = c.entries[0].at &^ (int64(1)<<(uint(level)*slotBits) - 1)
		if c.next == nil || level == 0 {
			q.load(c)
			return true
		}
		for ; c != nil; c = q.release(c) {
			for _, n := range c.entries[:c.size] {
				q.place(n)
			}
		}
	}
	return false
}

// load fills front from the chunks of one slot: a single one, or of one time.
func (q *queue) load(c *chunk) {
	for ; c != nil; c = q.release(c) {
		for _, n := range c.entries[:c.size] {
			n.e.inWheel = false
			if n.e.cancelled() {
				q.shells--
			}
		}
		q.front = append(q.front, c.entries[:c.size]...)
	}
	sortByTime(q.front)
	q.frontEnd = behind(q.front[len(q.front)-1].at)
}

// behind is the moment after another; the end of time has none.
func behind(at int64) int64 { return at + min(1, math.MaxInt64-at) }

// sortByTime is stable: events of one time keep their order of scheduling. Where
// there are many, they have one time.
func sortByTime(entries []entry) {
	for i := 1; i < len(entries); i++ {
		n := entries[i]
		j := i
		for j > 0 && entries[j-1].at > n.at {
			entries[j] = entries[j-1]
			j--
		}
		entries[j] = n
	}
}

// fifo is a growing ring of events.
type fifo struct {
	ring       []*event
	head, size int
}

func (f *fifo) empty() bool { return f.size == 0 }

func (f *fifo) push(e *event) {
	if f.size == len(f.ring) {
		f.grow()
	}
	f.ring[(f.head+f.size)&(len(f.ring)-1)] = e
	f.size++
}

func (f *fifo) first() *event { return f.ring[f.head] }

func (f *fifo) pop() *event {
	e := f.ring[f.head]
	f.ring[f.head] = nil
	f.head = (f.head + 1) & (len(f.ring) - 1)
	f.size--
	return e
}

func (f *fifo) grow() {
	ring := make([]*event, max(64, 2*len(f.ring)))
	for i := range f.size {
		ring[i] = f.ring[(f.head+i)&(len(f.ring)-1)]
	}
	f.ring, f.head = ring, 0
}
