package core

import (
	"fmt"
	"path/filepath"
	"time"
)

// machine is a computer: its power, its clock, its disk, and while it is on
// the scope everything on it lives in and its network stack. It is the
// NetworkHost that the stack sees, and the DiskHost of the disk.
type machine struct {
	c         *Cluster
	id        HostID
	name      string
	network   string
	clock     clock
	declared  ClockSpec
	tcp       *TCPConfig
	on        bool
	powerOns  uint32 // counts incarnations
	cuts      uint32 // power cuts so far
	cut       uint32 // the incarnation that the last power cut ended
	scope     *Scope // while on
	net       Network
	disk      Disk
	device    *device              // it moves with the disk
	decisions map[FaultKind]uint64 // of its disks so far
	cores     *cores               // nil: without limit
	services  []*service
	running   int // services that are up
	away      bool
	awaySince time.Duration
	streams   map[string]*Random
	stats     MachineStats
	paths     paths
	apart     []*Partition // those it knows of, in order of their making
	forgot    *Partition   // the first of those it forgot last
	dark      ongoing      // faults until it is on again
	frozen    ongoing      // until it goes on
	skewed    ongoing      // until its clock is set
}

// clock is what the machine believes the time to be.
type clock struct {
	ClockSpec
	since   time.Duration // when the drift began
	changed *Future       // for those who wait for a time it will show; made when first needed
}

func (c *clock) read(now time.Duration) time.Duration {
	d := int64(now - c.since)
	drift := d/1e6*c.DriftPPM + d%1e6*c.DriftPPM/1e6
	return now + c.Offset + time.Duration(drift)
}

// until is how long it takes the clock to show at, as it goes now, or part of
// that: a nanosecond at least.
func (c *clock) until(at, now time.Duration) time.Duration {
	left := min(int64(at-c.read(now)), 1<<61)
	rate := 1e6 + c.DriftPPM
	return time.Duration(max(1, left/rate*1e6+left%rate*1e6/rate))
}

func (c *clock) change(now time.Duration, change ClockChange) {
	c.Offset = c.read(now) - now
	c.since = now
	if change.Offset != nil {
		c.Offset = *change.Offset
	}
	if change.DriftPPM != nil {
		c.DriftPPM = *change.DriftPPM
	}
	c.tell()
}

// tell wakes those who wait for a time that the clock will show.
func (c *clock) tell() {
	if c.changed != nil {
		c.changed.Set(nil)
		c.changed.Reset()
	}
}

func (m *machine) isOn() bool    { return m.on }
func (m *machine) isAwake() bool { return m.on && !m.scope.paused }

func (m *machine) powerOn() {
	if m.on {
		return
	}
	m.on = true
	m.powerOns++
	m.c.trace.over(&m.dark)
	m.scope = m.c.k.newScope(m.name, m.c.root)
	if m.c.settings.Network != nil {
		m.net = m.c.settings.Network(m)
	}
	m.c.trace.record(Fact{Kind: FactPowerOn, Machine: m.name})
}

// powerFail cuts the power: nobody is told anything. The fault has this place in
// the trace.
func (m *machine) powerFail(place int) {
	if !m.on {
		return
	}
	m.cuts++
	m.cut = m.powerOns
	m.goDark("power cut, erasing the future")
	if m.disk == nil {
		return
	}
	for _, lost := range m.disk.PowerFail(m.c.stream("power cut of " + m.name + " by " + m.c.trace.nameOf(place))) {
		m.lost(place, lost)
	}
}

// lost notes what a fault took from the disk, or damaged there.
func (m *machine) lost(place int, what string) {
	m.c.trace.took(place, what)
	m.c.trace.record(Fact{Kind: FactLost, Machine: m.name, Text: what})
}

// powerOff is the orderly end of a machine whose services have ended: what it
// has sent still arrives.
func (m *machine) powerOff() {
	if !m.on {
		return
	}
	for _, s := range m.services {
		s.kill("power off")
	}
	m.goDark("")
	if m.disk != nil {
		m.disk.PowerOff()
	}
	m.c.trace.record(Fact{Kind: FactPowerOff, Machine: m.name})
}

func (m *machine) goDark(reason string) {
	m.on = false
	m.c.trace.over(&m.frozen)
	if m.net != nil {
		m.net.PowerOff()
	}
	for _, s := range m.services {
		s.erase(reason)
	}
	m.lose()
	m.scope.kill()
	m.scope, m.net = nil, nil
}

// lose drops the packets that a pause has kept from a machine that is off now.
func (m *machine) lose() {
	for _, h := range m.scope.held {
		if t, arrives := h.e.handler.(*transit); arrives {
			m.c.k.queue.cancel(h.e)
			t.Fire()
		}
	}
}

// goOn ends a pause.
func (m *machine) goOn() {
	if m.on && m.scope.paused {
		m.c.trace.record(Fact{Kind: FactResume, Machine: m.name})
		m.c.trace.over(&m.frozen)
		m.scope.resume()
	}
}

