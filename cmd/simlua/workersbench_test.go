package main

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
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

// BenchmarkWorkers plays 1,000 runs of about 8 ms with four jobs of one process, then with
// four workers of one job each, and so on. It tells how many runs a second the latter
// play, as a share of the former: by the clock, the start of either command included, and
// by the time of all processors, which others on the host have no part in.
func BenchmarkWorkers(b *testing.B) {
	url, script := startNATS(b), writeScript(b, strings.Replace(coinScript, "40", "1400", 1))
	sweep := []string{"sweep", script, "--seeds", "1-1000", "--jobs", "4"}
	var workers []*exec.Cmd
	for range 4 {
		w := command(b, "worker", "--nats", url, "--jobs", "1")
		if err := w.Start(); err != nil {
			b.Fatal(err)
		}
		workers = append(workers, w)
	}
	costOf(b, command(b, append(sweep[:4:4], "--nats", url)...)) // waits for the workers
	var walls []float64
	var here, there time.Duration
	before := ownCPU(b)
	for b.Loop() {
		want, local := costOf(b, command(b, sweep...))
		got, remote := costOf(b, command(b, append(sweep[:4:4], "--nats", url)...))
		if got != want {
			b.Fatal("other tables")
		}
		walls = append(walls, local.wall.Seconds()/remote.wall.Seconds())
		here, there = here+local.cpu, there+remote.cpu
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
