package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/luabind"
	"simlua.example/reports"
)

// shrinker shrinks one failure.
type shrinker struct {
	*app
	o        *shrinkOptions
	variant  sweep.Variant
	program  *luabind.Program
	scenario *core.Scenario
}

func (a *app) newShrinker(script string, o *shrinkOptions) (*shrinker, error) {
	s := &shrinker{app: a, o: o, variant: sweep.Variant{Script: script, Set: o.set, Plan: string(o.plan),
		StopAtFirstFailure: o.stopAtFirstFailure}}
	var err error
	if s.program, s.scenario, err = a.load(&s.variant, &o.guards); err != nil {
		return nil, err
	}
	return s, cmp.Or(s.checkAlso(), o.saveFaults.usable())
}

// load makes a program of a variant, checks it, and notes its digest.
func (a *app) load(v *sweep.Variant, g *guards) (*luabind.Program, *core.Scenario, error) {
	defer g.watch(&a.brake, a.abort)()
	program, err := a.loadVariant(v)
	if err != nil {
		return nil, nil, err
	}
	scenario, err := program.Check(v.Set)
	if err != nil {
		return nil, nil, err
	}
	v.Digest, err = program.Digest()
	return program, scenario, err
}

// checkAlso says what is wrong with --also, before anything is played.
func (s *shrinker) checkAlso() error {
	var names []string
	for _, p := range s.program.Params() {
		names = append(names, p.Name)
	}
	for n, name := range s.o.also {
		if slices.Contains(s.o.also[:n], name) {
			return fmt.Errorf("--also %s: it is there twice", name)
		}
		i := slices.Index(names, name)
		if i < 0 {
			return fmt.Errorf("--also %s: the script has no such parameter%s", name, didYouMean("", name, names))
		}
		if kind := s.program.Params()[i].Type; kind != "number" {
			return fmt.Errorf("--also %s: expected a parameter that is a number; it is a %s", name, kind)
		}
	}
	return nil
}

// begin plays the seed, which must fail, and says what to look for.
func (s *shrinker) begin() (*sweep.Shrink, error) {
	run := sweep.Run{Seed: uint64(s.o.seed)}
	result, err := s.play(run, &s.brake, nil)
	if err != nil {
		return nil, err
	}
	switch result.Verdict {
	case core.Interrupted, core.Void:
		return nil, &core.Stop{Verdict: result.Verdict, Reason: result.Reason}
	case core.Pass:
		return nil, fmt.Errorf("seed %d passes: there is nothing to shrink", run.Seed)
	}
	if err := allFaults(result, s.scenario.Limits); err != nil {
		return nil, fmt.Errorf("seed %d cannot be shrunk: %w", run.Seed, err)
	}
	also, err := s.numbers(result.Params)
	return &sweep.Shrink{Run: run, Want: sweep.NewRow(run, result).Signature(), Faults: result.Trace.Faults, Also: also,
		Tried: s.tried}, err
}

// numbers are the parameters of --also as the run had them.
func (s *shrinker) numbers(params []core.Setting) (also []sweep.Param, err error) {
	for _, name := range s.o.also {
		i := slices.IndexFunc(params, func(p core.Setting) bool { return p.Name == name })
		value, err := strconv.ParseFloat(params[i].Value, 64)
		if err != nil || value < 0 || value != math.Trunc(value) || value > 1<<53 {
			return nil, fmt.Errorf("--also %s: expected a whole number, zero or more; it is %s", name, params[i].Value)
		}
		also = append(also, sweep.Param{Name: name, Value: uint64(value)})
	}
	return also, nil
}

// play plays a run in this process.
func (s *shrinker) play(run sweep.Run, brake *core.Brake, observers []core.Observer) (*core.Result, error) {
	defer s.o.guards.watch(brake, s.abort)()
	options := runOptionsOf(&s.variant, run)
	options.Brake, options.Observers = brake, observers
	return s.program.Run(context.Background(), options)
}

