package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// corpusDir is --corpus: a folder of known failures; empty when there is none.
type corpusDir string

func (d *corpusDir) register(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(d), "corpus", "", "play the failures that `DIR` knows first, and add new ones to it")
	must(cmd.MarkFlagDirname("corpus"))
}

// wrap says which folder an error is about.
func (d corpusDir) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("--corpus %s: %w", d, reason(err))
}

// corpus is the known failures of a sweep, and what has become of them.
type corpus struct {
	*manyRuns
	dir   corpusDir
	known []*sweep.KnownFailure
	runs  []sweep.Run // of known
	fates sweep.Corpus
	lost  bool // simlua failed in a run
}

// newCorpus reads the failures that are known of what is swept.
func newCorpus(m *manyRuns, dir corpusDir) (*corpus, error) {
	c := &corpus{manyRuns: m, dir: dir}
	if dir == "" {
		return c, nil
	}
	all, err := sweep.ReadCorpus(string(dir))
	if err != nil {
		return nil, dir.wrap(err)
	}
	for _, k := range all {
		if !k.IsOf(&m.variants[0]) {
			continue
		}
		run, err := c.run(k)
		if err != nil {
			return nil, dir.wrap(fmt.Errorf("%s: %w", k.File, err))
		}
		c.known, c.runs = append(c.known, k), append(c.runs, run)
	}
	if others := len(all) - len(c.known); others > 0 {
		fmt.Fprintf(m.stderr, "simlua: --corpus %s: %d of %d known failures are of other scripts, parameters or plans\n",
			reports.OneLine(string(dir)), others, len(all))
	}
	return c, nil
}

// run is that of a known failure, once it is known to be playable.
func (c *corpus) run(k *sweep.KnownFailure) (sweep.Run, error) {
	run := sweep.Run{Seed: k.Seed, Set: k.Also}
	if k.Schedule == "" && k.Also == nil {
		return run, nil
	}
	v := &c.variants[0]
	defer c.o.guards.watch(&c.brake, c.abort)()
	program, err := c.loadVariant(v)
	if err != nil {
		return run, err
	}
	scenario, err := program.Check(append(v.Set[:len(v.Set):len(v.Set)], k.Also...))
	if err != nil || k.Schedule == "" {
		return run, err
	}
	run.Mask, err = c.mask(k, scenario)
	if err != nil {
		err = fmt.Errorf("schedule %s: %w", k.Schedule, err)
	}
	return run, err
}

// mask lets only the faults of a known failure's schedule happen.
func (c *corpus) mask(k *sweep.KnownFailure, scenario *core.Scenario) (core.Mask, error) {
	s, err := readSchedule(filepath.Join(string(c.dir), k.Schedule))
	if err != nil {
		return core.Mask{}, err
	}
	if s.Seed != k.Seed {
		return core.Mask{}, fmt.Errorf("these are faults of seed %d, not %d", s.Seed, k.Seed)
	}
	mask := core.Only(s.IDs()...)
	return mask, mask.Validate(scenario)
}

// play plays the known failures, before all else, at the cost of the time budget.
func (c *corpus) play() (ended, err error) {
	if len(c.known) == 0 {
		return nil, nil
	}
	own := &manyRuns{app: c.app, o: c.o, variants: c.variants, chosen: c.runs}
	pool := newPool(newTask(c.variants, c.o))
	defer pool.close()
	played := &sweep.Sweep{Seeds: sweep.SeedRange(0, uint64(len(c.runs))-1), Jobs: int(c.o.jobs),
		Play: own.choose(pool.Play), Fresh: own.choose(pool.Fresh)}
	start := time.Now()
	ended, err = own.rows(played, own.newProgress(played), func(r *sweep.Row) error {
		c.add(r)
		return nil
	})
	if budget := c.o.budget(); budget > 0 {
		c.o.timeBudget = realTime(max(1, budget-time.Since(start)))
	}
	return ended, err
}

// choose plays the run that a seed stands for.
func (m *manyRuns) choose(play sweep.Play) sweep.Play {
	return func(ctx context.Context, r sweep.Run) (*sweep.Row, error) { return play(ctx, m.chosen[r.Seed]) }
}

// add takes the row of the next known failure.
func (c *corpus) add(r *sweep.Row) {
	n := len(c.fates.Failures)
	k, faults := c.known[n], len(c.runs[n].Mask.IDs)
	c.fates.Add(k, r)
	c.lost = c.lost || r.Verdict == sweep.Defect
	if came := int(r.Faults.Sum()); came < faults && !k.Is(r.Signature()) {
		fmt.Fprintf(c.stderr, "simlua: warning: --corpus %s: %s: %d of the %d faults of its schedule never came up\n",
			reports.OneLine(string(c.dir)), reports.OneLine(k.File), faults-came, faults)
	}
}

// conclude compares with what the sweep has found, and saves what is new.
func (c *corpus) conclude(s *sweep.Summary) error {
	if c.dir == "" {
		return nil
	}
	c.fates.Conclude(&c.variants[0], s, build())
	for _, f := range c.fates.Failures {
		if f.Fate != sweep.New {
			continue
		}
		if err := os.Mkdir(string(c.dir), 0o755); err != nil && !errors.Is(err, os.ErrExist) {
			return c.dir.wrap(err)
		}
		if err := f.Save(string(c.dir)); err != nil {
			return c.dir.wrap(err)
		}
	}
	return nil
}

// exit is the exit code of the sweep with that of the known failures.
func (c *corpus) exit(code int) int {
	switch {
	case code == exitInterrupted || code == exitDefect:
	case c.lost:
		return exitDefect
	case c.fates.Failing():
		return exitFail
	case c.fates.Unknown() && code == exitPass:
		return exitVoid
	}
	return code
}

// report is what the report of the sweep says of it; nil when there is no corpus.
func (c *corpus) report() *reports.Corpus {
	if c.dir == "" {
		return nil
	}
	return &reports.Corpus{Folder: string(c.dir), Failures: c.fates.Failures}
}
