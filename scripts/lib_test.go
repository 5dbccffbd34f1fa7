package scripts_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"simlua.example/core"
	"simlua.example/luabind"
)

// monkeyWorld is what a chaos monkey with some options strikes.
const monkeyWorld = `
local sim = require "sim"
local chaos = require "sim.chaos"
for _, name in ipairs { "a1.lan", "a2.lan", "b1.lan" } do
  sim.service(name, function(env)
    while true do pcall(env.sleep, env, "1h") end -- it hangs until it is killed
  end)
end
sim.limits { time = "100s" }
sim.plan(chaos.graceful_monkey(%s))
`

func loadMonkey(options string) (*luabind.Program, error) {
	text := fmt.Sprintf(monkeyWorld, options)
	return luabind.LoadFS(fstest.MapFS{"monkey.lua": {Data: []byte(text)}}, "monkey.lua")
}

// TestMonkey counts what a monkey does within 100 seconds.
func TestMonkey(t *testing.T) {
	for _, c := range []struct {
		options string
		struck  []string // of each machine: "name boots kills wipes downtime", without the first boot
	}{
		{`{machines = "b*", every = 10, grace = 1, down = 4, wipe = 0}`,
			[]string{"a1.lan 0 0 0 0s", "a2.lan 0 0 0 0s", "b1.lan 6 6 0 24s"}},
		{`{machines = "b*", every = 10, grace = "0s", down = "4s", wipe = 1}`,
			[]string{"a1.lan 0 0 0 0s", "a2.lan 0 0 0 0s", "b1.lan 7 7 7 28s"}},
		// from here on it is left to chance
		{`{machines = {"a2.*", "a*"}, every = sim.constant(10), grace = {0, 1}, down = {1, 3}, wipe = 0.5}`,
			[]string{"a1.lan 5 5 0 10s", "a2.lan 3 3 3 6s", "b1.lan 0 0 0 0s"}},
		{`{}`, []string{"a1.lan 2 2 2 14s", "a2.lan 2 2 0 11s", "b1.lan 2 3 0 14s"}},
		{``, []string{"a1.lan 2 2 2 14s", "a2.lan 2 2 0 11s", "b1.lan 2 3 0 14s"}},
	} {
		program, err := loadMonkey(c.options)
		if err != nil {
			t.Fatal(err)
		}
		var struck []string
		for _, m := range play(t, program, 1).Machines {
			down := m.Downtime.Round(time.Second)
			struck = append(struck, fmt.Sprintf("%s %d %d %d %v", m.Name, m.Boots-1, m.Kills, m.Wipes, down))
		}
		if !slices.Equal(struck, c.struck) {
			t.Errorf("graceful_monkey(%s): %q, want %q", c.options, struck, c.struck)
		}
	}
}

// TestMonkeyRefuses checks what a monkey says about wrong options.
func TestMonkeyRefuses(t *testing.T) {
	for options, want := range map[string]string{
		`"a*"`:                  `expected a table of options, got "a*"`,
		`{wip = 1}`:             `unknown option "wip"; did you mean "wipe"?`,
		`{weather = 1}`:         `unknown option "weather"; there is machines, every, grace, wipe, down`,
		`{wipe = 2}`:            `option "wipe": expected a probability, a number from 0 to 1, or true or false, got the number 2`,
		`{wipe = "often"}`:      `option "wipe": expected a probability`,
		`{machines = 7}`:        `option "machines": expected a match of machines, or an array of matches, got the number 7`,
		`{every = {"5s"}}`:      `option "every": expected a duration, {least, most}`,
		`{grace = {"1s", "x"}}`: `option "grace": expected a duration, {least, most}`,
		`{down = "soon"}`:       `option "down": expected a duration, {least, most}`,
	} {
		_, err := loadMonkey(options)
		if place := "monkey.lua:10: chaos.graceful_monkey: "; err == nil || !strings.HasPrefix(err.Error(), place+want) {
			t.Errorf("graceful_monkey(%s): %v, want %s%s", options, err, place, want)
		}
	}
	program, err := loadMonkey(`{machines = {"a*", "c*"}}`)
	if err != nil {
		t.Fatal(err)
	}
	if r := play(t, program, 1); r.Verdict != core.Crash || !strings.Contains(r.Reason, `no machine matches "c*"`) {
		t.Errorf("%s: %s", r.Verdict, r.Reason)
	}
}

