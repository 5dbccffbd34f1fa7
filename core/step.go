package core

import "time"

// Step is a step that a run has taken.
type Step struct {
	Count  uint64 // of steps so far, this one included
	At     time.Duration
	Scope  string // what it belonged to: a machine, a service, the plan, or the world
	Digest uint64 // of all that has happened so far
}

// afterStep is what to do after every step.
func (c *Cluster) afterStep() func() {
	ask, tell := c.askInvariants, c.settings.EachStep
	if c.liveness != nil {
		ask = func() { c.askInvariants(); c.liveness.look() }
	}
	if tell == nil {
		return ask
	}
	return func() {
		ask()
		tell(Step{c.k.Steps(), c.k.Now(), c.k.scope.name, c.k.Digest()})
	}
}

// quiet says whether nothing is to be done after a step; nil when something always may.
func (c *Cluster) quiet() func() bool {
	if c.liveness != nil || c.settings.EachStep != nil {
		return nil
	}
	return func() bool { return !c.trace.gauges.restless }
}
