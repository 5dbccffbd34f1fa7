package core

import (
	"bytes"
	"slices"
	"time"
)

// recorder keeps the Trace of a running world, folds what happens into the
// digest and tells the observers. A fact that nobody reads costs its digest.
type recorder struct {
	k         *Kernel
	trace     Trace
	keep      Keep
	limit     int
	observers [KeepAll + 1][]Observer // who wants so much, or more
	packets   []Observer              // who may want packets
	active    time.Duration
	order     uint64 // of beginnings and ends of operations
	processes int    // that had operations
	gauges    gauges
	histories histories
	restored  bool // a fault is over, or a process of the plan: there may be calm
}

func newRecorder(k *Kernel, s *Settings, limit int) *recorder {
	r := &recorder{k: k, keep: s.Keep, limit: limit, packets: s.Observers}
	for _, o := range s.Observers {
		wanted := min(o.Wants(), KeepAll)
		for level := KeepLines; level <= wanted; level++ {
			r.observers[level] = append(r.observers[level], o)
		}
	}
	return r
}

// record notes a fact that is folded into the digest.
func (r *recorder) record(f Fact) {
	r.fold(f.Kind, f.Level, f.Machine, f.Service, f.Text)
	if f.Kind == FactLog {
		r.active = r.k.Now()
	}
	if r.wanted(f.Kind.Level()) {
		r.tell(f)
	}
}

// fold takes a fact into the digest.
func (r *recorder) fold(kind FactKind, level Level, machine, service, text string) {
	d := &r.k.digest
	d.Add(uint64(kind)<<8 | uint64(level))
	d.AddString(machine)
	d.AddString(service)
	d.AddString(text)
}

// wanted says whether anybody reads facts that take so much wanting.
func (r *recorder) wanted(level Keep) bool {
	return len(r.observers[level]) > 0 || r.keep >= level
}

// tell shows a fact to who wants it. It takes the fact by value, so that one
// nobody reads never gets to the heap.
func (r *recorder) tell(f Fact) {
	f.At = r.k.Now()
	level := f.Kind.Level()
	for _, o := range r.observers[level] {
		o.Observe(&f)
	}
	if r.keep >= level {
		r.keepFact(f)
	}
}

func (r *recorder) keepFact(f Fact) {
	switch {
	case len(r.trace.Facts) < r.limit:
		f.Packet, f.Message = nil, keptMessage(f.Message)
		r.trace.Facts = append(r.trace.Facts, f)
	case f.Kind != FactFault && f.Kind != FactComplete: // those are counted as what they are
		r.trace.Dropped++
	}
}

// keptMessage is a copy of a message, if it is small enough to be kept.
func keptMessage(message []byte) []byte {
	if len(message) > MaxPlainBytes {
		return nil
	}
	return bytes.Clone(message)
}

// fault keeps a fault and returns its place, less than zero when it did not
// happen or is not kept. The fact about it is told apart, with what is known.
func (r *recorder) fault(f Fault) (place int) {
	r.active = f.At
	r.gauges.restless = true
	r.k.digest.AddString(f.ID.Stream)
	r.k.digest.Add(f.ID.Ordinal)
	if len(r.trace.Faults) >= r.limit {
		r.trace.Dropped++
		return -1
	}
	r.trace.Faults = append(r.trace.Faults, f)
	if f.Masked {
		return -1
	}
	return len(r.trace.Faults) - 1
}

// nameOf is what the fault at a place is called; of one that was not kept, a word.
func (r *recorder) nameOf(place int) string {
	if place < 0 {
		return "a fault that was not kept"
	}
	return r.trace.Faults[place].ID.String()
}

// took notes what a fault took from a disk.
func (r *recorder) took(place int, what string) {
	if place < 0 {
		return
	}
	f := &r.trace.Faults[place]
	if f.Took != "" {
		f.Took += "; "
	}
	f.Took += what
}

// result is the trace of a run that has ended.
func (r *recorder) result() *Trace {
	t := r.trace
	t.Facts, t.Faults, t.Operations = fit(t.Facts), fit(t.Faults), fit(t.Operations)
	t.Histories = r.histories.results()
	return &t
}

// withRoom makes room for one more, twice of what there is: append grows long slices
// by a quarter only, and copies each value four times.
func withRoom[T any](s []T) []T {
	if len(s) < cap(s) {
		return s
	}
	return slices.Grow(s, max(64, len(s)))
}

// fit gives back what a slice has grown beyond its length.
func fit[T any](s []T) []T {
	if cap(s) == len(s) {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}
