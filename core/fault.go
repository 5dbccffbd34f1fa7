package core

import (
	"fmt"
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
// themselves, then those of links.
var FaultKinds = []FaultKind{
	FaultStop, FaultKill, FaultPowerFail, FaultReboot, FaultWipe, FaultPause, FaultClock, FaultPartition, FaultLink,
	FaultPoint, FaultCrash,
	FaultLoss, FaultDuplicate, FaultCorrupt, FaultCorruptUndetected, FaultQueueDrop,
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
	FaultPoint             FaultKind = "point"
	FaultCrash             FaultKind = "crash"
)

// planStream is the stream of the faults of a plan, and what those of its
// processes begin with.
const planStream = "plan"

// Fault is a harmful thing that happened, or would have without the Mask.
type Fault struct {
	ID     FaultID
	Kind   FaultKind
	Where  string // a machine, a service or a link
	At     time.Duration
	Masked bool // withheld
}
