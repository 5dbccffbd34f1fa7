package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Settings are what a run has beside its Scenario.
type Settings struct {
	Seed      uint64
	Mask      Mask
	Observers []Observer
	EachStep  func(Step)     // told after each step; nil when nobody asks
	Keep      Keep           // which facts the Result has; none by default
	Clock     Clock          // nil: a VirtualClock
	Brake     *Brake         // what may end the run from outside; nil: only the context
	Network   NetworkFactory // nil: machines have no network
	Disk      DiskFactory    // nil: machines have no disks
	Folder    string         // that is there, where machine folders may be made; the disk's business
	Params    []Setting      // for the Result
}

// Cluster is one world, built from a Scenario: its kernel, machines, links and
// trace. It runs once.
type Cluster struct {
	k          *Kernel
	scenario   *Scenario
	settings   Settings
	limits     Limits
	root       *Scope // events of the world itself
	planScope  *Scope
	machines   []*machine
	byName     map[string]*machine
	byHost     map[string][]*machine // by what is before the first dot
	services   map[string]*service   // by full name, those that have one of their own
	networks   map[string]struct{}
	links      []*Link
	routes     map[route]*Link
	loopback   *Link
	partitions map[[2]string][]*Partition // those that stand, by sidesOf
	divisions  int                        // partitions so far
	standing   int                        // of them, or about to
	transits   *transit                   // free list
	underWay   underWay
	trace      *recorder
	invariants []CheckResult
	expects    []CheckResult
	expected   map[expectKey]int // where in expects
	sometimes  []CheckResult
	liveness   *liveness       // nil when no property asks for it
	calm       bool            // the plan is over with harm, or says so
	cutShort   bool            // ended by a failure
	bots       int             // that have not returned
	planning   int             // processes of the plan that have not returned
	planNames  map[string]bool // streams of those that Go started
	awaiting   int             // those that wait for the bots, or have
	returned   *Future         // the bots have; made when somebody waits
	crashed    error
	crashText  string
}

// route is a pair of networks.
type route struct{ from, to string }

// NewCluster builds the world of a scenario, or returns all that is wrong with
// the scenario or the mask.
func NewCluster(s *Scenario, settings Settings) (*Cluster, error) {
	if err := errors.Join(s.Validate(), settings.Mask.Validate(s)); err != nil {
		return nil, err
	}
	settings.Mask = newMask(settings.Mask.Only, settings.Mask.IDs)
	c := &Cluster{k: NewKernel(settings.Clock), scenario: s, settings: settings, limits: s.Limits.withDefaults(),
		byName: map[string]*machine{}, byHost: map[string][]*machine{}, services: map[string]*service{},
		networks: map[string]struct{}{}, routes: map[route]*Link{}, partitions: map[[2]string][]*Partition{},
		expected: map[expectKey]int{}, underWay: underWay{}}
	if settings.Brake != nil {
		c.k.brake = settings.Brake
	}
	c.trace = newRecorder(c.k, &settings, c.limits.Facts)
	c.trace.gauges.watched = len(s.Always)+len(s.Sometimes)+len(s.Eventually) > 0
	c.k.maxProcesses = c.limits.Processes
	c.root = c.k.newScope("world", nil)
	c.planScope = c.k.newScope("plan", c.root)
	c.planScope.failed = func(error) {} // the plan's own error is handled where it ends
	c.addLinks()
	c.addServices()
	for _, i := range s.Always {
		c.invariants = append(c.invariants, CheckResult{Name: i.Name, Kind: KindAlways, Held: true})
	}
	for _, p := range s.Sometimes {
		c.sometimes = append(c.sometimes, CheckResult{Name: p.Name, Kind: KindSometimes, Held: true})
	}
	c.liveness = newLiveness(c)
	for _, name := range s.Histories {
		c.trace.histories.of(name)
	}
	c.declareExpects()
	return c, c.addDisks()
}

func (c *Cluster) addLinks() {
	c.loopback = c.newLink("loopback", Loopback)
	for _, l := range c.scenario.Links {
		c.networks[l.A], c.networks[l.B] = struct{}{}, struct{}{}
		c.routes[route{l.A, l.B}] = c.newLink(linkName(l.A, l.B), l.AtoB)
		if l.A != l.B {
			c.routes[route{l.B, l.A}] = c.newLink(linkName(l.B, l.A), l.BtoA)
		}
	}
}

