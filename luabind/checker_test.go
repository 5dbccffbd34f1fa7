package luabind_test

import (
	"context"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/luabind"
)

// judged plays a bot that asks a register, and the checks of a script over it.
func judged(t *testing.T, asks, checks string) []core.CheckResult {
	t.Helper()
	p, err := loadText("script.lua", `local sim, check = require "sim", require "sim.check"
		local h = sim.history("register")
		sim.bot("b.net", function(env)
			local function write(v) h:invoke(env, { f = "write", key = "x", value = v }, function() env:sleep("1s") end) end
			local function read(v) h:invoke(env, { f = "read", key = "x" }, function() env:sleep("1s") return v end) end
			`+asks+`
		end)
		`+checks)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(context.Background(), luabind.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if held := !r.Failed(); held != r.Checks[0].Held {
		t.Errorf("%s: %+v", r.Verdict, r.Checks)
	}
	return r.Checks
}

const ownRegister = `{ init = function() return 0 end, step = function(state, op)
	if op.f == "write" then return true, op.value end
	return op.output == state
end }`

func TestCheckers(t *testing.T) {
	for name, c := range map[string]struct {
		asks, checks string
		held         bool
		message      string
	}{
		"pass":     {`write(1) read(1)`, `check.linearizable { history = "register", model = "register" }`, true, "linearizable: 2"},
		"fail":     {`write(1) read(2)`, `check.linearizable { history = "register", model = "register" }`, false, "not linearizable"},
		"first":    {`read(7)`, `check.linearizable { history = "register", model = "register", init = 7 }`, true, "linearizable"},
		"own":      {`read(0) write(1) read(1)`, `check.linearizable { history = "register", model = ` + ownRegister + ` }`, true, "linear"},
		"own, not": {`write(1) read(0)`, `check.sequential { history = "register", model = ` + ownRegister + ` }`, false, "sequential"},
		"info": {`pcall(h.invoke, h, env, { f = "write", key = "x", value = 3 }, function() error("lost") end) read(3) read(3)`,
			`check.linearizable { history = "register", model = ` + ownRegister + ` }`, true, "linearizable"},
		"equal": {`write(1) read(1)`, `check.linearizable { history = "register", model = {
			init = function() return { n = 0 } end,
			step = function(s, op) if op.f == "write" then return true, { n = op.value, old = s.n } end return op.output == s.n end,
			equal = function(a, b) return a.n == b.n end } }`, true, "linearizable"},
		"numbers as keys": {`write(1) read(1)`, `check.linearizable { history = "register", model = {
			init = function() return { [7] = 0 } end,
			step = function(s, op) if op.f == "write" then s[7] = op.value return true, s end return op.output == s[7] end } }`,
			true, "linearizable"},
		"model that errs": {`write(1)`, `check.linearizable { history = "register", model = {
			init = function() return 0 end, step = function(s, op) return op.nothing.x end } }`, false,
			"script.lua:9: attempt to index field 'nothing' (a nil value) with key 'x'"},
		"model that errs at first": {`write(1)`, `check.linearizable { history = "register", model = {
			init = function() error("no state") end, step = function(s, op) return true end } }`, false, "script.lua:9: no state"},
		"model that draws": {`write(1)`, `check.linearizable { history = "register", model = {
			init = function() return 0 end, step = function(s, op) return math.random() < 0.5 end } }`, false, "script.lua:9: "},
		"model that counts": {`write(1) read(1)`, `(function() local n = 0 return check.linearizable { history = "register", model = {
			init = function() return 0 end, step = function(s, op) n = n + 1 return true, n end } } end)()`, false,
			"model: step is not pure: in the state 0, write gave true and 1, then true and 2"},
		"model that returns nothing": {`write(1)`, `check.linearizable { history = "register", model = {
			init = function() return 0 end, step = function(s, op) end } }`, false,
			"model: step must return true or false, and the next state; it returned nothing"},
		"model without an end": {`write(1)`, `check.linearizable { history = "register", model = {
			init = function() return 0 end, step = function(s, op) while true do end end } }`, false, "script.lua:9: "},
		"model that grows": {`write(1)`, `check.linearizable { history = "register", model = {
			init = function() return 0 end, step = function(s, op) return true, ("x"):rep(70000) end } }`, false,
			"model: a state is too large: at most 64 KiB"},
		"nothing": {``, `check.set { history = "register" }`, false, "none of the 0 operations of history \"register\" was answered"},
		"never ends": {`env:go(function() write(1) end)`, `check.set { history = "register" }`, false,
			"none of the 1 operations"},
		"never, yet":   {``, `check.set { history = "register", unknown = "allow" }`, true, "none of the 0 operations"},
		"no such word": {`write(1)`, `check.set { history = "register" }`, false, `operation 0`},
		"budget": {`write(1) read(1)`, `check.linearizable { history = "register", model = "register", steps = 1 }`, false,
			"the budget of 1 steps"},
	} {
		t.Run(name, func(t *testing.T) {
			got := judged(t, c.asks, `sim.check("x", `+c.checks+`)`)[0]
			if got.Held != c.held || !strings.Contains(got.Message, c.message) {
				t.Errorf("held %v: %s; want %v: %s", got.Held, got.Message, c.held, c.message)
			}
			if unknown := strings.HasPrefix(c.message, "none of") || name == "budget"; got.Unknown != unknown {
				t.Errorf("unknown: %v", got.Unknown)
			}
			if (got.Picture != "") != strings.HasPrefix(got.Message, "not ") {
				t.Errorf("%s\n%s", got.Message, got.Picture)
			}
		})
	}
}

// Transactions written in Lua reach the checker as it wants them.
func TestListAppend(t *testing.T) {
	txn := func(asks, answers string) string {
		return `h:invoke(env, { f = "txn", value = ` + asks + ` }, function() return ` + answers + ` end) `
	}
	writes := txn(`{ { "append", "x", 1 }, { "append", "x", 2 } }`, `{ { "append", "x", 1 }, { "append", "x", 2 } }`)
	for name, c := range map[string]struct{ asks, message string }{
		"pass": {writes + txn(`{ { "r", "x" } }`, `{ { "r", "x", { 1, 2 } } }`), ""},
		"G1b":  {writes + txn(`{ { "r", "x" } }`, `{ { "r", "x", { 1 } } }`), "G1b"},
	} {
		got := judged(t, c.asks, `sim.check("x", check.list_append { history = "register" })`)[0]
		if got.Held != (c.message == "") || !strings.Contains(got.Message, c.message) {
			t.Errorf("%s: %v: %s", name, got.Held, got.Message)
		}
	}
}

// All checks are asked, and shown; the reason of the run names the first that failed.
func TestChecksThatFail(t *testing.T) {
	p, err := loadText("script.lua", `local sim, check = require "sim", require "sim.check"
		local h = sim.history("register")
		sim.bot("b.net", function(env) h:invoke(env, "read", function() return 7 end) end)
		sim.check("good", function() return true end)
		sim.check("first", check.linearizable { history = "register", model = "register" })
		sim.check("second", check.sequential { history = "register", model = "register" })
		sim.check("third", function() return false, "no" end)`)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(context.Background(), luabind.RunOptions{})
	if err != nil || r.Verdict != core.Fail || r.Reason != "first does not hold" {
		t.Errorf("%v: %s, %s", err, r.Verdict, r.Reason)
	}
	for i, c := range r.Checks {
		if c.Held != (i == 0) || c.Evaluated != 1 || (c.Picture != "") != (i == 1 || i == 2) {
			t.Errorf("%+v", c)
		}
	}
}

// A function in between checkers finds its own.
func TestCheckersAndFunctions(t *testing.T) {
	checks := judged(t, `write(1) read(1)`, `
		sim.check("a", check.linearizable { history = "register", model = `+ownRegister+` })
		sim.check("b", function(run) return true, "the run took " .. run.time end)
		sim.check("c", check.linearizable { history = "register", model = "register" })
		sim.check("d", function(run) return run.time == 2 end)`)
	for _, c := range checks {
		if !c.Held {
			t.Errorf("%+v", c)
		}
	}
	if checks[1].Message != "the run took 2" {
		t.Error(checks[1].Message)
	}
}
