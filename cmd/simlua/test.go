package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/luabind"
	"simlua.example/reports"
)

const testHelp = `Plays scripts as a test suite: each one says in comments which seeds come out how,
and it is a failure when they do not.

  -- test: seeds 1-200 pass
  -- test: seeds 1-50 set fixed=true plan none pass
  -- test: seeds 1-50 fail "final count"
  -- test: seeds 1-20 fail-all

  pass      every seed passes
  fail      at least one seed fails; with a check, at least one fails in it, and
            none in anything else
  fail-all  every seed fails; with a check, in it alone

Settings and plan are those of --set and --plan (plan none, plan swarm, plan FILE);
the file of a plan is looked for in the folder of the script. A folder stands for the scripts in it and below it;
those that claim nothing are counted, not played.

Exit codes: 0 all is as claimed; 1 a surprise; 2 bad usage, or no claims; 3 a defect
in simlua; 4 no surprise, but nothing is known of some claims, since a guard ended
runs; 130 interrupted.`

const testExample = `  simlua test                               the scripts in this folder and below
  simlua test scripts --junit report.xml    for a CI system
  simlua test shop.lua --format jsonl`

// testOptions are the flags of test.
type testOptions struct {
	jobs   jobsFlag
	disk   diskFlag
	guards guards
	nats   natsFlags
	format choice
	junit  junitFile
}

