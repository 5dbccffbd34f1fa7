package core

import (
	"fmt"
	"reflect"
	"time"
)

// Control is the world in the hand of a plan. Its methods are called from the
// plan's process only; each does its work as a kernel event and returns when
// it is done. A match is a glob (path.Match) over names of machines, or a name
// with a Range; with a colon, "api*:web", Start, Stop and Kill choose services.
// One that matches nothing is an error. A glob, in a verb that harms machines,
// spares those with bots. Harm to each machine is a Fault of the stream "plan", or
// that of the process that Go has started.
type Control struct {
	c       *Cluster
	stream  string // of its faults, and of its chance
	ordinal uint64
	random  *Random
	awaits  bool          // the bots: then the run goes on without them until its function returns
	moment  time.Duration // of the last verbs
	verbs   int           // at that moment
}

// maxVerbs is how much a plan can do without waiting.
const maxVerbs = 10_000

// StopOptions are the options of Stop.
type StopOptions struct {
	Grace time.Duration // until the services are killed
}

// RebootOptions are the options of Reboot.
type RebootOptions struct {
	Grace time.Duration // until the services are killed
	Down  time.Duration // with the power off
	Wipe  bool          // erase the disk meanwhile
}

// ClockChange is what Clock changes; nil leaves a property as it is.
type ClockChange struct {
	Offset   *time.Duration // from true time, from now on; what drift has added is gone
	DriftPPM *int64         // -500000 to 500000
}

// PartitionOptions are the options of Partition.
type PartitionOptions struct {
	OneWay bool          // only from a to b
	Mode   PartitionMode // Drop when empty
}

// LinkOptions are the options of Link.
type LinkOptions struct {
	OneWay bool // only from a to b
	// Describe tells what becomes different, for the fault; nil tells nothing.
	Describe func(before, after *Profile) []FaultParam
}

// Start powers machines on where needed and boots their services that are down.
func (p *Control) Start(match string) error {
	services, err := p.c.matchServices(match)
	if err != nil {
		return err
	}
	return p.event(func() error {
		for _, s := range services {
			s.m.powerOn()
			s.boot()
		}
		return nil
	})
}

// Stop asks services to stop, kills them when the grace period is over, and
// returns when all have ended. The machines stay on and refuse connections.
func (p *Control) Stop(match string, o StopOptions) error {
	services, err := p.harmServices(match, FaultStop, FaultParam{"grace", o.Grace})
	if err != nil {
		return err
	}
	if err := p.verb(); err != nil {
		return err
	}
	return p.stopAll(services, o.Grace)
}

// Kill ends services at once; their machines reset their connections.
func (p *Control) Kill(match string) error {
	services, err := p.harmServices(match, FaultKill)
	if err != nil {
		return err
	}
	return p.event(func() error {
		for _, s := range services {
			s.kill("killed")
		}
		return nil
	})
}

// PowerFail cuts the power of machines: their future is erased, peers learn
// nothing, what was not synced is lost. They stay off until Start.
func (p *Control) PowerFail(match string) error {
	return p.harm(match, FaultPowerFail, (*machine).isOn, func(m *machine, place int) error {
		m.dark.begins(place)
		m.powerFail(place)
		return nil
	})
}

// Wipe cuts the power of machines and erases their disks.
func (p *Control) Wipe(match string) error {
	return p.harm(match, FaultWipe, nil, func(m *machine, place int) error {
		m.dark.begins(place)
		m.wipe(place)
		return nil
	})
}

// Pause freezes machines: nothing on them moves, packets to them wait.
func (p *Control) Pause(match string) error {
	return p.harm(match, FaultPause, (*machine).isAwake, func(m *machine, place int) error {
		m.frozen.begins(place)
		m.scope.pause()
		return nil
	})
}

// Resume lets paused machines go on: what was due happens now.
func (p *Control) Resume(match string) error {
	machines, err := p.c.match(match)
	if err != nil {
		return err
	}
	return p.event(func() error {
		for _, m := range machines {
			m.goOn()
		}
		return nil
	})
}

// Clock changes what machines believe the time to be. Timers are unaffected.
func (p *Control) Clock(match string, change ClockChange) error {
	if change.DriftPPM != nil {
		if err := checkDrift(*change.DriftPPM); err != nil {
			return err
		}
	}
	return p.harm(match, FaultClock, nil, func(m *machine, place int) error {
		p.c.trace.over(&m.skewed)
		m.skewed.begins(place)
		m.clock.change(p.c.k.Now(), change)
		return nil
	}, change.params()...)
}

