package main

import (
	"bufio"
	"io"
	"os/exec"
	"strings"
	"testing"

	"simlua.example/core/sweep/remote/embedded"
)

// One machine, three workers of a server in the process, and three of a server beside:
// the same bytes, whatever is played.
func TestThreeWays(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	server := newNATSProcess(t)
	startWorkers(t, server.url(), 3)
	for _, args := range [][]string{
		{"sweep", "broken/mover_eventual.lua", "--seeds", "1-40", "--format", "json"},
		{"sweep", "broken/mover_eventual.lua", "--seeds", "1-", "--stop-after", "3", "--plan", "swarm", "--per-seed"},
		{"compare", "mover.lua", "--vary", "iterations=5,10", "--seeds", "1-20", "--format", "json"},
		{"shrink", "broken/mover_eventual.lua", "--seed", "2", "--also", "iterations", "--check"},
		{"test", "payments.lua", "--format", "jsonl"},
	} {
		want, code := simlua(t, append(args, "--jobs", "4")...)
		ways := map[string]func(*testing.T, ...string) (string, int){
			"beside": func(t *testing.T, args ...string) (string, int) {
				return simlua(t, append(args, "--nats", server.url())...)
			},
		}
		if embedded.Included {
			ways["embedded"] = embeddedWithWorkers
		}
		for way, play := range ways {
			if got, gotCode := play(t, args...); got != want || gotCode != code || want == "" {
				t.Errorf("%s, simlua %s: exit code %d, want %d; got:\n%s\nwant:\n%s", way, strings.Join(args, " "), gotCode,
					code, got, want)
			}
		}
	}
	if left := server.streams(t); len(left) > 0 {
		t.Errorf("%v are left on the server", left)
	}
}

// embeddedWithWorkers runs a command with a server of its own, and three workers there.
func embeddedWithWorkers(t *testing.T, args ...string) (stdout string, code int) {
	t.Helper()
	cmd := command(t, append(args, "--nats", "embedded", "--jobs", "1")...)
	cmd.Dir = "../../scripts"
	var out strings.Builder
	cmd.Stdout = &out
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	workers := joinWorkers(t, stderr)
	_ = cmd.Wait()
	for _, w := range workers {
		_ = w.Process.Kill()
		_ = w.Wait()
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// joinWorkers starts workers where a command says that there is a server for them, and
// reads to the end of what it says.
func joinWorkers(t *testing.T, stderr io.Reader) (workers []*exec.Cmd) {
	t.Helper()
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		_, url, found := strings.Cut(lines.Text(), "for workers: simlua worker --nats ")
		for range 3 {
			if !found {
				break
			}
			w := command(t, "worker", "--nats", url, "--jobs", "1")
			if err := w.Start(); err != nil {
				t.Fatal(err)
			}
			workers = append(workers, w)
		}
	}
	if len(workers) == 0 {
		t.Error("it does not say where its server is")
	}
	return workers
}
