package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
	"simlua.example/reports"
)

// Why many runs ended early.
var (
	errInterrupted = errors.New("interrupted")
	errBudget      = errors.New("the time budget is spent")
)

// manyRuns plays the runs of a command.
type manyRuns struct {
	*app
	o        *manyOptions
	variants []sweep.Variant
	quiet    bool // progress is shown on a terminal only

	chosen  []sweep.Run   // what is played in place of a seed, which is an index of them; nil for seeds
	command *sweepCommand // that one can attach to; nil: one cannot
	begun   executor      // where they are played, when that is known beforehand
	// first plays what comes before the seeds; nil for nothing.
	first func(executor, *sweep.Store) (ended, err error)
}

// play plays a sweep, of which it is told the seeds and when to stop, and gives its
// rows to sink, in order. Ended is why not all were played: errInterrupted, errBudget
// or nil.
func (m *manyRuns) play(s *sweep.Sweep, sink func(*sweep.Row) error) (ended, err error) {
	s.Shard, s.Variants = m.o.shard.Shard, len(m.variants)
	store, err := m.open(s)
	if err != nil {
		return nil, err
	}
	ended, err = m.all(s, store, sink)
	if store != nil {
		err = errors.Join(err, store.Close())
	}
	return ended, err
}

// all plays what comes first, then the seeds.
func (m *manyRuns) all(s *sweep.Sweep, store *sweep.Store, sink func(*sweep.Row) error) (ended, err error) {
	x := m.begun
	if x == nil {
		w := &order{variants: m.variants, o: m.o, first: s.First(), total: total(s), command: m.command}
		if x, err = m.newExecutor(w); err != nil {
			return nil, err
		}
	}
	defer func() { err = errors.Join(err, x.close()) }()
	s.Jobs, s.Play = x.calls(), x.Play
	if m.first != nil {
		ended, err = m.first(x, store)
	}
	if ended == nil && err == nil {
		ended, err = m.seeds(s, store, sink)
	}
	return ended, err
}

// seeds plays those of a sweep that a store, if there is one, has no rows of.
func (m *manyRuns) seeds(s *sweep.Sweep, store *sweep.Store, sink func(*sweep.Row) error) (ended, err error) {
	shown := m.newProgress(s)
	if store != nil {
		s.Keep = store.Keep
		s.Kept = func(run sweep.Run) (*sweep.Row, error) {
			row, err := store.Kept(run)
			if row != nil {
				shown.kept()
			}
			return row, err
		}
	}
	return m.rows(s, shown, sink)
}

// rows plays a sweep, tells how far it has come, and why it ended early.
func (m *manyRuns) rows(s *sweep.Sweep, shown *progress, sink func(*sweep.Row) error) (ended, err error) {
	ctx, cancel := m.whileHeeded(context.Background())
	defer cancel()
	if budget := m.o.budget(); budget > 0 {
		ctx, cancel = context.WithTimeoutCause(ctx, budget, errBudget)
		defer cancel()
	}
	told := map[string]bool{} // defects
	err = s.Rows(ctx, func(r *sweep.Row) error {
		shown.add(r)
		if r.Verdict == sweep.Defect && !told[r.Reason] {
			told[r.Reason] = true
			m.tellDefect(r.Reason, reports.CommandOf(&m.variants[r.Variant], r.Seed))
		}
		return sink(r)
	})
	shown.end()
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, errBudget):
		m.tellEnd(s, err, shown.runs)
		return err, nil
	case errors.Is(err, remote.ErrCancelled): // by simlua sweeps --cancel
		m.tellEnd(s, err, shown.runs)
		return errInterrupted, nil
	}
	return nil, err
}

// open opens the store of --out; nil when there is to be none.
func (m *manyRuns) open(s *sweep.Sweep) (*sweep.Store, error) {
	if m.o.out == "" {
		if m.o.resume {
			return nil, errors.New("--resume: expected --out DIR, too: the folder to go on with")
		}
		return nil, nil
	}
	spec := sweep.Spec{Simlua: build(), Seeds: s.Seeds, Shard: s.Shard, StopAfter: s.StopAfter,
		UntilReached: s.Enough != nil, Variants: m.variants}
	store, err := sweep.CreateStore(m.o.out, spec, m.o.resume)
	switch {
	case errors.Is(err, sweep.ErrHasResults):
		return nil, fmt.Errorf("--out %s: %w; --resume goes on with them, another folder begins anew", m.o.out, err)
	case err != nil && m.o.resume:
		return nil, fmt.Errorf("--out %s cannot be resumed: %w", m.o.out, err)
	case err != nil:
		return nil, fmt.Errorf("--out %s: %w", m.o.out, err)
	}
	m.tellDamage(store)
	return store, nil
}

func (m *manyRuns) newProgress(s *sweep.Sweep) *progress {
	if m.quiet && !isTerminal(m.stderr) {
		return newProgress(io.Discard, total(s))
	}
	return newProgress(m.stderr, total(s))
}

// total is how many runs there will be; zero when nobody knows.
func total(s *sweep.Sweep) uint64 {
	if s.Seeds.Open() || s.StopAfter > 0 {
		return 0
	}
	return s.Len()
}

// tellEnd says on standard error that the tables are not about all seeds.
func (m *manyRuns) tellEnd(s *sweep.Sweep, why error, runs uint64) {
	if m.chosen != nil {
		fmt.Fprintf(m.stderr, "simlua: %v: not all known failures were played, and no seeds\n", why)
		return
	}
	m.tellPart(why, runs-runs%uint64(len(m.variants)), total(s)) // tables are about whole seeds
}

// tellPart says on standard error that the tables are about so many runs, of how many,
// where that is known.
func (a *app) tellPart(why error, runs, of uint64) {
	text := fmt.Sprintf("simlua: %v: the tables are about the first %s", why, runsText(runs))
	if runs == 0 {
		text = fmt.Sprintf("simlua: %v: no run has finished", why)
	} else if of > 0 {
		text += " of " + reports.Number(of)
	}
	fmt.Fprintln(a.stderr, text)
}

// tellDefect says on standard error that simlua itself failed in a run.
func (a *app) tellDefect(reason string, command reports.Command) {
	fmt.Fprintf(a.stderr, "simlua: internal error: %s\n", reports.OneLine(reason))
	fmt.Fprintln(a.stderr, "This is a defect in simlua, not in the script. Please report it with the script and:")
	fmt.Fprintln(a.stderr, "  "+command.String())
}
