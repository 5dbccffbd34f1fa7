package main

import (
	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/luabind"
	"simlua.example/reports"
)

// stepper tells the steps of a run with what happened in each.
type stepper struct {
	facts *reports.Facts
	tell  func(*reports.Step)
}

func newStepper(tell func(*reports.Step)) *stepper { return &stepper{reports.NewFacts(), tell} }

// join makes a run tell its steps.
func (s *stepper) join(o *luabind.RunOptions) {
	o.Observers = append(o.Observers, s.facts)
	o.EachStep = func(c core.Step) {
		s.tell(&reports.Step{Count: c.Count, At: c.At, Scope: c.Scope, Digest: sweep.Digest(c.Digest), Facts: s.facts.Take()})
	}
}
