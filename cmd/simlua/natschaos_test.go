package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// chaos is what happens in a round.
type chaos struct {
	t      *testing.T
	server *natsProcess
	script string
	seeds  string
	began  time.Time
	done   chan struct{}
	goings sync.WaitGroup
	killed killed
}

// killed is how many were killed while the sweep was not done.
type killed struct{ workers, servers, submitters atomic.Int32 }

func (k *killed) String() string {
	return fmt.Sprintf("%d workers, %d servers and %d submitters were killed", k.workers.Load(), k.servers.Load(),
		k.submitters.Load())
}

// between waits for some time between two, unless the round is over. It waits longer as
// the round goes on, so that a slow host comes to an end, too.
func (c *chaos) between(r *rand.Rand, least, most time.Duration) bool {
	wait := least + time.Duration(r.Int64N(int64(most-least)))
	select {
	case <-time.After(wait + time.Duration(float64(wait)*time.Since(c.began).Seconds()/10)):
		return true
	case <-c.done:
		return false
	}
}

// hasty is simlua that misses a worker after a second.
func (c *chaos) hasty(args ...string) *exec.Cmd {
	cmd := command(c.t, append(args, "--nats", c.server.url())...)
	cmd.Args[0] = "simlua-planted" // and nothing is planted
	return cmd
}

// worker starts a worker, kills it, and so on.
func (c *chaos) worker(r *rand.Rand) {
	for {
		cmd := c.hasty("worker", "--jobs", "1")
		if err := cmd.Start(); err != nil {
			c.t.Error(err)
			return
		}
		goes := c.between(r, time.Second, 4*time.Second)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if !goes {
			return
		}
		c.killed.workers.Add(1)
		if !c.between(r, 0, 300*time.Millisecond) {
			return
		}
	}
}

// harmServer kills the server and starts it again, and so on. It leaves it running.
func (c *chaos) harmServer(r *rand.Rand) {
	for c.between(r, time.Second, 6*time.Second) {
		c.server.kill()
		c.killed.servers.Add(1)
		time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond)
		c.server.start(c.t)
	}
}

// sweep submits, is killed, attaches again, and so on until the tables are there.
func (c *chaos) sweep(r *rand.Rand) (stdout string) {
	deaths := 0
	for range 100 {
		args := []string{"sweep", c.script, "--seeds", c.seeds, "--tries", "1000000", "--format", "json"}
		if name := c.name(); name != "" {
			args = []string{"sweep", "--attach", name, "--format", "json"}
		}
		cmd := c.hasty(args...)
		var out, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &stderr
		if err := cmd.Start(); err != nil {
			c.t.Error(err)
			return ""
		}
		if deaths < 3 {
			deaths++
			time.AfterFunc(time.Duration(500+r.IntN(3000))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		}
		_ = cmd.Wait()
		switch code := cmd.ProcessState.ExitCode(); code {
		case exitPass, exitFail:
			return out.String()
		case -1: // by a signal
			c.killed.submitters.Add(1)
		default:
			c.t.Logf("exit code %d: %s", code, stderr.String())
		}
		if _, rest, found := strings.Cut(stderr.String(), "simlua sweeps --cancel "); found {
			name, _, _ := strings.Cut(rest, " ")
			_ = c.hasty("sweeps", "--cancel", name).Run() // else it is told again
		}
	}
	c.t.Error("the sweep does not come to an end")
	return ""
}

// name is that of the sweep that is on the server, if there is one.
func (c *chaos) name() string {
	for range 100 {
		cmd := c.hasty("sweeps", "--format", "json")
		out, err := cmd.Output()
		if err != nil {
			time.Sleep(100 * time.Millisecond) // the server is not there
			continue
		}
		var listed struct{ Sweeps []struct{ Name string } }
		if err := json.Unmarshal(out, &listed); err != nil {
			c.t.Errorf("%v: %s", err, out)
		}
		if len(listed.Sweeps) == 0 {
			return ""
		}
		return listed.Sweeps[0].Name
	}
	c.t.Error("the server does not answer")
	return ""
}

// Whoever is killed, and whenever: nothing is lost, nothing counts twice, the bytes are
// the same, and nothing stays on the server. CHAOS=50 plays so many rounds.
func TestChaosOfWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	rounds := 1
	if text := os.Getenv("CHAOS"); text != "" {
		rounds, _ = strconv.Atoi(text)
	}
	script, seeds := writeScript(t, strings.Replace(coinScript, "40", "400", 1)), "1-600"
	want, err := command(t, "sweep", script, "--seeds", seeds, "--format", "json").Output()
	if len(want) == 0 {
		t.Fatal(err)
	}
	server := newNATSProcess(t)
	var all killed
	for round := range rounds {
		c := &chaos{t: t, server: server, script: script, seeds: seeds, began: time.Now(), done: make(chan struct{})}
		for i := range 3 {
			c.goings.Go(func() { c.worker(rand.New(rand.NewPCG(uint64(round), uint64(i)))) })
		}
		c.goings.Go(func() { c.harmServer(rand.New(rand.NewPCG(uint64(round), 10))) })
		got := c.sweep(rand.New(rand.NewPCG(uint64(round), 20)))
		close(c.done)
		c.goings.Wait()
		if got != string(want) {
			t.Fatalf("round %d: got %d bytes, want %d:\n%s", round, len(got), len(want), got)
		}
		if left := server.streams(t); len(left) > 0 {
			t.Errorf("round %d: %v are left on the server", round, left)
		}
		t.Logf("round %d took %v; %v", round, time.Since(c.began).Round(time.Millisecond), &c.killed)
		all.workers.Add(c.killed.workers.Load())
		all.servers.Add(c.killed.servers.Load())
		all.submitters.Add(c.killed.submitters.Load())
	}
	t.Logf("%d rounds: %v", rounds, &all)
	if rounds >= 10 && (all.workers.Load() == 0 || all.servers.Load() == 0 || all.submitters.Load() == 0) {
		t.Error("nobody of some kind was killed: it is no test of that")
	}
}
