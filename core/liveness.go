package core

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// liveness keeps the properties of Scenario.Eventually. Their time begins when there
// is calm: the plan has ended and none of its faults stands, or it said so. A fault
// of the plan ends the calm, and all begins anew.
//
// Of a nil one nothing is asked.
type liveness struct {
	c          *Cluster
	properties []lively
	began      bool          // there is calm
	at         time.Duration // since when
	end        string        // why there is none
	holdsUp    bool          // the run would have ended
}

// lively is one property.
type lively struct {
	CheckResult
	*Eventually
	wrong    error         // what it said last
	since    time.Duration // it has been so
	deadline Timer
	due      bool // the deadline is in this moment
}

func newLiveness(c *Cluster) *liveness {
	if len(c.scenario.Eventually) == 0 {
		return nil
	}
	l := &liveness{c: c}
	for i := range c.scenario.Eventually {
		p := &c.scenario.Eventually[i]
		l.properties = append(l.properties, lively{Eventually: p,
			CheckResult: CheckResult{Name: p.Name, Kind: KindEventually, Held: true}})
	}
	c.trace.restored = true // there may be no plan
	return l
}

// tested says whether the deadline has been, and nothing has happened since.
func (p *lively) tested() bool { return p.Evaluated > 0 }

// ask asks all that have not failed, and says whether there are any.
func (l *liveness) ask(world *World) (more bool) {
	if l == nil {
		return false
	}
	for i := range l.properties {
		if p := &l.properties[i]; p.Held {
			more = l.askOne(p, world) || more
		}
	}
	return more
}

// askOne notes what a property says, and says whether it goes on.
func (l *liveness) askOne(p *lively, world *World) bool {
	err := p.Holds(world)
	if l.c.k.brake.Pulled() != nil {
		l.c.k.braked(err)
		return false
	}
	if (err == nil) != (p.wrong == nil) || world.Now == l.at {
		p.since = world.Now
	}
	p.wrong = err
	if p.tested() {
		p.Evaluated++
		l.judge(p)
	}
	return p.Held
}

// look begins the time of properties when there is calm, and judges those whose
// deadline is now, when all has happened that happens in this moment: whatever came
// first, what holds then holds in time. It is called after every step.
func (l *liveness) look() {
	if l.c.trace.restored {
		l.c.trace.restored = false
		l.settle()
	}
	for i := range l.properties {
		if p := &l.properties[i]; p.due && (l.c.k.ended || l.c.k.momentIsOver()) {
			p.due = false
			l.deadlineOf(p)
		}
	}
	if l.holdsUp && !l.pending() {
		l.holdsUp = false
		l.c.botsReturned()
	}
}

// settle looks whether there is calm now.
func (l *liveness) settle() {
	if l.began {
		return
	}
	if l.end = l.unrest(); l.end != "" && !l.c.calm {
		return
	}
	l.began, l.at = true, l.c.k.Now()
	l.ask(&World{Now: l.at, gauges: &l.c.trace.gauges})
	for i := range l.properties {
		if p := &l.properties[i]; p.Held {
			p.deadline = l.c.k.after(l.c.root, p.Within, HandlerFunc(func() { p.due = true }))
		}
	}
}

// disturbed hears of a fault of the plan.
func (l *liveness) disturbed() {
	if l == nil || !l.began {
		return
	}
	l.began = false
	for i := range l.properties {
		p := &l.properties[i]
		p.deadline.Stop()
		if p.Held {
			p.Evaluated, p.due = 0, false
		}
	}
}

func (l *liveness) deadlineOf(p *lively) {
	if !p.Held || l.c.cutShort {
		return
	}
	if l.askOne(p, &World{Now: l.c.k.Now(), gauges: &l.c.trace.gauges}) {
		p.Evaluated = 1
		l.judge(p)
	}
}

// judge fails a property that does not hold, at its deadline or later.
func (l *liveness) judge(p *lively) {
	if p.wrong == nil || !p.Held {
		return
	}
	now := l.c.k.Now()
	when := fmt.Sprintf("not %s after the calm began, at %s", brief(p.Within), moment(now))
	if now > l.at+p.Within {
		when = "no longer at " + moment(now)
	}
	l.c.violated(&p.CheckResult, fmt.Errorf("%s: %w", when, p.wrong))
}

// pending says whether a deadline is still to come.
func (l *liveness) pending() bool {
	if l == nil || !slices.ContainsFunc(l.properties, func(p lively) bool { return p.Held && !p.tested() }) {
		return false
	}
	return l.began || l.c.planning > 0 || l.c.trace.restored || l.c.stalls()
}

// lastDeadline is the last one to come, or zero.
func (l *liveness) lastDeadline() (last time.Duration) {
	if l == nil || !l.began {
		return 0
	}
	for i := range l.properties {
		if p := &l.properties[i]; p.deadline.Active() {
			last = max(last, l.at+p.Within)
		}
	}
	return last
}

// results are those of all properties, with what they say of a run that has ended.
func (l *liveness) results() (results []CheckResult) {
	if l == nil {
		return nil
	}
	for i := range l.properties {
		p := &l.properties[i]
		switch {
		case !p.Held:
		case p.tested():
			p.Reached, p.ReachedAt = true, p.since
			p.Message = "it held from " + brief((p.since - l.at).Round(time.Millisecond)) + " after the calm began"
		default:
			p.Message = l.whyUntested(p)
		}
		results = append(results, p.CheckResult)
	}
	return results
}

func (l *liveness) whyUntested(p *lively) string {
	if !l.began {
		return cmp.Or(l.end, l.unrest(), "the run ended with a fault")
	}
	ended := l.c.k.Now() - l.at
	return fmt.Sprintf("the run ended %s after the calm began, before %s were over", brief(ended.Round(time.Millisecond)),
		brief(p.Within))
}

// unrest says why there is no calm; nothing when there is.
func (l *liveness) unrest() string {
	if l.c.planning > 0 {
		return "the plan went on to the end: let it return, as with chaos.until_time, or call plan:calm()"
	}
	if standing := l.c.harmed(); len(standing) > 0 {
		return "the plan has left " + List(atMost(standing, 3)) + " as it is: heal it, or call plan:calm()"
	}
	return ""
}

// harmed are the faults of the plan that stand, as "power_fail plan#3 (api1.public)",
// in order.
func (c *Cluster) harmed() (faults []string) {
	var places []int
	for _, m := range c.machines {
		places = slices.Concat(places, m.dark, m.frozen, m.skewed, m.device.changed, m.device.stalled)
		for _, s := range m.services {
			places = append(places, s.struck...)
		}
	}
	for _, l := range c.links {
		places = append(places, l.changed...)
	}
	for _, all := range c.partitions { //tidy:sorted below
		for _, p := range all {
			places = append(places, p.stands...)
		}
	}
	slices.Sort(places)
	for _, place := range slices.Compact(places) {
		if f := &c.trace.trace.Faults[place]; f.ofPlan() {
			faults = append(faults, fmt.Sprintf("%s %s (%s)", f.Kind, f.ID, f.Where))
		}
	}
	return faults
}

// ofPlan says whether a fault is of the plan, or of a process of it.
func (f *Fault) ofPlan() bool {
	return f.ID.Stream == planStream || strings.HasPrefix(f.ID.Stream, planStream+"/")
}

// stalls says whether a device will begin again by itself.
func (c *Cluster) stalls() bool {
	return slices.ContainsFunc(c.machines, func(m *machine) bool { return len(m.device.stalled) > 0 })
}
