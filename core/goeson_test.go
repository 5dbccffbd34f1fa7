package core

import (
	"context"
	"slices"
	"testing"
	"time"
)

// A process that goes on by itself takes the steps that the kernel would have taken:
// processes that sleep, wait, wake one another, are asked to stop and die, to any end.
func TestGoesOn(t *testing.T) {
	alone := 0
	for seed := range uint64(300) {
		by, went := playNaps(seed, func() {})
		self, went2 := playNaps(seed, nil)
		if by.digest != self.digest || by.steps != self.steps || by.cause != self.cause || by.Now() != self.Now() ||
			!slices.Equal(by.lines, self.lines) {
			t.Fatalf("seed %d: %d steps to %v, %v, against %d to %v, %v\n%q\n%q", seed, by.steps, by.Now(), by.cause,
				self.steps, self.Now(), self.cause, by.lines, self.lines)
		}
		if went != 0 {
			t.Fatalf("seed %d: %d went on although something is to be done after each step", seed, went)
		}
		alone += went2
	}
	if alone < 1000 {
		t.Errorf("only %d waits went on", alone)
	}
}

// playNaps also counts the waits that have not given control to the kernel.
func playNaps(seed uint64, after func()) (l *lab, went int) {
	l = newLab()
	r := NewRandom(seed, "naps")
	f := l.NewFuture()
	for i := range 1 + r.Uint64n(3) {
		l.spawn(func() error {
			for range 5 + r.Uint64n(20) {
				park := l.here().coroutine.park
				parked, steps := false, l.steps
				l.here().coroutine.park = func(struct{}) bool { parked = true; return park(struct{}{}) }
				err := nap(l, r, f)
				l.here().coroutine.park = park
				l.say("%d %v", i, err)
				if !parked && l.steps > steps {
					went++
				}
			}
			return nil
		})
	}
	for range r.Uint64n(4) {
		l.at(time.Duration(r.Uint64n(40))*time.Second, func() { f.Set(nil); f.Reset() })
	}
	switch at := time.Duration(r.Uint64n(60)) * time.Second; r.Uint64n(5) {
	case 0:
		l.at(at, l.scope.stop)
	case 1:
		l.at(at, l.scope.kill)
	case 2:
		l.at(at, func() { l.Halt("") })
	}
	b := unlimited()
	b.after, b.steps = after, 10+r.Uint64n(200)
	if r.Uint64n(2) == 0 {
		b.time = time.Duration(r.Uint64n(60)) * time.Second
	}
	l.run(context.Background(), b)
	return l, went
}

func nap(l *lab, r *Random, f *Future) error {
	d := time.Duration(r.Uint64n(4)) * time.Second
	switch r.Uint64n(3) {
	case 0:
		_, err := f.Wait(d + 1)
		return err
	case 1:
		l.here().work(d)
		return nil
	default:
		return l.sleep(d)
	}
}
