package core

import "time"

// FactKind is what sort of thing a Fact tells.
type FactKind uint8

// The kinds of facts.
const (
	FactLog       FactKind = iota // a service, or the plan when Machine is empty, wrote Text
	FactBoot                      // a service booted
	FactStopping                  // a service was asked to stop; Text is the grace period
	FactStopped                   // a service that was asked to stop has ended
	FactReturned                  // a service ended by itself
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
	FactArrival                   // Packet reaches a machine that is on; only told to observers of packets
	FactHeld                      // Packet is held until a partition ends; likewise; Text names it
)

// Fact is one thing that happened. Who reads it does not change it.
type Fact struct {
	At      time.Duration
	Kind    FactKind
	Level   Level
	Machine string // of a packet: the sender
	Peer    string // of a packet: the receiver
	Service string // full name of the service, when one is meant
	Text    string
	Fault   *Fault
	Link    *Link   // of Packet
	Packet  *Packet // of the facts about one; valid only during the call of an observer
	Delay   time.Duration
}

// Observer is told each fact as it happens, in order.
type Observer interface {
	Observe(f *Fact)
	// Packets says whether FactPacket, FactArrival, FactHeld and FactDrop are
	// wanted for a link; asked once. What a link does to a packet that it was
	// handed follows at once upon its FactPacket.
	Packets(l *Link) bool
}

// Trace is what happened in a run. Facts, faults and operations beyond
// Limits.Facts are counted in Dropped, not kept.
type Trace struct {
	Facts      []Fact
	Faults     []*Fault
	Operations []Operation
	Gauges     []GaugeValue // those standing now, ordered by name, then service
	Dropped    int

	k         *Kernel
	observers []Observer
	limit     int
	active    time.Duration // when something last happened that is worth a line
	changed   bool          // a gauge or a fault, since invariants were asked
}

// Operation is one call measured with Env.Measure.
type Operation struct {
	Name    string
	Service string
	Start   time.Duration
	Latency time.Duration
	Err     string // kind of the error, or "error", or Unfinished; empty when it succeeded
}

// Unfinished is the outcome of an operation whose process was killed, or that
// was still going on when the run ended.
const Unfinished = "unfinished"

// GaugeValue is the standing value of one gauge.
type GaugeValue struct {
	Name    string
	Machine string
	Service string
	Value   any // float64, string or bool
	At      time.Duration
}

// record keeps a fact, folds it into the digest and tells the observers.
func (t *Trace) record(f Fact) {
	f.At = t.k.Now()
	t.tell(&f)
}

// tell is record for a fact that carries a packet, which is not kept.
func (t *Trace) tell(f *Fact) {
	t.active = f.At
	d := &t.k.digest
	d.Add(uint64(f.Kind)<<8 | uint64(f.Level))
	d.AddString(f.Machine)
	d.AddString(f.Service)
	d.AddString(f.Text)
	for _, o := range t.observers {
		o.Observe(f)
	}
	if len(t.Facts) >= t.limit {
		t.Dropped++
		return
	}
	kept := *f
	kept.Packet = nil
	t.Facts = append(t.Facts, kept)
}

func (t *Trace) addFault(f *Fault) {
	t.changed = true
	t.k.digest.AddString(f.ID.Stream)
	t.k.digest.Add(f.ID.Ordinal)
	if len(t.Faults) >= t.limit {
		t.Dropped++
		return
	}
	t.Faults = append(t.Faults, f)
}

func (t *Trace) operate(o Operation) {
	t.active = t.k.Now()
	t.k.digest.AddString(o.Name)
	t.k.digest.AddString(o.Err)
	t.k.digest.Add(uint64(o.Latency))
	if len(t.Operations) >= t.limit {
		t.Dropped++
		return
	}
	t.Operations = append(t.Operations, o)
}
