package sweep

import (
	"context"

	"simlua.example/core"
)

// Variant is one of the programs that are compared: plain data, of which only
// who plays it can make a program. Two variants with the same values give the
// same rows.
type Variant struct {
	Name   string   `json:"name,omitempty"` // for people: "consistency=checked"
	Script string   `json:"script"`         // the path as given
	Digest string   `json:"digest"`         // of the script and its modules
	Set    []string `json:"set,omitempty"`  // parameters, "name=value"
	Plan   string   `json:"plan,omitempty"` // what is played in place of the script's plan: a file, or "none"

	StopAtFirstFailure bool `json:"stop_at_first_failure,omitempty"`
}

// Run is one cell of a sweep: a variant with a seed; and what else it is played
// with when it is played again.
type Run struct {
	Variant int       `json:"variant,omitempty"` // its index
	Seed    uint64    `json:"seed"`
	Mask    core.Mask `json:"mask,omitzero"`
	Set     []string  `json:"set,omitempty"` // parameters beyond those of the variant; the last one of a name counts
}

// Play plays one run. Its error is about what prevents all runs, or is that of
// ctx, which ends the run: then there is no row. A run that failed, in whatever
// way, is a row. It is called by several goroutines at once.
type Play func(ctx context.Context, r Run) (*Row, error)

// Defect is the verdict of a run that ended in a defect of simlua itself: it
// panicked. Nothing is known of the program.
const Defect core.Verdict = "defect"

// Known says whether a verdict is about the program. Others are left out of
// rates.
func Known(v core.Verdict) bool {
	switch v {
	case core.Pass, core.Fail, core.Stuck, core.Crash:
		return true
	}
	return false
}
