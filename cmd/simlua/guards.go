package main

import (
	"fmt"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"simlua.example/core"
	"simlua.example/disk"
)

// guards keep a script from taking the host with it. They watch in real time,
// which nothing in the simulation sees: a run that they end is void.
type guards struct {
	memory     memorySize
	slice, run time.Duration
	waits      func() bool // whether it is others who keep the run waiting; nil is never
}

// mostMemory is the most that --max-memory is unless it is given.
const mostMemory = 2 << 30

func (g *guards) register(flags *pflag.FlagSet) {
	*g = guards{memory: min(mostMemory, memorySize(hostMemory()/2)), slice: 10 * time.Second}
	flags.Var(&g.memory, "max-memory", "the run is void when simlua and its databases take more memory")
	flags.Var((*realTime)(&g.slice), "max-slice", "the run is void when simulated time does not move on for so long")
	flags.Var((*realTime)(&g.run), "max-run", "the run is void when it takes longer in real time")
}

// How the guards watch.
const (
	lookEvery = 2 * time.Millisecond
	patience  = 3 * time.Second // for a run to end once its brake is pulled
	hiccup    = 500 * time.Millisecond
)

// watch pulls the brake when the host is asked for too much. When the run does
// not end then, abort ends the process. stop ends the watch.
func (g *guards) watch(brake *core.Brake, abort func(*core.Stop)) (stop func()) {
	before := debug.SetMemoryLimit(int64(g.memory - g.memory/8)) // garbage goes early
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		w := &watcher{guards: *g, brake: brake, abort: abort, start: time.Now(), cycles: readHeap().cycles}
		w.last = w.start
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				w.look(time.Now())
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		debug.SetMemoryLimit(before)
	}
}

// watcher is a watch that goes on.
type watcher struct {
	guards
	brake       *core.Brake
	abort       func(*core.Stop)
	start, last time.Time
	cycles      uint64        // of collections, at the start
	lifted      bool          // the soft line
	slice       time.Duration // that simulated time has not moved on for
	braking     time.Duration // since the brake was pulled
}

// look looks once. Time in which the process itself did not run does not count
// in a slice: it was stopped, or the host asleep. That in which somebody reads slowly
// what is written, as a pager does, counts in nothing.
func (w *watcher) look(now time.Time) {
	passed := min(now.Sub(w.last), hiccup)
	if w.waits != nil && w.waits() {
		w.start, passed = w.start.Add(now.Sub(w.last)), 0
	}
	w.last = now
	databases := memorySize(disk.TotalBytes())
	memory := memoryInUse() + databases
	if stop := w.brake.Pulled(); stop != nil {
		w.braking += passed
		if stop.Verdict == core.Void && (w.braking > patience || memory > w.memory+w.memory*3/8) {
			w.abort(w.brake.Struck())
		}
		return
	}
	if !w.brake.Asked() {
		w.slice = 0
		w.brake.Ask()
	}
	w.slice += passed
	if !w.lifted && w.crowded(readHeap()) {
		w.lifted = true
		debug.SetMemoryLimit(math.MaxInt64)
	}
	switch {
	case memory > w.memory:
		debug.SetMemoryLimit(math.MaxInt64) // what is left to do shall be done soon
		w.pull("more than %s of memory in use%s (--max-memory)", w.memory.String(), ofDatabases(databases, memory))
	case w.slice > w.guards.slice:
		w.pull("simulated time did not move on for %v of real time (--max-slice)", w.guards.slice)
	case w.run > 0 && now.Sub(w.start) > w.run:
		w.pull("the run takes more than %v of real time (--max-run)", w.run)
	}
}

func (w *watcher) pull(format string, args ...any) {
	w.brake.Pull(&core.Stop{Verdict: core.Void, Reason: fmt.Sprintf(format, args...)})
}

// ofDatabases says what part of the memory databases have, if it is much of it.
func ofDatabases(databases, memory memorySize) string {
	if databases < memory/4 {
		return ""
	}
	return ", " + databases.String() + " of it by databases"
}

// memoryInUse is what the Go runtime has from the operating system.
func memoryInUse() memorySize {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return memorySize(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}

// crowded says whether nearly all that there may be was in use when garbage was
// last collected. To collect it again and again takes longer than the run has: it
// finds room soon, or none.
func (w *watcher) crowded(now heap) bool {
	return now.cycles > w.cycles && now.live > now.goal-now.goal/8
}

// heap is what the collector of garbage has done: so much was live after the last
// of so many cycles, and the next one ends at goal.
type heap struct{ cycles, live, goal uint64 }

func readHeap() heap {
	samples := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/gc/heap/live:bytes"},
		{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(samples)
	return heap{samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64()}
}

// memorySize is a flag: bytes, or 512MiB, 2GiB.
type memorySize uint64

// units of a memorySize, largest first.
var units = []struct {
	name  string
	bytes memorySize
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

func (m *memorySize) Type() string { return "size" }

func (m *memorySize) String() string {
	for _, u := range units {
		if *m >= u.bytes {
			return strconv.FormatFloat(math.Round(float64(*m)/float64(u.bytes)*10)/10, 'f', -1, 64) + " " + u.name
		}
	}
	return strconv.FormatUint(uint64(*m), 10) + " bytes"
}

// leastMemory is what simlua needs for anything.
const leastMemory = 64 << 20

func (m *memorySize) Set(text string) error {
	digits, unit := text, memorySize(1)
	for _, u := range units {
		if rest, found := strings.CutSuffix(text, u.name); found {
			digits, unit = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(digits, 64)
	size := n * float64(unit)
	if err != nil || !(size >= leastMemory && size < 1<<50) {
		return fmt.Errorf("expected 64MiB or more, as bytes or as 512MiB, 2GiB")
	}
	*m = memorySize(size)
	return nil
}

// realTime is a flag: a duration above zero.
type realTime time.Duration

func (r *realTime) Type() string { return "duration" }

func (r *realTime) String() string {
	if *r == 0 {
		return ""
	}
	return time.Duration(*r).String()
}

func (r *realTime) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return fmt.Errorf("expected a time above zero, as 30s or 5m")
	}
	*r = realTime(d)
	return nil
}
