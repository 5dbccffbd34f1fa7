package reports_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// swept plays seeds in which something of everything happens.
func swept(t *testing.T, seeds string, o sweep.SummaryOptions) *sweep.Summary {
	t.Helper()
	parsed, err := sweep.ParseSeeds(seeds)
	if err != nil {
		t.Fatal(err)
	}
	summary := sweep.NewSummary(o)
	s := &sweep.Sweep{Seeds: parsed, Play: playSomething}
	if err := s.Rows(t.Context(), func(r *sweep.Row) error { summary.Add(r); return nil }); err != nil {
		t.Fatal(err)
	}
	return summary
}

func playSomething(_ context.Context, run sweep.Run) (*sweep.Row, error) {
	n := time.Duration(run.Seed)
	result := &core.Result{
		Verdict: core.Pass, Reason: "DONE", Time: 2*time.Minute + n*time.Second, Steps: 20_000 + 7*run.Seed,
		Digest:   0x123456789abcdef * run.Seed,
		Links:    []core.LinkStats{{Name: "botnet>public", Sent: 412, Retransmitted: run.Seed % 5}},
		Machines: []core.MachineStats{{Name: "api1.public", Downtime: n * 100 * time.Millisecond}, {Name: "mover.botnet"}},
		Trace:    &core.Trace{},
	}
	result.Checks = []core.CheckResult{
		{Name: "retried", Kind: "sometimes", Held: true, Evaluated: 3, Reached: n%9 == 5},
		{Name: "both | owned it", Kind: "reachable", Held: true},
	}
	for i := range n % 4 {
		result.Trace.Faults = append(result.Trace.Faults, core.Fault{Kind: core.FaultLoss})
		result.Trace.Operations = append(result.Trace.Operations,
			core.Operation{Name: "move_item", Latency: (n + i*i) * 13 * time.Millisecond})
	}
	switch {
	case run.Seed%29 == 0:
		return sweep.NewVoid(run, "simulated time did not move on for 10s of real time (--max-slice)"), nil
	case run.Seed%31 == 0:
		return sweep.NewDefect(run, "index out of range [3] with length 3 in tcp.(*Stack).pump (stack.go:97)"), nil
	case run.Seed%10 == 3:
		result.Verdict, result.Reason = core.Fail, "final | count does not hold"
		result.Checks = []core.CheckResult{{Name: "final | count", Kind: "expect", FailedAt: result.Time - time.Second,
			FailedStep: 19_000, Evaluated: 2, Message: fmt.Sprintf("mover.botnet: expected 1, got %d\x1b[2J", run.Seed)}}
	case run.Seed%10 == 7:
		result.Verdict, result.Reason = core.Crash, fmt.Sprintf("api1.public: kv.lua:12: no key %d", run.Seed)
		result.Trace.Operations = append(result.Trace.Operations, core.Operation{Name: "add_item", Err: core.Unfinished},
			core.Operation{Name: "move_item", Latency: time.Hour, Err: "timeout"})
	}
	return sweep.NewRow(run, result), nil
}

var sweepCases = []struct {
	name, seeds string
	summary     sweep.SummaryOptions
	options     reports.SweepOptions
}{
	{"sweep", "1-100", sweep.SummaryOptions{}, reports.SweepOptions{
		Variant: sweep.Variant{Script: "scripts/mover.lua", Set: []string{"iterations=30", "careful"}}}},
	{"sweep_first", "1-13", sweep.SummaryOptions{Biased: true, PerSeed: true}, reports.SweepOptions{StopAfter: 3,
		Shard:   sweep.Shard{I: 2, N: 4},
		Corpus:  remembered(),
		Variant: sweep.Variant{Script: "it's my.lua", Plan: "none", StopAtFirstFailure: true}}},
	{"sweep_none", "", sweep.SummaryOptions{}, reports.SweepOptions{Variant: sweep.Variant{Script: "a.lua"}}},
}

// remembered is a corpus with a failure of each fate.
func remembered() *reports.Corpus {
	c := &reports.Corpus{Folder: "known failures"}
	fates := []sweep.Fate{sweep.New, sweep.Ongoing, sweep.Ongoing, sweep.Changed, sweep.Resolved, sweep.Unknown}
	for i, fate := range fates {
		k := &sweep.KnownFailure{Seed: uint64(i), File: fmt.Sprintf("it's my-%d.json", i), Simlua: "v1",
			Signature: sweep.Signature{Verdict: core.Fail, Check: "final | count", Reason: "<machine>: got <n>"}}
		f := &sweep.CorpusFailure{KnownFailure: k, Fate: fate, IsOwn: i < 2, Row: sweep.SeedRow{Verdict: core.Fail}}
		switch fate {
		case sweep.New:
			f.Swept, f.Seen = true, 3
		case sweep.Ongoing:
			f.Swept, f.Seen = i == 2, 7
			k.Schedule, k.Also, k.Note = "few.jsonl", []string{"iterations=3"}, "seen on a Monday"
		case sweep.Changed:
			f.Row.Verdict, f.Row.Message = core.Crash, "api1.public: kv.lua:12: no key 7"
		case sweep.Resolved:
			f.Row.Verdict = core.Pass
		case sweep.Unknown:
			f.Row.Verdict, f.Row.Message = core.Void, "the disk is full"
		}
		c.Failures = append(c.Failures, f)
	}
	return c
}

// TestSweepGolden compares the reports of sweeps with files, in all formats.
func TestSweepGolden(t *testing.T) {
	for _, c := range sweepCases {
		summary := sweep.NewSummary(c.summary)
		c.options.Seeds, _ = sweep.ParseSeeds("1-")
		if c.seeds != "" {
			summary = swept(t, c.seeds, c.summary)
			c.options.Seeds, _ = sweep.ParseSeeds(c.seeds)
		}
		for _, format := range reports.Formats {
			var b bytes.Buffer
			if err := reports.WriteSweep(&b, summary, format, c.options); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name+"."+string(format), b.String())
		}
	}
}
