package core

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// place finds where a gauge of a service stands, or would.
func (t *Trace) place(name, service string) (int, bool) {
	return slices.BinarySearchFunc(t.Gauges, GaugeValue{Name: name, Service: service},
		func(a, b GaugeValue) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Service, b.Service))
		})
}

// MaxGauges is how many gauges can stand at once in a run.
const MaxGauges = 10_000

// setGauge publishes a value, or withdraws it when it is nil.
func (t *Trace) setGauge(g GaugeValue) error {
	g.At = t.k.Now()
	t.foldGauge(g)
	i, found := t.place(g.Name, g.Service)
	switch {
	case found && g.Value == nil:
		t.Gauges = slices.Delete(t.Gauges, i, i+1)
	case found && t.Gauges[i].Value == g.Value:
		return nil
	case found:
		t.Gauges[i] = g
	case g.Value == nil:
		return nil
	case len(t.Gauges) >= MaxGauges:
		return fmt.Errorf("gauge %s: a run has at most %d gauges", g.Name, MaxGauges)
	default:
		t.Gauges = slices.Insert(t.Gauges, i, g)
	}
	t.changed = true
	t.active = g.At
	return nil
}

func (t *Trace) foldGauge(g GaugeValue) {
	d := &t.k.digest
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
func (t *Trace) withdrawGauges(service string) {
	before := len(t.Gauges)
	t.Gauges = slices.DeleteFunc(t.Gauges, func(g GaugeValue) bool { return g.Service == service })
	if len(t.Gauges) != before {
		t.changed = true
	}
}
