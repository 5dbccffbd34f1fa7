package luabind_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/luabind"
)

// playText loads and runs a script; neither may fail.
func playText(t testing.TB, text string, o luabind.RunOptions) *core.Result {
	t.Helper()
	p, err := loadText("script.lua", text, luabind.WithBudget(300_000))
	if err != nil {
		t.Fatal(err)
	}
	o.Keep = max(o.Keep, core.KeepLines)
	result, err := p.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// logs are the lines a run wrote.
func logs(r *core.Result) string {
	var lines []string
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactLog {
			lines = append(lines, f.Service+": "+f.Text)
		}
	}
	return strings.Join(lines, "\n")
}

const pingPong = `
local sim = require "sim"
sim.param("rounds", 20)
sim.connect("botnet", "net", sim.profile.mobile_3g)
sim.service("echo.net", function(env)
  env:serve(80, function(conn)
    while true do conn:send(conn:receive()) end
  end)
end)
sim.bot("ping", function(env)
  local conn
  for i = 1, sim.params.rounds do
    repeat
      local ok = pcall(function()
        conn = conn or env:connect("echo.net:80", 5)
        conn:send { n = i }
        env:expect("echo", i, conn:receive(5).n)
      end)
      if not ok then if conn then conn:close() end conn = nil end
    until ok
    env:log("round", i, tostring({}), env.random:int(1, 100))
  end
  env:halt("DONE")
end)
sim.check("done", function(run) return true end)
`

// TestRunIsAFunction runs one Program from many goroutines: the same seed
// gives the same digest.
func TestRunIsAFunction(t *testing.T) {
	p, err := loadText("script.lua", pingPong)
	if err != nil {
		t.Fatal(err)
	}
	const runs = 8
	digests := [runs]uint64{}
	var wait sync.WaitGroup
	for i := range runs {
		wait.Add(1)
		go func() {
			defer wait.Done()
			r, err := p.Run(context.Background(), luabind.RunOptions{Seed: uint64(i%2) + 1})
			if err != nil {
				t.Error(err)
				return
			}
			if r.Verdict != core.Pass {
				t.Errorf("verdict %s: %s", r.Verdict, r.Reason)
			}
			digests[i] = r.Digest
		}()
	}
	wait.Wait()
	if digests[0] == digests[1] {
		t.Error("two seeds gave the same digest")
	}
	for i, d := range digests {
		if d != digests[i%2] {
			t.Errorf("run %d: digest %016x, want %016x", i, d, digests[i%2])
		}
	}
}

// TestStubborn kills services that catch everything.
func TestStubborn(t *testing.T) {
	for name, body := range map[string]string{
		"pcall":     `while true do pcall(function() env:sleep(1) end) end`,
		"xpcall":    `while true do xpcall(function() env:sleep(1) end, function(e) env:log("handler") return e end) end`,
		"coroutine": `while true do coroutine.resume(coroutine.create(function() while true do pcall(function() env:sleep(1) end) end end)) end`,
		"wrap":      `while true do pcall(coroutine.wrap(function() env:sleep(1) end)) end`,
		"metamethod": `local t = setmetatable({}, {__index = function() while true do pcall(function() env:sleep(1) end) end end})
			while true do pcall(function() return t.x end) end`,
		"sort":    `while true do pcall(table.sort, {3, 2, 1}, function(a, b) pcall(function() env:sleep(1) end) return a < b end) end`,
		"gsub":    `while true do pcall(string.gsub, "abc", ".", function() env:sleep(1) end) end`,
		"measure": `while true do pcall(function() env:measure("op", function() env:sleep(1) end) end) end`,
		"processes": `for i = 1, 5 do env:go(function() while true do pcall(function() env:sleep(1) end) end end) end
			while true do pcall(function() env:sleep(1) end) end`,
		"tostring": `local t = setmetatable({}, {__tostring = function() env:sleep(1) return "" end})
			while true do pcall(tostring, t) end`,
	} {
		t.Run(name, func(t *testing.T) {
			r := playText(t, `
				local sim = require "sim"
				sim.service("s.net", function(env) `+body+` end)
				sim.plan(function(plan) plan:start("*"); plan:sleep(3.5); plan:kill("s.net"); plan:log("killed"); plan:sleep(10) end)
				sim.limits { time = 20 }
			`, luabind.RunOptions{Seed: 1})
			if r.Verdict != core.Pass || r.Machines[0].Kills != 1 || !strings.HasSuffix(logs(r), "killed") {
				t.Errorf("%s: %s, %d kills, log:\n%s", r.Verdict, r.Reason, r.Machines[0].Kills, logs(r))
			}
		})
	}
}

