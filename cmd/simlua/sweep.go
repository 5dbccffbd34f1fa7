package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

const sweepHelp = `Plays a script with many seeds, several at once, and says how often it fails, in
which ways, and how to play each of these again.

Standard output depends on script, seeds and settings only, byte for byte, not on
how many are played at once. Progress goes to standard error. When the sweep ends
early, by --time-budget or Ctrl-C, the tables are about the longest part of the
seeds, from the first on, that has finished: quick runs are not favoured. Shares
come with the 95 % interval of Wilson, but for --stop-after, which biases them.

Two failures are the same one when verdict, check and reason are, numbers, times,
keys of histories and the names of machines aside.

With --corpus, the failures that a folder knows of this script, with these parameters
and this plan, are played first: each is a file there, NAME.json, with a seed, a
schedule of faults perhaps, and how it fails. They count in no share. The table
"corpus" says which are there still ("ongoing") and which are gone ("resolved"). What
the sweep finds beyond them is added, with its smallest seed; nothing is changed or
removed there. A known failure is a failure as others are. A --shard plays its part of
them, and adds nothing: simlua merge --corpus does.

What is to hold once in some run, sim.sometimes, env:sometimes and env:reachable, has
a table of its own: how many seeds reached it, the first of them, and a warning when
none did. With --until-reached, the sweep ends as soon as all were: with seeds that
have no end, and a --time-budget, it looks for the first that does.

Each run is played in a process beside others, under the guards of simlua run. One
that a guard ends is played again, alone, before it counts as void. One that panics,
or leaves goroutines or open files behind, is a defect. Void runs and defects say
nothing about the script: they are in no share.

With --out, what comes of each run is kept in a folder as it finishes, whatever ends
the sweep; --resume goes on from there, and tries void runs again. --shard plays a
part of the seeds, on one of several machines: simlua merge joins their folders.

With --nats, simlua worker plays the runs, on any machines, and the tables are the same
bytes (see simlua worker --help). --detach leaves the whole sweep to the workers and
prints its name; --attach NAME waits for it and prints the tables, and so it does for
a sweep whose simlua has died. A sweep has one simlua at a time; Ctrl-C there ends it,
and frees the workers.

Exit codes: 0 all passed; 1 something failed, or was never reached that must be; 2 bad usage; 3 a defect in simlua;
4 nothing failed, but a run is void, or none has finished, where there are some; 130 interrupted.`

const sweepExample = `  simlua sweep scripts/mover.lua --seeds 1-1000
  simlua sweep scripts/broken/mover_eventual.lua --seeds 1- --stop-after 3
  simlua sweep scripts/mover.lua --seeds 1- --time-budget 5m
  simlua sweep scripts/mover.lua --seeds 1-100000 --out results --resume
  simlua sweep scripts/mover.lua --plan none --set iterations=100
  simlua sweep scripts/mover.lua --corpus known       what is known first, and what is new
  simlua sweep scripts/raft.lua --seeds 1- --until-reached --time-budget 5m
  simlua sweep scripts/mover.lua --seeds 1-100000 --nats nats://10.0.0.7:4222 --detach
  simlua sweep --attach mover-k3f9q2 --nats nats://10.0.0.7:4222
  simlua sweep scripts/mover.lua --per-seed --format csv > seeds.csv`

func (a *app) newSweep() *cobra.Command {
	var o sweepOptions
	cmd := &cobra.Command{
		Use:               "sweep SCRIPT",
		Short:             "Play a script with many seeds",
		Long:              sweepHelp,
		Example:           sweepExample,
		ValidArgsFunction: completeScript,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.sweep(cmd, args, &o) },
	}
	o.register(cmd)
	return cmd
}

// sweep plays many seeds and reports what they came to.
func (a *app) sweep(cmd *cobra.Command, args []string, o *sweepOptions) error {
	if o.attach != "" {
		return a.attach(cmd, args, o)
	}
	if err := one("script")(cmd, args); err != nil {
		return err
	}
	variant, scenario, err := a.variant(args[0], o)
	if err != nil {
		return err
	}
	if o.detach {
		return a.detach(&variant, o)
	}
	many := &manyRuns{app: a, o: &o.manyOptions, variants: []sweep.Variant{variant}, command: o.command(&variant)}
	return a.sweepOf(many, scenario, o)
}

// sweepOf plays the runs, and reports.
func (a *app) sweepOf(many *manyRuns, scenario *core.Scenario, o *sweepOptions) error {
	known, err := newCorpus(many, o.corpus)
	if err != nil {
		return err
	}
	summary := sweep.NewSummary(sweep.SummaryOptions{PerSeed: o.perSeed, Biased: o.stopAfter > 0 || o.reached.until})
	enough, err := o.reached.enough(summary, scenario)
	if err != nil {
		return err
	}
	many.first = known.play
	ended, err := many.play(&sweep.Sweep{Seeds: o.seeds.Seeds, StopAfter: int(o.stopAfter), Enough: enough},
		func(r *sweep.Row) error {
			summary.Add(r)
			return nil
		})
	if err != nil {
		return err
	}
	unsaved := known.conclude(summary)
	code := sweepExit(summary, ended, o.nothing())
	a.code = a.missed(o.reached.require, summary.Unreached(), corpusExit(&known.fates, code))
	about := reports.SweepOptions{Variant: many.variants[0], Seeds: o.seeds.Seeds, Shard: o.shard.Shard,
		StopAfter: int(o.stopAfter), UntilReached: o.reached.until, Corpus: known.report()}
	return errors.Join(a.reportSweep(summary, o.format.value, o.color.value, about), unsaved)
}

// variant is what the flags say is to be played, once it is known to be playable.
func (a *app) variant(script string, o *sweepOptions) (sweep.Variant, *core.Scenario, error) {
	v := sweep.Variant{Script: script, Set: o.set, Plan: string(o.plan), StopAtFirstFailure: o.stopAtFirstFailure}
	defer o.guards.watch(&a.brake, a.abort)()
	program, err := a.loadVariant(&v)
	if err != nil {
		return v, nil, err
	}
	scenario, err := program.Check(o.set)
	if err != nil {
		return v, nil, err
	}
	v.Digest, err = program.Digest()
	return v, scenario, err
}

func (a *app) reportSweep(s *sweep.Summary, format, color string, r reports.SweepOptions) error {
	r.Version, r.Color = versionNumber(), colored(a.stdout, color)
	out := newOutput(a.stdout, &a.writes, func() {})
	err := errors.Join(reports.WriteSweep(out, s, reports.Format(format), r), out.Flush())
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// sweepExit is the exit code of many runs; nothing says that there were none to play.
func sweepExit(s *sweep.Summary, ended error, nothing bool) int {
	switch {
	case errors.Is(ended, errInterrupted):
		return exitInterrupted
	case s.Verdicts[sweep.Defect] > 0:
		return exitDefect
	case s.Failing() > 0:
		return exitFail
	case s.Verdicts[core.Void] > 0, s.Runs == 0 && !nothing:
		return exitVoid
	}
	return exitPass
}
