package core

import "time"

// Trace is what happened in a run: plain data. Of facts, faults and operations
// Limits.Facts each are kept; those beyond are counted in Dropped. A fault is
// counted once, though it is a fact as well.
type Trace struct {
	Facts      []Fact       // those that Settings.Keep asks for
	Faults     []Fault      // all of them, withheld ones included
	Operations []Operation  // all of them, in the order they ended
	Histories  []History    // declared ones first; of their calls as many are kept in all
	Gauges     []GaugeValue // at the end, the last ones of services that are Down too, ordered by name, then service
	Dropped    int
}

// FactKind is what sort of thing a Fact tells.
type FactKind uint8

// The kinds of facts. Those with a line of a log come first, but for
// FactPowerOn; Fact says which fields they fill beside Machine and Service.
const (
	FactLog       FactKind = iota // a service, or the plan when Machine is empty, wrote Text
	FactBoot                      // a service booted
	FactStopping                  // a service was asked to stop; Text is the grace period
	FactStopped                   // a service that was asked to stop has ended
	FactReturned                  // a service ended by itself
	FactKilled                    // a service was killed; Text says why
	FactFailed                    // an engine returned an error; after Delay it is started again, unless that is zero
	FactPowerOn                   // a machine
	FactPowerOff                  // a machine, orderly
	FactFault                     // Fault happened, or was withheld
	FactPacket                    // Packet was handed to Link; only told to observers of packets
	FactDrop                      // Packet was dropped for a reason that is no fault: Text says which
	FactResume                    // a machine goes on after a pause
	FactHeal                      // a partition ended, or a link or a clock is as declared again; Text names it
	FactViolation                 // an invariant does not hold; Text says why
	FactExpect                    // Env.Expect did not hold
	FactHalt                      // the run was halted; Text is the reason
	FactArrival                   // Packet reaches a machine that is on; only told to observers of packets
	FactHeld                      // Packet is held until a partition ends; likewise; Text names it
	FactGauge                     // Gauge changed; one that was withdrawn has no value
	FactInvoke                    // Operation began
	FactComplete                  // Operation ended
	FactDial                      // a service opened Conn; Text is the kind of error when it could not
	FactAccept                    // a service took Conn from a listener
	FactClose                     // a service closed Conn; what its end closes is not told one by one
	FactCommit                    // a service committed a transaction of the database Text
	FactSent                      // a service handed Message to Conn
	FactReceived                  // a service took Message from Conn, Delay after it was sent; less than zero when unknown
	FactLost                      // what a fault took from a disk, or damaged there, in Text
	FactReached                   // what is to hold once did, for the first time; Text is its name
)

// Keep says which facts somebody wants: an observer, or who runs the program.
type Keep uint8

// What can be wanted. Facts about packets are asked for link by link.
const (
	KeepNone   Keep = iota // none
	KeepLines              // those worth a line of a log
	KeepGauges             // and changes of gauges
	KeepAll                // all; and operations with what went in and came out
)

// Level is how much must be wanted for facts of this kind to be told.
func (k FactKind) Level() Keep {
	switch {
	case k == FactLost, k == FactReached:
		return KeepLines
	case k == FactGauge:
		return KeepGauges
	case k == FactPowerOn, k > FactGauge:
		return KeepAll
	}
	return KeepLines
}

// Fact is one thing that happened: plain data, but for Packet. Who reads it does
// not change it.
type Fact struct {
	At        time.Duration
	Kind      FactKind
	Level     Level
	Machine   string // of a packet: the sender
	Peer      string // of a packet: the receiver
	Service   string // full name of the service, when one is meant
	Text      string
	Link      string // of Packet
	Fault     *Fault
	Gauge     *GaugeValue
	Operation *Operation
	Conn      *Ends
	Packet    *Packet       // valid only during the call of an observer
	Message   []byte        // one CBOR item; in a Trace nil when it is beyond MaxPlainBytes
	Delay     time.Duration // of Packet, until it arrives; of FactFailed and FactReceived
}

// Ends are the two ends of a connection, as the service sees them. Local is
// zero when it could not be opened.
type Ends struct{ Local, Remote Address }

// Observer is told facts as they happen, in order. What a Fact points at is
// valid only during the call.
type Observer interface {
	Observe(f *Fact)
	// Wants says which facts it is told; asked once.
	Wants() Keep
	// Packets says whether FactPacket, FactArrival, FactHeld and FactDrop are
	// wanted for a link; asked at the start, and again when a plan changes the
	// link. What a link does to a packet that it was handed follows at once
	// upon its FactPacket.
	Packets(link string, p *Profile) bool
}
