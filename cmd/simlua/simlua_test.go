package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"simlua.example/core/sweep/remote/embedded"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"simlua": main, "simlua-planted": mainPlanted})
}

// TestScripts plays testdata/*.txtar, each a transcript of the command line.
// UPDATE=1 rewrites what they compare with.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Condition:           condition,
	})
}

// condition is "embedded": the program has a NATS server.
func condition(name string) (bool, error) {
	if name != "embedded" {
		return false, errors.New("no such condition")
	}
	return embedded.Included, nil
}

// exits is the command "exits CODE PROGRAM ARGS...": it runs a program that
// must end with a code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// command is simlua as a process of its own.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &exec.Cmd{Path: exe, Args: append([]string{"simlua"}, args...)}
}

const endless = `local sim = require "sim"
sim.limits { time = "90000h", steps = 1e12 }
sim.bot("ann.net", function(env) while true do env:sleep("1s") env:log("on and on") end end)
`

func writeScript(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script.lua")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// interrupt starts a run, presses Ctrl-C after its first line, and returns what
// it prints after that. The exit code must be that of an interrupted run.
func interrupt(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(stdout)
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, want %d; stderr: %s", code, exitInterrupted, stderr.String())
	}
	return string(rest)
}

// Ctrl-C ends a run with what is known so far.
func TestInterrupt(t *testing.T) {
	cmd := command(t, "run", writeScript(t, endless))
	text := interrupt(t, cmd)
	if !strings.Contains(text, " verdict         interrupted\n") || !strings.Contains(text, "\ndigest ") {
		t.Errorf("no report after the log: …%s", text[max(0, len(text)-500):])
	}
	if strings.Contains(text, "replay:") {
		t.Error("an interrupted run says how to replay it")
	}
}

const dear = `local sim = require "sim"
sim.bot("ann.net", function(env)
  for _ = 1, 5000 do env:log("on and on") end
  local a = ("x"):rep(1e7)
  local b = a .. "y"
  pcall(function() while true do local c = a < b end end)
end)
`

// It does so in the middle of a step, too, and says where.
func TestInterruptInAStep(t *testing.T) {
	text := interrupt(t, command(t, "run", "--max-slice", "1h", writeScript(t, dear)))
	if !regexp.MustCompile(`reason +script.lua:[3-6]: interrupted\n`).MatchString(text) {
		t.Errorf("no place in the script: …%s", text[max(0, len(text)-500):])
	}
}

// Nobody reads on: the run ends, and says nothing about it.
func TestBrokenPipe(t *testing.T) {
	cmd := command(t, "run", writeScript(t, endless))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	stdout.Close()
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitPipe || stderr.Len() > 0 {
		t.Errorf("exit code %d, want %d; stderr: %s", code, exitPipe, stderr.String())
	}
}

// A defect is told without a traceback, with its place and how to get there.
func TestDefect(t *testing.T) {
	var stderr bytes.Buffer
	doing := func() string { return "simlua run --seed 7 mover.lua" }
	code := guard(&stderr, doing, func() int {
		var nothing []int
		return nothing[len(os.Args)]
	})
	if code != exitDefect {
		t.Errorf("exit code %d, want %d", code, exitDefect)
	}
	text := stderr.String()
	for _, want := range []string{"internal error: ", "index out of range", "TestDefect", "simlua_test.go:", doing()} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "goroutine ") {
		t.Errorf("a traceback:\n%s", text)
	}
}

// The program runs within a process, too: nothing is global but the signals.
func TestRunInProcess(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run([]string{"version"}, strings.NewReader(""), &stdout, &stderr); code != exitPass {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
	if !strings.HasPrefix(stdout.String(), "simlua ") {
		t.Errorf("version says %q", stdout.String())
	}
	if code := run([]string{"version"}, nil, failingWriter{}, &stderr); code != exitUsage {
		t.Errorf("exit code %d after a write that failed", code)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("out of paper") }