// TestPartsRefuse checks what the parts of a plan say about wrong arguments, and
// that it is said of the script's line.
func TestPartsRefuse(t *testing.T) {
	for call, want := range map[string]string{
		`chaos.evry("5s", chaos.kill())`:            `chaos: unknown name "evry"; did you mean "every"?`,
		`chaos.monkeys{}`:                           `chaos: unknown name "monkeys"; there is every, after, at, until_time`,
		`chaos.every("5 s", chaos.kill())`:          `bad argument #1 to 'every': expected a duration, {least, most} such as`,
		`chaos.every("5s")`:                         `bad argument #2 to 'every': expected a function(plan), such as chaos.kill{} gives, got nothing`,
		`chaos.between(1, nil, chaos.kill())`:       `bad argument #2 to 'between': expected a duration`,
		`chaos.then_heal("5s", "kill")`:             `bad argument #2 to 'then_heal': expected a function(plan), such as chaos.kill{} gives, got "kill"`,
		`chaos.together(chaos.kill())`:              `bad argument #1 to 'together': expected a table of functions(plan)`,
		`chaos.in_turn { cut = chaos.partition() }`: `bad argument #1 to 'in_turn': expected an array of functions(plan), such as { chaos.kill(), chaos.partition() }`,
		`chaos.mix { chaos.kill(), [3] = print }`:   `bad argument #1 to 'mix': expected an array of functions(plan)`,
		`chaos.mix {}`:                              `bad argument #1 to 'mix': expected an array of functions(plan)`,
		`chaos.together { ["a b"] = print }`:        `bad argument #1 to 'together': expected a table of functions(plan), such as { kills = chaos.every(…), cuts = chaos.every(…) }; names have letters`,
		`chaos.kill { machine = "a*" }`:             `chaos.kill: unknown option "machine"; did you mean "machines"?`,
		`chaos.kill { targets = "some" }`:           `chaos.kill: option "targets": expected one of "one", "minority_third", "minority", "majority", "all", a number of them`,
		`chaos.pause { targets = 0.5 }`:             `chaos.pause: option "targets": expected one of`,
		`chaos.partition { targets = "all" }`:       `chaos.partition: option "targets": expected one of "one", "minority_third", "minority", "majority", "halves", "majorities_ring"`,
		`chaos.partition { mode = "clogg" }`:        `chaos.partition: option "mode": expected one of "drop", "reject", "clog", got "clogg"`,
		`chaos.packet { between = { "lan" } }`:      `chaos.packet: option "between": expected two of them`,
		`chaos.packet { targets = "one" }`:          `chaos.packet: what is to happen to packets? There is delay, jitter`,
		`chaos.packet { lost = 1 }`:                 `chaos.packet: unknown option "lost"; did you mean "loss"?`,
		`chaos.clock_bump { by = "often" }`:         `chaos.clock_bump: option "by": expected a duration`,
		`chaos.disk {}`:                             `chaos.disk: what is to happen to disks? There is stall, preset, read`,
		`chaos.disk { slwo = 2 }`:                   `chaos.disk: unknown option "slwo"; did you mean "slow"?`,
		`chaos.disk { slow = "much" }`:              `chaos.disk: option "slow": expected a number, got "much"`,
		`chaos.disk { capacity = "1mbit" }`:         `chaos.disk: option "capacity": expected bytes`,
		`chaos.disk { sync_error = 2 }`:             `chaos.disk: option "sync_error": a probability is a number from 0 to 1`,
		`chaos.disk { stall = "long" }`:             `chaos.disk: option "stall": expected a duration`,
		`chaos.bitflip { value = 1 }`:               `chaos.bitflip: option "value": expected a glob over names, such as "*", got the number 1`,
		`chaos.bitflip { value = "a", file = "b" }`: `chaos.bitflip: value, meta and file are three kinds of rot`,
		`chaos.swap_disks { target = 2 }`:           `chaos.swap_disks: unknown option "target"; there is machines`,
		`chaos.swarm { kill = 2 }`:                  `chaos.swarm: option "kill": expected a probability`,
		`chaos.swarm { max_down = 0 }`:              `chaos.swarm: option "max_down": expected a whole number from 1 on, got the number 0`,
		`chaos.swarm { wipeable = 1 }`:              `chaos.swarm: option "wipeable": expected a match of machines, or an array of matches`,
		`chaos.swarm { clocks = true }`:             `chaos.swarm: unknown option "clocks"; did you mean "clock"?`,
	} {
		text := "local chaos = require 'sim.chaos'\n" + call
		_, err := luabind.LoadFS(fstest.MapFS{"s.lua": {Data: []byte(text)}}, "s.lua")
		if err == nil || !strings.HasPrefix(err.Error(), "s.lua:2: "+want) {
			t.Errorf("%s: %v, want %s", call, err, want)
		}
	}
}

