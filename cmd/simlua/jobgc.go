package main

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// How a job collects its garbage: less often than Go does by itself, while that
// takes little memory. That is a tenth of the time of a run of scripts/mover.lua.
const (
	garbage     = 32 << 20 // bytes that may lie about
	mostPercent = 800      // of what is in use
	goPercent   = 100
)

// collectSeldom comes between runs, and goes by what was in use when garbage was
// last collected. GOGC has the last word.
func collectSeldom() {
	if os.Getenv("GOGC") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(gcPercent(live[0].Value.Uint64()))
}

// gcPercent is how much garbage there may be, as a percentage of what is in use.
func gcPercent(live uint64) int {
	percent := mostPercent
	for percent > goPercent && live*uint64(percent)/100 > garbage {
		percent /= 2
	}
	return percent
}
