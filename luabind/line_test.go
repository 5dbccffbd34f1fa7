package luabind

import (
	"testing"

	"simlua.example/core"
)

// TestLineForgets: who gives up waiting leaves no trace, and those who stay keep
// their order.
func TestLineForgets(t *testing.T) {
	k := core.NewKernel(nil)
	var l line
	var stay []*core.Future
	for i := range 10_000 {
		f := k.NewFuture()
		l.join(waiter{future: f})
		if i%1000 == 0 {
			stay = append(stay, f)
			continue
		}
		f.Fail(core.ErrTimeout)
		l.leave()
	}
	if len(l.waiters) > 3*len(stay) {
		t.Errorf("%d in line, and %d wait", len(l.waiters), len(stay))
	}
	for i, f := range stay {
		if w, ok := l.next(nil); !ok || w.future != f {
			t.Errorf("not number %d is next", i)
		}
	}
	if _, ok := l.next(nil); ok {
		t.Error("somebody was served twice")
	}
}
