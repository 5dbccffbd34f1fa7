package core

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ending puts into a result how the run ended: the verdict as far as that alone
// decides it, and of a stuck run what its bots were waiting for.
func (c *Cluster) ending(r *Result) {
	r.Verdict, r.Reason = Pass, c.k.cause.String()
	switch c.k.cause {
	case Halted:
		r.Reason = c.k.reason
	case StepLimit:
		r.Verdict, r.Reason = Stuck, fmt.Sprintf("step limit: %d steps were taken", c.limits.Steps)
	case TimeLimit:
		r.Reason += " of " + brief(c.limits.Time)
	case IdleLimit:
		r.Reason += " of " + brief(c.limits.Idle)
	}
	if c.crashed != nil {
		r.Verdict, r.Reason = Crash, c.crashText
		return
	}
	if c.k.cause != Halted {
		c.unfinished(r)
	}
}

// endedByBrake settles the verdict of a run that was ended from outside.
func (c *Cluster) endedByBrake(r *Result) bool {
	stop := c.k.brake.Struck()
	if stop == nil {
		return false
	}
	r.Verdict, r.Reason, r.Err = stop.Verdict, stop.Reason, nil
	return true
}

// unfinished makes a run stuck in which somebody should have come to an end and
// did not.
func (c *Cluster) unfinished(r *Result) {
	who := c.waiting()
	if who != "" {
		r.Verdict = Stuck
		r.Reason += ": " + who
	}
	if r.Verdict == Stuck {
		r.Waiting = c.waitingProcesses()
		r.Reason += c.lastWork(r.Waiting) + c.advice()
	}
}

// lastWork tells the last thing that a waiting process of a bot did. One that
// polls has done something after the last fact that anybody could see.
func (c *Cluster) lastWork(waiting []Waiting) string {
	if len(waiting) == 0 {
		return ""
	}
	last := slices.MaxFunc(waiting, func(a, b Waiting) int { return cmp.Compare(a.Since, b.Since) })
	who := last.Service
	if !slices.ContainsFunc(waiting, func(w Waiting) bool { return w.Service != who }) {
		who = "it"
	}
	if c.k.cause == IdleLimit && last.Since > c.trace.active {
		return fmt.Sprintf(", but %s still ran at %s (%s): no log line, operation, fault or change of a gauge since %s",
			who, moment(last.Since), last.Where, moment(c.trace.active))
	}
	return fmt.Sprintf(": %s waits since %s (%s)", who, moment(last.Since), last.Where)
}

// advice names the limit to raise: to twice of what it is.
func (c *Cluster) advice() string {
	limit := ""
	switch c.k.cause {
	case TimeLimit:
		limit = fmt.Sprintf("time = %q", brief(2*c.limits.Time))
	case IdleLimit:
		limit = fmt.Sprintf("idle = %q", brief(2*c.limits.Idle))
	case StepLimit:
		limit = fmt.Sprintf("steps = %d", 2*c.limits.Steps)
	default:
		return ""
	}
	return "; sim.limits { " + limit + " } allows more"
}

// moment is a time of a run, to the millisecond.
func moment(at time.Duration) string { return brief(at.Truncate(time.Millisecond)) }

// brief is d without what is zero: "5m", not "5m0s".
func brief(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// waiting says who should have come to an end and did not.
func (c *Cluster) waiting() string {
	var bots, never []string
	for _, m := range c.machines {
		for _, s := range m.services {
			switch {
			case !s.spec.Bot || s.finished:
			case s.boots == 0:
				never = append(never, s.name)
			default:
				bots = append(bots, s.name)
			}
		}
	}
	switch {
	case len(bots) == 1:
		return bots[0] + " has not returned"
	case len(bots) > 1:
		return List(atMost(bots, 12)) + " have not returned"
	case len(never) == 1:
		return never[0] + " was never started" + howToStart
	case len(never) > 1:
		return List(atMost(never, 12)) + " were never started" + howToStart
	case c.planning > 0 && c.k.cause == Drained:
		return "the plan has not returned"
	}
	return ""
}

const howToStart = `; a plan starts everything with plan:start("*")`

// atMost is the names, or the first of them and how many more there are.
func atMost(names []string, limit int) []string {
	if more := len(names) - limit; more > 0 {
		return append(slices.Clone(names[:limit]), fmt.Sprintf("%d more", more))
	}
	return names
}

// waitingProcesses lists what the bots that have not returned wait for.
func (c *Cluster) waitingProcesses() []Waiting {
	var all []Waiting
	for _, m := range c.machines {
		for _, s := range m.services {
			if !s.spec.Bot || !s.isUp() {
				continue
			}
			for p := s.scope.procs.first; p != nil; p = p.next {
				w := Waiting{Service: s.name, Where: p.name, Since: p.since}
				if p.where != nil {
					w.Where = p.where()
				}
				all = append(all, w)
			}
		}
	}
	return all
}
