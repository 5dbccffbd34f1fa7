package tcp

import (
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
)

// TestRanges compares a set of blocks with a set of numbers, around where they
// wrap.
func TestRanges(t *testing.T) {
	const span = 64
	base := Seq(1<<32 - span/2)
	for seed := range uint64(200) {
		random := core.NewRandom(seed, "ranges")
		var r ranges
		var in [span]bool
		for range 50 {
			from := int(random.Int(0, span-1))
			b := Block{base.plus(from), base.plus(int(random.Int(int64(from)+1, span)))}
			fresh := 0
			for i := from; i < from+b.size(); i++ {
				if !in[i] {
					in[i], fresh = true, fresh+1
				}
			}
			if got := r.add(b); got != fresh {
				t.Fatalf("seed %d: adding %v says %d are new, want %d", seed, b, got, fresh)
			}
			if random.Chance(core.Always / 8) {
				edge := int(random.Int(0, span/2))
				gone := 0
				for i := range edge {
					if in[i] {
						in[i], gone = false, gone+1
					}
				}
				if got := r.trim(base.plus(edge)); got != gone {
					t.Fatalf("seed %d: trimming at %d took %d, want %d", seed, edge, got, gone)
				}
			}
			if err := sameSet(r, in[:], base); err != nil {
				t.Fatalf("seed %d: %v: %v", seed, r, err)
			}
		}
	}
}

func sameSet(r ranges, in []bool, base Seq) error {
	for i, b := range r {
		if b.size() <= 0 || i > 0 && !r[i-1].End.before(b.Start) {
			return fmt.Errorf("block %d is empty or touches the one before", i)
		}
	}
	end := base.plus(len(in))
	for i := range in {
		n := base.plus(i)
		_, held := r.holding(n)
		if held != in[i] || r.inside(Block{n, n.plus(1)}) > 0 != in[i] {
			return fmt.Errorf("%d is held: %v", n, held)
		}
		first := i
		for first < len(in) && in[first] {
			first++
		}
		last := first
		for last < len(in) && !in[last] {
			last++
		}
		want := Block{base.plus(first), base.plus(last)}
		if g := r.gap(n, end); g.size() != want.size() || g.size() > 0 && g != want {
			return fmt.Errorf("the gap from %d on is %v", n, g)
		}
	}
	return nil
}

// TestCubicReturns wants the window of CUBIC to be back where it was K after
// the loss, flat around that moment, and beyond it later.
func TestCubicReturns(t *testing.T) {
	const mss = 1000
	c := cubic{}
	ssthresh := c.shrink(1000*mss, 1000*mss, mss)
	c.start(0, ssthresh, mss)
	if ssthresh != 700*mss || c.k != 9085 { // cbrt(300/0.4) s
		t.Fatalf("the threshold is %d and K %d ms", ssthresh, c.k)
	}
	for ms, want := range map[int]int{0: 700, 4543: 962, 9085: 1000, 13628: 1037, 18170: 1299} {
		if got := c.at(millis(ms), mss) / mss; got != want {
			t.Errorf("after %d ms the window is %d segments, want %d", ms, got, want)
		}
	}
}

func millis(n int) time.Duration { return time.Duration(n) * time.Millisecond }
