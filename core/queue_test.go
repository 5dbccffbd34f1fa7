package core

import (
	"container/heap"
	"fmt"
	"testing"
	"time"
)

// expected is an event as the reference has it.
type expected struct {
	at  int64
	seq uint64
	e   *event
}

// reference is a plain binary heap by (time, order of scheduling).
type reference []expected

func (r reference) Len() int { return len(r) }
func (r reference) Less(i, j int) bool {
	return r[i].at < r[j].at || r[i].at == r[j].at && r[i].seq < r[j].seq
}
func (r reference) Swap(i, j int) { r[i], r[j] = r[j], r[i] }
func (r *reference) Push(x any)   { *r = append(*r, x.(expected)) }
func (r *reference) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}

// TestQueueOrder plays random pushes, cancels and pops against the reference,
// with delays from nothing to years, so that every level of the wheel is used.
func TestQueueOrder(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { playQueue(t, NewRandom(seed, "queue")) })
	}
}

func playQueue(t *testing.T, r *Random) {
	var q queue
	var want reference
	seq := uint64(0)
	push := func(delay int64) {
		seq++
		e := q.get()
		e.seq, e.handler = seq, HandlerFunc(func() {})
		q.push(q.now+delay, e)
		heap.Push(&want, expected{q.now + delay, seq, e})
	}
	spread := uint(r.Int(0, 60))
	for range 20_000 {
		switch r.Uint64n(6) {
		case 0, 1, 2:
			delay := int64(0)
			if r.Uint64n(4) > 0 {
				delay = int64(r.Uint64n(1 << spread))
			}
			push(delay)
		case 3:
			if len(want) > 0 {
				i := int(r.Uint64n(uint64(len(want))))
				q.cancel(want[i].e)
				heap.Remove(&want, i)
				if q.shells > minShells+q.live {
					t.Fatalf("%d shells beside %d events", q.shells, q.live)
				}
			}
		case 4:
			popOne(t, &q, &want)
		case 5: // a real clock is woken on its way to the next event
			if at, ok := q.peek(); ok && at > q.now {
				q.now += int64(r.Uint64n(uint64(at - q.now)))
				for range r.Uint64n(200) * r.Uint64n(10) / 9 { // and much happens before that
					push(int64(r.Uint64n(uint64(at - q.now))))
				}
			}
		}
	}
	for q.live > 0 {
		popOne(t, &q, &want)
	}
	if len(want) != 0 {
		t.Fatalf("%d events were lost", len(want))
	}
}

func popOne(t *testing.T, q *queue, want *reference) {
	t.Helper()
	for q.live > 0 {
		at, ok := q.peek()
		if !ok {
			t.Fatal("peek found nothing although events are live")
		}
		e := q.pop()
		if e.handler == nil {
			q.recycle(e)
			continue
		}
		w := heap.Pop(want).(expected)
		if at != w.at || e.seq != w.seq || e != w.e {
			t.Fatalf("got (%v, %d), want (%v, %d)", time.Duration(at), e.seq, time.Duration(w.at), w.seq)
		}
		q.now = at
		q.recycle(e)
		return
	}
}

// TestQueueOfOneMoment has many events at one moment behind a few others, and
// new ones before them, for which they must not be moved.
func TestQueueOfOneMoment(t *testing.T) {
	var q queue
	seq := uint64(0)
	push := func(at int64) {
		seq++
		e := q.get()
		e.seq, e.handler = seq, HandlerFunc(func() {})
		q.push(at, e)
	}
	push(1)
	for range 10_000 {
		push(1e9)
	}
	for last := uint64(0); q.live > 0; {
		at, _ := q.peek()
		e := q.pop()
		if at < 5_000 {
			push(at + 1)
		} else if at == 1e9 {
			if e.seq < last {
				t.Fatalf("event %d came after event %d", e.seq, last)
			}
			last = e.seq
		}
		q.now = at
		q.recycle(e)
		if at < 5_000 && len(q.front) > 2*frontMax {
			t.Fatalf("%d entries in front", len(q.front))
		}
	}
}
