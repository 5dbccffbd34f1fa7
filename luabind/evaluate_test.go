package luabind_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"simlua.example/core"
	"simlua.example/luabind"
)

// changing changes, in each boot, plan and judge, all that the script has left.
const changing = `
local sim = require "sim"
local chaos = require "sim.chaos"
sim.param("name", "first")
local up, list, history = 0, { 1, { deep = 2 } }, sim.history("h")
setmetatable(list, { __index = function() return "missing" end })
count = 10
local function change(...)
  up, count, list.new = up + 1, count + 1, up
  list[2].deep = list[2].deep + 1
  list[#list + 1], string.extra, chaos.extra = up, up, up
  getmetatable(list).__index = { gone = true }
  return sim.params.name, up, count, #list, list[2].deep, tostring(list.gone), tostring(list), ...
end
sim.connect("net", "net", { delay = "1ms", loss = 0.1 })
sim.service("server.net", function(env)
  env:log("server", string.extra, rawget(chaos, "extra"), change())
  env:serve(80, function(conn) conn:send(conn:receive()) end)
end)
sim.bot("bot.net", function(env)
  env:log("bot", string.extra, list.none, change())
  local function echo() local conn = env:connect("server.net:80") conn:send(1) return conn:receive() end
  for i = 1, 3 do pcall(history.invoke, history, env, { f = "write", value = i }, echo) env:sleep(1) end
end)
sim.plan(function(plan)
  plan:start("*")
  plan:log("plan", change())
  plan:sleep(1.5)
  plan:reboot("server.net")
end)
sim.always("judge", function(world) change() return true end)
sim.check("says", function(run) return true, table.concat({ change(run.seed) }, " ") end)
`

func playChanging(t *testing.T, p *luabind.Program, set ...string) string {
	t.Helper()
	r, err := p.Run(context.Background(), luabind.RunOptions{Seed: 1, Set: set, Keep: core.KeepLines})
	if err != nil || r.Verdict != core.Pass {
		t.Error(r, err)
		return ""
	}
	said := fmt.Sprintln(r.Verdict, r.Digest, r.Checks)
	for _, f := range r.Trace.Facts {
		said += f.Text + "\n"
	}
	return said
}

// TestEvaluatedOnce plays a program again and again with one evaluation of its script: no
// run sees what another has changed.
func TestEvaluatedOnce(t *testing.T) {
	fresh := func(set ...string) string {
		p, err := loadText("s.lua", changing)
		if err != nil {
			t.Fatal(err)
		}
		playChanging(t, p, "name=other") // which leaves an evaluation that has other settings
		return playChanging(t, p, set...)
	}
	p, err := loadText("s.lua", changing)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range [][]string{nil, nil, {"name=second"}, {"name=second"}, nil} {
		name := strings.TrimPrefix(append(set, "name=first")[0], "name=")
		if !p.Keeps() {
			t.Error("no evaluation waits for the next run")
		}
		if got, want := playChanging(t, p, set...), fresh(set...); got != want || !strings.Contains(got, name+" 1 11 ") {
			t.Errorf("with %v:\n%s\nwant\n%s", set, got, want)
		}
	}
}

// TestEvaluatedForEach evaluates a script again that a copy of its VM cannot stand for, or
// an engine of somebody else, who may keep what belongs to a run.
func TestEvaluatedForEach(t *testing.T) {
	boots := 0
	counting := luabind.WithEngine("counting", func(luabind.Options) (func() core.Engine, error) {
		boots = 0
		return func() core.Engine {
			boots++
			return core.EngineFunc(func(env core.Env) error {
				env.Log(core.Info, fmt.Sprint(boots))
				return nil
			})
		}, nil
	})
	for _, text := range []string{
		`local sim = require "sim" sim.service("a.b", sim.engine.counting {}) sim.bot("c", function(env) env:sleep(1) end)`,
		`local sim = require "sim" local co = coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end)
sim.bot("c", function(env) env:log(co()) end)`,
	} {
		p, err := loadText("s.lua", text, counting)
		if err != nil {
			t.Fatal(err)
		}
		if first, second := playChanging(t, p), playChanging(t, p); first != second || p.Keeps() {
			t.Errorf("%s\nthen %s; keeps its evaluation: %v", first, second, p.Keeps())
		}
	}
}

// TestRunsShareNoEvaluation plays a program from several goroutines at once.
func TestRunsShareNoEvaluation(t *testing.T) {
	p, err := loadText("s.lua", changing)
	if err != nil {
		t.Fatal(err)
	}
	want := playChanging(t, p)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 3 {
				if got := playChanging(t, p); got != want {
					t.Errorf("%s\nwant\n%s", got, want)
				}
			}
		})
	}
	all.Wait()
}
