package main

import (
	"bytes"
	"os"
	"regexp"
	"testing"
	"time"
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

// coinScript fails for some seeds.
const coinScript = `local sim = require "sim"
sim.bot("ann.net", function(env)
  for _ = 1, 40 do
    env:measure("throw", function() env:sleep(env.random:float()) end)
  end
  env:expect_true("heads", env.random:chance(0.8), "tails")
end)
`
