package sweep

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"simlua.example/core"
)

// MostShrinkRuns bounds the runs of one Shrink.
const MostShrinkRuns = 500

// Shrink looks for the least that makes a run fail as it does: a few of its
// faults, with no others, and small values of some parameters. What it finds, and
// how many runs that takes, depends on what Play does, not on Jobs.
type Shrink struct {
	Run    Run          // that fails, without a mask
	Want   Signature    // of its failure
	Faults []core.Fault // that happened in it, in order
	Also   []Param      // parameters that shall be small, too
	Play   Play         // with a mask, and with other values of Also
	Jobs   int          // runs at once; zero is one
	// Tried is told how far it has come, unless it is nil: runs so far, and faults
	// that are left.
	Tried func(runs, left int)
}

// Param is a parameter that is a whole number, zero or more.
type Param struct {
	Name  string
	Value uint64
}

func (n Param) String() string { return n.Name + "=" + strconv.FormatUint(n.Value, 10) }

// Shrunk is what is left: with these faults, no others, and these parameters, the
// run fails as it did.
type Shrunk struct {
	Faults []core.Fault // as they were in the run that was shrunk
	Also   []Param
	Row    *Row // of the run that is left
	Runs   int  // that it took
	// Minimal says that no fault can go alone, and no parameter be smaller by one.
	// Otherwise MostShrinkRuns, or the context, ended the search.
	Minimal bool
}

// Of is a run with what is left.
func (s *Shrunk) Of(r Run) Run {
	ids := make([]core.FaultID, len(s.Faults))
	for i := range s.Faults {
		ids[i] = s.Faults[i].ID
	}
	r.Mask, r.Set = core.Only(ids...), slices.Clone(r.Set)
	for _, n := range s.Also {
		r.Set = append(r.Set, n.String())
	}
	return r
}

// DefectError is the end of a search in which simlua itself failed: whether what is
// left fails as it did is not known then.
type DefectError struct {
	Run    Run
	Reason string
}

func (e *DefectError) Error() string { return "internal error: " + e.Reason }

// play plays the run with what is left. A program that refuses other parameters
// than it had at first has crashed. The error of a defect is a *DefectError.
func (s *Shrink) play(ctx context.Context, left *Shrunk) (*Row, error) {
	run := left.Of(s.Run)
	row, err := safely(ctx, s.Play, run)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil && !slices.Equal(left.Also, s.Also) {
		return newLost(run, core.Crash, err.Error()), nil
	}
	if err == nil && row.Verdict == Defect {
		return nil, &DefectError{run, row.Reason}
	}
	return row, err
}

// ErrNotReproduced says that a run does not fail as it did when the faults that it
// had happen, and no others: it is no function of its seed.
var ErrNotReproduced = errors.New("the run does not fail in the same way when it is played again")

// Find plays runs until nothing can be taken away: first without any fault, then
// without those after the failure, without whole streams of them, without single
// ones; then with smaller parameters, and again for as long as those help. When ctx
// is done, what is left so far comes with the error, unless that is nothing yet.
func (s *Shrink) Find(ctx context.Context) (*Shrunk, error) {
	f := newFinder(ctx, s)
	err := f.find()
	left := &Shrunk{Faults: f.faults(f.left), Also: f.left.also, Row: f.row, Runs: len(f.counted), Minimal: err == nil}
	switch {
	case errors.Is(err, errRuns):
		return left, nil
	case err != nil && (ctx.Err() == nil || f.row == nil):
		return nil, err
	}
	return left, err
}

func (f *finder) find() error {
	if whole, err := f.try(f.left); err != nil || !whole {
		return cmp.Or(err, ErrNotReproduced)
	}
	for {
		if err := f.fewerFaults(); err != nil {
			return err
		}
		before := slices.Clone(f.left.also)
		for i := range f.left.also {
			if err := f.smaller(i); err != nil {
				return err
			}
		}
		if slices.Equal(before, f.left.also) {
			return nil
		}
	}
}

// fewerFaults takes faults away, the most at once first.
func (f *finder) fewerFaults() error {
	if found, err := f.try(f.left.with(nil)); err != nil || found {
		return err
	}
	at, _ := f.row.FailedAt()
	if early := f.until(at); len(early) < len(f.left.faults) {
		if _, err := f.try(f.left.with(early)); err != nil {
			return err
		}
	}
	if err := f.fewerStreams(); err != nil {
		return err
	}
	_, err := ddmin(f.left.faults, func(cuts iter.Seq[cut[int]]) (*cut[int], error) {
		return first(f, cuts, func(c cut[int]) attempt { return f.left.with(c.left) })
	})
	return err
}

// fewerStreams takes whole streams of faults away: the losses of a link can be
// thousands.
func (f *finder) fewerStreams() error {
	_, err := ddmin(f.streams(), func(cuts iter.Seq[cut[[]int]]) (*cut[[]int], error) {
		return first(f, cuts, func(c cut[[]int]) attempt {
			faults := slices.Concat(c.left...)
			slices.Sort(faults)
			return f.left.with(faults)
		})
	})
	return err
}

// streams are the faults that are left, by stream.
func (f *finder) streams() (streams [][]int) {
	index := map[string]int{}
	for _, i := range f.left.faults {
		stream := f.Faults[i].ID.Stream
		at, known := index[stream]
		if !known {
			at = len(streams)
			index[stream] = at
			streams = append(streams, nil)
		}
		streams[at] = append(streams[at], i)
	}
	return streams
}

// until are the faults that are left and do not come after a moment.
func (f *finder) until(at time.Duration) (early []int) {
	for _, i := range f.left.faults {
		if f.Faults[i].At <= at {
			early = append(early, i)
		}
	}
	return early
}

// step is an attempt with a smaller parameter, and the least that it may become
// then: what is below was tried.
type step struct {
	attempt
	floor uint64
}

// smaller makes one parameter smaller: from what is least by half of the rest
// each, until the next smaller one was tried.
func (f *finder) smaller(which int) error {
	for floor := uint64(0); ; {
		steps := func(yield func(step) bool) {
			value, low := f.left.also[which].Value, floor
			for gap := value - floor; gap > 0; gap /= 2 {
				if !yield(step{f.left.valued(which, value-gap), low}) {
					return
				}
				low = value - gap + 1
			}
		}
		found, err := first(f, steps, func(s step) attempt { return s.attempt })
		if err != nil || found == nil {
			return err
		}
		floor = found.floor
	}
}