// swarmFaults are the faults of a swarm that harms nobody but machines that do
// nothing, so that only what is withheld can move others.
func swarmFaults(t *testing.T, mask core.Mask) []core.Fault {
	t.Helper()
	const text = `
local sim = require "sim"
sim.connect("lan", "lan", { delay = "1ms" })
sim.connect("lan", "wan", { delay = "1ms" })
sim.service("n{1..5}.lan", function(env) env:sleep("1h") end)
sim.service("m.wan", function(env) env:sleep("1h") end)
sim.plan(require("sim.chaos").swarm { kill = true, power_fail = true, wipe = true, pause = true, partition = true,
  clog = true, loss = true, clock = true, disk = true, disk_full = true, sync_error = true, every = { "1s", "3s" } })
`
	program, err := luabind.LoadFS(fstest.MapFS{"s.lua": {Data: []byte(text)}}, "s.lua")
	if err != nil {
		t.Fatal(err)
	}
	r, err := program.Run(context.Background(), luabind.RunOptions{Seed: 3, Mask: mask})
	if err != nil || r.Verdict != core.Pass {
		t.Fatal(r, err)
	}
	return r.Trace.Faults
}

// TestSwarmIsSteady withholds faults of a swarm: all others are the same, at the same
// time and place.
func TestSwarmIsSteady(t *testing.T) {
	all := swarmFaults(t, core.Mask{})
	if len(all) < 50 {
		t.Fatalf("only %d faults", len(all))
	}
	show := func(f core.Fault) string { return fmt.Sprint(f.ID, f.Kind, f.Where, f.At, f.Params) }
	for _, mask := range []core.Mask{
		core.Withhold(all[0].ID), core.Withhold(all[3].ID, all[7].ID, all[20].ID), core.Only(), core.Only(all[9].ID),
	} {
		masked := swarmFaults(t, mask)
		if len(masked) != len(all) {
			t.Errorf("%v: %d faults, want %d", mask, len(masked), len(all))
			continue
		}
		for i := range all {
			if show(all[i]) != show(masked[i]) || masked[i].Masked != mask.Withholds(all[i].ID) {
				t.Errorf("%v: %s, want %s", mask, show(masked[i]), show(all[i]))
			}
		}
	}
}

// TestSwarmWipes checks whose disks a swarm erases: of machines of which there are
// several, unless it is told otherwise.
func TestSwarmWipes(t *testing.T) {
	for options, want := range map[string][]string{
		``:                                   {"n1.lan", "n12.lan", "n2.lan"},
		`, wipeable = "*.wan"`:               {"m.wan", "n3.wan"},
		`, machines = { "n1.lan", "m.wan" }`: {"n1.lan"},
		`, machines = "*.wan"`:               nil,
	} {
		text := `
local sim = require "sim"
for _, name in ipairs { "n1.lan", "n2.lan", "n12.lan", "m.wan", "n3.wan" } do
  sim.service(name, function(env) env:sleep("1h") end)
end
sim.plan(require("sim.chaos").swarm { wipe = true, storm = "5m", every = { "1s", "3s" }` + options + ` })
`
		program, err := luabind.LoadFS(fstest.MapFS{"s.lua": {Data: []byte(text)}}, "s.lua")
		if err != nil {
			t.Fatal(err)
		}
		var wiped []string
		for _, f := range play(t, program, 1).Trace.Faults {
			if f.Kind == core.FaultWipe {
				wiped = append(wiped, f.Where)
			}
		}
		slices.Sort(wiped)
		if wiped = slices.Compact(wiped); !slices.Equal(wiped, want) {
			t.Errorf("swarm {%s} wipes %v, want %v", options, wiped, want)
		}
	}
}
