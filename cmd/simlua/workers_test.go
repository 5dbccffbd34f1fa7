package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// startNATS starts a server for a test, and returns its URL.
func startNATS(t testing.TB) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(),
		NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not get ready")
	}
	return s.ClientURL()
}

// startWorkers starts workers as processes of their own.
func startWorkers(t *testing.T, url string, n int) {
	t.Helper()
	for range n {
		cmd := command(t, "worker", "--nats", url, "--jobs", "1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			if err := cmd.Wait(); err != nil {
				t.Errorf("a worker: %v: %s", err, stderr.String())
			}
		})
	}
}

// simlua runs a command in the folder of the scripts, and returns what it writes.
func simlua(t *testing.T, args ...string) (stdout string, code int) {
	t.Helper()
	cmd := command(t, args...)
	cmd.Dir = "../../scripts"
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	out, err := cmd.Output()
	if code = cmd.ProcessState.ExitCode(); code == exitUsage || code == exitDefect || code == exitVoid {
		t.Errorf("simlua %s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out), code
}

// A sweep that is left to the workers comes to the same tables as one that is waited
// for; and so does one whose simlua is killed, with its rows in a folder or not.
func TestAttach(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	url := startNATS(t)
	startWorkers(t, url, 1)
	sweep := []string{"sweep", "broken/mover_eventual.lua", "--seeds", "1-60", "--stop-after", "20", "--format", "json"}
	want, _ := simlua(t, sweep...)
	name, _ := simlua(t, append(sweep, "--nats", url, "--detach")...)
	name = strings.TrimSpace(name)
	if got, code := simlua(t, "sweep", "--nats", url, "--attach", name); got != want || code != exitFail {
		t.Errorf("detached: exit code %d; got:\n%s\nwant:\n%s", code, got, want)
	}

	out := t.TempDir()
	cmd := command(t, append(sweep, "--nats", url, "--out", out)...)
	cmd.Dir = "../../scripts"
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for begun := false; !begun; {
		rows, _ := os.ReadFile(filepath.Join(out, "rows.jsonl"))
		begun = len(rows) > 0
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if got, _ := simlua(t, "sweep", "--nats", url, "--attach", onlySweep(t, url), "--out", out); got != want {
		t.Errorf("killed: got:\n%s\nwant:\n%s", got, want)
	}
}

// onlySweep is the name of the only sweep on a server.
func onlySweep(t *testing.T, url string) string {
	t.Helper()
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	names := js.StreamNames(t.Context(), jetstream.WithStreamListSubject("simlua.*.work"))
	for name := range names.Name() {
		return strings.TrimSuffix(strings.TrimPrefix(name, "SIMLUA_"), "_WORK")
	}
	t.Fatal("no sweep is on the server")
	return ""
}

const killsWorker = `local sim = require "sim"
sim.service("a.lan", sim.engine.planted { ["do"] = "kill worker" })
sim.bot("ann.net", function(env) env:sleep("3s") end)
`

// A run that takes its workers with it is a line of the table, and no more. Here that is
// seed 5; the first one, 3, is played by the submitter, too.
func TestKilledWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	url, script := startNATS(t), writeScript(t, killsWorker)
	planted := func(args ...string) *exec.Cmd {
		cmd := command(t, args...)
		cmd.Args[0] = "simlua-planted"
		return cmd
	}
	ctx, cancel := context.WithCancel(t.Context())
	deaths, ended := 0, make(chan bool) // the last one is ours
	go func() {
		defer close(ended)
		for ; ctx.Err() == nil; deaths++ {
			cmd := planted("worker", "--nats", url, "--jobs", "1")
			stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
			_ = cmd.Run()
			stop()
		}
	}()
	cmd := planted("sweep", script, "--seeds", "3-8", "--per-seed", "--nats", url)
	out, _ := cmd.Output()
	cancel()
	<-ended
	void := strings.Count(string(out), "it took <n> workers with it")
	if code := cmd.ProcessState.ExitCode(); code != exitVoid || void != 1 || deaths != 4 {
		t.Errorf("exit code %d, %d workers died; got:\n%s", code, deaths, out)
	}
}
