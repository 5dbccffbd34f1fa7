package sweep

import (
	"fmt"
	"strings"

	"simlua.example/core"
)

// Metric is one number of a run, by which variants are compared. Whether a run
// has it is a question of its own: one that got stuck or crashed has not, since
// its numbers are of a run cut short; nor has one that never came to the
// measurement. Only Unfinished calls are counted in runs that got stuck, too.
type Metric struct {
	Name   string // in tables
	Better Direction
	Spec   string // what it is, as ParseMetric reads it: "gauge:carts lost@shop.net"
	Unit   Unit

	kind *metricKind
	of   func(*Row) (float64, bool)
	// named says whether the run has what the metric names, and what else it could.
	named func(*Row) (found bool, known []string)
}

// Unit is what the values of a metric are.
type Unit string

// The units.
const (
	Number  Unit = "number"
	Nanos   Unit = "ns" // simulated time
	Verdict Unit = "passed"
)

// Direction says which of two values is better, when that is declared.
type Direction string

// The directions.
const (
	Undeclared Direction = ""
	Lower      Direction = "lower"
	Higher     Direction = "higher"
)

// Of is the value of a run; ok is false when it has none.
func (m *Metric) Of(r *Row) (value float64, ok bool) {
	if !Known(r.Verdict) || !m.kind.cutShort && !ended(r) {
		return 0, false
	}
	return m.of(r)
}

// ended says whether a run came to its end.
func ended(r *Row) bool { return r.Verdict == core.Pass || r.Verdict == core.Fail }

// ParseMetric reads [NAME[:lower|:higher]=]SPEC, where SPEC is KIND:WHAT as
// MetricKinds has them.
func ParseMetric(text string) (Metric, error) {
	m := Metric{Spec: text}
	if name, spec, found := strings.Cut(text, "="); found && !startsWithKind(name) {
		m.Name, m.Spec = name, spec
		if err := m.direction(); err != nil {
			return Metric{}, err
		}
	}
	word, what, _ := strings.Cut(m.Spec, ":")
	kind, err := findKind(word)
	if err != nil {
		return Metric{}, err
	}
	if m.Name == "" {
		m.Name = m.Spec
	}
	m.kind = kind
	if what == "" && kind.needs {
		return Metric{}, fmt.Errorf("expected %s, not %q", kind.Form, m.Spec)
	}
	if err := kind.bind(&m, word, what); err != nil {
		return Metric{}, err
	}
	return m, nil
}

// String is what ParseMetric reads.
func (m *Metric) String() string {
	name := m.Name
	if name == m.Spec {
		name = ""
	}
	switch {
	case m.Better != Undeclared:
		return name + ":" + string(m.Better) + "=" + m.Spec
	case name != "":
		return name + "=" + m.Spec
	}
	return m.Spec
}

// direction cuts the direction from the name.
func (m *Metric) direction() error {
	name, direction, found := strings.Cut(m.Name, ":")
	if !found {
		return nil
	}
	switch d := Direction(direction); d {
	case Lower, Higher:
		m.Name, m.Better = name, d
		return nil
	}
	return fmt.Errorf("expected NAME:lower=… or NAME:higher=…, which says what is better; not %q", m.Name)
}

// startsWithKind tells a SPEC that has "=" in it from a NAME: "gauge:a=b".
func startsWithKind(text string) bool {
	word, rest, found := strings.Cut(text, ":")
	if _, err := findKind(word); err != nil || !found {
		return false
	}
	return rest != string(Lower) && rest != string(Higher)
}

// passed is the metric that every comparison begins with.
func passed() Metric {
	m := Metric{Name: "passed", Better: Higher, Spec: "passed", Unit: Verdict, kind: &metricKind{cutShort: true}}
	m.of = func(r *Row) (float64, bool) { return oneIf(r.Verdict == core.Pass), true }
	return m
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// survived is shown with every comparison.
func survived() Metric {
	m, err := ParseMetric("faults survived=survived")
	if err != nil {
		panic("sweep: " + err.Error())
	}
	return m
}
