package core

import "time"

// FactKind is what sort of thing a Fact tells.
type FactKind uint8

// The kinds of facts.
const (
	FactLog       FactKind = iota // a service, or the plan when Machine is empty, wrote Text
	FactBoot                      // a service booted
	FactStopping                  // a service was asked to stop; Text is the grace period
	FactStopped                   // a service ended by itself
	FactKilled                    // a service was killed; Text says why
	FactFailed                    // an engine returned an error
	FactPowerOn                   // a machine
	FactPowerOff                  // a machine, orderly
	FactFault                     // Fault happened, or was withheld
	FactPacket                    // Packet was handed to Link; only told to observers of packets
	FactDrop                      // Packet was dropped for a reason that is no fault: Text says which
	FactResume                    // a machine goes on after a pause
	FactHeal                      // a partition ended; Text names it
	FactViolation                 // an invariant does not hold; Text says why
	FactExpect                    // Env.Expect did not hold
	FactHalt                      // the run was halted; Text is the reason
)

// Fact is one thing that happened. Who reads it does not change it.
type Fact struct {
	At      time.Duration
	Kind    FactKind
	Level   Level
	Machine string
	Service string // full name of the service, when one is meant
	Text    string
	Fault   *Fault
	Link    *Link   // FactPacket, FactDrop, and a FaultLoss
	Packet  *Packet // likewise; valid only during the call of an observer
	Delay   time.Duration
}

// Observer is told each fact as it happens, in order.
type Observer interface {
	Observe(f *Fact)
	// Packets says whether FactPacket is wanted for a link; asked once.
	Packets(l *Link) bool
}

// Trace is what happened in a run. Facts beyond Limits.Facts are counted in
// Dropped, not kept.
type Trace struct {
	Facts      []Fact
	Dropped    int
	Faults     []Fault
	Operations []Operation
	Gauges     []GaugeValue // those standing now, ordered by name, then service
	observers  []Observer
	limit      int
	active     time.Duration // when the last fact worth a line or operation was
}

// Operation is one call measured with Env.Measure.
type Operation struct {
	Name    string
	Service string
	Start   time.Duration
	Latency time.Duration
	Err     string // kind of the error, or "error"; empty when it succeeded
}

// GaugeValue is the standing value of one gauge.
type GaugeValue struct {
	Name    string
	Machine string
	Service string
	Value   any // float64, string or bool
	At      time.Duration
}
