package main

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// Ctrl-C ends a sweep with the tables of the seeds that have finished.
func TestInterruptSweep(t *testing.T) {
	cmd := command(t, "sweep", writeScript(t, coinScript), "--seeds", "1-", "--jobs", "2")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
	if !regexp.MustCompile(`(?s)^simlua sweep .* played +[0-9,]+\n.*\ndigest [0-9a-f]{16}\n$`).Match(stdout.Bytes()) {
		t.Errorf("no tables:\n%s", stdout.String())
	}
	if !regexp.MustCompile(`simlua: interrupted: `).Match(stderr.Bytes()) {
		t.Errorf("it does not say why it ended:\n%s", stderr.String())
	}
}

// TestInterruptMerge: Ctrl-C ends the reading of results, too, with the exit code for that.
func TestInterruptMerge(t *testing.T) {
	spec := sweep.Spec{Seeds: sweep.SeedRange(1, math.MaxUint64), Variants: []sweep.Variant{{Name: "a"}, {Name: "b"}}}
	for variants, show := range map[int]func(*app, *sweep.Sweep) error{
		1: func(a *app, s *sweep.Sweep) error { return a.showMerged(s, &spec, nil, &mergeOptions{}) },
		2: func(a *app, s *sweep.Sweep) error {
			return a.showMergedComparison(&cobra.Command{}, s, &spec, &mergeOptions{})
		},
	} {
		a := &app{stdout: io.Discard, heeded: make(chan struct{})}
		s := &sweep.Sweep{Seeds: spec.Seeds, Variants: variants, Kept: func(run sweep.Run) (*sweep.Row, error) {
			return &sweep.Row{Variant: run.Variant, Seed: run.Seed, Verdict: core.Pass}, nil
		}}
		close(a.heeded)
		err := show(a, s)
		if stop := (*core.Stop)(nil); !errors.As(err, &stop) || stop.Verdict != core.Interrupted {
			t.Errorf("of %d variants: %v", variants, err)
		}
	}
}

// coinScript fails for some seeds.
const coinScript = `local sim = require "sim"
sim.bot("ann.net", function(env)
  for _ = 1, 40 do
    env:measure("throw", function() env:sleep(env.random:float()) end)
  end
  env:expect_true("heads", env.random:chance(0.8), "tails")
end)
`
