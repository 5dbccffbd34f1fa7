package core

import "fmt"

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
			stats.Commits = m.disk.Commits()
		}
		r.Machines = append(r.Machines, stats)
	}
	return r
}

// judge asks the checks and settles the verdict.
func (c *Cluster) judge(r *Result) {
	r.Checks = append(r.Checks, c.invariants...)
	r.Checks = append(r.Checks, c.expects...)
	if r.Err = c.crashed; r.Err != nil {
		r.Verdict, r.Reason = Crash, c.crashText
	}
	if r.Verdict == Interrupted {
		return
	}
	for _, check := range c.scenario.Checks {
		r.Checks = append(r.Checks, askCheck(check, r))
	}
	for _, check := range r.Checks {
		if !check.Held && r.Verdict == Pass {
			r.Verdict = Fail
			r.Reason = fmt.Sprintf("%s does not hold", check.Name)
		}
	}
}

func askCheck(check Check, r *Result) CheckResult {
	result := CheckResult{Name: check.Name, Kind: "check", Held: true, Evaluated: 1}
	if err := check.Holds(r); err != nil {
		result.Held, result.Message, result.FailedAt = false, err.Error(), r.Time
	}
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
		if err := c.scenario.Always[i].Holds(world); err != nil {
			result.Held, result.Message, result.FailedAt = false, err.Error(), c.k.Now()
			c.trace.record(Fact{Kind: FactViolation, Level: Error, Text: result.Name + ": " + firstLine(err.Error())})
		}
		more = more || result.Held
	}
	return more
}

// expect counts an expectation of a service under its name.
func (c *Cluster) expect(s *service, name string, want, got any, equal bool) {
	i, known := c.expected[name]
	if !known {
		i = len(c.expects)
		c.expected[name] = i
		c.expects = append(c.expects, CheckResult{Name: name, Kind: "expect", Held: true})
	}
	result := &c.expects[i]
	result.Evaluated++
	if equal {
		c.k.digest.AddString(name)
		return
	}
	text := fmt.Sprintf("%s: expected %v, got %v", s.name, want, got)
	if result.Held {
		result.Held, result.Message, result.FailedAt = false, text, c.k.Now()
	}
	c.trace.record(Fact{Kind: FactExpect, Level: Error, Machine: s.m.name, Service: s.name,
		Text: fmt.Sprintf("%s: expected %v, got %v", name, want, got)})
}