func (a *app) newTest() *cobra.Command {
	var o testOptions
	cmd := &cobra.Command{
		Use:     "test [PATH...]",
		Short:   "Play scripts as a test suite",
		Long:    testHelp,
		Example: testExample,
		RunE:    func(cmd *cobra.Command, args []string) error { return a.test(args, &o) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	registerJobs(flags, &o.jobs)
	o.nats.register(cmd)
	o.disk.register(cmd, confirmedDisk)
	o.guards.register(flags)
	o.format = choice{value: "table", allowed: []string{"table", "jsonl"}}
	flags.Var(&o.format, "format", "what to write: "+o.format.list()+"\n(jsonl: a JSON object for each claim, on a line)")
	o.junit.register(cmd)
	must(cmd.RegisterFlagCompletionFunc("format",
		cobra.FixedCompletions(o.format.allowed, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// test plays the claims of scripts.
func (a *app) test(paths []string, o *testOptions) error {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	if err := o.junit.usable(); err != nil {
		return err
	}
	scripts, silent, err := findTests(paths)
	if err != nil {
		return err
	}
	if len(scripts) == 0 {
		return fmt.Errorf("no claims in %s: a script makes one in a line such as %q", core.List(paths),
			"-- test: seeds 1-200 pass")
	}
	t := &tester{app: a, o: o, silent: silent}
	return t.all(scripts)
}

// all plays the claims of all scripts, with one server for them.
func (t *tester) all(scripts []testScript) (err error) {
	if n := &t.o.nats; n.given() {
		ctx, cancel := t.whileHeeded(context.Background())
		defer cancel()
		if n.server, err = t.connect(ctx, n); err != nil {
			return stopped(err)
		}
		defer func() { err = errors.Join(err, n.server.close()) }()
	}
	for i := range scripts {
		if err := t.script(&scripts[i]); err != nil {
			return err
		}
	}
	return t.end()
}

// tester plays claims, one after another.
type tester struct {
	*app
	o       *testOptions
	silent  int // scripts without claims
	suites  []reports.Suite
	counts  map[core.Verdict]int
	defects int
	stopped bool // interrupted: nothing more is played
}

// script plays the claims of a script.
func (t *tester) script(s *testScript) error {
	suite := reports.Suite{Name: filepath.ToSlash(s.path)}
	for i := range s.claims {
		if t.stopped {
			break
		}
		result, err := t.claim(s.path, &s.claims[i])
		if err != nil {
			return err
		}
		if t.stopped {
			break
		}
		suite.Tests = append(suite.Tests, result.test())
		if err := t.tell(&result); err != nil {
			return err
		}
	}
	t.suites = append(t.suites, suite)
	return nil
}

// tested is a claim that was played: a line of --format jsonl.
type tested struct {
	Script  string       `json:"script"`
	Line    int          `json:"line"`
	Claim   string       `json:"claim"`
	Verdict core.Verdict `json:"verdict"`
	Why     string       `json:"why,omitempty"`
	Runs    int          `json:"runs"`
	Failing int          `json:"failing"`
	Void    int          `json:"void,omitempty"`
	Seed    string       `json:"seed,omitempty"` // of the surprise; it can exceed 2^53
	Reason  string       `json:"reason,omitempty"`
	Replay  string       `json:"replay,omitempty"`

	took time.Duration
}

// claim plays the seeds of a claim. A script that does not load, or a setting that
// it does not have, is a surprise as others are.
func (t *tester) claim(script string, c *sweep.Claim) (tested, error) {
	out := tested{Script: filepath.ToSlash(script), Line: c.Line, Claim: c.String()}
	start := time.Now()
	o := &sweepOptions{set: c.Set, plan: planFlag(claimedPlan(script, c.Plan))}
	o.jobs, o.disk, o.guards, o.nats = t.o.jobs, t.o.disk, t.o.guards, t.o.nats
	variant, _, err := t.variant(script, o)
	if stop := (*core.Stop)(nil); errors.As(err, &stop) {
		return out, err
	}
	if err != nil {
		out.Verdict, out.Why = core.Fail, reports.OneLine(err.Error())
		return out, nil
	}
	trial := &sweep.Trial{Claim: *c}
	many := &manyRuns{app: t.app, o: &o.manyOptions, variants: []sweep.Variant{variant}, quiet: true}
	ended, err := many.play(&sweep.Sweep{Seeds: c.Seeds}, func(r *sweep.Row) error {
		trial.Add(r)
		return nil
	})
	t.stopped = ended != nil
	t.defects += trial.Defects
	out.took = time.Since(start)
	out.fill(trial, &variant)
	return out, err
}

// claimedPlan is the plan of a claim as --plan takes it.
func claimedPlan(script, plan string) string {
	if plan == "" || plan == luabind.NoPlan || plan == luabind.SwarmPlan {
		return plan
	}
	return filepath.Join(filepath.Dir(script), filepath.FromSlash(plan))
}

// fill says how the trial came out.
func (r *tested) fill(t *sweep.Trial, v *sweep.Variant) {
	r.Verdict, r.Why = t.Verdict()
	r.Runs, r.Failing, r.Void = t.Runs, t.Failing, t.Void
	if row := t.Surprise; row != nil {
		r.Seed, r.Reason = fmt.Sprint(row.Seed), row.Reason
		if t.Wrong != nil {
			r.Reason = t.Wrong.Check + ": " + t.Wrong.Message
		}
		r.Replay = reports.CommandOf(v, row.Seed).String()
	}
}

// test is the claim in a report.
func (r *tested) test() reports.Test {
	t := reports.Test{Name: r.Claim, Verdict: r.Verdict, Why: r.Why, Took: r.took}
	if r.Seed != "" {
		t.Why = "seed " + r.Seed + ": " + r.Why
		t.Details = r.Reason + "\n" + r.Replay
	}
	return t
}

// tell writes how a claim came out.
func (t *tester) tell(r *tested) error {
	if t.counts == nil {
		t.counts = map[core.Verdict]int{}
	}
	t.counts[r.Verdict]++
	if t.o.format.value == "jsonl" {
		var b bytes.Buffer
		out := json.NewEncoder(&b)
		out.SetEscapeHTML(false)
		err := out.Encode(r)
		_, err2 := t.stdout.Write(b.Bytes())
		return errors.Join(err, err2)
	}
	_, err := fmt.Fprint(t.stdout, r.text())
	return err
}

// claimWords are the verdicts of claims for people, which do not mix with those
// that are claimed.
var claimWords = map[core.Verdict]string{core.Pass: "ok", core.Fail: "FAIL", core.Void: "void"}

// text is the claim for people: a line, and what is to know of a surprise.
func (r *tested) text() string {
	script, claim := reports.OneLine(r.Script), reports.OneLine(r.Claim)
	text := fmt.Sprintf("%-4s  %s:%d  %s", claimWords[r.Verdict], script, r.Line, claim)
	if r.Runs > 0 {
		text += fmt.Sprintf("  (%d of %d seeds fail)", r.Failing, r.Runs)
	}
	text += "\n"
	why := r.Why
	if r.Seed != "" {
		why = "seed " + r.Seed + ": " + r.Why + ": " + reports.OneLine(r.Reason)
	}
	if why != "" {
		text += "      " + why + "\n"
	}
	if r.Replay != "" {
		text += "      " + r.Replay + "\n"
	}
	return text
}

// end sums up, and writes the report.
func (t *tester) end() error {
	if t.o.format.value == "table" {
		if _, err := fmt.Fprintln(t.stdout, t.sum()); err != nil {
			return err
		}
	}
	t.code = t.exit()
	return t.o.junit.write(t.suites)
}

// sum is the last line for people.
func (t *tester) sum() string {
	claims := t.counts[core.Pass] + t.counts[core.Fail] + t.counts[core.Void]
	text := fmt.Sprintf("%d of %d claims hold", t.counts[core.Pass], claims)
	if void := t.counts[core.Void]; void > 0 {
		text += fmt.Sprintf(", nothing is known of %d", void)
	}
	if t.silent > 0 {
		text += fmt.Sprintf("; files without claims: %d", t.silent)
	}
	return text
}

func (t *tester) exit() int {
	switch {
	case t.stopped:
		return exitInterrupted
	case t.defects > 0:
		return exitDefect
	case t.counts[core.Fail] > 0:
		return exitFail
	case t.counts[core.Void] > 0:
		return exitVoid
	}
	return exitPass
}
