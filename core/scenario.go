package core

import (
	"cmp"
	"slices"
	"time"
)

// Scenario is the declaration of a world: plain data, and functions that make
// engines. Validate reports every mistake in it at once; NewCluster builds it.
type Scenario struct {
	Name       string
	Links      []LinkSpec
	Machines   []MachineSpec // only those with properties; services declare theirs
	Services   []ServiceSpec
	Plan       func(*Control) error // the chaos plan; nil starts every service at time zero
	Always     []Invariant
	Sometimes  []Sometimes
	Eventually []Eventually
	Histories  []string      // those known beforehand
	Expects    []Expectation // those known beforehand: a run that never came to one says so
	Checks     []Check
	Limits     Limits
}

// LinkSpec connects two networks, in both directions.
type LinkSpec struct {
	A, B     string  // names of networks; the same twice connects machines of one network
	AtoB     Profile // from A to B
	BtoA     Profile
	Declared string // where, as "file:line", for messages
}

// MachineSpec gives a machine properties.
type MachineSpec struct {
	Name     string // "api1.public": what follows the first dot is its network
	Clock    ClockSpec
	TCP      *TCPConfig   // of its connections; nil: the defaults
	Disk     *DiskProfile // of what its files are on; nil: SSD
	Cores    int          // that Env.Work is done on, from 1 to MaxCores; 0: without limit
	Declared string
}

// ClockSpec is how a machine's clock differs from true time.
type ClockSpec struct {
	Offset   time.Duration
	DriftPPM int64 // gains so many microseconds a second; loses when negative
}

// ServiceSpec declares a service, or a bot, and its machine.
type ServiceSpec struct {
	Machine string
	Name    string // empty: the machine's only service, called like the machine
	// Boot makes a fresh engine; it is called once per boot, as a kernel event.
	Boot func() (Engine, error)
	// Bot marks a client: the run ends when every bot has returned.
	Bot bool
	// Restart says when to boot again after the engine returned an error;
	// zero means that such an error ends the run.
	Restart  time.Duration
	Declared string
}

// FullName is "machine" or "machine:service".
func (s *ServiceSpec) FullName() string {
	if s.Name == "" {
		return s.Machine
	}
	return s.Machine + ":" + s.Name
}

// MachineNames lists the machines by HostID: in the order in which the services
// declare them.
func (s *Scenario) MachineNames() []string {
	var names []string
	known := map[string]bool{}
	for i := range s.Services {
		if name := s.Services[i].Machine; !known[name] {
			known[name] = true
			names = append(names, name)
		}
	}
	return names
}

// Invariant must hold at all times. It is asked after every step in which gauges
// changed, once for each value that stood, in order, and after one in which only a
// fault happened; until it fails.
type Invariant struct {
	Name  string
	Holds func(*World) error
}

// Sometimes is a property that is to hold once, in some run of many. It is asked as
// an Invariant is, until it is reached. An error says that asking failed.
type Sometimes struct {
	Name    string
	Reached func(*World) (bool, error)
}

// Eventually is a property of liveness: when the last fault of the plan is over, or
// Control.Calm was called, it must hold within some time, and from then on. It is
// asked as an Invariant is, and at that deadline, until which the run goes on; one
// that ended before has not tested it.
type Eventually struct {
	Name   string
	Within time.Duration
	Holds  func(*World) error
}

// Expectation is a name that Env.Expect may be called with; of another kind, one for
// Env.Sometimes, Env.Reachable or Env.Unreachable.
type Expectation struct {
	Name     string
	Kind     string // KindExpect when empty
	Required bool   // a run that never comes to it fails
}

// Check must hold over the finished run. What it says is kept when it holds, too. Its
// error may be an Unjudged or a Counterexample.
type Check struct {
	Name  string
	Holds func(*Result) (says string, err error)
}

// HasProperties says whether something is known beforehand that is to hold once.
func (s *Scenario) HasProperties() bool {
	return len(s.Sometimes) > 0 || slices.ContainsFunc(s.Expects, func(e Expectation) bool {
		return e.Kind == KindSometimes || e.Kind == KindReachable
	})
}

// Limits bound a run. Zero means the default, never unlimited.
type Limits struct {
	Time      time.Duration // simulated; default one hour
	Idle      time.Duration // without a log line, fault, operation or new gauge; default five minutes
	Steps     uint64        // default 100 million
	Processes int           // alive at once; default 100,000
	Facts     int           // kept in the trace, and faults, and operations: so many each; default one million
	// StopAtFirstFailure ends a run when an invariant or an expectation does not
	// hold, after the step in which that was. Checks are not asked then.
	StopAtFirstFailure bool
}

// Defaults of Limits.
const (
	DefaultTime      = time.Hour
	DefaultIdle      = 5 * time.Minute
	DefaultSteps     = 100_000_000
	DefaultProcesses = 100_000
	DefaultFacts     = 1_000_000
)

func (l Limits) withDefaults() Limits {
	l.Time = cmp.Or(l.Time, DefaultTime)
	l.Idle = cmp.Or(l.Idle, DefaultIdle)
	l.Steps = cmp.Or(l.Steps, DefaultSteps)
	l.Processes = cmp.Or(l.Processes, DefaultProcesses)
	l.Facts = cmp.Or(l.Facts, DefaultFacts)
	return l
}
