package sweep_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// moverResult is a result of the size of one of scripts/mover.lua.
func moverResult(seed uint64) *core.Result {
	r := &core.Result{Verdict: core.Pass, Reason: "DONE", Time: 2 * time.Minute, Steps: 2300, Digest: seed,
		Trace: &core.Trace{}}
	for i := range 4 {
		n := seed*7919 + uint64(i)
		r.Links = append(r.Links, core.LinkStats{Name: "botnet>public" + strconv.Itoa(i), Messages: n % 97, Sent: n % 997,
			Delivered: n % 991, Lost: n % 7, Bytes: n % 99991, Goodput: n % 89989, Retransmitted: n % 41})
		r.Machines = append(r.Machines, core.MachineStats{Name: "api" + strconv.Itoa(i) + ".public", Boots: int(n % 9),
			Kills: int(n % 8), Downtime: time.Duration(n%80) * time.Second, Disk: core.DiskStats{Commits: int(n % 61)}})
	}
	for i := range uint64(66) {
		r.Trace.Operations = append(r.Trace.Operations, core.Operation{Name: "move_item",
			Latency: time.Duration((seed*31+i*i*7919)%2_000_000_000) + 10_000_000})
	}
	for i := range seed % 25 {
		r.Trace.Faults = append(r.Trace.Faults, core.Fault{Kind: core.FaultKinds[i%3]})
	}
	return r
}

// BenchmarkOwnWork is what a sweep does itself for each run, beside playing it: a
// row is made, encoded by the worker, decoded, kept, and summed up.
func BenchmarkOwnWork(b *testing.B) {
	spec := sweep.Spec{Seeds: sweep.SeedRange(1, 1), Variants: []sweep.Variant{{}}}
	store, err := sweep.CreateStore(b.TempDir(), spec, false)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	summary := sweep.NewSummary(sweep.SummaryOptions{})
	b.ReportAllocs()
	seed, size := uint64(0), 0
	for b.Loop() {
		seed++
		text, err := json.Marshal(sweep.NewRow(sweep.Run{Seed: seed}, moverResult(seed)))
		if err != nil {
			b.Fatal(err)
		}
		row := new(sweep.Row)
		if err := json.Unmarshal(text, row); err != nil {
			b.Fatal(err)
		}
		if err := store.Keep(row); err != nil {
			b.Fatal(err)
		}
		summary.Add(row)
		size += len(text)
	}
	b.ReportMetric(float64(size)/float64(seed), "B/row")
}

// BenchmarkMemory plays ten times as many runs each time, and reports the most
// memory that the process has taken until then, which does not grow with them.
func BenchmarkMemory(b *testing.B) {
	row := sweep.NewRow(sweep.Run{}, moverResult(1))
	play := func(_ context.Context, run sweep.Run) (*sweep.Row, error) {
		r := *row
		r.Seed, r.Digest, r.Time = run.Seed, sweep.Digest(run.Seed), time.Duration(run.Seed%1000)*time.Second
		return &r, nil
	}
	for _, runs := range []uint64{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(runs), func(b *testing.B) {
			for b.Loop() {
				summary := sweep.NewSummary(sweep.SummaryOptions{})
				s := &sweep.Sweep{Seeds: sweep.SeedRange(1, runs), Jobs: 2, Play: play}
				err := s.Rows(b.Context(), func(r *sweep.Row) error { summary.Add(r); return nil })
				if err != nil || uint64(summary.Runs) != runs {
					b.Fatal(err, summary.Runs)
				}
			}
			b.ReportMetric(peakMiB(b), "MiB-peak")
		})
	}
}

// BenchmarkIndex opens a store of many rows, and reports what the heap holds of
// each.
func BenchmarkIndex(b *testing.B) {
	for _, runs := range []uint64{10_000, 100_000} {
		b.Run(fmt.Sprint(runs), func(b *testing.B) {
			dir := b.TempDir()
			spec := sweep.Spec{Seeds: sweep.SeedRange(1, 1), Variants: []sweep.Variant{{}}}
			store, err := sweep.CreateStore(dir, spec, false)
			if err != nil {
				b.Fatal(err)
			}
			row := sweep.NewRow(sweep.Run{}, moverResult(1))
			for seed := range runs {
				row.Seed = seed
				if err := store.Keep(row); err != nil {
					b.Fatal(err)
				}
			}
			if err := store.Close(); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			for b.Loop() {
				store, err := sweep.OpenStore(dir)
				if err != nil || uint64(store.Len()) != runs {
					b.Fatal(err)
				}
				_ = store.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(runs), "ns/row")
		})
	}
}

// peakMiB is the most memory that the process has taken, as Linux knows.
func peakMiB(b *testing.B) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("not known here: ", err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmHWM:" {
			kib, _ := strconv.ParseFloat(fields[1], 64)
			return kib / 1024
		}
	}
	return 0
}
