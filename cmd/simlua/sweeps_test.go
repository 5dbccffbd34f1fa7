package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// listedSweep is a line of simlua sweeps.
type listedSweep struct {
	Name, Script, Build    string
	Played, Total, Failing int
	Rate                   float64 `json:"runs_per_second"`
	Workers, Jobs          int
	Attended               bool
}

// listSweeps is simlua sweeps.
func listSweeps(t *testing.T, url string) []listedSweep {
	t.Helper()
	out, code := simlua(t, "sweeps", "--nats", url, "--format", "json")
	var list struct{ Sweeps []listedSweep }
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != exitPass {
		t.Fatalf("exit code %d, %v: %s", code, err, out)
	}
	return list.Sweeps
}

// begin starts simlua.
func begin(t *testing.T, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	cmd, stdout, stderr = command(t, args...), new(bytes.Buffer), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, stdout, stderr
}

// eventually waits for something.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what + ": not after half a minute")
		}
	}
}

// A sweep that goes on is listed with its rate, its progress, its failures and its
// workers. Who cancels it by its name frees the workers within a second; who waits for it
// gets tables of what has finished.
func TestSweeps(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	url := startNATS(t)
	startWorkers(t, url, 2)
	script := writeScript(t, coinScript)
	cmd, stdout, stderr := begin(t, "sweep", script, "--seeds", "1-1000000", "--nats", url)
	var is listedSweep
	eventually(t, "a sweep with failures", func() bool {
		if list := listSweeps(t, url); len(list) == 1 {
			is = list[0]
		}
		return is.Failing > 10 && is.Workers == 2
	})
	if is.Script != script || is.Build != platform() || is.Total != 1_000_000 || is.Jobs != 2 || !is.Attended ||
		is.Rate <= 0 || is.Failing > is.Played/3 {
		t.Errorf("%+v", is)
	}
	table, _ := simlua(t, "sweeps", "--nats", url)
	if !regexp.MustCompile(`(?s)^simlua sweeps nats://127.0.0.1:\d+\n.*name.*failing +a +workers.*` + is.Name).
		MatchString(table) {
		t.Errorf("a table:\n%s", table)
	}
	cancelled, code := simlua(t, "sweeps", "--nats", url, "--cancel", is.Name)
	if code != exitPass || cancelled != "" {
		t.Errorf("exit code %d: %s", code, cancelled)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(stdout.String(), "\ndigest ") ||
		!strings.Contains(stderr.String(), "simlua: the sweep was cancelled: ") { // the first seed may be late
		t.Errorf("exit code %d: %s\n%s", code, stdout, stderr)
	}
	if list := listSweeps(t, url); len(list) > 0 {
		t.Errorf("%+v", list)
	}
}

// forever goes on and on with the seeds 6 to 10, and not with 5.
const forever = `local sim = require "sim"
sim.limits { time = "90000h", steps = 1e12 }
sim.bot("ann.net", function(env)
  local forever = env.random:chance(0.8)
  repeat env:sleep("1s") env:log("on") until not forever
end)
`

// Workers are freed in the midst of a run.
func TestCancelBusy(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	url, script := startNATS(t), writeScript(t, forever)
	startWorkers(t, url, 1)
	cmd, _, _ := begin(t, "sweep", script, "--seeds", "5-10", "--nats", url)
	var list []listedSweep
	eventually(t, "a worker", func() bool {
		list = listSweeps(t, url)
		return len(list) == 1 && list[0].Workers == 1
	})
	time.Sleep(time.Second) // in which it begins one that does not end
	if _, code := simlua(t, "sweeps", "--nats", url, "--cancel", list[0].Name); code != exitPass {
		t.Error("it is not cancelled")
	}
	freed := time.Now()
	if out, code := simlua(t, "sweep", script, "--seeds", "5", "--nats", url); code != exitPass {
		t.Error(out)
	}
	if took := time.Since(freed); took > 10*time.Second {
		t.Errorf("the worker is busy for %v", took)
	}
	_ = cmd.Wait()
}

// A second Ctrl-C ends simlua at once, but not before the sweep is off the server; when
// that does not answer, it says what is left.
func TestInterruptTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	server := newNATSProcess(t)
	script := writeScript(t, forever)
	for _, answers := range []bool{true, false} {
		cmd, _, stderr := begin(t, "sweep", script, "--seeds", "5-10", "--nats", server.url())
		var list []listedSweep
		eventually(t, "a sweep", func() bool {
			list = listSweeps(t, server.url())
			return len(list) > 0
		})
		_ = server.cmd.Process.Signal(syscall.SIGSTOP)
		_ = cmd.Process.Signal(os.Interrupt)
		time.Sleep(500 * time.Millisecond)
		if answers {
			_ = server.cmd.Process.Signal(syscall.SIGCONT)
		}
		second := time.Now()
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		took, code := time.Since(second), cmd.ProcessState.ExitCode()
		_ = server.cmd.Process.Signal(syscall.SIGCONT)
		left := "simlua: the sweep " + list[0].Name + " is left on the server (no answer): simlua sweeps --nats … --cancel " +
			list[0].Name + " removes it\n"
		if took > 4*time.Second || code != exitInterrupted || strings.Contains(stderr.String(), left) == answers {
			t.Errorf("answers: %v; exit code %d after %v: %s", answers, code, took, stderr)
		}
		if list := listSweeps(t, server.url()); answers && len(list) > 0 {
			t.Errorf("%+v is left: %s", list, stderr)
		}
	}
}
