-- a fault point fires as often as its probability says, over all boots, and draws from nobody
local sim = require "lab"
sim.service("s.net", function(env)
  local db = env:open("data")
  local drawn = env.random:int(1, 1e9)
  for _ = 1, 1000 do env:fault_point("now and then, again", 0.1) end
  db:update(function(tx) tx:put("n", (tx:get("n") or 0) + 1) end)
  assert(env:fault_point("always", 1) == true and env:fault_point("never", 0) == false)
  env:gauge("drawn " .. drawn, true)
  env:sleep(1000)
end)
sim.bot("b", function(env) env:sleep(10) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:kill("s.net")
  plan:start("s.net")
end)
sim.check("points", function(run)
  local n, last = 0, 0
  for _, f in ipairs(run:faults("point")) do
    local name, ordinal = f.id:match("^s%.net/point/(.*)#(%d+)$")
    assert(f.where == "s.net")
    if name == "now and then, again" then
      assert(tonumber(ordinal) > last and tonumber(ordinal) <= 2000)
      n, last = n + 1, tonumber(ordinal)
    end
  end
  return n > 150 and n < 250 and last > 1000 and #run:faults("point") == n + 2, n .. " " .. last
end)
---
-- a crash after a point belongs to it, and the restart option brings the service back
local sim = require "lab"
sim.service("s.net", function(env)
  local db = env:open("data")
  local boots = db:update(function(tx) tx:put("n", (tx:get("n") or 0) + 1) return tx:get("n") end)
  env:gauge("boots", boots)
  env:gauge("up at", env:now())
  if boots < 4 then
    env:sleep(1)
    if env:fault_point("early", 1) then
      local ok = pcall(env.crash, env)
      env:gauge("survived", ok)
    end
    env:gauge("survived", true)
  end
  env:sleep(100)
end, { restart = { after = "500ms" } })
sim.bot("b", function(env) env:sleep(10) end)
sim.check("boots", function(run)
  return run:gauges("boots")["s.net"] == 4 and run:gauges("survived")["s.net"] == nil
    and run:machines()["s.net"].kills == 3 and #run:faults() == 3 and #run:faults("crash") == 0
end)
---
-- elsewhere it is a fault of its own; peers see a reset, and down says how long
local sim = require "lab"
sim.service("s.net", function(env)
  env:serve(1, function(conn)
    conn:receive()
    env:go(function() env:sleep(1) env:gauge("future", true) end)
    env:crash("2s")
  end)
end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:1")
  conn:send(1)
  local ok, err = pcall(conn.receive, conn)
  env:expect("reset", "reset", err.kind)
  env:expect("down", false, (pcall(env.connect, env, "s.net:1")))
  env:sleep("2100ms")
  env:expect("up", true, (pcall(env.connect, env, "s.net:1")))
end)
sim.check("fault", function(run)
  local f = run:faults()
  return #f == 1 and f[1].id == "s.net/crash#1" and f[1].kind == "crash" and f[1].where == "s.net"
    and next(run:gauges("future")) == nil
end)
---
-- two processes that crash at one moment are one death
local sim = require "lab"
sim.service("s.net", function(env)
  if env:now() < 1 then
    env:sleep(1)
    env:go(function() env:crash("1s") end)
    env:go(function() env:power_fail("1s") end)
    env:crash("1s")
  end
  env:sleep(10)
end)
sim.bot("b", function(env) env:sleep(5) end)
sim.check("once", function(run)
  local s = run:machines()["s.net"]
  return s.kills == 1 and s.boots == 2 and #run:faults() == 3
end)
---
-- without either it stays down until the plan starts it
local sim = require "lab"
sim.service("s.net", function(env) env:gauge("up", true) env:sleep(1) env:crash() end)
sim.bot("b", function(env) env:sleep(10) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(5)
  assert(next(plan:gauge("up")) == nil)
  plan:start("*")
  plan:sleep("500ms")
  assert(plan:gauge("up")["s.net"] == true)
end)
sim.check("ids", function(run) return run:faults()[2].id == "s.net/crash#2" end)
---
-- the power of the machine, with all that is on it
local sim = require "lab"
sim.service("s.net:a", function(env)
  local db = env:open("data", { no_sync = true })
  db:update(function(tx) tx:put("n", (tx:get("n") or 0) + 1) env:gauge("count", tx:get("n")) end)
  if env:now() < 5 then
    env:sleep(1)
    if env:fault_point("commit is not synced", 1) then env:power_fail("3s") end
  end
  env:sleep(100)
end)
sim.service("s.net:b", function(env) env:gauge("booted at", env:now()) env:sleep(100) end)
sim.bot("b", function(env) env:sleep(12) end)
sim.check("lost", function(run)
  local s = run:machines()["s.net"]
  return s.boots == 6 and s.kills == 4 and run:gauges("count")["s.net"] <= 3 and math.floor(run:gauges("booted at")["s.net"]) == 8,
    tostring(run:gauges("booted at")["s.net"])
end)
---
-- later in time than the point, it is not part of it
local sim = require "lab"
sim.service("s.net", function(env)
  if env:fault_point("first", 1) then env:sleep("1ms") env:power_fail() end
end)
sim.bot("b", function(env) env:sleep(1) end)
sim.check("two", function(run)
  local f = run:faults()
  return #f == 2 and f[2].id == "s.net/power_fail#1" and f[2].kind == "power_fail"
end)
---
-- who was asked to stop and crashes stays down
local sim = require "lab"
sim.service("s.net", function(env)
  pcall(env.sleep, env, 100)
  env:crash("1s")
end)
sim.bot("b", function(env) env:sleep(10) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:stop("s.net")
end)
sim.check("once", function(run) return run:machines()["s.net"].boots == 1 end)
---
-- a bot that crashes comes back
local sim = require "lab"
sim.bot("b", function(env)
  if env:now() < 1 then env:sleep(1) env:crash("1s") end
end)
sim.check("time", function(run) return run.time == 2, tostring(run.time) end)
---
-- not in a transaction
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function()
    if env:fault_point("inside", 1) then env:crash() end --! "db:update must not wait, and crash does"
  end)
end)
---
-- a probability that is none
local sim = require "lab"
sim.bot("b", function(env)
  env:fault_point("x", 2) --! "env:fault_point: a probability is a number from 0 to 1"
end)
---
-- no name
local sim = require "lab"
sim.bot("b", function(env)
  env:fault_point("a#1", 1) --! "a fault point has a name of 1 to 100 bytes on one line, without #; not .a#1."
end)
---
-- names without end
local sim = require "lab"
sim.bot("b", function(env)
  for i = 1, 1001 do env:fault_point("p" .. i, 0) end --! "a service has at most 1000"
end)
