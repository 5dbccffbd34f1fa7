package luabind_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/luabind"
)

// lab is what the scripts of testdata/run_*.lua stand on: one network whose
// packets take a millisecond.
const lab = `
local sim = require "sim"
sim.connect("net", "net", { delay = "1ms" })
sim.connect("net", "botnet", { delay = "1ms" })
sim.connect("botnet", "botnet", { delay = "1ms" })
return sim
`

func playGuest(t testing.TB, name, text string) (*core.Result, error) {
	t.Helper()
	files := fstest.MapFS{name: {Data: []byte(text)}, "lab.lua": {Data: []byte(lab)}, "empty.lua": {},
		"circle.lua": {Data: []byte("require 'circle'")}}
	p, err := luabind.LoadFS(files, name, luabind.WithBudget(300_000))
	if err != nil {
		return nil, err
	}
	return p.Run(context.Background(), luabind.RunOptions{Seed: 1, Folder: t.TempDir(), Keep: core.KeepLines})
}

// TestGuestRuns plays testdata/run_*.lua: each chunk is a scenario of its own.
// It passes, or crashes with the error its "--!" comment says.
func TestGuestRuns(t *testing.T) {
	files, _ := filepath.Glob("testdata/run_*.lua")
	if len(files) == 0 {
		t.Fatal("no scripts")
	}
	for _, file := range files {
		for _, c := range readChunks(t, file) {
			title, _, _ := strings.Cut(strings.TrimLeft(c.text, "\n- "), "\n")
			t.Run(c.name+"/"+title, func(t *testing.T) {
				r, err := playGuest(t, c.name, c.text)
				if err != nil {
					t.Fatal(err)
				}
				if c.want != nil {
					if r.Verdict != core.Crash {
						t.Fatalf("verdict %s (%s), want a crash", r.Verdict, r.Reason)
					}
					c.judge(t, r.Err)
					return
				}
				if r.Verdict != core.Pass {
					t.Errorf("verdict %s: %s\n%v", r.Verdict, r.Reason, r.Err)
				}
				for _, check := range r.Checks {
					if !check.Held {
						t.Errorf("%s %q does not hold: %s", check.Kind, check.Name, check.Message)
					}
				}
			})
		}
	}
}

func TestExpectShowsValues(t *testing.T) {
	r, err := playGuest(t, "expect.lua", `
		local sim = require "lab"
		sim.bot("b", function(env)
			assert(env:expect("a table", { a = 1, [2] = "x" }, { 1, { b = env } }) == false)
			assert(env:expect("a text", 1, "1") == false)
			env:expect("a text", "2", 2)
			env:expect("a text", 3, 3)
			env:warn("look", 1)
			env:error({ 1 } == nil)
		end)`)
	if err != nil || r.Verdict != core.Fail || len(r.Checks) != 2 {
		t.Fatal(err, r)
	}
	want := []string{`b.botnet: expected {[2] = "x", a = 1}, got {1, {b = env}}`, `b.botnet: expected 1, got "1"`}
	for i, check := range r.Checks {
		if check.Held || check.Message != want[i] {
			t.Errorf("%s", check.Message)
		}
	}
	if r.Checks[1].Evaluated != 3 {
		t.Errorf("evaluated %d times", r.Checks[1].Evaluated)
	}
	var lines []string
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactLog {
			lines = append(lines, f.Level.String()+": "+f.Text)
		}
	}
	if got := strings.Join(lines, "\n"); got != "warn: look 1\nerror: false" {
		t.Errorf("log:\n%s", got)
	}
}

// What a check says is shown, whatever it is.
func TestCheckSays(t *testing.T) {
	r, err := playGuest(t, "says.lua", `
		local sim = require "lab"
		sim.bot("b", function(env) end)
		for i, says in ipairs { "text", 1 / 0, { 1, b = false }, false, { message = "m" } } do
			sim.check("check " .. i, function() return i % 2 == 1, says end)
		end`)
	if err != nil {
		t.Fatal(err)
	}
	var says []string
	for _, check := range r.Checks {
		says = append(says, check.Message)
	}
	if got := strings.Join(says, "; "); got != "text; inf; {1, b = false}; false; m" {
		t.Error(got)
	}
}

