package sweep

import (
	"maps"
	"slices"

	hdr "github.com/HdrHistogram/hdrhistogram-go"

	"simlua.example/core"
)

// Merged is a histogram of many numbers, none negative, with three significant
// digits: its size grows with how far they spread, not with how many there are.
type Merged struct{ h *hdr.PackedHistogram }

// NewMerged is one without numbers.
func NewMerged() Merged { return Merged{hdr.NewPacked(1, int64(core.EndOfTime), 3)} }

// Add adds a number so many times.
func (m Merged) Add(value, times int64) {
	_ = m.h.RecordValues(min(value, int64(core.EndOfTime)), times) // it can hold all there are
}

// AddLatency adds the latencies of one run.
func (m Merged) AddLatency(l Latency) {
	for _, bin := range l {
		m.Add(int64(bin.Low), bin.Count)
	}
}

// Count is how many numbers there are.
func (m Merged) Count() int64 { return m.h.TotalCount() }

// Percentile is the number that so many percent of the numbers do not exceed:
// the nearest rank, as core.Percentile has it, up to one in a thousand more. ok
// is false when there are none.
func (m Merged) Percentile(percent int) (value int64, ok bool) {
	n := m.Count()
	if n == 0 {
		return 0, false
	}
	rank := max(1, (n*int64(percent)+99)/100)
	return m.h.ValueAtPercentile(100 * float64(rank) / float64(n)), true
}

// Calls are the calls of one operation in many runs.
type Calls struct {
	Name       string
	Runs       int // that called it
	OK         int64
	Errors     Counts // by kind
	Unfinished int64
	Latency    Merged // pooled: of all calls that ended
}

func (s *Summary) calls(o *Operation) {
	c := s.operations[o.Name]
	if c == nil {
		c = &Calls{Name: o.Name, Latency: NewMerged()}
		s.operations[o.Name] = c
	}
	c.Add(o)
}

// Add adds the calls of one run.
func (c *Calls) Add(o *Operation) {
	c.Runs++
	c.OK += o.OK
	c.Unfinished += o.Unfinished
	for kind, n := range o.Errors {
		c.Errors.add(kind, n)
	}
	c.Latency.AddLatency(o.Latency)
}

// Operations are all that were called, by name.
func (s *Summary) Operations() []*Calls { return sorted(s.operations) }

// sorted are the values of a map in order of their keys.
func sorted[T any](m map[string]T) []T {
	values := make([]T, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		values = append(values, m[key])
	}
	return values
}

// Measure is a number of each run, and how it is distributed over them.
type Measure struct {
	Name   string
	IsTime bool // nanoseconds
	Values Merged
	Max    int64
	MaxAt  uint64 // the first seed that has it
}

func (m *Measure) add(value int64, seed uint64) {
	if m.Values.Count() == 0 || value > m.Max {
		m.Max, m.MaxAt = value, seed
	}
	m.Values.Add(value, 1)
}

// measures of all known runs.
type measures struct {
	fixed  []*Measure
	faults map[core.FaultKind]*Measure
	runs   int64
}

// fixed says what is measured of every run, beside faults by kind.
var fixed = []struct {
	name   string
	isTime bool
	sparse bool // not worth a line when it is always zero
	of     func(*Row) (value int64, ok bool)
}{
	{"simulated time", true, false, func(r *Row) (int64, bool) { return int64(r.Time), true }},
	{"downtime", true, false, func(r *Row) (int64, bool) { return Total(r.Machines, "downtime_ns") }},
	{"disk busy", true, true, func(r *Row) (int64, bool) { return Total(r.Machines, "disk_busy_ns") }},
	{"retransmitted", false, false, func(r *Row) (int64, bool) { return Total(r.Links, "retransmitted") }},
	{"faults", false, false, func(r *Row) (int64, bool) { return r.Faults.Sum(), true }},
}

func newMeasures() measures {
	m := measures{faults: map[core.FaultKind]*Measure{}}
	for _, f := range fixed {
		m.fixed = append(m.fixed, &Measure{Name: f.name, IsTime: f.isTime, Values: NewMerged()})
	}
	return m
}

func (m *measures) add(r *Row) {
	for i, f := range fixed {
		if value, ok := f.of(r); ok {
			m.fixed[i].add(value, r.Seed)
		}
	}
	for kind := range r.Faults {
		if kind := core.FaultKind(kind); m.faults[kind] == nil {
			m.faults[kind] = &Measure{Name: "faults: " + string(kind), Values: NewMerged()}
			m.faults[kind].Values.Add(0, m.runs) // the runs before had none
		}
	}
	for kind, measure := range m.faults {
		measure.add(r.Faults[string(kind)], r.Seed)
	}
	m.runs++
}

// Measures are what was measured of every run, faults by kind at the end.
func (s *Summary) Measures() []*Measure {
	var all []*Measure
	for i, m := range s.measures.fixed {
		if m.Values.Count() > 0 && (m.Max > 0 || !fixed[i].sparse) {
			all = append(all, m)
		}
	}
	for _, kind := range core.FaultKinds {
		if m := s.measures.faults[kind]; m != nil {
			all = append(all, m)
		}
	}
	return all
}
