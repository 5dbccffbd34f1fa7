package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core/sweep"
	"simlua.example/reports"
)

const mergeHelp = `Joins the folders that simlua sweep --out wrote for the shards of one sweep, or simlua
compare for those of a comparison, in any order, and prints what one machine would
have printed, byte for byte; the exit code is the same, too. A folder is only read,
also while a sweep writes it: where a shard has not come so far, the tables end. One
folder of a sweep without shards is shown again, in another format perhaps.

Where the shards have played the known failures of a corpus (simlua sweep --corpus),
the table of these is shown, too; --corpus adds what all have found beyond them to a
folder, as the sweep of one machine would have.`

const mergeExample = `  simlua sweep scripts/mover.lua --seeds 1-1000 --shard 1/2 --out one
  simlua sweep scripts/mover.lua --seeds 1-1000 --shard 2/2 --out two
  simlua merge one two
  simlua merge one two --format markdown
  simlua merge one two --corpus known`

// mergeOptions are the flags of merge.
type mergeOptions struct {
	corpus  corpusDir
	perSeed bool
	metrics []string
	require bool
	format  choice
	color   choice
}

func (a *app) newMerge() *cobra.Command {
	var o mergeOptions
	cmd := &cobra.Command{
		Use:     "merge DIR...",
		Short:   "Join the shards of a sweep",
		Long:    mergeHelp,
		Example: mergeExample,
		RunE:    func(cmd *cobra.Command, dirs []string) error { return a.merge(cmd, dirs, &o) },
	}
	cmd.Flags().SortFlags = false
	o.corpus.register(cmd, "add the failures that are new to `DIR`, a folder of known ones")
	registerPerSeed(cmd, &o.perSeed)
	registerRequireReached(cmd, &o.require, "was reached by no seed")
	registerMetrics(cmd, &o.metrics)
	registerFormat(cmd, &o.format, &o.color)
	return cmd
}

func (a *app) merge(cmd *cobra.Command, dirs []string, o *mergeOptions) error {
	if len(dirs) == 0 {
		return &usageError{"which folders?", cmd.CommandPath()}
	}
	var stores []*sweep.Store
	for _, dir := range dirs {
		store, err := sweep.OpenStore(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		defer store.Close()
		a.tellDamage(store)
		stores = append(stores, store)
	}
	merged, err := sweep.Merge(stores)
	if err == nil {
		err = o.corpus.usable()
	}
	if err != nil {
		return err
	}
	spec := stores[0].Spec()
	switch {
	case len(spec.Variants) > 1 && o.corpus != "":
		return fmt.Errorf("--corpus: %s has results of simlua compare, which has no corpus", dirs[0])
	case len(spec.Variants) > 1 && o.perSeed:
		return fmt.Errorf("--per-seed: %s has results of simlua compare, which has no such table", dirs[0])
	case len(spec.Variants) > 1 && o.require:
		return fmt.Errorf("--require-reached: %s has results of simlua compare, which does not tell what was reached",
			dirs[0])
	case len(spec.Variants) > 1:
		return a.showMergedComparison(cmd, merged, &spec, o)
	case o.metrics != nil:
		return fmt.Errorf("--metric: %s has results of simlua sweep, which compares nothing", dirs[0])
	}
	known, err := a.mergedCorpus(stores, o)
	if err != nil {
		return err
	}
	return a.showMerged(merged, &spec, known, o)
}

// mergedCorpus is what shards have played of a corpus; nil when they had none.
func (a *app) mergedCorpus(stores []*sweep.Store, o *mergeOptions) (*sweep.PlayedCorpus, error) {
	known, missing, err := sweep.MergeCorpus(stores)
	if err == nil && known == nil && o.corpus != "" {
		err = errors.New("--corpus: no known failures were played in this sweep: it had no --corpus")
	}
	for _, dir := range missing {
		fmt.Fprintf(a.stderr, "simlua: %s: its known failures have not been played: they are not in the table\n", dir)
	}
	return known, err
}

// showMerged prints a merged sweep.
func (a *app) showMerged(merged *sweep.Sweep, spec *sweep.Spec, known *sweep.PlayedCorpus, o *mergeOptions) error {
	ctx, cancel := a.whileHeeded(context.Background())
	defer cancel()
	summary := sweep.NewSummary(sweep.SummaryOptions{PerSeed: o.perSeed, Biased: spec.StopAfter > 0 || spec.UntilReached})
	if spec.UntilReached {
		merged.Enough = untilReached(summary)
	}
	err := merged.Rows(ctx, func(r *sweep.Row) error {
		summary.Add(r)
		return nil
	})
	if errors.Is(err, sweep.ErrMissing) {
		a.tellPart(err, uint64(summary.Runs), 0)
	} else if err != nil {
		return stopped(err)
	}
	options := reports.SweepOptions{Variant: spec.Variants[0], Seeds: spec.Seeds, StopAfter: spec.StopAfter,
		UntilReached: spec.UntilReached}
	a.code = sweepExit(summary, nil, false)
	var unsaved error
	if known != nil {
		fates := known.Corpus()
		fates.Conclude(&spec.Variants[0], summary, spec.Simlua)
		unsaved = a.addMerged(&fates, spec, o)
		a.code = corpusExit(&fates, a.code)
		options.Corpus = &reports.Corpus{Folder: known.Folder, Failures: fates.Failures}
	}
	a.code = a.missed(o.require, summary.Unreached(), a.code)
	return errors.Join(a.reportSweep(summary, o.format.value, o.color.value, options), unsaved)
}

// addMerged adds what shards have found to a corpus, unless it is there.
func (a *app) addMerged(c *sweep.Corpus, spec *sweep.Spec, o *mergeOptions) error {
	if o.corpus == "" {
		if !spec.Shard.IsAll() { // else the sweep has added it
			a.tellNew(c, "", " is in no corpus yet: --corpus DIR adds it")
		}
		return nil
	}
	return o.corpus.addNew(c)
}

// showMergedComparison prints a merged comparison.
func (a *app) showMergedComparison(cmd *cobra.Command, merged *sweep.Sweep, spec *sweep.Spec, o *mergeOptions) error {
	metrics, err := parseMetrics(o.metrics)
	if err != nil {
		return &usageError{err.Error(), cmd.CommandPath()}
	}
	c := &comparison{app: a, o: &compareOptions{format: o.format, color: o.color}, metrics: metrics}
	c.begin(spec.Variants, spec.Seeds, sweep.Shard{})
	ctx, cancel := a.whileHeeded(context.Background())
	defer cancel()
	err = merged.Rows(ctx, c.add)
	if errors.Is(err, sweep.ErrMissing) {
		fmt.Fprintf(a.stderr, "simlua: %v: the tables are about the seeds before that\n", err)
	} else if err != nil {
		return stopped(err)
	}
	return c.write()
}

// tellDamage says on standard error which lines of a store are no rows.
func (a *app) tellDamage(s *sweep.Store) {
	for _, line := range s.Damage() {
		fmt.Fprintln(a.stderr, "simlua: "+line)
	}
}