// What went into a measured operation and what came out, as a history has it.
func TestOperationsAsHistory(t *testing.T) {
	r := playText(t, `
		local sim = require "sim"
		sim.bot("b.net", function(env)
			env:measure("read", function(key) return { key, 0.5, { tea = 2, [7] = false } } end, "k")
			env:measure("cas", function(...) return end, "k", nil, { 1, {} }, nil)
			pcall(env.measure, env, "fail", function() error({ kind = "conflict" }) end, print)
			local loop = {} loop.loop = loop
			env:measure("loop", function() return loop end)
			env:go(function() env:measure("other", function() return true end) end)
			env:sleep(1)
		end)`, luabind.RunOptions{Keep: core.KeepAll})
	var got []string
	for _, o := range r.Trace.Operations {
		got = append(got, fmt.Sprintf("%s p%d %d-%d %#v -> %#v %s%v", o.Name, o.Process, o.Invoked, o.Completed,
			o.Input, o.Output, o.Err, o.Oversize))
	}
	want := []string{
		`read p1 1-2 "k" -> []interface {}{"k", 0.5, map[string]interface {}{"[7]":false, "tea":2}} false`,
		`cas p1 3-4 []interface {}{"k", interface {}(nil), []interface {}{1, []interface {}{}}, interface {}(nil)} -> ` +
			`<nil> false`,
		`fail p1 5-6 "function" -> <nil> conflictfalse`,
		`loop p1 7-8 <nil> -> <nil> true`,
		`other p2 9-10 <nil> -> true false`,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// Whatever a script raises, keeps or measures, a Result holds nothing of its VM.
func TestResultIsPlain(t *testing.T) {
	for _, body := range []string{
		`error({ env = env, f = function() return env end })`, `env:connect("nobody.net:1")`,
		`local t = nil t.x = 1`, `while true do end`, `env:expect("x", env, { function() end })`,
		`env:measure("x", function() error({ kind = "own", env = env }) end, env, { env })`,
	} {
		r := playText(t, `local sim = require "sim"
			sim.bot("b.net", function(env) env:gauge("up", 1) `+body+` end)
			sim.always("w", function(world) error({ world }) end)
			sim.check("r", function(run) error({ run }) end)`, luabind.RunOptions{Keep: core.KeepAll})
		if way := coretest.NotPlain(r); way != "" || r.Verdict == core.Pass {
			t.Errorf("%s: %s %s", body, r.Verdict, way)
		}
	}
}

// A process that swallows its request to stop is told how not to, once.
func TestSwallowedStop(t *testing.T) {
	for _, ask := range []string{`env:connect("s.net:1")`, `env:sleep(1)`, `env:channel():receive()`} {
		r, err := playGuest(t, "stop.lua", `
			local sim = require "lab"
			sim.service("s.net", function(env)
				local function ask() `+ask+` error("again") end
				repeat local ok = pcall(ask) until ok
			end)
			sim.plan(function(plan) plan:start("*") plan:sleep(1) plan:stop("s.net") end)
			sim.bot("b", function(env) env:sleep(20) end)`)
		if err != nil || r.Verdict != core.Pass {
			t.Fatal(err, r)
		}
		var warnings []string
		for _, f := range r.Trace.Facts {
			if f.Kind == core.FactLog && f.Level == core.Warn {
				warnings = append(warnings, f.Text)
			}
		}
		got := strings.Join(warnings, "\n")
		if len(warnings) != 1 || !strings.Contains(got, " at stop.lua:4: the service was asked to stop") ||
			!strings.HasSuffix(got, "until ok or env:stopping()") {
			t.Errorf("%s: %q", ask, got)
		}
	}
}
