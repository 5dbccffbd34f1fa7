package core

import (
	"errors"
	"time"
)

// result gathers what is known when the kernel has ended.
func (c *Cluster) result() *Result {
	r := &Result{
		Scenario: c.scenario.Name,
		Seed:     c.settings.Seed,
		Params:   c.settings.Params,
		Mask:     c.settings.Mask,
		Time:     c.k.Now(),
		Steps:    c.k.Steps(),
		Digest:   c.k.Digest(),
	}
	for _, l := range c.links {
		if l != c.loopback || l.stats.Sent > 0 {
			r.Links = append(r.Links, l.stats)
		}
	}
	for _, m := range c.machines {
		stats := m.stats
		if m.away {
			stats.Downtime += c.k.Now() - m.awaySince
		}
		if m.net != nil {
			stats.Open = m.net.Open()
		}
		if m.disk != nil {
			stats.Disk = m.disk.Stats()
		}
		r.Machines = append(r.Machines, stats)
	}
	return r
}

// judge asks the checks and settles the verdict.
func (c *Cluster) judge(r *Result) {
	r.Checks = append(r.Checks, c.invariants...)
	r.Checks = append(r.Checks, c.sometimes...)
	r.Checks = append(r.Checks, c.liveness.results()...)
	r.Checks = append(r.Checks, c.expects...)
	if r.Err = c.crashed; r.Err != nil {
		r.Verdict, r.Reason = Crash, c.crashText
	}
	if c.endedByBrake(r) {
		return
	}
	if !c.cutShort {
		missRequired(r)
	}
	for _, check := range c.scenario.Checks {
		c.k.brake.Progress()
		asked := c.askCheck(check, r)
		if c.endedByBrake(r) {
			return
		}
		r.Checks = append(r.Checks, asked)
	}
	for i := range r.Checks {
		if check := &r.Checks[i]; !check.Held && r.Verdict == Pass {
			r.Verdict = Fail
			r.Reason = check.failure()
		}
	}
}

// fail notes the first failure.
func (c *CheckResult) fail(message string, at time.Duration, step uint64) {
	c.Held, c.Message, c.FailedAt, c.FailedStep = false, message, at, step
}

// failure is the reason of a run that failed because of this.
func (c *CheckResult) failure() string {
	if c.Evaluated == 0 {
		return c.Name + " was never tested"
	}
	if c.Unknown {
		return c.Name + " is unknown"
	}
	return c.Name + " does not hold"
}

func (c *Cluster) askCheck(check Check, r *Result) CheckResult {
	result := CheckResult{Name: check.Name, Kind: KindCheck, Held: true}
	if c.cutShort {
		result.Message = "not asked: the run stopped early"
		return result
	}
	result.Evaluated = 1
	says, err := check.Holds(r)
	c.k.braked(err)
	if result.Message = says; err == nil {
		return result
	}
	if unjudged := (*Unjudged)(nil); errors.As(err, &unjudged) {
		result.Unknown = true
		if unjudged.Allowed {
			result.Message = unjudged.Message
			return result
		}
	}
	if shown := (*Counterexample)(nil); errors.As(err, &shown) {
		result.Picture = shown.Picture
	}
	result.fail(err.Error(), r.Time, r.Steps)
	return result
}

// askInvariants evaluates what must always hold, after a step that changed
// something they can see: once for everything that stood.
func (c *Cluster) askInvariants() {
	gauges := &c.trace.gauges
	if !gauges.restless {
		return
	}
	gauges.restless = false
	if gauges.watched {
		gauges.each(c.ask)
	}
}

// ask asks the invariants that have held so far, and says whether any still do.
func (c *Cluster) ask(changed []GaugeValue) (more bool) {
	world := &World{Now: c.k.Now(), Changed: changed, gauges: &c.trace.gauges}
	for i := range c.invariants {
		result := &c.invariants[i]
		if !result.Held {
			continue
		}
		result.Evaluated++
		err := c.scenario.Always[i].Holds(world)
		if c.k.brake.Pulled() != nil {
			c.k.braked(err)
			return false
		}
		if err != nil && c.violated(result, err) {
			return false
		}
		more = more || result.Held
	}
	more = c.askSometimes(world) || more
	return c.liveness.ask(world) || more
}

// askSometimes asks the properties that were not reached, and says whether any are left.
func (c *Cluster) askSometimes(world *World) (more bool) {
	for i := range c.sometimes {
		result := &c.sometimes[i]
		if !result.Held || result.Reached {
			continue
		}
		result.Evaluated++
		reached, err := c.scenario.Sometimes[i].Reached(world)
		switch {
		case c.k.brake.Pulled() != nil:
			c.k.braked(err)
			return false
		case err != nil:
			if c.violated(result, err) {
				return false
			}
		case reached:
			c.reached(result, "", "")
		default:
			more = true
		}
	}
	return more
}

// violated fails what was asked of the world, and says whether that is the end.
func (c *Cluster) violated(result *CheckResult, why error) bool {
	result.fail(why.Error(), c.k.Now(), c.k.Steps())
	c.trace.record(Fact{Kind: FactViolation, Level: Error, Text: result.Name + ": " + firstLine(why.Error())})
	return c.failed(result.Name)
}
