package luabind

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// TestMisspelt looks through two scripts: a line with a comment --! says
// what is found in it, every other line is right.
func TestMisspelt(t *testing.T) {
	wanted := regexp.MustCompile(`--! (.*)`)
	for i, chunk := range []string{misspeltNames, misspeltNothing} {
		var want []string
		for n, line := range strings.Split(chunk, "\n") {
			if m := wanted.FindStringSubmatch(line); m != nil {
				want = append(want, fmt.Sprintf("s.lua:%d: %s", n+1, m[1]))
			}
		}
		got := findMisspelt([]byte(chunk), "s.lua", "")
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("chunk %d: got\n%s\nwant\n%s", i, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

const misspeltNames = `#!/usr/bin/simlua
local sim = require "sim"
sim.service("a.net", function(env)
  env:slep("1s") --! env: unknown name "slep"; did you mean "sleep"?
  env:log(env.machin) --! env: unknown name "machin"; did you mean "machine"?
  env.random:chanse(0.5) --! random: unknown name "chanse"; did you mean "chance"?
  local listener = env:listen(80)
  local conn = listener:accept("1s")
  conn:sent(1) --! conn: unknown name "sent"; did you mean "send"?
  env:serve(81, function(c)
    while true do c:recieve() end --! conn: unknown name "recieve"; did you mean "receive"?
  end)
  env:open("db"):update(function(tx)
    if tx:gett("k") then tx:put("k", 1) end --! tx: unknown name "gett"; did you mean "get"?
  end)
  pcall(env.connekt, env, "b.net:80") --! env: unknown name "connekt"; did you mean "connect"?
  for _ = 1, 2 do
    repeat
      local p = env:go(function() env:lg("x") end) --! env: unknown name "lg"; did you mean "log"?
    until p:jion() --! process: unknown name "jion"; did you mean "join"?
  end
end)
local function bot(env)
  local helper = function(t) return t.x or env:nowe() end --! env: unknown name "nowe"; did you mean "now"?
  return { helper, sim.parms.x } --! sim: unknown name "parms"; did you mean "params"?
end
sim.bot("b", bot)
sim.plan(function(plan)
  plan:killl("a*") --! plan: unknown name "killl"; did you mean "kill"?
  plan:go("more", function(own) own:pauze("a*") end) --! plan: unknown name "pauze"; did you mean "pause"?
end)
sim.always("x", function(world) return world.naw > 1 end) --! world: unknown name "naw"; did you mean "now"?
sim.check("y", function(run) return run:operation() end) --! run: unknown name "operation"; did you mean "operations"?
`

const misspeltNothing = `
local sim = require "sim"
local env = { mehtod = function() end }
env:mehtod()
sim.service("a.net", function(env)
  local conn = env:connect("b.net:80")
  do
    local conn = { sent = function() end }
    conn:sent()
  end
  for _, conn in ipairs {} do conn:sent() end
  for env = 1, 2 do print(env.x) end
  local function f(env) return env.field end
  f {}
  conn:send(1)
  conn:receive().anything = 1
  local other = env:connect("b.net:80")
  other = { x = 1 }
  print(other.x)
end)
sim.service("c.net", function(env)
  env = { own = env }
  env:anything()
end)
local object = wrap()
local function client(env) object:anything(env) end
local object = sim.constant(1)
sim.bot("d", client)
sim.bot("e", unknown.client)
sim.bot("f", function(...) local env = ... env:anything() end)
local function again(env) sim.bot("g", again) env:sleep(1) end
sim.bot("h", again)
do
  local require = function() return {} end
  local sim = require "sim"
  sim.anything()
end
local key = "mehtod"
sim.bot("i", function(env) return env[key] end)
`

// TestCheckFindsMisspelt: Check reports them beside the scenario's mistakes, in
// modules too, with the folder of the script.
func TestCheckFindsMisspelt(t *testing.T) {
	files := fstest.MapFS{
		"x/s.lua": {Data: []byte(`local sim = require "sim"
require "lib.own"
sim.bot("b.net", function(env) env:slep(1) end)
sim.connect("a b", "net", sim.profile.ideal)
`)},
		"x/lib/own.lua": {Data: []byte(`local sim = require "sim"
sim.bot("c.net", function(env)
  env:wrok(1)
end)
`)},
	}
	p, err := LoadFS(files, "x/s.lua")
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Check(nil)
	for _, want := range []string{
		`x/s.lua:3: env: unknown name "slep"; did you mean "sleep"?`,
		`x/lib/own.lua:3: env: unknown name "wrok"; did you mean "work"?`,
		"x/s.lua:4: ",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}
