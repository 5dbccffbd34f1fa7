package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
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

// Time in which somebody is slow to read what is written counts in no guard; all other time does.
func TestSlowReaderIsWaitedFor(t *testing.T) {
	var brake core.Brake
	waiting, now := true, time.Unix(0, 0)
	w := watcher{brake: &brake, start: now, last: now}
	w.guards = guards{memory: 1 << 49, slice: time.Second, run: 20 * time.Second, waits: func() bool { return waiting }}
	look := func() {
		now = now.Add(hiccup)
		w.look(now)
	}
	for range 60 {
		look()
	}
	if stop := brake.Pulled(); stop != nil {
		t.Fatalf("while it waits: %v", stop)
	}
	waiting = false
	for range 3 {
		look()
	}
	if stop := brake.Pulled(); stop == nil || !strings.Contains(stop.Reason, "max-slice") {
		t.Errorf("when it does not: %v", stop)
	}
}
