package scripts_test

import (
	"context"
	"testing"

	"simlua/core"
	"simlua/luabind"
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
