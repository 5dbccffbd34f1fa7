-- what a bot sees of itself
local sim = require "lab"
sim.service("a.net:web", function(env)
  env:expect("machine", "a.net", env.machine)
  env:expect("service", "a.net:web", env.service)
  env:halt("seen")
end)
sim.service("a.net:other", function(env) env:sleep(10) end)
sim.bot("b", function(env)
  env:expect("name", "b.botnet", env.machine)
  env:expect("only service", "b.botnet", env.service)
  env:sleep(1)
end)
---
-- time passes in sleep and work only
local sim = require "lab"
sim.bot("b", function(env)
  env:expect("start", 0, env:now())
  for i = 1, 1000 do tostring(i) end
  env:expect("computing is free", 0, env:now())
  env:sleep("1500ms")
  env:expect("slept", 1.5, env:now())
  env:work(0.25)
  env:expect("worked", 1.75, env:now())
  env:sleep(0)
  env:expect("yielded", 1.75, env:now())
end)
---
-- processes of one service share variables and take turns
local sim = require "lab"
sim.bot("b", function(env)
  local seen, done = {}, 0
  local function worker(name, pause)
    for i = 1, 3 do
      env:sleep(pause)
      seen[#seen + 1] = name .. i
    end
    done = done + 1
  end
  env:go(worker, "a", 2)
  env:go(worker, "b", 3)
  seen[1] = "first"
  env:sleep(20)
  env:expect("order", "first a1 b1 a2 b2 a3 b3", table.concat(seen, " "))
  env:expect("both ended", 2, done)
end)
---
-- coroutines work, and wait, in every process
local sim = require "lab"
sim.bot("b", function(env)
  local got = {}
  local function produce(name)
    local co = coroutine.wrap(function()
      for i = 1, 3 do
        env:sleep(1)
        coroutine.yield(name .. i)
      end
    end)
    for i = 1, 3 do table.insert(got, (co())) end
  end
  env:go(produce, "x")
  env:go(function() env:sleep("500ms") produce("y") end)
  env:sleep(10)
  env:expect("turns", "x1 y1 x2 y2 x3 y3", table.concat(got, " "))
end)
---
-- waiting works inside pcall, metamethods, sort and gsub
local sim = require "lab"
sim.bot("b", function(env)
  local t = setmetatable({}, { __index = function(_, k) env:sleep(1) return k end,
    __lt = function(a, b) env:sleep(1) return a.n < b.n end })
  env:expect("metamethod", "k", t.k)
  env:expect("pcall", true, (pcall(env.sleep, env, 1)))
  env:expect("gsub", "A-B", (("a-b"):gsub("%a", function(c) env:sleep(1) return c:upper() end)))
  local list = { 3, 1, 2 }
  table.sort(list, function(a, b) env:sleep(1) return a < b end)
  env:expect("sorted", { 1, 2, 3 }, list)
  env:expect("all of it took time", true, env:now() >= 6)
end)
---
-- an error in a process is an error of the service
local sim = require "lab"
sim.bot("b", function(env)
  env:go(function()
    env:sleep(1)
    error("broken") --! "broken"
  end)
  env:sleep(10)
end)
---
-- measure returns and raises what the function does
local sim = require "lab"
sim.bot("b", function(env)
  local a, b, c = env:measure("add", function(x, y) env:sleep("10ms") return x + y, nil, "three" end, 1, 2)
  env:expect("results", { 3, "three" }, { a, c })
  env:expect("nothing", 0, select("#", env:measure("nothing", function() end)))
  local ok, err = pcall(env.measure, env, "fail", function() error({ "oh no" }) end)
  env:expect("raised", { false, "oh no" }, { ok, err[1] })
  local ok, err = pcall(env.measure, env, "lost", function() env:connect("b.botnet:99") end)
  env:expect("kind", "refused", err.kind)
end)
sim.check("operations", function(run)
  local all = run:operations()
  local add, fail, lost, never = all.add, run:operations("fail"), run:operations("lost"), run:operations("never")
  assert(add.count == 1 and add.ok == 1 and add.errors == 0, "add")
  assert(add.p50 == 0.01 and add.p99 == 0.01 and add.max == 0.01, "latency")
  assert(fail.errors == 1 and fail.kinds.error == 1, "fail")
  assert(lost.errors == 1 and lost.kinds.refused == 1, "lost")
  assert(never.count == 0 and never.ok == 0 and next(never.kinds) == nil, "never")
  assert(never.p50 == nil and never.max == nil, "no latency is not zero")
  return all.never == nil
end)
---
-- expect compares tables by contents
local sim = require "lab"
sim.bot("b", function(env)
  assert(env:expect("equal", { a = { 1, 2 } }, { a = { 1, 2 } }) == true)
end)
---
-- gauges are seen by machine, by service where there are several
local sim = require "lab"
local function publish(value) return function(env) env:gauge("load", value) env:gauge("up", true) env:sleep(100) end end
sim.service("a.net", publish(1))
sim.service("c.net:x", publish(2))
sim.service("c.net:y", publish("many"))
sim.bot("b", function(env)
  env:sleep(1)
  env:gauge("mine", 5)
  env:gauge("mine", nil)
  env:gauge("done", "yes")
end)
local most = 0
sim.always("seen", function(world)
  local n = 0
  for _ in pairs(world:gauges("load")) do n = n + 1 end
  most = math.max(most, n)
  assert(world.now >= 0)
end)
sim.check("standing", function(run)
  local load = run:gauges("load")
  assert(load["a.net"] == 1 and load["c.net:x"] == 2 and load["c.net:y"] == "many", "load")
  assert(run:gauges("up")["a.net"] == true, "up")
  assert(next(run:gauges("mine")) == nil, "withdrawn")
  assert(run:gauges("done")["b.botnet"] == "yes", "done")
  return most == 3, "the invariant saw " .. most
end)
---
-- chance is the boot's own and comes from the seed
local sim = require "lab"
sim.bot("b", function(env)
  local r = env.random
  for _ = 1, 200 do
    local i, f = r:int(1, 6), r:float()
    assert(i >= 1 and i <= 6 and i == math.floor(i))
    assert(f >= 0 and f < 1)
  end
  assert(r:int(-3, -3) == -3)
  assert(r:chance(1) == true and r:chance(0) == false)
  assert(r:pick({ "only" }) == "only")
  local t = { 1, 2, 3, 4, 5 }
  assert(r:shuffle(t) == t and #t == 5)
  table.sort(t)
  env:expect("same elements", { 1, 2, 3, 4, 5 }, t)
end)
---
-- an unknown method says what was meant
local sim = require "lab"
sim.bot("b", function(env)
  env:slep(1) --! "env: unknown name .slep.; did you mean .sleep."
end)
---
-- a dot instead of a colon
local sim = require "lab"
sim.bot("b", function(env)
  env.sleep(1) --! "sleep is a method: call it with a colon"
end)
---
-- env cannot be changed
local sim = require "lab"
sim.bot("b", function(env)
  env.sleep = nil --! "env cannot be changed"
end)
---
-- a bad duration
local sim = require "lab"
sim.bot("b", function(env)
  env:sleep("soon") --! "bad argument #1 to 'sleep': expected a duration"
end)
---
-- a misspelt option
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data", { nosync = true }) --! "env:open: unknown option .nosync.; did you mean .no_sync."
end)
---
-- a gauge of a table
local sim = require "lab"
sim.bot("b", function(env)
  env:gauge("g", {}) --! "bad argument #2 to 'gauge': expected a number, a string"
end)
---
-- a gauge that is no number
local sim = require "lab"
sim.bot("b", function(env)
  env:gauge("g", 0 / 0) --! "expected a finite number"
end)
---
-- a probability out of range
local sim = require "lab"
sim.bot("b", function(env)
  env.random:chance(7) --! "a probability is a number from 0 to 1"
end)
---
-- nothing to pick from
local sim = require "lab"
sim.bot("b", function(env)
  env.random:pick({}) --! "expected an array with something in it"
end)
---
-- an empty range
local sim = require "lab"
sim.bot("b", function(env)
  env.random:int(2, 1) --! "the second number is smaller"
end)
---
-- a port out of range
local sim = require "lab"
sim.bot("b", function(env)
  env:listen(70000) --! "expected a whole number from 1 to 65535"
end)
---
-- an address without a port
local sim = require "lab"
sim.bot("b", function(env)
  env:connect("a.net") --! "port"
end)
---
-- an address that is no text
local sim = require "lab"
sim.bot("b", function(env)
  env:connect(443) --! "bad argument #1 to 'connect': expected a string, got the number 443"
end)
---
-- nothing to log
local sim = require "lab"
sim.bot("b", function(env)
  env:log() --! "expected something to write"
end)
---
-- an index that is no name
local sim = require "lab"
sim.bot("b", function(env)
  local x = env[1] --! "env: unknown name .1."
end)
---
-- objects have names, and a mistake in one says which
local sim = require "lab"
sim.service("s.net", function(env) env:serve(1, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  local objects = { env = env, random = env.random, listener = env:listen(1), conn = env:connect("s.net:1"),
    db = env:open("data") }
  objects.db:view(function(tx) objects.tx = tx end)
  for name, object in pairs(objects) do
    env:expect(name, name, tostring(object))
    local ok, err = pcall(function() return object.nonsense end)
    env:expect("unknown in " .. name, true, err:find(name .. ': unknown name "nonsense"', 1, true) ~= nil)
    local ok, err = pcall(function() object.x = 1 end)
    env:expect("fixed " .. name, true, err:find(name .. " cannot be changed", 1, true) ~= nil)
    env:expect("metatable of " .. name, nil, getmetatable(object))
  end
end)
sim.plan(function(plan)
  plan:start("*")
  assert(tostring(plan) == "plan" and not pcall(function() return plan.nonsense end))
end)
sim.always("world", function(world)
  assert(tostring(world) == "world" and not pcall(function() return world.nonsense end))
end)
sim.check("run", function(run)
  assert(tostring(run) == "run" and not pcall(function() return run.nonsense end))
end)
---
-- a function of the host can be a process
local sim = require "lab"
sim.bot("b", function(env)
  env:go(env.gauge, env, "g", "by a process")
  env:sleep(1)
end)
sim.check("gauge", function(run) return run:gauges("g")["b.botnet"] == "by a process" end)
---
-- processes without end
local sim = require "lab"
sim.bot("b", function(env)
  while true do env:go(function() env:sleep(1) end) end --! "0.3 million instructions without waiting"
end)