// wipe cuts the power and erases the disk.
func (m *machine) wipe(place int) {
	m.powerFail(place)
	m.stats.Wipes++
	if m.disk != nil {
		m.disk.Wipe()
	}
}

func (m *machine) start() {
	m.powerOn()
	for _, s := range m.services {
		s.boot()
	}
}

// up and down keep the downtime: the time without a running service.
func (m *machine) up() {
	m.running++
	if m.away {
		m.away = false
		m.stats.Downtime += m.c.k.Now() - m.awaySince
	}
}

func (m *machine) down(willingly bool) {
	m.running--
	if m.running == 0 && !willingly {
		m.away, m.awaySince = true, m.c.k.Now()
	}
}

// --- Host

func (m *machine) Name() string                           { return m.name }
func (m *machine) Now() time.Duration                     { return m.c.k.Now() }
func (m *machine) NewFuture() *Future                     { return m.c.k.NewFuture() }
func (m *machine) After(d time.Duration, h Handler) Timer { return m.c.k.after(m.scope, d, h) }

func (m *machine) Post(fn func()) {
	m.c.k.post(func() {
		if m.on {
			m.After(0, HandlerFunc(fn))
		}
	})
}

func (m *machine) Random(name string) *Random {
	r := m.streams[name]
	if r == nil {
		r = m.c.stream("machine " + m.name + " " + name)
		if m.streams == nil {
			m.streams = map[string]*Random{}
		}
		m.streams[name] = r
	}
	return r
}

// --- Device and what else a DiskHost has

func (m *machine) Busy(d time.Duration) { m.c.k.here().work(d) }

func (m *machine) NoPark(what string, fn func() error) error {
	m.c.k.alive()
	return m.c.k.noParking(what, fn)
}

func (m *machine) Folder() string {
	if m.c.settings.Folder == "" {
		return ""
	}
	return filepath.Join(m.c.settings.Folder, m.name)
}

func (m *machine) DiskProfile() DiskProfile { return m.device.profile }

func (m *machine) DiskDecision(kind FaultKind) uint64 {
	if m.decisions == nil {
		m.decisions = map[FaultKind]uint64{}
	}
	m.decisions[kind]++
	return m.decisions[kind]
}

func (m *machine) DiskFault(kind FaultKind, ordinal uint64) bool {
	f, _ := m.c.fault(FaultID{m.name + diskInfix + string(kind), ordinal}, kind, m.name)
	m.c.trace.record(Fact{Kind: FactFault, Machine: m.name, Fault: boxed(f), Text: m.name})
	return !f.Masked
}

func (m *machine) HostFailed(err error) { m.c.k.hostFailed(err) }

// --- Links

func (m *machine) ID() HostID              { return m.id }
func (m *machine) Boot() int               { return int(m.powerOns) }
func (m *machine) NameOf(id HostID) string { return m.c.machines[id].name }
func (m *machine) TCP() *TCPConfig         { return m.tcp }

func (m *machine) Send(p Packet) {
	if m.on && m.scope.paused { // a service was killed: its peers hear of it later
		m.After(0, HandlerFunc(func() { m.Send(p) }))
		return
	}
	q := m.path(p.To)
	q.link.send(q, p)
}

func (m *machine) Resolve(name string) (HostID, error) {
	if target, ok := m.c.byName[name]; ok {
		return target.id, nil
	}
	return 0, fmt.Errorf("%w: no machine is called %q", ErrNoRoute, name)
}

func (m *machine) Path(to HostID) (*Profile, error) {
	q := m.path(to)
	if q == nil {
		target := m.c.machines[to]
		return nil, fmt.Errorf("%w: no link connects network %q with %q", ErrNoRoute, m.network, target.network)
	}
	return &q.link.Profile, nil
}

func (m *machine) Count(peer HostID, counter Counter, n int) {
	from, to := m, m.c.machines[peer]
	if counter >= Reordered { // the receiver counts
		from, to = to, from
	}
	stats := &from.path(to.id).link.stats
	switch counter {
	case Retransmitted:
		stats.Retransmitted += uint64(n)
	case FastRetransmit:
		stats.FastRetransmit += uint64(n)
	case Reordered:
		stats.Reordered += uint64(n)
	case Goodput:
		stats.Goodput += uint64(n)
	case NoPort:
		stats.NoPort += uint64(n)
	case BufferFull:
		stats.BufferFull += uint64(n)
	}
}

// path is the pipe to a machine, or nil when no link leads there.
func (m *machine) path(to HostID) *pipe {
	if q := m.paths.find(to); q != nil {
		return q
	}
	target, link := m.c.machines[to], m.c.loopback
	if target != m {
		link = m.c.routes[route{m.network, target.network}]
	}
	if link == nil {
		return nil
	}
	q := &pipe{link: link, from: m, to: target}
	m.paths.add(q)
	return q
}
