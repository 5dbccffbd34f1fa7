package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
)

// Where collections find next to nothing, they are given up: not before one has
// shown it, whatever a run before has left, and not where there is room.
func TestCrowded(t *testing.T) {
	ballast := make([]byte, 64<<20)
	runtime.GC()
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(64 << 20))
	w := watcher{cycles: readHeap().cycles}
	if w.crowded(heap{w.cycles, 1, 1}) {
		t.Error("crowded before a collection")
	}
	runtime.GC()
	if now := readHeap(); !w.crowded(now) {
		t.Errorf("not crowded: %+v", now)
	}
	debug.SetMemoryLimit(math.MaxInt64)
	if now := readHeap(); w.crowded(now) {
		t.Errorf("crowded, with room: %+v", now)
	}
	runtime.KeepAlive(ballast)
}
