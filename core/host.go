package core

import "time"

// Host is what a part of a machine sees of it, be that a network stack or a
// disk: a name, time, futures and chance. What needs the real world only, as a
// network over real sockets does, needs no more.
type Host interface {
	// Name is the full name of the machine.
	Name() string
	// Now is true time. Timers are not affected by the machine's clock.
	Now() time.Duration
	// After schedules h in the scope of the machine: a power cut erases it.
	After(d time.Duration, h Handler) Timer
	// NewFuture makes a future for processes of this machine to wait on.
	NewFuture() *Future
	// Post hands in work from outside of the simulation, such as what a system
	// call returned. It is the only method that other goroutines may call. fn
	// runs as an event of the machine: one that is off does not run it, and one
	// that is paused runs it later. A run with posts is not reproducible.
	Post(fn func())
	// Random is a named stream of this machine; the same name continues it.
	Random(name string) *Random
}

// Links is a machine's way to the others: what simulated links carry.
type Links interface {
	ID() HostID
	// Boot counts how often the machine was powered on, from 1.
	Boot() int
	// Resolve finds a machine by its full name, or returns ErrNoRoute.
	Resolve(name string) (HostID, error)
	// NameOf is the full name of a machine.
	NameOf(id HostID) string
	// Path is the profile of the link from here to a machine, or ErrNoRoute.
	Path(to HostID) (*Profile, error)
	// TCP is what the machine's declaration says about its TCP, or nil.
	TCP() *TCPConfig
	// Send puts a packet on the link towards p.To.
	Send(p Packet)
	// Count adds n to a counter of the traffic with a machine.
	Count(peer HostID, c Counter, n int)
}

// Device is the time of a machine's device. It is not the processor's:
// computing is Env.Work.
type Device interface {
	// Busy keeps the device at work for d and the calling process waiting for
	// it. A stop of the service does not end the wait; a kill does.
	Busy(d time.Duration)
}

// NetworkHost is what the network stack of a machine gets.
type NetworkHost interface {
	Host
	Links
}

// DiskHost is what the disk of a machine gets.
type DiskHost interface {
	Host
	Device
	// DiskProfile is that of the disk's device when the machine gets it.
	DiskProfile() DiskProfile
	// DiskDecision counts the decisions about one kind of fault on this machine's disk,
	// harmful or not, and returns the ordinal of this one: withholding a fault renames
	// no other.
	DiskDecision(kind FaultKind) (ordinal uint64)
	// DiskFault notes the fault MACHINE/disk/KIND#ordinal and says whether it happens:
	// a mask may withhold it.
	DiskFault(kind FaultKind, ordinal uint64) bool
	// NoPark runs fn, in which every call that would wait panics with what.
	NoPark(what string, fn func() error) error
	// Folder is where the machine's files may live; empty when nowhere.
	Folder() string
	// HostFailed ends the run with verdict Void: what runs the simulation refused
	// what the disk needs, which no machine in it may notice. It does not return to
	// a process, and to the kernel's own events it returns for them to end at once.
	HostFailed(err error)
}

// NetworkFactory makes the network stack of a machine that is powered on.
type NetworkFactory func(NetworkHost) Network

// DiskFactory makes the disk of a machine, once for a run.
type DiskFactory func(DiskHost) (Disk, error)
