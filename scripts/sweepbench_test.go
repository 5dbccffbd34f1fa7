package scripts_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"
)

// BenchmarkSweep plays 300 seeds of scripts/mover.lua with simlua sweep, in turn
// with databases in files and in memory, and two at once, and reports medians:
//
//	bbolt/cpu-s      seeds a second of CPU time, of the system's, too: all that the
//	                 command and its workers take, start and report included
//	memory/cpu-s     the same with --disk memory
//	memory-times     how many times as many the latter are
//	jobs2-times      seeds a second of real time with --jobs 2, as times of --jobs 1
//	load             the average load of the host at the end, where Linux tells it
//
// Other work on the host takes caches and halves of cores away, from CPU time, too.
func BenchmarkSweep(b *testing.B) {
	var files, memory, two, gain, times []float64
	for range b.N {
		one := sweepOnce(b, "--jobs", "1")
		inMemory := sweepOnce(b, "--jobs", "1", "--disk", "memory")
		both := sweepOnce(b, "--jobs", "2")
		files = append(files, one.cpu)
		memory = append(memory, inMemory.cpu)
		gain = append(gain, inMemory.cpu/one.cpu)
		two = append(two, both.cpu)
		times = append(times, both.real/one.real)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(files), "bbolt/cpu-s")
	b.ReportMetric(median(memory), "memory/cpu-s")
	b.ReportMetric(median(gain), "memory-times")
	b.ReportMetric(median(two), "jobs2/cpu-s")
	b.ReportMetric(median(times), "jobs2-times")
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		average := 0.0
		_, _ = fmt.Sscan(string(load), &average)
		b.ReportMetric(average, "load")
	}
}

// rates are seeds a second: of CPU time and of real time.
type rates struct{ cpu, real float64 }

func sweepOnce(b *testing.B, args ...string) rates {
	b.Helper()
	const seeds = 300
	args = append([]string{"sweep", "mover.lua", "--seeds", "1-" + strconv.Itoa(seeds)}, args...)
	cmd := exec.Command(simlua, args...)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(start)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() // of its workers, too
	return rates{seeds / cpu.Seconds(), seeds / took.Seconds()}
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
