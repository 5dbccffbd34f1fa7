package core

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// GaugeValue is the value of one gauge.
type GaugeValue struct {
	Name    string
	Machine string
	Service string
	Value   any // float64, string or bool; nil for one that was withdrawn
	At      time.Duration
}

// MaxGauges is how many gauges can stand at once in a run.
const MaxGauges = 10_000

// gauge is one that stands, in the list of its service.
type gauge struct {
	GaugeValue
	next, prev *gauge
}

// gauges are those standing now, and what invariants have not seen of them yet.
type gauges struct {
	all      []*gauge     // ordered by name, then service
	changed  []GaugeValue // since invariants were asked
	watched  bool         // there are invariants to ask
	restless bool         // a gauge changed or a fault happened, since then
}

// find says where a gauge stands, or would.
func (s *gauges) find(name, service string) (int, bool) {
	return slices.BinarySearchFunc(s.all, name, func(g *gauge, name string) int {
		return cmp.Or(cmp.Compare(g.Name, name), cmp.Compare(g.Service, service))
	})
}

// named are the values of one name.
func (s *gauges) named(name string) []GaugeValue {
	from, _ := s.find(name, "")
	to := from
	for to < len(s.all) && s.all[to].Name == name {
		to++
	}
	return valuesOf(s.all[from:to])
}

func valuesOf(all []*gauge) []GaugeValue {
	values := make([]GaugeValue, len(all))
	for i, g := range all {
		values[i] = g.GaugeValue
	}
	return values
}

// set changes a gauge of a service and says whether that is a change.
func (s *gauges) set(of *service, g GaugeValue) (changed bool, err error) {
	i, found := s.find(g.Name, g.Service)
	switch {
	case found && s.all[i].Value == g.Value, !found && g.Value == nil:
		return false, nil
	case found && g.Value == nil:
		of.forgetGauge(s.all[i])
		s.all = slices.Delete(s.all, i, i+1)
	case found:
		s.all[i].GaugeValue = g
	case len(s.all) >= MaxGauges:
		return false, fmt.Errorf("gauge %s: a run has at most %d gauges", g.Name, MaxGauges)
	default:
		s.all = slices.Insert(s.all, i, of.newGauge(g))
	}
	s.restless = true
	if s.watched {
		s.changed = append(s.changed, g)
	}
	return true, nil
}

// newGauge puts a gauge into the list of its service.
func (s *service) newGauge(v GaugeValue) *gauge {
	g := &gauge{GaugeValue: v, next: s.gauges}
	if s.gauges != nil {
		s.gauges.prev = g
	}
	s.gauges = g
	return g
}

func (s *service) forgetGauge(g *gauge) {
	if g.prev != nil {
		g.prev.next = g.next
	} else {
		s.gauges = g.next
	}
	if g.next != nil {
		g.next.prev = g.prev
	}
}

// setGauge publishes a value of a service, or withdraws it when it is nil.
func (r *recorder) setGauge(s *service, name string, value any) error {
	g := GaugeValue{Name: name, Machine: s.m.name, Service: s.name, Value: value, At: r.k.Now()}
	r.foldGauge(g)
	changed, err := r.gauges.set(s, g)
	if changed {
		r.gaugeChanged(g)
	}
	return err
}

func (r *recorder) gaugeChanged(g GaugeValue) {
	r.active = g.At
	if r.wanted(KeepAll) {
		r.tell(Fact{Kind: FactGauge, Machine: g.Machine, Service: g.Service, Gauge: boxed(g)})
	}
}

// boxed is a copy on the heap: taking the address of v itself would put every
// v there.
func boxed[T any](v T) *T { return &v }

func (r *recorder) foldGauge(g GaugeValue) {
	d := &r.k.digest
	d.AddString(g.Name)
	switch v := g.Value.(type) {
	case float64:
		d.Add(math.Float64bits(v))
	case string:
		d.AddString(v)
	case bool:
		d.AddString(map[bool]string{true: "true", false: "false"}[v])
	}
}

// withdrawGauges takes away what a service that is gone had published.
func (r *recorder) withdrawGauges(s *service) {
	for s.gauges != nil {
		g := s.gauges.GaugeValue
		g.Value, g.At = nil, r.k.Now()
		_, _ = r.gauges.set(s, g) // withdrawing is no error
		r.gaugeChanged(g)
	}
}