func (c ClockChange) params() (params []FaultParam) {
	if c.Offset != nil {
		params = append(params, FaultParam{"offset", *c.Offset})
	}
	if c.DriftPPM != nil {
		params = append(params, FaultParam{"drift_ppm", *c.DriftPPM})
	}
	return params
}

// Partition keeps packets from passing between a and b: names of networks, and
// matches of machines. What is under way already arrives.
func (p *Control) Partition(a, b Side, o PartitionOptions) (*Partition, error) {
	apart, err := p.c.newPartition(a, b, o)
	if err == nil {
		err = p.c.roomForPartition(apart)
	}
	if err != nil {
		return nil, err
	}
	place, masked := p.fault(p.next(), FaultPartition, apart.String(), FaultParam{"mode", string(apart.mode)},
		FaultParam{"oneway", apart.oneWay})
	if masked {
		return apart, nil
	}
	p.c.standing++
	apart.stands.begins(place)
	return apart, p.event(func() error { p.c.divide(apart); return nil })
}

// Link changes the link between two networks, from the next packet on: change
// gets the profile of each direction, back is that from b to a, and returns the new
// one. It may be asked more than once. Packets under way are not affected.
func (p *Control) Link(a, b string, o LinkOptions, change func(now Profile, back bool) (Profile, error)) error {
	links, err := p.c.linksBetween(a, b, o.OneWay)
	if err != nil {
		return err
	}
	if _, err := changedLinks(links, change); err != nil { // a mistake changes none
		return err
	}
	return p.event(func() error {
		profiles, err := changedLinks(links, change) // another process of the plan may have been here
		for i, to := range profiles {
			p.changeLink(links[i], to, o)
		}
		return err
	})
}

// changedLinks are what change makes of links; none when one of them cannot be so.
func changedLinks(links []*Link, change func(Profile, bool) (Profile, error)) (profiles []Profile, err error) {
	for i, l := range links {
		to, err := change(l.Profile, i > 0)
		if err != nil {
			return nil, err
		}
		if err := to.Validate(); err != nil {
			return nil, fmt.Errorf("link %s: %w", l.Name, err)
		}
		profiles = append(profiles, to)
	}
	return profiles, nil
}

// linksBetween are both directions between two networks, or that from a to b.
func (c *Cluster) linksBetween(a, b string, oneWay bool) ([]*Link, error) {
	there, back := c.routes[route{a, b}], c.routes[route{b, a}]
	switch {
	case there == nil:
		return nil, fmt.Errorf("no link connects network %q with %q", a, b)
	case back == there || oneWay:
		return []*Link{there}, nil
	}
	return []*Link{there, back}, nil
}

func (p *Control) changeLink(l *Link, to Profile, o LinkOptions) {
	var params []FaultParam
	if o.Describe != nil {
		params = o.Describe(&l.Profile, &to)
	}
	place, masked := p.fault(p.next(), FaultLink, l.Name, params...)
	if masked {
		return
	}
	p.c.trace.over(&l.changed)
	if !reflect.DeepEqual(to, l.declared) {
		l.changed.begins(place)
	}
	l.change(to)
}

// Heal ends the partitions that were made between a and b, in either order;
// two empty sides end all. No partition to end is no error, but sides that mean
// nothing are.
func (p *Control) Heal(a, b Side) error {
	if len(a)+len(b) > 0 {
		if _, err := p.c.newPartition(a, b, PartitionOptions{}); err != nil {
			return err
		}
	}
	return p.event(func() error { p.c.heal(p.c.between(a.String(), b.String())); return nil })
}

// HealOne ends one partition. One that does not stand is no error: it was healed
// before, or withheld.
func (p *Control) HealOne(apart *Partition) error {
	return p.event(func() error {
		if apart.order > 0 && !apart.healed {
			p.c.heal([]*Partition{apart})
		}
		return nil
	})
}

// Reboot stops the services of machines, powers the machines off, keeps them
// off for Down, erases their disks if Wipe says so, and starts them again.
// Machines go through it side by side; Reboot returns when all are up.
func (p *Control) Reboot(match string, o RebootOptions) error {
	machines, err := p.c.targets(match)
	if err != nil {
		return err
	}
	if err := p.verb(); err != nil {
		return err
	}
	done := make([]*Future, len(machines))
	for i, m := range machines {
		reboot, wipe := p.next(), FaultID{}
		if o.Wipe {
			wipe = p.next()
		}
		done[i] = p.c.k.NewFuture()
		p.c.k.start(p.c.planScope, "reboot "+m.name, func() error {
			err := p.reboot(m, o, reboot, wipe)
			done[i].Set(nil)
			return err
		})
	}
	for _, f := range done {
		if _, err := f.Wait(Forever); err != nil {
			return err
		}
	}
	return nil
}