// TestFreshVM shows that nothing in memory survives a reboot or is shared.
func TestFreshVM(t *testing.T) {
	r := playText(t, `
		local sim = require "sim"
		local count = 0
		local function service(env)
			count, seen = count + 1, (seen or 0) + 1
			env:log(count, seen, env.service)
			env:sleep("1h")
		end
		sim.service("a.net", service)
		sim.service("b.net", service)
		sim.plan(function(plan) count = count + 5; plan:start("*"); plan:sleep(1); plan:reboot("a.net"); plan:sleep(1) end)
		sim.limits { time = "10s" }
	`, luabind.RunOptions{Seed: 1})
	want := "a.net: 1 1 a.net\nb.net: 1 1 b.net\na.net: 1 1 a.net"
	if logs(r) != want {
		t.Errorf("got:\n%s\nwant:\n%s", logs(r), want)
	}
}

// TestErrors is what a script's mistake looks like while it runs.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, body, reason string }{
		{"runtime", `sim.bot("b", function(env) local x = nil; x.y = 1 end)`, `script.lua:2: attempt to index local 'x' (a nil value) with key 'y'`},
		{"table", `sim.bot("b", function(env) error({code = 1}) end)`, `script.lua:2: error object {code = 1}`},
		{"loop", `sim.bot("b", function(env) env:sleep(1) while true do pcall(function() while true do end end) end end)`,
			`script.lua:2: 5 million instructions without waiting: an infinite loop?`},
		{"world", `sim.bot("b", function(env) env:connect("nowhere.net:80") end)`, `script.lua:2: connect to nowhere.net:80: no route to host`},
		{"late", `sim.bot("b", function(env) sim.service("x.y", print) end)`, `script.lua:2: sim.service is part of the declaration`},
		{"option", `sim.bot("b", function(env) env:open("x", {nosync = true}) end)`, `script.lua:2: env:open: unknown option "nosync"; did you mean "no_sync"?`},
		{"dot", `sim.bot("b", function(env) env.sleep(1) end)`, `script.lua:2: sleep is a method: call it with a colon, as env:sleep(…)`},
		{"plan", `sim.bot("b", function(env) end) sim.plan(function(plan) plan:kill("x*") end)`, `script.lua:2: `},
		{"differs", `n = (n or 0) + 1 sim.bot("b" .. tostring(sim.params), function() end)`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := loadText("script.lua", "local sim = require 'sim'\n"+c.body)
			if err != nil {
				t.Skip(err)
			}
			r, err := p.Run(context.Background(), luabind.RunOptions{})
			if err != nil {
				t.Skip(err)
			}
			if r.Verdict != core.Crash || !strings.Contains(r.Reason, c.reason) {
				t.Errorf("%s: %q, want %q", r.Verdict, r.Reason, c.reason)
			}
			var script *luabind.ScriptError
			if !errors.As(r.Err, &script) || script.Line != 2 || script.File != "script.lua" {
				t.Errorf("%#v", r.Err)
			}
		})
	}
}

// TestScriptError knows where it happened.
func TestScriptError(t *testing.T) {
	r := playText(t, `local sim = require "sim"
local function inner() error("oops") end
local function outer() inner() end
sim.bot("b", function(env)
  env:sleep(2)
  outer()
end)`, luabind.RunOptions{})
	var e *luabind.ScriptError
	if !errors.As(r.Err, &e) {
		t.Fatalf("%v", r.Err)
	}
	if e.Error() != "script.lua:2: oops" || e.Machine != "b.botnet" || e.Time != 2*time.Second {
		t.Errorf("%s, %s, %v", e, e.Machine, e.Time)
	}
	want := "script.lua:2: in function 'inner'\nscript.lua:3: in function 'outer'\nscript.lua:6:"
	if got := strings.Join(e.Stack, "\n"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
