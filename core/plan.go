package core

import (
	"errors"
	"fmt"
	"time"
)

// Now is true simulated time.
func (p *Control) Now() time.Duration { return p.c.k.Now() }

// Sleep waits for d of true time.
func (p *Control) Sleep(d time.Duration) error { return p.c.k.here().sleep(d, true) }

// Name is that of the process's stream, of its faults and chance: "plan", or
// "plan/NAME" of one that Go has started.
func (p *Control) Name() string { return p.stream }

// Random is the plan's stream of chance.
func (p *Control) Random() *Random { return p.random }

// Stream is the stream of chance of another name, from its beginning: for what the
// plan decides once, whatever else it draws.
func (p *Control) Stream(name string) (*Random, error) {
	if !namePattern.MatchString(name) || name == planStream {
		return nil, fmt.Errorf("%q is no name of a stream: letters, digits, - and _, but not %s", name, planStream)
	}
	return p.c.stream(name), nil
}

// Limits are what bounds the run, defaults included.
func (p *Control) Limits() Limits { return p.c.limits }

// Networks lists the pairs of networks that a link connects, in order of
// declaration; one that connects a network with itself has it twice.
func (p *Control) Networks() [][2]string {
	var pairs [][2]string
	for _, l := range p.c.scenario.Links {
		pairs = append(pairs, [2]string{l.A, l.B})
	}
	return pairs
}

// Log writes a line of the plan.
func (p *Control) Log(level Level, text string) {
	p.c.trace.record(Fact{Kind: FactLog, Level: level, Text: text})
}

// Machines lists the machines that match, in order of declaration.
func (p *Control) Machines(match string) ([]string, error) {
	machines, err := p.c.match(match)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(machines))
	for i, m := range machines {
		names[i] = m.name
	}
	return names, nil
}

// Bots lists the machines that run a bot, in order of declaration.
func (p *Control) Bots() []string {
	var names []string
	for _, m := range p.c.machines {
		if m.hasBot() {
			names = append(names, m.name)
		}
	}
	return names
}

// GaugesOf are the gauges of one name that stand now, ordered by service, for a plan
// that aims at what it sees.
func (p *Control) GaugesOf(name string) []GaugeValue {
	return standingIn(p.c.trace.gauges.named(name), asItIs)
}

// NewFuture makes a future for processes of the plan to wait on.
func (p *Control) NewFuture() *Future { return p.c.k.NewFuture() }

// Where tells how the running process says, for people, where it is.
func (p *Control) Where(fn func() string) { p.c.k.here().where = fn }

// maxPlanProcesses bounds those that Go starts in a run.
const maxPlanProcesses = 10_000

// Go starts another process of the plan, with a Control of its own: its chance
// and its faults are the streams "plan/NAME", so that what one process does, or
// is kept from doing, renames nothing in the others. Each name is used once in a
// run. Faults of processes that it starts are called "plan/NAME/OTHER". An error
// that fn returns is an error of the plan.
func (p *Control) Go(name string, fn func(*Control) error) error {
	if !namePattern.MatchString(name) {
		return fmt.Errorf("%q is no name of a process of the plan: letters, digits, - and _", name)
	}
	stream := p.stream + "/" + name
	switch {
	case p.c.planNames[stream]:
		return fmt.Errorf("the plan has started a process %q before: each has a name of its own, for its faults", name)
	case len(p.c.planNames) >= maxPlanProcesses:
		return fmt.Errorf("process %q: a plan starts at most %d processes in a run: let one do several things",
			name, maxPlanProcesses)
	case p.c.planNames == nil:
		p.c.planNames = map[string]bool{}
	}
	p.c.planNames[stream] = true
	p.c.startPlan(stream, fn)
	return nil
}

// startPlan starts the plan, or another process of it.
func (c *Cluster) startPlan(stream string, fn func(*Control) error) {
	control := &Control{c: c, stream: stream, random: c.stream(stream)}
	c.planning++
	c.k.start(c.planScope, stream, func() error {
		err := fn(control)
		c.planning--
		c.trace.restored = true
		if control.awaits {
			c.awaiting--
			c.botsReturned()
		}
		return err
	})
}

// errNoBots is what waiting for nobody is told.
var errNoBots = errors.New("the scenario has no bots to wait for")

// WaitForBots waits until every bot has returned. The run then goes on until the
// plan's function, or that of Go, that waited so has returned, too.
func (p *Control) WaitForBots() error {
	if p.c.bots == 0 && len(p.Bots()) == 0 {
		return errNoBots
	}
	if !p.awaits {
		p.awaits = true
		p.c.awaiting++
	}
	for p.c.bots > 0 {
		if p.c.returned == nil {
			p.c.returned = p.c.k.NewFuture()
		}
		if _, err := p.c.returned.Wait(Forever); err != nil {
			return err
		}
	}
	return nil
}

// botsReturned ends the run when the last bot has returned, the plan does not go on
// without them, and no property of liveness waits for its deadline.
func (c *Cluster) botsReturned() {
	if c.bots > 0 {
		return
	}
	if c.awaiting == 0 && c.liveness.pending() {
		c.liveness.holdsUp = true
	} else if c.awaiting == 0 {
		c.k.end(Halted, "every bot has returned")
	} else if c.returned != nil {
		c.returned.Set(nil)
		c.returned = nil
	}
}
