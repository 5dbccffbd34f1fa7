package core

import (
	"testing"
	"time"
)

// A queue that is never empty knows what is in it, as a list of all that ever
// entered does, and does not grow with what has left.
func TestQueueForgetsWhatLeft(t *testing.T) {
	const packets, rate = 100, 1_000_000
	q := &pipe{link: &Link{Profile: Profile{Rate: rate, Limit: Limit{Packets: packets, Bytes: 60_000}}}}
	chance := NewRandom(1, "queue")
	var all []queued
	var now time.Duration
	full := 0
	for range 5_000 {
		size := 100 + int(chance.Uint64()%1000)
		now += time.Duration(chance.Uint64() % uint64(9*time.Millisecond))
		waiting, bytes := 0, 0
		for _, p := range all {
			if p.departs > now {
				waiting, bytes = waiting+1, bytes+p.size
			}
		}
		want := waiting >= packets || bytes+size > 60_000
		if got := q.full(now, size); got != want || q.bytes != bytes {
			t.Fatalf("full %v with %d bytes, want %v with %d", got, q.bytes, want, bytes)
		}
		if want {
			full++
			continue
		}
		all = append(all, queued{q.serialize(now, size, rate), size})
		if len(q.queue) > 2*packets+64 {
			t.Fatalf("%d places for at most %d packets", len(q.queue), packets)
		}
	}
	if full == 0 || len(all) < 1_000 {
		t.Errorf("full %d times, %d packets", full, len(all))
	}
}
