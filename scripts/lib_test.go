package scripts_test

import (
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
		`"a*"`:                  "a table of options is expected, not a*",
		`{wip = 1}`:             "unknown option 'wip'; there are machines, every, grace, wipe, down",
		`{wipe = 2}`:            "wipe is a probability, a number from 0 to 1, not 2",
		`{wipe = "often"}`:      "wipe is a probability",
		`{machines = 7}`:        "machines is a glob or an array of globs, not 7",
		`{every = {"5s"}}`:      "every is a duration, {least, most}",
		`{grace = {"1s", "x"}}`: "grace is a duration, {least, most}",
		`{down = "soon"}`:       "down is a duration, {least, most}",
	} {
		_, err := loadMonkey(options)
		if place := "monkey.lua:10: graceful_monkey: "; err == nil || !strings.HasPrefix(err.Error(), place+want) {
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
