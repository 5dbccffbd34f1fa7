package core

import "time"

// Verdict is how a run came out.
type Verdict string

// The verdicts.
const (
	Pass        Verdict = "pass"
	Fail        Verdict = "fail"        // a check does not hold
	Stuck       Verdict = "stuck"       // a limit ended the run while a bot was at work, or steps ran out
	Crash       Verdict = "crash"       // an engine, or the plan, returned an error
	Interrupted Verdict = "interrupted" // cut short by somebody; nothing is known
	Void        Verdict = "void"        // the host got in the way: a guard, or its disk; nothing is known
)

// Result is all that is known of a finished run: a pure function of program,
// seed, settings and mask, unless Verdict is Interrupted or Void. It is plain data and
// holds nothing of the world it came from.
type Result struct {
	Scenario string
	Seed     uint64
	Params   []Setting
	Mask     Mask
	Verdict  Verdict
	Reason   string // one line
	Err      error  // what crashed, with all it knows
	Time     time.Duration
	Steps    uint64
	Digest   uint64
	Links    []LinkStats
	Machines []MachineStats
	Checks   []CheckResult
	Waiting  []Waiting // of a stuck run: what its bots were waiting for
	Trace    *Trace
}

// Waiting is a process of a bot that had not returned.
type Waiting struct {
	Service string
	Where   string        // a place in its code, or the name of the process
	Since   time.Duration // when it began to wait
}

// Setting is one parameter of the program, as this run had it.
type Setting struct{ Name, Value string }

// LinkStats counts the packets of one direction of a link. Sent and Duplicated
// together are Delivered, InFlight and all the drops.
type LinkStats struct {
	Name           string // "botnet>public"
	Messages       uint64 // whole values that a message.Stream has sent, as conn:send does, whatever packets they took
	Sent           uint64
	Duplicated     uint64 // by Profile.Duplicate
	Delivered      uint64
	Lost           uint64 // by Profile.Loss or GEModel
	Corrupted      uint64 // dropped because the checksum was wrong
	QueueDropped   uint64 // dropped because the queue before Profile.Rate was full
	Partitioned    uint64 // dropped or rejected by a partition
	PowerFailed    uint64 // dropped because an end lost power
	Off            uint64 // dropped because the target was off
	InFlight       uint64 // still under way, or held by a partition that clogs
	Bytes          uint64 // delivered, headers included
	Goodput        uint64 // bytes handed to readers, each once
	Retransmitted  uint64 // segments sent again
	FastRetransmit uint64 // those of Retransmitted that no timeout caused
	Reordered      uint64 // segments that arrived before an earlier one
	NoPort         uint64 // datagrams to a port that nobody has
	BufferFull     uint64 // datagrams that found no room in the receive buffer
}

// MachineStats counts what happened to one machine.
type MachineStats struct {
	Name     string
	Boots    int    // of its services
	Kills    int    // of its services, power cuts included
	Crashes  int    // boots of its services that ended with an error
	Crash    string // the first of these errors, on one line
	Wipes    int
	Downtime time.Duration // time with no service running, after the first boot
	Open     int           // sockets at the end
	Disk     DiskStats     // of the disk that is in it at the end
}

// DiskStats counts what happened to the disk of one machine. Bytes are those that
// the software wrote and read.
type DiskStats struct {
	Commits int           // read-write transactions of databases
	Syncs   int           // of databases and files; a commit has two
	Read    int64         // bytes read from the device
	Written int64         // bytes written to the device
	Busy    time.Duration // time with an operation under way
	Full    int           // operations that found no space
	Errors  int           // operations that failed otherwise
}

// CheckResult is how one check, invariant or expectation came out.
type CheckResult struct {
	Name      string
	Kind      string // KindAlways and its like
	Held      bool   // also what was never evaluated, or reached, unless it was required
	Evaluated int
	Required  bool          // an expectation that a run has to come to
	Reached   bool          // of what is to hold once: it did
	ReachedAt time.Duration // when it did first; of KindEventually, since when it held in the end
	FailedAt  time.Duration // of the first failure
	// FailedStep counts the steps until then, the one in which it failed included.
	FailedStep uint64
	Message    string // of the first failure; of a check that held, what it said
	Unknown    bool   // a check that could not tell, see Unjudged
	Picture    string // of a counterexample: lines of text
}

// Unreached are the names of what is to hold once, in some run of many, and did not in
// this one.
func (r *Result) Unreached() (names []string) {
	for i := range r.Checks {
		if r.Checks[i].Unreached() {
			names = append(names, r.Checks[i].Name)
		}
	}
	return names
}

// Property says whether the check is one that is to hold once, in some run of many.
func (c *CheckResult) Property() bool { return c.Kind == KindSometimes || c.Kind == KindReachable }

// Unreached says whether it is such a one, and did not hold.
func (c *CheckResult) Unreached() bool { return c.Property() && c.Held && !c.Reached }

// Failed says whether the run needs somebody's attention.
func (r *Result) Failed() bool { return r.Verdict != Pass }

// World is what an invariant sees while the run goes on: the gauges as they stood
// when they had changed, though others may have since, in the same step. It and
// what it holds are valid only during the call.
type World struct {
	Now time.Duration
	// Changed are the gauges that changed since invariants were asked last, in
	// order: one, or several that changed at once, or none after a fault. One that
	// was withdrawn has no value.
	Changed []GaugeValue

	gauges *gauges
}

// Gauges are those standing, ordered by name, then service.
func (w *World) Gauges() []GaugeValue { return standingIn(w.gauges.all, asSeen) }

// GaugesOf are those of one name, ordered by service.
func (w *World) GaugesOf(name string) []GaugeValue { return standingIn(w.gauges.named(name), asSeen) }
