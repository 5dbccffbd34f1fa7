package scripts_test

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/luabind"
	"simlua.example/scripts"
)

// BenchmarkMover plays scripts/mover.lua, loaded once, with a new seed each
// time, and reports how much faster than real time it goes.
func BenchmarkMover(b *testing.B) {
	program, err := luabind.Load("mover.lua")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var simulated, steps float64
	for i := range b.N {
		r, err := program.Run(context.Background(), luabind.RunOptions{Seed: uint64(i) + 1})
		if err != nil || r.Verdict != core.Pass {
			b.Fatalf("seed %d: %v %v", i+1, r, err)
		}
		simulated += r.Time.Seconds()
		steps += float64(r.Steps)
	}
	b.ReportMetric(simulated/b.Elapsed().Seconds(), "times-real-time")
	b.ReportMetric(steps/b.Elapsed().Seconds(), "steps/s")
}

// BenchmarkKeptResult is what the heap holds of a run whose result is kept.
func BenchmarkKeptResult(b *testing.B) {
	for _, c := range []struct {
		script string
		set    []string
		runs   int
	}{{"broken/mover_eventual.lua", nil, 20}, {"ring.lua", []string{"nodes=300"}, 5}} {
		b.Run(c.script, func(b *testing.B) {
			program, err := luabind.Load(c.script)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				var kept []*core.Result
				var before float64
				for i := range c.runs + 1 {
					if i == 1 { // the first fills what the program keeps for all runs
						before = heap()
					}
					r, err := program.Run(context.Background(), luabind.RunOptions{Seed: uint64(i) + 1, Set: c.set})
					if err != nil {
						b.Fatal(err)
					}
					kept = append(kept, r)
				}
				b.ReportMetric((heap()-before)/float64(c.runs)/1000, "kB/result")
				runtime.KeepAlive(kept)
			}
		})
	}
}

func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkMoverHours plays scripts/mover.lua for 0.1, 1 and 10 hours, and
// reports the time of each hour, which does not grow if nothing grows faster
// than the run.
func BenchmarkMoverHours(b *testing.B) {
	text, err := fs.ReadFile(scripts.FS, "mover.lua")
	if err != nil {
		b.Fatal(err)
	}
	text = append(text, "\nsim.limits { time = '1000h', steps = 2^50 }\n"...)
	program, err := luabind.LoadFS(fstest.MapFS{"mover.lua": {Data: text}}, "mover.lua")
	if err != nil {
		b.Fatal(err)
	}
	for _, moves := range []int{75, 750, 7500} {
		b.Run(fmt.Sprintf("moves=%d", moves), func(b *testing.B) {
			hours := 0.0
			for i := range b.N {
				set := []string{fmt.Sprintf("iterations=%d", moves)}
				r, err := program.Run(context.Background(), luabind.RunOptions{Seed: uint64(i) + 1, Set: set})
				if err != nil || r.Verdict != core.Pass {
					b.Fatalf("seed %d: %v %v", i+1, r, err)
				}
				hours += r.Time.Hours()
			}
			b.ReportMetric(hours/float64(b.N), "hours")
			b.ReportMetric(b.Elapsed().Seconds()/hours, "s/hour")
		})
	}
}
