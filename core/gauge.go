package core

import (
	"cmp"
	"fmt"
	"maps"
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
	Down    bool // its service is down: the last value it had
}

// MaxGauges is how many gauges can stand at once in a run, and how many values are
// kept of services that are down.
const MaxGauges = 10_000

// MaxGaugeName bounds the name of a gauge, in bytes.
const MaxGaugeName = 200

// gauge is one of a service, in the list of its service while it stands. One
// that was withdrawn stays until invariants have seen that.
type gauge struct {
	GaugeValue            // as the service has it
	seen       GaugeValue // as invariants see it
	next, prev *gauge
}

// gauges are those standing now, and what invariants have not seen of them yet.
type gauges struct {
	all      []*gauge // ordered by name, then service
	standing int      // of all
	lost     int      // of services that are down
	changed  []change // since invariants were asked
	ends     []int    // in changed: where the changes end that happened at once
	dying    bool     // the last of these were withdrawn by a death
	watched  bool     // there are invariants to ask
	restless bool     // a gauge changed or a fault happened, since then
}

// change is a new value of a gauge.
type change struct {
	of    *gauge
	value GaugeValue
}

// find says where a gauge is, or would be.
func (s *gauges) find(name, service string) (int, bool) {
	return slices.BinarySearchFunc(s.all, name, func(g *gauge, name string) int {
		return cmp.Or(cmp.Compare(g.Name, name), cmp.Compare(g.Service, service))
	})
}

// named are those of one name.
func (s *gauges) named(name string) []*gauge {
	from, _ := s.find(name, "")
	to := from
	for to < len(s.all) && s.all[to].Name == name {
		to++
	}
	return s.all[from:to]
}

func asItIs(g *gauge) GaugeValue { return g.GaugeValue }
func asSeen(g *gauge) GaugeValue { return g.seen }

// standingIn are the values that stand.
func standingIn(all []*gauge, when func(*gauge) GaugeValue) []GaugeValue {
	values := make([]GaugeValue, 0, len(all))
	for _, g := range all {
		if v := when(g); v.Value != nil {
			values = append(values, v)
		}
	}
	return values
}

// set changes a gauge of a service and says whether that is a change.
func (s *gauges) set(of *service, v GaugeValue) (changed bool) {
	i, found := s.find(v.Name, v.Service)
	if !found {
		if v.Value == nil {
			return false
		}
		s.all = slices.Insert(s.all, i, &gauge{})
	}
	g := s.all[i]
	before := g.Value
	if found && before == v.Value {
		return false
	}
	g.GaugeValue = v
	switch {
	case before == nil:
		s.standing++
		of.keepGauge(g)
	case v.Value == nil:
		s.standing--
		of.forgetGauge(g)
	}
	s.restless = true
	if s.watched {
		s.changed = append(s.changed, change{g, v})
		return true
	}
	g.seen = v
	s.bury(g)
	return true
}

// bury forgets a gauge that was withdrawn, once invariants have seen that.
func (s *gauges) bury(g *gauge) {
	if g.Value != nil || g.seen.Value != nil {
		return
	}
	if i, found := s.find(g.Name, g.Service); found {
		s.all = slices.Delete(s.all, i, i+1)
	}
}

// settle ends the changes that happen at once. What dies in one step does.
func (s *gauges) settle(dying bool) {
	n := len(s.ends)
	switch {
	case n > 0 && s.ends[n-1] == len(s.changed), n == 0 && len(s.changed) == 0:
	case n > 0 && dying && s.dying:
		s.ends[n-1] = len(s.changed)
	default:
		s.ends = append(s.ends, len(s.changed))
	}
	s.dying = dying
}

// each shows invariants what changed, as it stood one after another, and asks
// them each time; once when nothing did. Ask says whether there are any left.
func (s *gauges) each(ask func(changed []GaugeValue) (more bool)) {
	var values []GaugeValue
	from := 0
	for _, end := range s.ends {
		values = values[:0]
		for _, c := range s.changed[from:end] {
			c.of.seen = c.value
			values = append(values, c.value)
		}
		if from = end; s.watched {
			s.watched = ask(values)
		}
	}
	if len(s.ends) == 0 {
		s.watched = ask(nil)
	}
	for _, c := range s.changed {
		s.bury(c.of)
	}
	clear(s.changed)
	s.changed, s.ends = s.changed[:0], s.ends[:0]
}

// keepGauge puts a gauge into the list of its service.
func (s *service) keepGauge(g *gauge) {
	g.next, g.prev = s.gauges, nil
	if s.gauges != nil {
		s.gauges.prev = g
	}
	s.gauges = g
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
	if len(name) > MaxGaugeName {
		return tooLong(name)
	}
	if r.gauges.standing >= MaxGauges && r.gauges.isNew(s, name, value) {
		return tooMany(name)
	}
	r.publish(s, name, value)
	r.gauges.settle(false)
	return nil
}

// setGauges publishes several values at once, or none.
func (r *recorder) setGauges(s *service, values map[string]any) error {
	names, room := slices.Sorted(maps.Keys(values)), MaxGauges-r.gauges.standing
	for _, name := range names {
		if len(name) > MaxGaugeName {
			return tooLong(name)
		}
		if r.gauges.isNew(s, name, values[name]) {
			if room--; room < 0 {
				return tooMany(name)
			}
		}
	}
	for _, name := range names {
		r.publish(s, name, values[name])
	}
	r.gauges.settle(false)
	return nil
}

func tooMany(name string) error {
	return fmt.Errorf("gauge %s: a run has at most %d gauges", name, MaxGauges)
}

func tooLong(name string) error {
	return fmt.Errorf("gauge %.20q…: a name has at most %d bytes, not %d", name, MaxGaugeName, len(name))
}

// isNew says whether a value makes one gauge more.
func (s *gauges) isNew(of *service, name string, value any) bool {
	i, found := s.find(name, of.name)
	return value != nil && !(found && s.all[i].Value != nil)
}

func (r *recorder) publish(s *service, name string, value any) {
	g := GaugeValue{Name: name, Machine: s.m.name, Service: s.name, Value: value, At: r.k.Now()}
	r.foldGauge(g)
	if r.gauges.set(s, g) {
		r.gaugeChanged(g)
	}
}

func (r *recorder) gaugeChanged(g GaugeValue) {
	r.active = g.At
	if r.wanted(KeepGauges) {
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

// withdrawGauges takes away what a service that is gone had published. Checks
// see what it was, until the service boots again.
func (r *recorder) withdrawGauges(s *service) {
	for s.gauges != nil {
		g := s.gauges.GaugeValue
		if r.gauges.lost < MaxGauges {
			r.gauges.lost++
			last := g
			last.Down = true
			s.lastGauges = append(s.lastGauges, last)
		}
		g.Value, g.At = nil, r.k.Now()
		r.gauges.set(s, g)
		r.gaugeChanged(g)
	}
	r.gauges.settle(true)
}

// forgetLastGauges is for a service that boots.
func (r *recorder) forgetLastGauges(s *service) {
	r.gauges.lost -= len(s.lastGauges)
	s.lastGauges = nil
}

// lastGauges are those that stand, and the last ones of services that are down.
func (c *Cluster) lastGauges() []GaugeValue {
	all := standingIn(c.trace.gauges.all, asItIs)
	for _, m := range c.machines {
		for _, s := range m.services {
			all = append(all, s.lastGauges...)
		}
	}
	slices.SortFunc(all, func(a, b GaugeValue) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Service, b.Service))
	})
	return all
}
