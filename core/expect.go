package core

import "fmt"

// MaxExpectations is how many names of expectations a run knows. Each has a line
// in every report.
const MaxExpectations = 10_000

// The kinds of checks: those that a scenario declares with functions, and those that
// services come to, see Expectation.
const (
	KindAlways      = "always"
	KindSometimes   = "sometimes" // of both sorts
	KindEventually  = "eventually"
	KindCheck       = "check"
	KindExpect      = "expect"
	KindReachable   = "reachable"
	KindUnreachable = "unreachable"
)

// expectKey is what tells expectations apart.
type expectKey struct{ kind, name string }

// declareExpects makes a result of each expectation that is known beforehand.
func (c *Cluster) declareExpects() {
	for _, e := range c.scenario.Expects {
		kind := e.Kind
		if kind == "" {
			kind = KindExpect
		}
		result := c.expectation(expectKey{kind, e.Name})
		result.Required = result.Required || e.Required
	}
}

// expectation is the result of a name.
func (c *Cluster) expectation(key expectKey) *CheckResult {
	i, known := c.expected[key]
	if !known {
		i = len(c.expects)
		c.expected[key] = i
		c.expects = append(c.expects, CheckResult{Name: key.name, Kind: key.kind, Held: true})
	}
	return &c.expects[i]
}

// came counts that a service came to an expectation.
func (c *Cluster) came(kind, name string) (*CheckResult, error) {
	key := expectKey{kind, name}
	if _, known := c.expected[key]; !known && len(c.expects) >= MaxExpectations {
		return nil, fmt.Errorf("expectation %q: a run has at most %d names of expectations, and of properties: what "+
			"differs from call to call belongs into the message", name, MaxExpectations)
	}
	result := c.expectation(key)
	result.Evaluated++
	return result, nil
}

// expect counts an expectation of a service under its name.
func (c *Cluster) expect(s *service, name string, holds bool, why any) error {
	result, err := c.came(KindExpect, name)
	if err != nil {
		return err
	}
	if holds {
		c.k.digest.AddString(name)
		return nil
	}
	c.broken(s, result, fmt.Sprint(why))
	return nil
}

// broken fails an expectation of a service.
func (c *Cluster) broken(s *service, result *CheckResult, text string) {
	if result.Held {
		result.fail(s.name+": "+text, c.k.Now(), c.k.Steps())
	}
	c.trace.record(Fact{Kind: FactExpect, Level: Error, Machine: s.m.name, Service: s.name,
		Text: result.Name + ": " + text})
	c.failed(result.Name)
}

// reach counts a property of a service that is to hold once.
func (c *Cluster) reach(s *service, kind, name string, condition bool) error {
	result, err := c.came(kind, name)
	if err == nil && condition {
		c.reached(result, s.m.name, s.name)
	}
	return err
}

// reached notes that a property held, and tells of the first time.
func (c *Cluster) reached(result *CheckResult, machine, service string) {
	c.k.digest.AddString(result.Name)
	if result.Reached {
		return
	}
	result.Reached, result.ReachedAt = true, c.k.Now()
	if c.trace.wanted(FactReached.Level()) {
		c.trace.tell(Fact{Kind: FactReached, Machine: machine, Service: service, Text: result.Name})
	}
}

// unreachable fails a property of a service.
func (c *Cluster) unreachable(s *service, name string) error {
	result, err := c.came(KindUnreachable, name)
	if err == nil {
		c.broken(s, result, "it was reached")
	}
	return err
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
