package scripts_test

import (
	"context"
	"syscall"
	"testing"

	"simlua.example/core"
	"simlua.example/disk"
	"simlua.example/luabind"
)

// BenchmarkRaft plays the repaired gallery/raft_vote_log.lua: five nodes of
// sim.raft, heartbeats of 50 ms, clients and partitions, for 60 s of simulated
// time, with databases in memory. It reports seeds and steps for a second of CPU
// time. Instructions of the processor do not depend on what else the host does:
//
//	go test -c && GOGC=400 valgrind --tool=cachegrind --cache-sim=no \
//		./scripts.test -test.run '^$' -test.bench Raft -test.benchtime 1x
//
// says 840 million for a seed: 1.4 million instructions of Lua, for 7,300 messages
// between the nodes, bound it.
func BenchmarkRaft(b *testing.B) {
	program, err := luabind.Load("gallery/raft_vote_log.lua")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	steps, start := 0.0, cpuSeconds(b)
	for i := range b.N {
		o := luabind.RunOptions{Seed: uint64(i) + 1, Set: []string{"fixed=true"}, Databases: disk.Memory}
		r, err := program.Run(context.Background(), o)
		if err != nil || r.Verdict != core.Pass {
			b.Fatalf("seed %d: %v %v", i+1, reason(r), err)
		}
		steps += float64(r.Steps)
	}
	took := cpuSeconds(b) - start
	b.ReportMetric(float64(b.N)/took, "seeds/cpu-s")
	b.ReportMetric(steps/took, "steps/cpu-s")
	b.ReportMetric(steps/float64(b.N), "steps/seed")
}

func cpuSeconds(b *testing.B) float64 {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
