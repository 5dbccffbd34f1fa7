package luabind_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/luabind"
)

// planned is a script that its own plan kills; in a folder beside that of plans.
const planned = `local sim = require "sim"
sim.service("s.net", function(env) env:sleep("1h") end)
sim.bot("b.net", function(env) env:sleep("3s") end)
sim.plan(function(plan) plan:start("*") plan:sleep(1) plan:kill("s*") end)
`

func loadPlanned(plan, text string) (*luabind.Program, error) {
	files := fstest.MapFS{"scripts/s.lua": {Data: []byte(planned)}, "plans/p.lua": {Data: []byte(text)},
		"scripts/help.lua": {Data: []byte("return function(plan) plan:start('*') plan:sleep(1) plan:pause('s*') end")}}
	return luabind.LoadFS(files, "scripts/s.lua", luabind.WithPlan(plan))
}

// TestWithPlan plays other plans than the script's own.
func TestWithPlan(t *testing.T) {
	digests := map[string]string{}
	for _, c := range []struct{ plan, text, faults string }{
		{"", "", "kill"},
		{"none", "", ""},
		{"swarm", "", ""},
		{"plans/p.lua", "return function(plan) plan:start('*') plan:wipe('s*') end", "wipe"},
		{"plans/p.lua", "return require 'help'", "pause"},
	} {
		p, err := loadPlanned(c.plan, c.text)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Run(context.Background(), luabind.RunOptions{Seed: 1})
		if err != nil || r.Verdict != core.Pass || p.Plan() != c.plan {
			t.Fatal(r, err)
		}
		var kinds []string
		for _, f := range r.Trace.Faults {
			kinds = append(kinds, string(f.Kind))
		}
		if got := strings.Join(kinds, " "); got != c.faults || r.Machines[0].Boots != 1 {
			t.Errorf("plan %q: faults %q, want %q", c.plan, got, c.faults)
		}
		digest, err := p.Digest()
		if other, taken := digests[digest]; taken || err != nil {
			t.Errorf("plan %q: digest as with %s, %v", c.faults, other, err)
		}
		digests[digest] = c.faults
	}
}

// TestWithPlanFails is what cannot be a plan, and where that is said to be.
func TestWithPlanFails(t *testing.T) {
	for text, want := range map[string]string{
		"return 7":       "plans/p.lua: a file with a plan returns a function(plan), such as chaos.graceful_monkey{} gives; this one returned the number 7",
		"":               "plans/p.lua: a file with a plan returns a function(plan), such as chaos.graceful_monkey{} gives; this one returned nothing",
		"return {":       "plans/p.lua:1: the script ends in the middle of something",
		"\nerror 'oops'": "plans/p.lua:2: oops",
		"local sim = require 'sim'\nsim.bot('c', function() end)": "plans/p.lua:2: sim.bot is part of the declaration: it belongs in the script, not in a file with a plan",
		"\nreturn require 'p'":                            `plans/p.lua:2: cannot require "p": there is no such module`,
		"\nreturn require('sim.chaos').swarm { kil = 1 }": `plans/p.lua:2: chaos.swarm: unknown option "kil"; did you mean "kill"?`,
		"return function(plan)\nplan:stat() end":          `plans/p.lua:2: plan: unknown name "stat"; did you mean "start"?`,
		"local function f(p) return p.x end return f":     `plans/p.lua:1: plan: unknown name "x"`,
	} {
		p, err := loadPlanned("plans/p.lua", text)
		if err == nil {
			_, err = p.Check(nil)
		}
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s\n got  %v\n want %s", text, err, want)
		}
	}
	if _, err := loadPlanned("plans/q.lua", ""); err == nil || err.Error() != "plans/q.lua: no such file: a plan is a file of Lua, none or swarm" {
		t.Error(err)
	}
	p, err := loadPlanned("plans/p.lua", "\nreturn function(plan) plan:sleep(1) error('late') end")
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(context.Background(), luabind.RunOptions{})
	if err != nil || r.Verdict != core.Crash || !strings.Contains(r.Reason, "p.lua:2: late") {
		t.Error(r, err)
	}
}
