package core

import (
	"math/bits"
	"sort"
)

// queue holds the events to come, ordered by (time, order of scheduling).
//
// It is a hierarchical timing wheel (Varghese & Lauck 1987) of 64 slots a
// level, with the levels keyed as in a radix heap: an event sits at the level
// of the highest group of six bits in which its time differs from base. Slots
// are first-in first-out, so events of one time keep their order. The next few
// events are kept sorted in front; ready holds those of the present moment.
type queue struct {
	now      int64
	base     int64 // every event in the wheel is at base or later
	frontEnd int64 // every event in the wheel is at frontEnd or later
	front    []*event
	first    int // front[:first] has been taken
	ready    fifo
	levels   [wheelLevels]wheelLevel
	occupied uint16 // levels with an occupied slot
	live     int    // events that were not cancelled
}

const (
	slotBits    = 6
	slotCount   = 1 << slotBits
	wheelLevels = 11 // 66 bits cover every int64 time
	frontBatch  = 24 // a slot with at most so many events goes to front at once
	frontMax    = 96 // above it, the later half of front goes back to the wheel
)

type wheelLevel struct {
	occupied uint64
	slots    [slotCount]slot
}

type slot struct {
	head, tail *event
	count      int
}

// where an event is
const (
	nowhere uint8 = iota
	inFront
	inReady
	inWheel
)

func (q *queue) push(e *event) {
	q.live++
	switch {
	case e.at == q.now:
		e.where = inReady
		q.ready.push(e)
	case e.at < q.frontEnd:
		q.insertFront(e)
	default:
		q.insertWheel(e)
	}
}

func (q *queue) insertFront(e *event) {
	e.where = inFront
	front := append(q.front, e)
	i := len(front) - 1
	for i > q.first && front[i-1].at > e.at {
		front[i] = front[i-1]
		i--
	}
	front[i] = e
	q.front = front
	if len(front)-q.first > frontMax && q.base <= q.now {
		q.spill()
	}
}

// spill moves the later part of front back to the wheel. The wheel takes nothing
// that is due before base, which lies ahead of now after a wait was cut short.
func (q *queue) spill() {
	pending := q.front[q.first:]
	split := len(pending) / 2
	for split < len(pending) && pending[split].at == pending[split-1].at {
		split++
	}
	if split == len(pending) {
		return // all of one moment: appending to it stays cheap
	}
	q.frontEnd = pending[split].at
	for i, e := range pending[split:] {
		if e.cancelled() {
			e.where = nowhere
		} else {
			q.insertWheel(e)
		}
		pending[split+i] = nil
	}
	q.front = q.front[:q.first+split]
}

func (q *queue) insertWheel(e *event) {
	e.where = inWheel
	level := (63 - bits.LeadingZeros64(uint64(e.at^q.base)|1)) / slotBits
	index := (e.at >> (uint(level) * slotBits)) & (slotCount - 1)
	e.level, e.index = uint8(level), uint8(index)
	l := &q.levels[level]
	s := &l.slots[index]
	e.prev, e.next = s.tail, nil
	if s.tail == nil {
		s.head = e
		l.occupied |= 1 << uint(index)
		q.occupied |= 1 << uint(level)
	} else {
		s.tail.next = e
	}
	s.tail = e
	s.count++
}

// cancel takes e out. An event in front or in ready stays there as an empty
// shell until its turn; recycle says whether e may be used again at once.
func (q *queue) cancel(e *event) (recycle bool) {
	q.live--
	e.handler = nil
	if e.where != inWheel {
		return false
	}
	l := &q.levels[e.level]
	s := &l.slots[e.index]
	if e.prev == nil {
		s.head = e.next
	} else {
		e.prev.next = e.next
	}
	if e.next == nil {
		s.tail = e.prev
	} else {
		e.next.prev = e.prev
	}
	s.count--
	if s.count == 0 {
		q.vacate(int(e.level), uint(e.index))
	}
	e.prev, e.next, e.where = nil, nil, nowhere
	return true
}

func (q *queue) vacate(level int, index uint) {
	l := &q.levels[level]
	l.occupied &^= 1 << index
	if l.occupied == 0 {
		q.occupied &^= 1 << uint(level)
	}
}

// peek returns the time of the next event. Shells count: their time may be
// returned although nothing happens then.
func (q *queue) peek() (at int64, ok bool) {
	if q.first < len(q.front) && (q.ready.empty() || q.front[q.first].at == q.now) {
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

// pop takes the next event, which peek has announced. Moving now to its time
// is left to the caller.
func (q *queue) pop() *event {
	var e *event
	if q.first < len(q.front) && (q.ready.empty() || q.front[q.first].at == q.now) {
		e = q.front[q.first]
		q.front[q.first] = nil
		q.first++
		if q.first == len(q.front) {
			q.front, q.first = q.front[:0], 0
		}
	} else {
		e = q.ready.pop()
	}
	e.where = nowhere
	if e.handler != nil {
		q.live--
	}
	return e
}

// refill loads the earliest events of the wheel into the empty front.
func (q *queue) refill() bool {
	for q.occupied != 0 {
		level := bits.TrailingZeros16(q.occupied)
		l := &q.levels[level]
		index := uint(bits.TrailingZeros64(l.occupied))
		s := l.slots[index]
		l.slots[index] = slot{}
		q.vacate(level, index)
		q.base = s.head.at &^ (int64(1)<<(uint(level)*slotBits) - 1)
		if s.count <= frontBatch || level == 0 {
			q.load(s.head, level == 0)
			return true
		}
		for e := s.head; e != nil; {
			next := e.next
			q.insertWheel(e)
			e = next
		}
	}
	return false
}

// load fills front from the list of one slot.
func (q *queue) load(e *event, sorted bool) {
	for e != nil {
		next := e.next
		e.prev, e.next, e.where = nil, nil, inFront
		q.front = append(q.front, e)
		e = next
	}
	if !sorted {
		sortByTime(q.front)
	}
	q.frontEnd = q.front[len(q.front)-1].at + 1
}

// sortByTime is stable: events of one time keep their order of scheduling.
func sortByTime(events []*event) {
	if len(events) > frontMax {
		sort.SliceStable(events, func(i, j int) bool { return events[i].at < events[j].at })
		return
	}
	for i := 1; i < len(events); i++ {
		e := events[i]
		j := i
		for j > 0 && events[j-1].at > e.at {
			events[j] = events[j-1]
			j--
		}
		events[j] = e
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
