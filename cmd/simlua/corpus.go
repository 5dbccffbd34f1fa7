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

// register adds the flag; about is its help.
func (d *corpusDir) register(cmd *cobra.Command, about string) {
	cmd.Flags().StringVar((*string)(d), "corpus", "", about)
	must(cmd.MarkFlagDirname("corpus"))
}

// wrap says which folder an error is about.
func (d corpusDir) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("--corpus %s: %w", d, reason(err))
}

// usable finds out early whether there is a folder, or can be one.
func (d corpusDir) usable() error {
	if d == "" {
		return nil
	}
	parent := filepath.Dir(filepath.Clean(string(d)))
	if _, err := os.Stat(parent); err != nil {
		return d.wrap(fmt.Errorf("expected a folder, or a new one in a folder that is there: %s: %w", parent, reason(err)))
	}
	return nil
}

// addNew saves the failures that are new. One whose file is there already, as another
// sweep has written it, or somebody has edited it, is left as it is.
func (d corpusDir) addNew(c *sweep.Corpus) error {
	for _, f := range c.New() {
		err := os.Mkdir(string(d), 0o755)
		if err == nil || errors.Is(err, os.ErrExist) {
			err = f.Save(string(d))
		}
		if err != nil && !errors.Is(err, os.ErrExist) {
			return d.wrap(err)
		}
	}
	return nil
}

// corpus is the known failures of a sweep, and what has become of them. Of a shard,
// it is those at its positions.
type corpus struct {
	*manyRuns
	dir    corpusDir
	all    int // of all shards
	known  []*sweep.KnownFailure
	runs   []sweep.Run // of known
	played []sweep.Played
	fates  sweep.Corpus
}

// newCorpus reads the failures that are known of what is swept.
func newCorpus(m *manyRuns, dir corpusDir) (*corpus, error) {
	c := &corpus{manyRuns: m, dir: dir}
	if dir == "" {
		return c, nil
	}
	if err := dir.usable(); err != nil {
		return nil, err
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
	c.all = len(c.known)
	if others := len(all) - c.all; others > 0 {
		fmt.Fprintf(m.stderr, "simlua: --corpus %s: %d of %d known failures are of other scripts, parameters or plans\n",
			reports.OneLine(string(dir)), others, len(all))
	}
	c.known, c.runs = sweep.Part(m.o.shard.Shard, c.known), sweep.Part(m.o.shard.Shard, c.runs)
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

// play plays the known failures, before all else, at the cost of the time budget. What
// came of them is kept in a store, if there is one.
func (c *corpus) play(x executor, store *sweep.Store) (ended, err error) {
	if len(c.known) > 0 {
		ended, err = c.playKnown(x)
	}
	if err == nil && ended == nil && store != nil && c.dir != "" {
		err = store.KeepCorpus(&sweep.PlayedCorpus{Folder: string(c.dir), Known: c.all, Played: c.played})
	}
	return ended, err
}

func (c *corpus) playKnown(x executor) (ended, err error) {
	own := &manyRuns{app: c.app, o: c.o, variants: c.variants, chosen: c.runs}
	played := &sweep.Sweep{Seeds: sweep.SeedRange(0, uint64(len(c.runs))-1), Jobs: x.calls(), Play: own.choose(x.Play)}
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
	c.played = append(c.played, sweep.Played{File: k.File, Failure: k, Row: r})
	if came := int(r.Faults.Sum()); came < faults && !k.Is(r.Signature()) {
		fmt.Fprintf(c.stderr, "simlua: warning: --corpus %s: %s: %d of the %d faults of its schedule never came up\n",
			reports.OneLine(string(c.dir)), reports.OneLine(k.File), faults-came, faults)
	}
}

// conclude compares with what the sweep has found, and saves what is new. A shard
// does not know what others find, and leaves that to simlua merge.
func (c *corpus) conclude(s *sweep.Summary) error {
	if c.dir == "" {
		return nil
	}
	c.fates.Conclude(&c.variants[0], s, build())
	if !c.o.shard.IsAll() {
		c.tellNew(&c.fates, "--corpus "+reports.OneLine(string(c.dir))+": ", " is not added, as others may find it in a "+
			"smaller seed: simlua merge --corpus adds what all shards have found")
		return nil
	}
	return c.dir.addNew(&c.fates)
}

// tellNew says on standard error what is not done with new failures, around the name
// of the file of each.
func (a *app) tellNew(c *sweep.Corpus, before, after string) {
	for _, f := range c.New() {
		fmt.Fprintf(a.stderr, "simlua: %s%s%s\n", before, f.File, after)
	}
}

// corpusExit is the exit code of a sweep with that of the known failures.
func corpusExit(c *sweep.Corpus, code int) int {
	switch {
	case code == exitInterrupted || code == exitDefect:
	case c.Lost():
		return exitDefect
	case c.Failing():
		return exitFail
	case c.Unknown() && code == exitPass:
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
