package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/luabind"
	"simlua.example/reports"
)

const verifyHelp = `Plays each seed twice, once in this process and once in a fresh one, and compares all
that is known of the two runs. They must be the same, whether they pass or fail.

Where they are not, something got in that is no function of script, seed and
settings: the clock of the host, the order of threads, an address of memory. That is
a defect in simlua, or in an engine written in Go. Both runs are then played side by
side, step by step, up to the first step in which they part; what happened in it is
shown for either.

Exit codes: 0 all the same; 2 bad usage; 3 some are not, or a run ended in a defect of
simlua; 4 all the same but for runs that a guard ended; 130 interrupted.`

const verifyExample = `  simlua verify scripts/mover.lua --seeds 1-50
  simlua verify scripts/mover.lua --seeds 7 --set iterations=100`

// verifyOptions are the flags of verify.
type verifyOptions struct {
	manyOptions
	set    []string
	plan   planFlag
	format choice
	color  choice
}

func (a *app) newVerify() *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:               "verify SCRIPT",
		Short:             "Play seeds twice and compare, step by step where they part",
		Long:              verifyHelp,
		Example:           verifyExample,
		Args:              one("script"),
		ValidArgsFunction: completeScript,
		RunE:              func(_ *cobra.Command, args []string) error { return a.verify(args[0], &o) },
	}
	cmd.Flags().SortFlags = false
	o.registerPlaying(cmd)
	registerSet(cmd, &o.set)
	o.plan.register(cmd)
	o.guards.register(cmd.Flags())
	registerFormat(cmd, &o.format, &o.color)
	return cmd
}

// verifier plays seeds twice.
type verifier struct {
	*app
	o       *verifyOptions
	program *luabind.Program
	variant sweep.Variant
	pool    *pool

	mu        sync.Mutex
	different map[uint64]*reports.Parting // by seed
}

// verify is simlua verify.
func (a *app) verify(script string, o *verifyOptions) error {
	v := &verifier{app: a, o: o, different: map[uint64]*reports.Parting{}, variant: sweep.Variant{Script: script,
		Set: o.set, Plan: string(o.plan), StopAtFirstFailure: o.stopAtFirstFailure}}
	var err error
	if v.program, _, err = a.load(&v.variant, &o.guards); err != nil {
		return err
	}
	v.pool = newPool(newTask([]sweep.Variant{v.variant}, &o.manyOptions))
	defer v.pool.close()
	ctx, cancel := a.whileHeeded(context.Background())
	defer cancel()
	report, err := v.compare(ctx)
	if err != nil {
		return err
	}
	if err := v.locate(ctx, report); err != nil {
		return err
	}
	out := newOutput(a.stdout, &a.writes, func() {})
	err = errors.Join(reports.WriteVerified(out, report, reports.Format(o.format.value)), out.Flush())
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// compare plays all seeds twice.
func (v *verifier) compare(ctx context.Context) (*reports.Verified, error) {
	report := &reports.Verified{Variant: v.variant, Seeds: v.o.seeds.Seeds, Version: versionNumber(),
		Color: colored(v.stdout, v.o.color.value)}
	if budget := v.o.budget(); budget > 0 {
		var cancel func()
		ctx, cancel = context.WithTimeoutCause(ctx, budget, errBudget)
		defer cancel()
	}
	guarded := &sweep.Guarded{Beside: v.twice}
	all := &sweep.Sweep{Seeds: v.o.seeds.Seeds, Jobs: int(v.o.jobs), Play: guarded.Play}
	report.Asked = total(all)
	shown := newProgress(v.stderr, report.Asked)
	err := all.Rows(ctx, func(r *sweep.Row) error {
		shown.add(r)
		report.Played++
		switch parting := v.parting(r.Seed); {
		case parting != nil:
			report.Partings = append(report.Partings, parting)
		case r.Verdict == sweep.Defect:
			if report.Defects++; report.Defects == 1 {
				v.tellDefect(r.Reason, reports.CommandOf(&v.variant, r.Seed))
			}
		case !sweep.Known(r.Verdict):
			report.Void++
		}
		return nil
	})
	shown.end()
	if errors.Is(err, errInterrupted) || errors.Is(err, errBudget) {
		v.tellEnd(report, err)
	}
	switch {
	case errors.Is(err, errInterrupted):
		v.code = exitInterrupted
	case err != nil && !errors.Is(err, errBudget):
		return nil, err
	case len(report.Partings) > 0 || report.Defects > 0:
		v.code = exitDefect
	case report.Void > 0 || report.Played == 0:
		v.code = exitVoid
	}
	return report, nil
}

// tellEnd says on standard error that the report is not about all seeds.
func (v *verifier) tellEnd(r *reports.Verified, why error) {
	fmt.Fprintf(v.stderr, "simlua: %v: the report is about %s\n", why, r.Compared())
}

func (v *verifier) parting(seed uint64) *reports.Parting {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.different[seed]
}

// twice plays a run here and in a fresh process, and notes when they are not the
// same. Its row is void when one of them is.
func (v *verifier) twice(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
	here, err := v.here(ctx, run)
	if err != nil || here.Verdict == core.Void {
		return here, err
	}
	there, err := v.pool.Fresh(ctx, run)
	if err != nil || there.Verdict == core.Void {
		return there, err
	}
	one, err := json.Marshal(here)
	other, otherErr := json.Marshal(there)
	if err := errors.Join(err, otherErr); err != nil {
		return nil, err
	}
	if !bytes.Equal(one, other) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.different[run.Seed] = &reports.Parting{Seed: run.Seed, Here: reports.Side{Row: here},
			There: reports.Side{Row: there}}
	}
	return here, nil
}

// here plays a run in this process.
func (v *verifier) here(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
	options := runOptionsOf(&v.variant, run)
	options.Brake, options.Databases = new(core.Brake), v.o.disk.kind()
	defer v.o.guards.watch(options.Brake, v.abort)()
	result, err := v.program.Run(ctx, options)
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if stop := (*core.Stop)(nil); errors.As(err, &stop) {
		return sweep.NewVoid(run, err.Error()), nil
	} else if err != nil {
		return nil, err
	}
	return sweep.NewRow(run, result), nil
}
