//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"simlua.example/core/sweep"
	"simlua.example/luabind"
)

// keeper has a database and logs for ever.
const keeper = `local sim = require "sim"
sim.limits { time = "90000h", steps = 1e12 }
sim.bot("ann.net", function(env)
  env:open("kv")
  while true do env:sleep("1s") env:log("on and on") end
end)
`

// wordy has a report of 20 MB and more.
const wordy = `local sim = require "sim"
sim.bot("ann.net", function(env)
  for i = 1, 100000 do env:gauge("a gauge with a long name, of which there is only one", i) env:sleep("1ms") end
end)
`

// brackets take the parser some time, in which it looks at no brake.
var brackets = "local x = " + strings.Repeat("(", 520_000) + "1" + strings.Repeat(")", 520_000)

// A signal ends what would go on for ever, or for long, and nothing is left. The
// bound is generous: 200 ms are meant.
func TestSignals(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for _, test := range []struct {
		name   string
		script string
		args   []string
		ready  string // what must have been printed before the signal
		signal syscall.Signal
	}{
		{"nobody reads the log", keeper, []string{"run"}, "simlua run", syscall.SIGTERM},
		{"nobody reads the report", wordy, []string{"run", "--format", "json"}, "{", syscall.SIGHUP},
		{"nobody opens the pipe", keeper, []string{"run", "--pcap", pipe}, "", syscall.SIGINT},
		{"loading", brackets, []string{"check"}, "", syscall.SIGINT},
		{"twice", keeper, []string{"run"}, "simlua run", syscall.SIGINT},
	} {
		t.Run(test.name, func(t *testing.T) {
			temp := t.TempDir()
			cmd := command(t, append(test.args, writeScript(t, test.script))...)
			cmd.Env = append(os.Environ(), "TMPDIR="+temp)
			stdout, err := cmd.StdoutPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(stdout, make([]byte, len(test.ready))); err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond) // until it is there; no matter if it is not
			if test.name == "twice" {
				_ = cmd.Process.Signal(test.signal)
			}
			took := end(t, cmd, test.signal)
			t.Logf("it took %v", took)
			if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || took > 5*time.Second {
				t.Errorf("exit code %d after %v, want %d", code, took, exitInterrupted)
			}
			if left, _ := os.ReadDir(temp); len(left) > 0 {
				t.Errorf("left %v", left)
			}
		})
	}
}

// end sends a signal and waits for the end, though not for ever.
func end(t *testing.T, cmd *exec.Cmd, s syscall.Signal) time.Duration {
	t.Helper()
	start := time.Now()
	if err := cmd.Process.Signal(s); err != nil {
		t.Error(err)
	}
	defer time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() }).Stop()
	_ = cmd.Wait()
	return time.Since(start)
}

// While a script is loaded for many runs, too, nothing looks at the brake.
func TestLoadingLooksAtNoBrake(t *testing.T) {
	var a app
	during := stage(-1)
	before := loadOptions
	defer func() { loadOptions = before }()
	loadOptions = append(before[:len(before):len(before)], func(*luabind.Program) { during = a.stage.Load() })
	if _, err := a.loadVariant(&sweep.Variant{Script: writeScript(t, keeper)}); err != nil {
		t.Fatal(err)
	}
	if after := a.stage.Load(); during != playing || after != endsItself {
		t.Errorf("stages %d and %d, want %d and %d", during, after, playing, endsItself)
	}
}
