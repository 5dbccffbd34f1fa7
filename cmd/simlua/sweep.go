package main

import (
	"context"
	"errors"
	"fmt"
	"io"

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

Two failures are the same one when verdict, check and reason are, numbers, times
and the names of machines aside.

Each run is played in a process beside others, under the guards of simlua run. One
that a guard ends is played again, alone, before it counts as void. Void runs, and
those in which simlua itself fails, say nothing about the script: they are in no
share.

Exit codes: 0 all passed; 1 something failed; 2 bad usage; 3 a defect in simlua;
4 nothing failed, but a run is void, or none has finished; 130 interrupted.`

const sweepExample = `  simlua sweep scripts/mover.lua --seeds 1-1000
  simlua sweep scripts/broken/mover_eventual.lua --seeds 1- --stop-after 3
  simlua sweep scripts/mover.lua --seeds 1- --time-budget 5m
  simlua sweep scripts/mover.lua --plan none --set iterations=100
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
	if err := one("script")(cmd, args); err != nil {
		return err
	}
	variant, err := a.variant(args[0], o)
	if err != nil {
		return err
	}
	many := &manyRuns{app: a, o: &o.manyOptions, variants: []sweep.Variant{variant}}
	summary := sweep.NewSummary(sweep.SummaryOptions{PerSeed: o.perSeed, Biased: o.stopAfter > 0})
	ended, err := many.play(&sweep.Sweep{Seeds: o.seeds.Seeds, StopAfter: int(o.stopAfter)}, func(r *sweep.Row) error {
		summary.Add(r)
		return nil
	})
	if err != nil {
		return err
	}
	err = a.reportSweep(summary, o, reports.SweepOptions{Variant: variant, Seeds: o.seeds.Seeds,
		StopAfter: int(o.stopAfter)})
	a.code = sweepExit(summary, ended)
	return err
}

// variant is what the flags say is to be played, once it is known to be playable.
func (a *app) variant(script string, o *sweepOptions) (sweep.Variant, error) {
	v := sweep.Variant{Script: script, Set: o.set, Plan: string(o.plan), StopAtFirstFailure: o.stopAtFirstFailure}
	defer o.guards.watch(&a.brake, a.abort)()
	program, err := loadVariant(&v, &a.brake)
	if err != nil {
		return v, err
	}
	if _, err := program.Check(o.set); err != nil {
		return v, err
	}
	v.Digest, err = program.Digest()
	return v, err
}

func (a *app) reportSweep(s *sweep.Summary, o *sweepOptions, r reports.SweepOptions) error {
	r.Version, r.Color = versionNumber(), colored(a.stdout, o.color.value)
	out := newOutput(a.stdout, &a.writes, func() {})
	err := errors.Join(reports.WriteSweep(out, s, reports.Format(o.format.value), r), out.Flush())
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// sweepExit is the exit code of many runs.
func sweepExit(s *sweep.Summary, ended error) int {
	switch {
	case errors.Is(ended, errInterrupted):
		return exitInterrupted
	case s.Verdicts[sweep.Defect] > 0:
		return exitDefect
	case s.Failing() > 0:
		return exitFail
	case s.Verdicts[core.Void] > 0, s.Runs == 0:
		return exitVoid
	}
	return exitPass
}

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
}

// play plays a sweep in processes and gives its rows to sink, in order. Ended is why
// not all were played: errInterrupted, errBudget or nil.
func (m *manyRuns) play(s *sweep.Sweep, sink func(*sweep.Row) error) (ended, err error) {
	ctx, cancel := m.whileHeeded(context.Background())
	defer cancel()
	if budget := m.o.budget(); budget > 0 {
		ctx, cancel = context.WithTimeoutCause(ctx, budget, errBudget)
		defer cancel()
	}
	pool := newPool(newTask(m.variants, m.o))
	defer pool.close()
	s.Variants, s.Jobs, s.Play, s.Fresh = len(m.variants), int(m.o.jobs), pool.Play, pool.Fresh
	shown := m.newProgress(s)
	told := map[string]bool{} // defects
	err = s.Rows(ctx, func(r *sweep.Row) error {
		shown.add(r)
		if r.Verdict == sweep.Defect && !told[r.Reason] {
			told[r.Reason] = true
			m.tellDefect(r)
		}
		return sink(r)
	})
	shown.end()
	if errors.Is(err, errInterrupted) || errors.Is(err, errBudget) {
		m.tellEnd(s, err, shown.runs)
		return err, nil
	}
	return nil, err
}

func (m *manyRuns) newProgress(s *sweep.Sweep) *progress {
	if m.quiet && !isTerminal(m.stderr) {
		return newProgress(io.Discard, m.total(s))
	}
	return newProgress(m.stderr, m.total(s))
}

// total is how many runs there will be; zero when nobody knows.
func (m *manyRuns) total(s *sweep.Sweep) uint64 {
	if s.Seeds.Open() || s.StopAfter > 0 {
		return 0
	}
	return s.Len()
}

// tellEnd says on standard error that the tables are not about all seeds.
func (m *manyRuns) tellEnd(s *sweep.Sweep, why error, runs uint64) {
	text := fmt.Sprintf("simlua: %v: the tables are about the first %s", why, runsText(runs))
	if runs == 0 {
		text = fmt.Sprintf("simlua: %v: no run has finished", why)
	}
	if total := m.total(s); total > 0 && runs > 0 {
		text += " of " + reports.Number(total)
	}
	fmt.Fprintln(m.stderr, text)
}

// tellDefect says on standard error that simlua itself failed in a run.
func (m *manyRuns) tellDefect(r *sweep.Row) {
	v := &m.variants[r.Variant]
	command := reports.Command{Script: v.Script, Seed: r.Seed, Set: v.Set, Plan: v.Plan,
		StopAtFirstFailure: v.StopAtFirstFailure}
	fmt.Fprintf(m.stderr, "simlua: internal error: %s\n", reports.OneLine(r.Reason))
	fmt.Fprintln(m.stderr, "This is a defect in simlua, not in the script. Please report it with the script and:")
	fmt.Fprintln(m.stderr, "  "+command.String())
}
