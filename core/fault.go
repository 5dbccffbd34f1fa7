package core

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FaultID names one harmful thing: the Ordinal-th decision of a stream. A link
// decides about each packet, so its ordinals count packets, harmed or not; the
// ordinals of the plan count what it did to each machine or link. Names stay
// when other faults are withheld.
type FaultID struct {
	Stream  string `json:"stream"`  // "plan", or a decision of a link: "public>internal/loss"
	Ordinal uint64 `json:"ordinal"` // counts from 1
}

func (id FaultID) String() string { return id.Stream + "#" + strconv.FormatUint(id.Ordinal, 10) }

// ParseFaultID reads what FaultID.String wrote.
func ParseFaultID(text string) (FaultID, error) {
	stream, ordinal, found := strings.Cut(text, "#") // no stream has one in its name
	n, err := strconv.ParseUint(ordinal, 10, 64)
	if !found || stream == "" || err != nil || n == 0 {
		return FaultID{}, fmt.Errorf("a fault is written stream#ordinal, for example plan#3; not %q", text)
	}
	return FaultID{stream, n}, nil
}

// FaultKind is what sort of harm a fault does.
type FaultKind string

// FaultKinds are all kinds of faults: those of plans, those of services
// themselves, those of links, then those of disks.
var FaultKinds = []FaultKind{
	FaultStop, FaultKill, FaultPowerFail, FaultReboot, FaultWipe, FaultPause, FaultClock, FaultPartition, FaultLink,
	FaultDisk, FaultSwapDisks, FaultPoint, FaultCrash,
	FaultLoss, FaultDuplicate, FaultCorrupt, FaultCorruptUndetected, FaultQueueDrop,
	FaultReadError, FaultSyncError, FaultLyingSync, FaultMisdirect, FaultRot, FaultDiskCorrupt,
}

// The kinds of faults.
const (
	FaultLoss              FaultKind = "loss"
	FaultDuplicate         FaultKind = "duplicate"
	FaultCorrupt           FaultKind = "corrupt"
	FaultCorruptUndetected FaultKind = "corrupt_undetected"
	FaultQueueDrop         FaultKind = "queue_drop"
	FaultLink              FaultKind = "link"
	FaultStop              FaultKind = "stop"
	FaultKill              FaultKind = "kill"
	FaultPowerFail         FaultKind = "power_fail"
	FaultReboot            FaultKind = "reboot"
	FaultWipe              FaultKind = "wipe"
	FaultPause             FaultKind = "pause"
	FaultClock             FaultKind = "clock"
	FaultPartition         FaultKind = "partition"
	FaultDisk              FaultKind = "disk"
	FaultSwapDisks         FaultKind = "swap_disks"
	FaultPoint             FaultKind = "point"
	FaultCrash             FaultKind = "crash"
	FaultReadError         FaultKind = "read_error"
	FaultSyncError         FaultKind = "sync_error"
	FaultLyingSync         FaultKind = "lying_sync"
	FaultMisdirect         FaultKind = "misdirect"
	FaultRot               FaultKind = "rot"
	FaultDiskCorrupt       FaultKind = "disk_corrupt"
)

// planStream is the stream of the faults of a plan, and what those of its
// processes begin with.
const planStream = "plan"

// Fault is a harmful thing that happened, or would have without the Mask.
type Fault struct {
	ID    FaultID
	Kind  FaultKind
	Where string // a machine, a service or a link
	At    time.Duration
	// End is when it was undone: a partition healed, a machine resumed or up again,
	// a service booted, a clock, a link or a device set anew. Zero when it was not, and for what
	// is over at once, as the loss of a packet.
	End    time.Duration
	Masked bool         // withheld
	Params []FaultParam // what the harm was in particular
	Took   string       // what it took from the disk, or damaged there, for people; empty: nothing
}

// FaultParam is one parameter of a fault, as the plan names it: "offset".
type FaultParam struct {
	Name  string
	Value any // bool, int64, float64, string, time.Duration, or nil for none
}

// ongoing are faults of a trace that are not over, by their places in it.
type ongoing []int

// begins notes that a fault with this place goes on; less than zero is none.
func (s *ongoing) begins(place int) {
	if place >= 0 {
		*s = append(*s, place)
	}
}

// over ends faults that stood until now.
func (r *recorder) over(s *ongoing) {
	r.restored = r.restored || len(*s) > 0
	for _, place := range *s {
		r.trace.Faults[place].End = r.k.Now()
	}
	*s = (*s)[:0]
}

// overOne ends one of them, if it is still among them.
func (r *recorder) overOne(s *ongoing, place int) {
	if i := slices.Index(*s, place); i >= 0 {
		r.restored = true
		r.trace.Faults[place].End = r.k.Now()
		*s = slices.Delete(*s, i, i+1)
	}
}
