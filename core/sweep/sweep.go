package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"sync"

	"simlua.example/core"
)

// Sweep is all runs of some seeds with some variants. Its rows depend on Seeds,
// Shard, Variants, StopAfter, Enough and what Play does with a run, on nothing else.
type Sweep struct {
	Seeds     Seeds
	Shard     Shard // of the seeds
	Variants  int   // how many there are; zero is one
	Jobs      int   // calls of Play at once; zero is one
	StopAfter int   // ends with so many rows that are failing; zero: with the last run
	// Enough is asked after each row that the sink has got, and ends the sweep; nil: never.
	Enough func() bool
	Play   Play
	// Kept is the row of a run that was played before, or nil.
	Kept func(Run) (*Row, error)
	// Keep is told rows as they finish, in any order, by several goroutines at
	// once; not those of Kept.
	Keep func(*Row) error
}

// window is how many runs may have begun that the sink has not seen: a slow run
// does not hold up the others, and memory stays flat.
const window = 4096

// Rows plays all runs and gives their rows to sink, in order of the seeds'
// positions, then of variants, by the goroutine that called. The first error of
// Play, Kept, Keep or sink ends everything and is returned. When ctx is done, what
// was at work is given up; the rows so far are those of the longest prefix of the
// runs that has finished. Then the error is the cause of ctx.
func (s *Sweep) Rows(ctx context.Context, sink func(*Row) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &playing{Sweep: s, ctx: ctx, sink: sink, work: make(chan cell), done: make(chan cell),
		waiting: map[uint64]*Row{}}
	p.total = s.cells()
	var jobs sync.WaitGroup
	for range max(1, s.Jobs) {
		jobs.Go(p.job)
	}
	err := p.conduct(cancel)
	close(p.work)
	jobs.Wait()
	return err
}

// cells is how many runs there are, at most the largest number.
func (s *Sweep) cells() uint64 {
	seeds, variants := s.Shard.Len(s.Seeds.Len()), uint64(max(1, s.Variants))
	if seeds > math.MaxUint64/variants {
		return math.MaxUint64
	}
	return seeds * variants
}

// Len is how many runs there are, at most the largest number.
func (s *Sweep) Len() uint64 { return s.cells() }

// First is the first run: the zero Run when there is none.
func (s *Sweep) First() Run {
	if s.cells() == 0 {
		return Run{}
	}
	return s.run(0)
}

// Runs are all runs, in the order of their rows.
func (s *Sweep) Runs() iter.Seq[Run] {
	return func(yield func(Run) bool) {
		for i := range s.cells() {
			if !yield(s.run(i)) {
				return
			}
		}
	}
}

// run is the run with an index.
func (s *Sweep) run(index uint64) Run {
	variants := uint64(max(1, s.Variants))
	position, _ := s.Shard.At(index / variants)
	seed, _ := s.Seeds.At(position)
	return Run{Variant: int(index % variants), Seed: seed}
}

// cell is a run under way.
type cell struct {
	index uint64
	run   Run
	row   *Row
	err   error
}

// playing is a sweep under way.
type playing struct {
	*Sweep
	ctx        context.Context
	sink       func(*Row) error
	work, done chan cell

	total    uint64          // runs
	next     uint64          // to hand out
	due      uint64          // to give to the sink
	waiting  map[uint64]*Row // finished, but not due
	underWay int
	failing  int
	full     error // why the sink gets no more
}

// errEnough ends a sweep that has seen what it was to see.
var errEnough = errors.New("enough")

// conduct hands out runs and gives finished rows to the sink until all is done,
// or something ends it; then it waits for what is under way.
func (p *playing) conduct(cancel context.CancelCauseFunc) error {
	var ended error
	end := func(err error) {
		if ended == nil && err != nil {
			ended = err
			cancel(err)
		}
	}
	canceled := p.ctx.Done()
	for {
		c, work := cell{}, (chan cell)(nil)
		if ended == nil {
			var ready bool
			if c, ready = p.hand(end); ready {
				work = p.work
			}
		}
		if p.underWay == 0 && work == nil {
			return p.outcome(ended)
		}
		select {
		case work <- c:
			p.next++
			p.underWay++
		case c := <-p.done:
			p.underWay--
			end(p.take(c))
		case <-canceled:
			canceled = nil
			end(context.Cause(p.ctx))
		}
	}
}

func (p *playing) outcome(ended error) error {
	if errors.Is(ended, errEnough) {
		return nil
	}
	return ended
}

// take puts a finished run where it is due.
func (p *playing) take(c cell) error {
	if c.err != nil {
		return cmp.Or(context.Cause(p.ctx), c.err)
	}
	p.waiting[c.index] = c.row
	return p.deliver()
}

// hand finds the next run to hand out; those that were played before it takes on
// the way.
func (p *playing) hand(end func(error)) (c cell, ready bool) {
	for p.next < p.total && p.next-p.due < window {
		c = cell{index: p.next, run: p.run(p.next)}
		if p.Kept == nil {
			return c, true
		}
		row, err := p.Kept(c.run)
		if err != nil {
			end(err)
			return cell{}, false
		}
		if row == nil {
			return c, true
		}
		p.waiting[p.next] = row
		p.next++
		if err := cmp.Or(p.deliver(), context.Cause(p.ctx)); err != nil {
			end(err)
			return cell{}, false
		}
	}
	return cell{}, false
}

// deliver gives the sink what is due.
func (p *playing) deliver() error {
	for p.full == nil && p.waiting[p.due] != nil {
		row := p.waiting[p.due]
		delete(p.waiting, p.due)
		p.due++
		if p.full = p.sink(row); p.full != nil {
			break
		}
		if row.Failing() {
			p.failing++
		}
		if p.StopAfter > 0 && p.failing >= p.StopAfter || p.Enough != nil && p.Enough() {
			p.full = errEnough
		}
	}
	return p.full
}

// job plays runs, one after another.
func (p *playing) job() {
	for c := range p.work {
		c.row, c.err = p.finish(c.run)
		p.done <- c
	}
}

// finish plays a run. What was interrupted has no row.
func (p *playing) finish(run Run) (*Row, error) {
	row, err := safely(p.ctx, p.Play, run)
	if err == nil && row.Verdict == core.Interrupted {
		err = cmp.Or(context.Cause(p.ctx), context.Canceled)
	}
	if err == nil && p.Keep != nil {
		err = p.Keep(row)
	}
	return row, err
}

// safely plays a run, and makes a row of a panic.
func safely(ctx context.Context, play Play, run Run) (row *Row, err error) {
	defer func() {
		if r := recover(); r != nil {
			row, err = NewDefect(run, fmt.Sprint(r)), nil
		}
	}()
	return play(ctx, run)
}

// NewDefect is the row of a run that ended in a defect of simlua.
func NewDefect(run Run, reason string) *Row { return newLost(run, Defect, reason) }

// NewVoid is the row of a run that was lost: nothing is known of it.
func NewVoid(run Run, reason string) *Row { return newLost(run, core.Void, reason) }

func newLost(run Run, verdict core.Verdict, reason string) *Row {
	return &Row{Variant: run.Variant, Seed: run.Seed, Verdict: verdict, Reason: bounded(reason),
		Pattern: normalise(reason, nil)}
}
