package core

import "fmt"

// MaxExpectations is how many names of expectations a run knows. Each has a line
// in every report.
const MaxExpectations = 10_000

// declareExpects makes a result of each expectation that is known beforehand.
func (c *Cluster) declareExpects() {
	for _, e := range c.scenario.Expects {
		result := c.expectation(e.Name)
		result.Required = result.Required || e.Required
	}
}

// expectation is the result of a name.
func (c *Cluster) expectation(name string) *CheckResult {
	i, known := c.expected[name]
	if !known {
		i = len(c.expects)
		c.expected[name] = i
		c.expects = append(c.expects, CheckResult{Name: name, Kind: "expect", Held: true})
	}
	return &c.expects[i]
}

// expect counts an expectation of a service under its name.
func (c *Cluster) expect(s *service, name string, holds bool, why any) error {
	if _, known := c.expected[name]; !known && len(c.expects) >= MaxExpectations {
		return fmt.Errorf("expectation %q: a run has at most %d names of expectations: what differs from call to call "+
			"belongs into the message", name, MaxExpectations)
	}
	result := c.expectation(name)
	result.Evaluated++
	if holds {
		c.k.digest.AddString(name)
		return nil
	}
	text := fmt.Sprint(why)
	if result.Held {
		result.fail(s.name+": "+text, c.k.Now(), c.k.Steps())
	}
	c.trace.record(Fact{Kind: FactExpect, Level: Error, Machine: s.m.name, Service: s.name, Text: name + ": " + text})
	c.failed(name)
	return nil
}

// failed hears of an invariant or an expectation that does not hold, and says
// whether that is the end.
func (c *Cluster) failed(name string) bool {
	if c.limits.StopAtFirstFailure {
		c.cutShort = true
		c.k.end(Halted, name+" does not hold")
	}
	return c.cutShort
}

// missRequired fails the expectations that had to be tested and were not.
func missRequired(r *Result) {
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Required && c.Evaluated == 0 {
			c.fail("required, and never tested", r.Time, r.Steps)
		}
	}
}