// search finds what is left, proves it when asked to, and plays it once more for
// its story. When it is interrupted, that is about what is left so far.
func (s *shrinker) search(search *sweep.Shrink) (report *reports.Shrunk, err error) {
	ctx, cancel := s.whileHeeded(context.Background())
	defer cancel()
	many := &manyOptions{jobs: s.o.jobs, disk: s.o.disk, guards: s.o.guards, nats: s.o.nats}
	x, err := s.newExecutor(&order{variants: []sweep.Variant{s.variant}, o: many, first: search.Run})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.close()) }()
	search.Play, search.Jobs = x.Play, x.jobs()
	report = &reports.Shrunk{Faults: len(search.Faults), Also: search.Also, Version: versionNumber(),
		Color: colored(s.stdout, s.o.color.value)}
	report.Left, err = search.Find(ctx)
	s.tried(0, 0)
	if err == nil && s.o.check {
		report.Proof, err = search.Prove(ctx, report.Left)
		report.Proved = err == nil
	}
	switch {
	case errors.Is(err, sweep.ErrNotReproduced):
		return nil, s.irreproducible()
	case report.Left == nil || err != nil && !errors.Is(err, errInterrupted):
		return nil, stopped(err)
	}
	s.code = s.exit(report, err)
	s.commands(report)
	report.Result, report.Story, err = s.story(report.Left.Of(search.Run))
	if err == nil && report.Result.Digest != uint64(report.Left.Row.Digest) {
		err = s.irreproducible()
	}
	return report, err
}

// stopped is an interruption as an error that has its exit code.
func stopped(err error) error {
	if errors.Is(err, errInterrupted) {
		return &core.Stop{Verdict: core.Interrupted, Reason: err.Error()}
	}
	return err
}

// exit is the exit code of a search that has an end, or was interrupted.
func (s *shrinker) exit(r *reports.Shrunk, err error) int {
	same := slices.ContainsFunc(r.Proof, func(w sweep.Without) bool { return w.Same })
	switch {
	case err != nil:
		return exitInterrupted
	case same && r.Left.Minimal:
		return exitDefect // it was tried before, and came out otherwise
	case same:
		return exitFail
	}
	return exitPass
}

// irreproducible says that a run came out otherwise when it was played again.
func (s *shrinker) irreproducible() error {
	return fmt.Errorf("seed %d: %w: simlua verify --seeds %[1]d tells where they part", s.o.seed,
		sweep.ErrNotReproduced)
}

// commands are what plays the run, and what plays what is left of it.
func (s *shrinker) commands(r *reports.Shrunk) {
	r.Of = reports.CommandOf(&s.variant, uint64(s.o.seed))
	r.Replay = s.command(r.Left.Of(sweep.Run{Seed: uint64(s.o.seed)}))
	r.Replay.Set = s.settings(r)
	r.Replay.OnlyFaults = cmp.Or(s.o.saveFaults.path, r.Replay.OnlyFaults)
}

// command is what plays a run of the search.
func (s *shrinker) command(run sweep.Run) reports.Command {
	c := reports.CommandOf(&s.variant, run.Seed)
	c.Set = slices.Concat(c.Set, run.Set)
	ids := faultIDs(run.Mask.IDs)
	c.OnlyFaults = cmp.Or(ids.String(), noFaults)
	return c
}

// settings are those of --set, with what became of the parameters of --also.
func (s *shrinker) settings(r *reports.Shrunk) (set []string) {
	given := map[string]bool{}
	for _, text := range s.o.set {
		name, _, _ := strings.Cut(text, "=")
		if name = strings.TrimSpace(name); slices.Contains(s.o.also, name) {
			given[name] = true
			continue
		}
		set = append(set, text)
	}
	for i, p := range r.Left.Also {
		if given[p.Name] || p != r.Also[i] {
			set = append(set, p.String())
		}
	}
	return set
}

// story plays what is left, and tells what happens.
func (s *shrinker) story(run sweep.Run) (*core.Result, []string, error) {
	color := colored(s.stdout, s.o.color.value) && s.o.format.value == string(reports.Table)
	story := reports.NewStory(reports.LogOptions{Width: nameWidth(s.scenario), Color: color})
	result, err := s.play(run, new(core.Brake), []core.Observer{story})
	if err != nil {
		return nil, nil, err
	}
	if result.Verdict == core.Void {
		return nil, nil, &core.Stop{Verdict: core.Void, Reason: result.Reason}
	}
	return result, story.End(result), nil
}

// tried tells on a terminal how far the search has come; no runs, that it is over.
func (s *shrinker) tried(runs, left int) {
	switch {
	case !isTerminal(s.stderr):
	case runs == 0:
		fmt.Fprint(s.stderr, "\r\x1b[K")
	default:
		fmt.Fprintf(s.stderr, "\r%d runs, %d faults left\x1b[K", runs, left)
	}
}