func (c *Cluster) addServices() {
	for i := range c.scenario.Services {
		spec := &c.scenario.Services[i]
		m := c.byName[spec.Machine]
		if m == nil {
			m = c.addMachine(spec.Machine)
		}
		added := &service{m: m, spec: spec, name: spec.FullName()}
		m.services = append(m.services, added)
		if spec.Name != "" {
			c.services[added.name] = added
		}
		if spec.Bot {
			c.bots++
		}
	}
	for _, spec := range c.scenario.Machines {
		m := c.byName[spec.Name]
		m.clock.ClockSpec, m.declared = spec.Clock, spec.Clock
		m.tcp = spec.TCP
		if spec.Cores > 0 {
			m.cores = &cores{free: spec.Cores}
		}
		if spec.Disk != nil {
			m.device.profile, m.device.declared = *spec.Disk, *spec.Disk
		}
	}
}

func (c *Cluster) addMachine(name string) *machine {
	host, network, _ := strings.Cut(name, ".")
	m := &machine{c: c, id: HostID(len(c.machines)), name: name, network: network,
		device: &device{profile: SSD, declared: SSD}}
	m.stats.Name = name
	c.machines = append(c.machines, m)
	c.byName[name] = m
	c.byHost[host] = append(c.byHost[host], m)
	c.networks[network] = struct{}{}
	return m
}

func (c *Cluster) addDisks() error {
	if c.settings.Disk == nil {
		return nil
	}
	for _, m := range c.machines {
		disk, err := c.settings.Disk(m)
		if err != nil {
			return fmt.Errorf("disk of %s: %w", m.name, err)
		}
		m.disk = disk
	}
	return nil
}

func (c *Cluster) stream(name string) *Random { return NewRandom(c.settings.Seed, name) }

// fault notes a harmful thing, withheld if the mask says so, and its place in the
// trace.
func (c *Cluster) fault(id FaultID, kind FaultKind, where string, params ...FaultParam) (f Fault, place int) {
	f = Fault{ID: id, Kind: kind, Where: where, At: c.k.Now(), Masked: c.settings.Mask.Withholds(id), Params: params}
	return f, c.trace.fault(f)
}

// Run plays the world to its end. Cancelling ctx ends it early with verdict
// Interrupted, the Brake with that of its Stop.
func (c *Cluster) Run(ctx context.Context) *Result {
	c.begin()
	c.k.run(ctx, &bounds{
		time: c.limits.Time, steps: c.limits.Steps,
		watch: c.limits.Idle, due: c.idle,
		after: c.afterStep(), quiet: c.quiet(),
	})
	result := c.result()
	if !c.endedByBrake(result) {
		c.ending(result)
	}
	c.shutDown()
	result.Trace = c.trace.result()
	result.Trace.Gauges = c.lastGauges()
	c.judge(result)
	return result
}

// begin schedules the plan, or the start of everything.
func (c *Cluster) begin() {
	if c.scenario.Plan == nil {
		c.k.after(c.root, 0, HandlerFunc(func() {
			for _, m := range c.machines {
				m.start()
			}
		}))
		return
	}
	c.planScope.failed = func(err error) {
		if err != nil {
			c.crash("plan", err)
		}
	}
	c.startPlan(planStream, c.scenario.Plan)
}

// idle ends the run when nothing worth a line will have happened for too long
// at a moment; else it returns when that may be so.
func (c *Cluster) idle(at time.Duration) time.Duration {
	due := c.trace.active + c.limits.Idle
	if deadline := c.liveness.lastDeadline(); deadline > at {
		return max(due, deadline)
	}
	if due <= at {
		c.k.end(IdleLimit, "")
	}
	return due
}

func (c *Cluster) botReturned() {
	c.bots--
	c.botsReturned()
}

// crash ends the run: an engine or the plan returned an error.
func (c *Cluster) crash(who string, err error) {
	c.k.braked(err)
	if c.crashed == nil {
		c.crashed = err
		c.crashText = who + ": " + firstLine(err.Error())
	}
	c.k.end(Halted, c.crashText)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// shutDown ends the world: every process unwinds, every file is closed.
func (c *Cluster) shutDown() {
	for _, m := range c.machines {
		if m.on {
			m.on = false
			if m.net != nil {
				m.net.PowerOff()
			}
		}
	}
	c.root.kill()
	for _, m := range c.machines {
		if m.disk != nil {
			m.disk.Close()
		}
	}
}
