package core

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"
)

func unlimited() *bounds {
	return &bounds{time: EndOfTime, steps: 1 << 62, watch: EndOfTime}
}

type rearm struct {
	k     *Kernel
	scope *Scope
	r     *Random
	left  *int
}

func (t *rearm) Fire() {
	if *t.left--; *t.left > 0 {
		t.k.after(t.scope, time.Duration(t.r.Uint64n(1e9)), t)
	} else {
		t.k.Halt("done")
	}
}

// BenchmarkTimers: timer events with a number of them pending, each due at a
// random moment of the next second. No allocation per timer.
func BenchmarkTimers(b *testing.B) {
	for _, pending := range []int{1, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("pending=%d", pending), func(b *testing.B) {
			k := NewKernel(nil)
			scope := k.newScope("bench", nil)
			left := b.N
			r := NewRandom(1, "bench")
			for range pending {
				k.after(scope, time.Duration(r.Uint64n(1e9)), &rearm{k, scope, r, &left})
			}
			b.ReportAllocs()
			b.ResetTimer()
			k.run(context.Background(), unlimited())
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}

// BenchmarkSleep: processes that sleep again and again. No allocation per sleep.
func BenchmarkSleep(b *testing.B) {
	for _, processes := range []int{1, 1_000, 10_000} {
		b.Run(fmt.Sprintf("processes=%d", processes), func(b *testing.B) {
			k := NewKernel(nil)
			scope := k.newScope("bench", nil)
			scope.failed = func(error) {}
			left := b.N
			r := NewRandom(1, "bench")
			for range processes {
				k.start(scope, "sleeper", func() error {
					for left > 0 {
						left--
						_ = k.here().sleep(time.Duration(r.Uint64n(1e9)), true)
					}
					k.Halt("done")
					return nil
				})
			}
			b.ReportAllocs()
			b.ResetTimer()
			k.run(context.Background(), unlimited())
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Msleeps/s")
			b.StopTimer()
			scope.kill()
		})
	}
}

// BenchmarkSleepingProcesses: the memory of 100,000 processes asleep.
func BenchmarkSleepingProcesses(b *testing.B) {
	const processes = 100_000
	for range b.N {
		before := memory()
		k := NewKernel(nil)
		scope := k.newScope("bench", nil)
		scope.failed = func(error) {}
		for range processes {
			k.start(scope, "sleeper", func() error { return k.here().sleep(time.Hour, true) })
		}
		k.after(scope, time.Minute, HandlerFunc(func() { k.Halt("enough") }))
		k.run(context.Background(), unlimited())
		b.ReportMetric(float64(memory()-before)/processes, "B/process")
		scope.kill()
	}
}

func memory() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
