package main

import (
	"bytes"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"
)

// cost is what something took.
type cost struct{ wall, cpu time.Duration }

// costOf runs a command. Its processes count, if it has waited for them.
func costOf(b *testing.B, cmd *exec.Cmd) (stdout string, c cost) {
	b.Helper()
	var out bytes.Buffer
	cmd.Stdout = &out
	start := time.Now()
	err := cmd.Run()
	if state := cmd.ProcessState; state == nil || state.ExitCode() > exitFail {
		b.Fatal(err)
	}
	return out.String(), cost{time.Since(start), cpuOf(cmd)}
}

func cpuOf(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// ownCPU is that of this process, with the server in it.
func ownCPU(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkWorkers plays 1,000 runs of about 8 ms, the mover's with ten moves, with four
// jobs of one process, then with four workers of one job each, and so on. It tells how many
// runs a second the latter play, as a share of the former: the median by the clock, the
// start of either command included, and by the time of all processors, which others on
// the host have no part in. A row costs about a millisecond where it has many latencies.
func BenchmarkWorkers(b *testing.B) {
	url := startNATS(b)
	local := []string{"sweep", top + "/scripts/mover.lua", "--set", "iterations=10", "--seeds", "1-1000"}
	remote := slices.Concat(local, []string{"--nats", url})
	local = append(local, "--jobs", "4")
	var workers []*exec.Cmd
	for range 4 {
		w := command(b, "worker", "--nats", url, "--jobs", "1")
		if err := w.Start(); err != nil {
			b.Fatal(err)
		}
		workers = append(workers, w)
	}
	costOf(b, command(b, remote...)) // waits for the workers
	var walls []float64
	var here, there time.Duration
	before := ownCPU(b)
	for b.Loop() {
		want, jobs := costOf(b, command(b, local...))
		got, nats := costOf(b, command(b, remote...))
		if got != want {
			b.Fatal("other tables")
		}
		walls = append(walls, jobs.wall.Seconds()/nats.wall.Seconds())
		here, there = here+jobs.cpu, there+nats.cpu
	}
	there += ownCPU(b) - before
	for _, w := range workers {
		_ = w.Process.Signal(syscall.SIGTERM)
		_ = w.Wait()
		there += cpuOf(w) * time.Duration(b.N) / time.Duration(b.N+1) // but for the first sweep
	}
	slices.Sort(walls)
	b.ReportMetric(walls[len(walls)/2], "share")
	b.ReportMetric(float64(here)/float64(there), "cpu-share")
	b.ReportMetric(float64(here.Milliseconds())/float64(b.N)/1000, "cpu-ms/run")
}
