package core

import (
	"fmt"
	"time"
)

// device is what the files of a machine are on, as plans know and change it.
type device struct {
	profile  DiskProfile // as it is now
	declared DiskProfile // what plans go back to
	changed  ongoing     // faults until it is set anew
	stalled  ongoing     // faults until a stall is over
}

// DiskOptions are the options of Control.Disk.
type DiskOptions struct {
	Stall time.Duration // how long nothing begins on the device
	// Describe tells what becomes different, for the fault; nil tells nothing.
	Describe func(before, after *DiskProfile) []FaultParam
}

// Disk changes the devices of machines, from the next operation on: change gets the
// profile of each and returns the new one; nil changes none. It may be asked more than
// once. What lies on them stays.
func (p *Control) Disk(match string, o DiskOptions, change func(DiskProfile) (DiskProfile, error)) error {
	machines, err := p.c.targets(match)
	if err != nil {
		return err
	}
	for _, m := range machines { // a mistake changes none
		if _, err = m.changedDevice(change); err != nil {
			return err
		}
	}
	return p.event(func() error {
		for _, m := range machines {
			id := p.next()
			to, err := m.changedDevice(change) // another process of the plan may have been here
			if err != nil {
				return err
			}
			if m.disk != nil {
				p.changeDisk(id, m, to, o)
			}
		}
		return nil
	})
}

// changedDevice is what change makes of the device.
func (m *machine) changedDevice(change func(DiskProfile) (DiskProfile, error)) (DiskProfile, error) {
	if change == nil {
		return m.device.profile, nil
	}
	changed, err := change(m.device.profile)
	if err != nil {
		return changed, err
	}
	return changed, changed.Validate()
}

func (p *Control) changeDisk(id FaultID, m *machine, to DiskProfile, o DiskOptions) {
	var params []FaultParam
	if o.Describe != nil {
		params = o.Describe(&m.device.profile, &to)
	}
	if o.Stall > 0 {
		params = append(params, FaultParam{"stall", o.Stall})
	}
	place, masked := p.fault(id, FaultDisk, m.name, params...)
	if masked {
		return
	}
	p.c.trace.over(&m.device.changed)
	m.setDevice(to)
	if to != m.device.declared {
		m.device.changed.begins(place)
	}
	if o.Stall > 0 {
		m.stall(o.Stall, place, to == m.device.declared)
	}
}

func (m *machine) setDevice(to DiskProfile) {
	m.device.profile = to
	m.disk.SetProfile(to)
}

// stall keeps the device from beginning anything. The fault is over with it when it
// has done nothing else.
func (m *machine) stall(d time.Duration, place int, alone bool) {
	m.disk.Stall(d)
	if !alone {
		return
	}
	on := m.device
	on.stalled.begins(place)
	m.c.k.after(m.c.root, d, HandlerFunc(func() { m.c.trace.overOne(&on.stalled, place) }))
}

// RestoreDisk makes the devices of machines what was declared, from the next
// operation on, and ends their stalls. As Heal, it undoes harm and is none.
func (p *Control) RestoreDisk(match string) error {
	machines, err := p.c.match(match)
	if err != nil {
		return err
	}
	return p.event(func() error {
		for _, m := range machines {
			m.restoreDisk()
		}
		return nil
	})
}

func (m *machine) restoreDisk() {
	on := m.device
	changed := on.profile != on.declared || len(on.stalled) > 0
	m.c.trace.over(&on.changed)
	m.c.trace.over(&on.stalled)
	if m.disk == nil {
		return
	}
	m.disk.Stall(0)
	m.setDevice(on.declared)
	if changed {
		m.c.trace.record(Fact{Kind: FactHeal, Machine: m.name, Text: "disk"})
	}
}

// Rot lets something decay on the disks of machines: on each, one thing of those that
// rot means, drawn by a stream of the fault's own. A machine that has none suffers
// nothing.
func (p *Control) Rot(match string, rot Rot) error {
	if err := rot.Validate(); err != nil {
		return err
	}
	can := func(m *machine) bool { return m.disk != nil && m.disk.CanRot(rot) }
	return p.harm(match, FaultRot, can, func(m *machine, place int) error {
		m.lost(place, m.disk.Rot(rot, m.c.stream("rot on "+m.name+" by "+m.c.trace.nameOf(place))))
		return nil
	}, FaultParam{string(rot.Of), rot.Match})
}

// SwapDisks cuts the power of two machines and puts the disk of each, with its
// device, into the other one. They stay off until Start. It is one fault.
func (p *Control) SwapDisks(a, b string) error {
	one, err := p.c.matchOne(a)
	if err != nil {
		return err
	}
	other, err := p.c.matchOne(b)
	if err != nil {
		return err
	}
	if one == other {
		return fmt.Errorf("%s and %s are the same machine: it takes two to swap disks", a, b)
	}
	return p.event(func() error {
		place, masked := p.fault(p.next(), FaultSwapDisks, one.name+" | "+other.name)
		if masked {
			return nil
		}
		for _, m := range []*machine{one, other} {
			m.dark.begins(place)
			m.powerFail(place)
		}
		one.swapDisks(other)
		return nil
	})
}

func (m *machine) swapDisks(with *machine) {
	m.device, with.device = with.device, m.device
	m.disk, with.disk = with.disk, m.disk
	if m.disk != nil {
		m.disk.Attach(m)
		with.disk.Attach(with)
	}
}