// reboot takes one machine through it. Both its faults have their names from
// the start, so that withholding the reboot renames nothing that follows.
func (p *Control) reboot(m *machine, o RebootOptions, reboot, wipe FaultID) error {
	place, masked := p.fault(reboot, FaultReboot, m.name, FaultParam{"grace", o.Grace}, FaultParam{"down", o.Down},
		FaultParam{"wipe", o.Wipe})
	if masked {
		return p.Sleep(o.Down)
	}
	if err := p.stopAll(m.services, o.Grace); err != nil {
		return err
	}
	if err := p.act(func() error { m.dark.begins(place); m.powerOff(); return nil }); err != nil {
		return err
	}
	if err := p.Sleep(o.Down); err != nil {
		return err
	}
	return p.act(func() error {
		if o.Wipe {
			p.wipeOff(wipe, m)
		}
		m.start()
		return nil
	})
}

// wipeOff erases the disk of a machine that is off, unless the mask withholds it.
func (p *Control) wipeOff(id FaultID, m *machine) {
	place, masked := p.fault(id, FaultWipe, m.name)
	m.dark.begins(place)
	if !masked {
		m.wipe(place)
	}
}

func (p *Control) stopAll(services []*service, grace time.Duration) error {
	done := make([]*Future, len(services))
	err := p.act(func() error {
		for i, s := range services {
			done[i] = p.c.k.NewFuture()
			s.stop(grace, done[i])
		}
		return nil
	})
	for _, f := range done {
		if err == nil {
			_, err = f.Wait(Forever)
		}
	}
	return err
}

// verb counts what the plan does without waiting.
func (p *Control) verb() error {
	if now := p.c.k.Now(); now != p.moment {
		p.moment, p.verbs = now, 0
	}
	if p.verbs++; p.verbs > maxVerbs {
		return fmt.Errorf("the plan did %d things without waiting: an endless loop?", maxVerbs)
	}
	return nil
}

// event does what one verb says as a kernel event and waits for it.
func (p *Control) event(fn func() error) error {
	if err := p.verb(); err != nil {
		return err
	}
	return p.act(fn)
}

// act runs fn as a kernel event and waits for it.
func (p *Control) act(fn func() error) error {
	f := p.c.k.NewFuture()
	p.c.k.after(p.c.root, 0, HandlerFunc(func() {
		if err := fn(); err != nil {
			f.Fail(err)
		} else {
			f.Set(nil)
		}
	}))
	_, err := f.Wait(Forever)
	return err
}

// next names the next fault of the plan.
func (p *Control) next() FaultID {
	p.ordinal++
	return FaultID{p.stream, p.ordinal}
}

// fault notes a fault of the plan, its place in the trace, and whether the mask
// withholds it.
func (p *Control) fault(id FaultID, kind FaultKind, where string, params ...FaultParam) (place int, masked bool) {
	f, place := p.c.fault(id, kind, where, params...)
	p.c.trace.record(Fact{Kind: FactFault, Fault: boxed(f), Text: where})
	if !f.Masked {
		p.c.calm = false
		p.c.liveness.disturbed()
	}
	return place, f.Masked
}

// harm does one thing to every machine that matches, unless it is masked or
// could do no harm there. Each machine takes an ordinal all the same.
func (p *Control) harm(match string, kind FaultKind, can func(*machine) bool,
	do func(m *machine, place int) error, params ...FaultParam) error {
	machines, err := p.c.targets(match)
	if err != nil {
		return err
	}
	return p.event(func() error {
		for _, m := range machines {
			id := p.next()
			if can != nil && !can(m) {
				continue
			}
			place, masked := p.fault(id, kind, m.name, params...)
			if masked {
				continue
			}
			if err := do(m, place); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *Control) harmServices(match string, kind FaultKind, params ...FaultParam) ([]*service, error) {
	services, err := p.c.targetServices(match)
	if err != nil {
		return nil, err
	}
	var hit []*service
	for _, s := range services {
		id := p.next()
		if !s.isComing() {
			continue
		}
		if place, masked := p.fault(id, kind, s.name, params...); !masked {
			s.struck.begins(place)
			hit = append(hit, s)
		}
	}
	return hit, nil
}
