package core

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// FaultID names one harmful thing: the Ordinal-th decision of a stream. It
// stays the same when other faults are withheld.
type FaultID struct {
	Stream  string `json:"stream"`  // "plan", or a decision of a link: "public>internal/loss"
	Ordinal uint64 `json:"ordinal"` // counts from 1
}

func (id FaultID) String() string { return id.Stream + "#" + strconv.FormatUint(id.Ordinal, 10) }

// ParseFaultID reads what FaultID.String wrote.
func ParseFaultID(text string) (FaultID, error) {
	stream, ordinal, found := strings.Cut(text, "#")
	n, err := strconv.ParseUint(ordinal, 10, 64)
	if !found || stream == "" || err != nil || n == 0 {
		return FaultID{}, fmt.Errorf("a fault is written stream#ordinal, for example plan#3; not %q", text)
	}
	return FaultID{stream, n}, nil
}

// FaultKind is what sort of harm a fault does.
type FaultKind string

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
)

// Fault is a harmful thing that happened, or would have without the Mask.
type Fault struct {
	ID     FaultID
	Kind   FaultKind
	Where  string // a machine, a service or a link
	At     time.Duration
	Masked bool // withheld
}

// Mask is the set of faults that a run withholds. Chance is drawn first and
// masked after, so withholding one fault shifts no stream.
type Mask map[FaultID]bool
