package luabind_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"simlua.example/core"
	"simlua.example/luabind"
)

// What a failed expectation says: its message, and the difference.
func TestDifferences(t *testing.T) {
	const long = `local function list(n) local t = {} for i = 1, n do t[i] = "order " .. i end return t end
		local function set(n) local t = {} for i = 1, n do t["o" .. i] = true end return t end `
	for _, c := range []struct{ arguments, want string }{
		{`3, 2, "orders"`, `orders: expected 3, got 2`},
		{`{ 1, 2 }, { 1 }`, `expected {1, 2}, got {1}`},
		{`("x"):rep(300), ("x"):rep(299) .. "y"`, `expected a text of 300 bytes, got one of 300; from byte 300 on: ` +
			`expected ..."xxxxxxxxxxxxxxxxxxxxx", got ..."xxxxxxxxxxxxxxxxxxxxy"`},
		{`("x"):rep(10) .. ("é"):rep(200), ("x"):rep(10)`, `expected a text of 410 bytes, got one of 10; from byte 11 on: ` +
			`expected "xxxxxxxxxxéééééééééééééééééééééééééééééé"..., got "xxxxxxxxxx"`},
		{`("x"):rep(300), 7`, `expected "` + strings.Repeat("x", 199) + `..., got 7`},
		{`{ n = ("x"):rep(300) }, { n = ("x"):rep(299) .. "y" }`, `the tables differ at .n: expected a text of 300 bytes, ` +
			`got one of 300; from byte 300 on: expected ..."xxxxxxxxxxxxxxxxxxxxx", got ..."xxxxxxxxxxxxxxxxxxxxy"`},
		{`list(100), list(98)`, `the tables differ at [99]: expected "order 99", got nil; [100]: expected "order 100", got nil`},
		{`{ a = list(90), b = { ["c d"] = 1 } }, { a = list(100), b = { ["c d"] = "1" } }`,
			`the tables differ at .a[91]: expected nil, got "order 91"; .a[92]: expected nil, got "order 92"; .a[93]: ` +
				`expected nil, got "order 93"; .a[94]: expected nil, got "order 94"; .a[95]: expected nil, got "order 95"; ` +
				`and 6 more`},
		{`{ list(90), { a = true, b = true } }, { list(90), { b = true, c = true } }`,
			`the tables differ at [2]: the set lacks "a", and should not have "c"`},
		{`{ a = true, b = true }, { a = true }`, `the set lacks "b"`},
		{`set(10), set(20)`, `the set should not have "o11", "o12", "o13", "o14", "o15", and 5 more`},
		{`{ true, false }, { true }`, `expected {true, false}, got {true}`},
	} {
		r := playText(t, `local sim = require "sim"`+"\n"+long+`
			sim.bot("b.net", function(env) env:expect("x", `+c.arguments+`) end)`, luabind.RunOptions{})
		if got := r.Checks[0].Message; got != "b.net: "+c.want {
			t.Errorf("%s:\ngot  %s\nwant b.net: %s", c.arguments, got, c.want)
		}
	}
}

// Tables that contain themselves end, too.
func TestDifferenceOfLoops(t *testing.T) {
	r := playText(t, `local sim = require "sim"
		local function loop(x) local t = { a = ("y"):rep(300), x = x } t.self = { t } return t end
		sim.bot("b.net", function(env) env:expect("x", loop(1), loop(2)) end)`, luabind.RunOptions{})
	if got := r.Checks[0].Message; got != "b.net: the tables differ at .x: expected 1, got 2" {
		t.Error(got)
	}
}

func TestConditionThatDoesNotHold(t *testing.T) {
	r := playText(t, `local sim = require "sim"
		sim.bot("b.net", function(env)
			env:expect_true("lost", 2 == 1, "2 orders are lost")
			env:expect_true("found", nil)
		end)`, luabind.RunOptions{Keep: core.KeepLines})
	got := []string{r.Checks[0].Message, r.Checks[1].Message}
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactExpect {
			got = append(got, f.Text)
		}
	}
	want := []string{"b.net: 2 orders are lost", "b.net: the condition is nil", "lost: 2 orders are lost",
		"found: the condition is nil"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Expectations are known from the literals of the script and of the modules it
// has required when it was evaluated, whatever an earlier run has loaded.
func TestExpectationsAreKnown(t *testing.T) {
	files := fstest.MapFS{
		"s.lua": {Data: []byte(`
			local sim = require "sim"
			require "shared"
			sim.expect("declared", { required = true })
			sim.bot("b.net", function(env)
				if env:now() > 5 then env:expect("never", 1, 1) env:expect_true("not yet", true) end
				env:expect("item " .. 1, 1, 1)
				require "late"
				if false then env:expect("declared", 1, 1) end
				env:expect("reached", 1, 1)
			end)`)},
		"shared.lua": {Data: []byte(`return function(e) e:expect("in a module", 1, 1) e.list:expect("one argument") end`)},
		"late.lua":   {Data: []byte(`return function(e) e:expect("late", 1, 1) end`)},
	}
	p, err := luabind.LoadFS(files, "s.lua")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"never 0", "not yet 0", "declared 0", "reached 1", "in a module 0", "item 1 1"}
	for range 2 {
		r, err := p.Run(context.Background(), luabind.RunOptions{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range r.Checks {
			got = append(got, fmt.Sprint(c.Name, " ", c.Evaluated))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if r.Verdict != core.Fail || r.Reason != "declared was never tested" {
			t.Errorf("%s: %s", r.Verdict, r.Reason)
		}
	}
}

func TestStopAtFirstFailure(t *testing.T) {
	const text = `local sim = require "sim"
		sim.bot("b.net", function(env)
			env:sleep(1)
			env:expect("one", 1, 2)
			env:sleep(1)
		end)
		sim.check("whole", function() return false end) `
	for _, c := range []struct {
		text string
		stop bool
		want time.Duration
	}{
		{text, false, 2 * time.Second}, {text, true, time.Second},
		{text + "sim.limits { stop_at_first_failure = true }", false, time.Second},
	} {
		r := playText(t, c.text, luabind.RunOptions{StopAtFirstFailure: c.stop})
		if r.Time != c.want || r.Reason != "one does not hold" || r.Checks[1].Held != (c.want == time.Second) {
			t.Errorf("%v: %s, %+v", r.Time, r.Reason, r.Checks)
		}
	}
}
