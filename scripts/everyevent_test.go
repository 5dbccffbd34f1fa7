package scripts_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"simlua.example/core"
	"simlua.example/luabind"
)

// smallWorld has a bit of everything: a Lua service over a database, an engine
// in Go, connections both ways, a plan that harms machine "kv.lan" at a moment.
const smallWorld = `
local sim = require "sim"
sim.param("verb", "power_fail", "what the plan does")
sim.param("at", "1h", "when it does it")
sim.param("steps", 1000000, "the world ends after so many")
sim.connect("lan", "lan", { delay = sim.uniform("1ms", "3ms"), loss = 0.1 })
sim.service("cl.lan", sim.engine.commit_log { port = 443, storage = "disk" })
sim.service("kv.lan", function(env)
  local db = env:open("kv")
  env:go(function() while true do pcall(env.sleep, env, "5ms") end end)
  env:serve(80, function(conn)
    while true do
      local n = conn:receive()
      db:update(function(tx) tx:put("n", n) end)
      local co = coroutine.wrap(function() env:sleep("1ms") coroutine.yield(n) end)
      conn:send(co())
    end
  end)
end)
sim.bot("client.lan", function(env)
  for i = 1, 4 do
    pcall(function()
      local conn = env:connect("kv.lan:80", "50ms")
      conn:send(i)
      conn:receive("50ms")
      conn:close()
    end)
  end
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(sim.params.at)
  plan[sim.params.verb](plan, "kv.lan")
end)
sim.limits { time = "30s", steps = sim.params.steps }
`

// moments notes when anything is on the wire.
type moments struct{ at []time.Duration }

func (m *moments) Packets(string, *core.Profile) bool { return true }
func (m *moments) Wants() core.Keep                   { return core.KeepLines }
func (m *moments) Observe(f *core.Fact) {
	m.at = append(m.at, f.At, f.At+f.Delay)
}

func playSmall(t *testing.T, program *luabind.Program, folder string, o luabind.RunOptions) *core.Result {
	t.Helper()
	o.Seed, o.Folder = 3, folder
	r, err := program.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict == core.Crash {
		t.Fatalf("%v: %s\n%v", o.Set, r.Reason, r.Err)
	}
	return r
}

func loadSmall(t *testing.T) *luabind.Program {
	t.Helper()
	files := fstest.MapFS{"small.lua": {Data: []byte(smallWorld)}}
	program, err := luabind.LoadFS(files, "small.lua")
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// leaves fails the test when goroutines stay behind.
func leaves(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}

// TestEndAtEveryStep ends the world at each of its steps.
func TestEndAtEveryStep(t *testing.T) {
	folder := t.TempDir()
	program := loadSmall(t)
	whole := playSmall(t, program, folder, luabind.RunOptions{})
	before := runtime.NumGoroutine()
	for k := uint64(1); k < whole.Steps; k++ {
		r := playSmall(t, program, folder, luabind.RunOptions{Set: []string{fmt.Sprintf("steps=%d", k)}})
		if r.Steps != k || r.Verdict != core.Stuck {
			t.Fatalf("asked for %d steps, got %d: %s", k, r.Steps, r.Reason)
		}
	}
	leaves(t, before)
}

// TestHarmAtEveryMoment does each harmful thing to a machine at every moment
// in which a packet leaves or arrives, and just after.
func TestHarmAtEveryMoment(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	program := loadSmall(t)
	var seen moments
	playSmall(t, program, t.TempDir(), luabind.RunOptions{Observers: []core.Observer{&seen}})
	slices.Sort(seen.at)
	before := runtime.NumGoroutine()
	for _, verb := range []string{"power_fail", "kill", "stop", "reboot", "wipe", "pause"} {
		for _, at := range slices.Compact(seen.at) {
			for _, moment := range []time.Duration{at, at + 1} {
				set := []string{"verb=" + verb, "at=" + moment.String()}
				playSmall(t, program, t.TempDir(), luabind.RunOptions{Set: set})
			}
		}
	}
	leaves(t, before)
	if left, err := os.ReadDir(os.TempDir()); err == nil {
		for _, f := range left {
			if strings.HasPrefix(f.Name(), "simlua") {
				t.Errorf("%s was left behind", f.Name())
			}
		}
	}
}
