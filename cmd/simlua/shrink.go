package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core/schedule"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

const shrinkHelp = `Finds out which faults it takes for a seed to fail as it does. Plays the seed, then
fewer and fewer of its faults and no others: first none, then none after the
failure, then without whole streams of them, then by delta debugging (ddmin). What
is left is 1-minimal: without any single one of its faults, the run does not fail
in this way. Two failures are the same one when verdict, check and reason are,
numbers, times, keys of histories and the names of machines aside.

With --also, a parameter that is a whole number shall be as small as it can be, too:
bots that do less tell the same story sooner.

Prints what happens in what is left, in a few lines, and the command that plays it.
Standard output depends on script, seed and settings only, not on --jobs.

Exit codes: 0 the failure was shrunk; 2 bad usage, or the seed does not fail; 3 a
defect in simlua, or --check found that a fault can go; 4 a guard ended the run;
130 interrupted: what is known so far has been reported.`

const shrinkExample = `  simlua shrink scripts/broken/sold_twice.lua --seed 8
  simlua shrink scripts/broken/mover_eventual.lua --seed 2 --also iterations
  simlua shrink scripts/broken/sold_twice.lua --seed 8 --check --save-faults few.jsonl`

// shrinkOptions are the flags of shrink.
type shrinkOptions struct {
	seed       seed
	set        []string
	plan       planFlag
	also       []string
	check      bool
	saveFaults saveFaults
	jobs       jobsFlag
	disk       diskFlag
	format     choice
	color      choice
	guards     guards
	nats       natsFlags

	stopAtFirstFailure bool
}

func (o *shrinkOptions) register(cmd *cobra.Command) {
	o.seed = 1
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&o.seed, "seed", "seed of the run that fails: decimal, or hexadecimal with 0x")
	registerSet(cmd, &o.set)
	o.plan.register(cmd)
	flags.StringSliceVar(&o.also, "also", nil, "shrink `PARAMETER`s, too: whole numbers (repeatable)")
	flags.BoolVar(&o.check, "check", false, "prove that no single fault can go: play what is left without each")
	o.saveFaults.register(cmd)
	flags.BoolVar(&o.stopAtFirstFailure, "stop-at-first-failure", false,
		"end each run when an invariant or an expectation does not hold")
	registerJobs(flags, &o.jobs)
	o.nats.register(cmd)
	o.disk.register(cmd, confirmedDisk)
	registerFormat(cmd, &o.format, &o.color)
	o.guards.register(flags)
	must(cmd.RegisterFlagCompletionFunc("also", completeParam))
}

func (a *app) newShrink() *cobra.Command {
	var o shrinkOptions
	cmd := &cobra.Command{
		Use:               "shrink SCRIPT",
		Short:             "Find the few faults that make a seed fail",
		Long:              shrinkHelp,
		Example:           shrinkExample,
		Args:              one("script"),
		ValidArgsFunction: completeScript,
		RunE:              func(_ *cobra.Command, args []string) error { return a.shrink(args[0], &o) },
	}
	o.register(cmd)
	return cmd
}

// shrink is simlua shrink.
func (a *app) shrink(script string, o *shrinkOptions) error {
	s, err := a.newShrinker(script, o)
	if err != nil {
		return err
	}
	search, err := s.begin()
	if err != nil {
		return err
	}
	report, err := s.search(search)
	if defect := (*sweep.DefectError)(nil); errors.As(err, &defect) {
		a.code = exitDefect
		a.tellDefect(defect.Reason, s.command(defect.Run))
		return nil
	}
	if err != nil {
		return err
	}
	if err := o.saveFaults.write(schedule.Of(report.Result, s.variant.Digest).Write); err != nil {
		return err
	}
	out := newOutput(a.stdout, &a.writes, func() {})
	err = errors.Join(reports.WriteShrunk(out, report, reports.Format(o.format.value)), out.Flush())
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
