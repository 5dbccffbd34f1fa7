-- several kinds of chaos side by side, each with its own chance and its own names
local sim = require "lab"
sim.service("s{1..3}.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(function(plan)
  plan:start("*")
  local function killer(own, name, every)
    for _ = 1, 3 do
      own:sleep(every)
      own:kill(name)
      own:start(name)
    end
    return own.random:int(1, 1e9), own:now()
  end
  local one = plan:go("one", killer, "s1.net", 1)
  local two = plan:go("two", killer, "s2.net", 2)
  plan:sleep(1)
  plan:kill("s3.net")
  local which, drawn = plan:wait_any { one, two }
  assert(which == one and plan:now() == 3)
  local other, ended = two:join()
  assert(drawn ~= other and drawn ~= plan.random:int(1, 1e9) and ended == 6)
  plan:go("three", function(own)
    own:go("deep", function(deep) deep:kill("s1.net") end):join()
  end):join()
end)
sim.check("names", function(run)
  local ids = {}
  for _, f in ipairs(run:faults()) do ids[#ids + 1] = f.id end
  ids = table.concat(ids, " ")
  return ids == "plan#1 plan/one#1 plan/two#1 plan/one#2 plan/one#3 plan/two#2 plan/two#3 plan/three/deep#1", ids
end)
---
-- a name of a process is used once
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:go("x", function() end)
  plan:go("x", function() end) --! "plan:go: the plan has started a process .x. before"
end)
---
-- and is a name
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:go("a b", function() end) --! "plan:go: .a b. is no name of a process of the plan"
end)
---
-- an error in a process is an error of the plan
local sim = require "lab"
sim.bot("b", function(env) env:sleep(5) end)
sim.plan(function(plan)
  plan:go("x", function(own)
    own:sleep(1)
    error("broken") --! "broken"
  end)
end)
---
-- the run goes on for a plan that waits for the bots
local sim = require "lab"
sim.service("s.net", function(env) for i = 1, 100 do env:sleep(1) env:gauge("ticks", i) end end)
sim.bot("b", function(env) env:sleep(3) end)
sim.bot("c", function(env) env:sleep(5) end)
sim.plan(function(plan)
  plan:start("*")
  plan:go("forever", function(own) while true do own:sleep(1) own:pause("s.net") own:resume("s.net") end end)
  plan:wait_for_bots()
  assert(plan:now() == 5)
  plan:wait_for_bots()
  plan:sleep("10500ms")
end)
sim.check("time", function(run)
  return run.time == 15.5 and run:gauges("ticks")["s.net"] == 15 and run.reason == "every bot has returned", run.reason
end)
---
-- a plan that fails after its bots have returned
local sim = require "lab"
sim.bot("b", function(env) env:sleep(3) end)
sim.plan(function(plan)
  plan:start("*")
  plan:wait_for_bots()
  error("not as it should be") --! "not as it should be"
end)
---
-- there is nobody to wait for
local sim = require "lab"
sim.service("s.net", function(env) end)
sim.plan(function(plan)
  plan:start("*")
  plan:wait_for_bots() --! "the scenario has no bots to wait for"
end)
---
-- a plan that aims
local sim = require "lab"
sim.service("n{1..3}.net", function(env) env:gauge("leads", env.index == 2) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(3) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  assert(next(plan:gauge("nothing")) == nil)
  for machine, leads in pairs(plan:gauge("leads")) do
    if leads then plan:kill(machine) end
  end
end)
sim.check("killed", function(run)
  local m = run:machines()
  return m["n2.net"].kills == 1 and m["n1.net"].kills + m["n3.net"].kills == 0
end)
---
-- a partition of several machines on each side is one fault
local sim = require "lab"
sim.service("n{1..4}.net:web", function(env) env:serve(1, function(conn) conn:send(env.machine) end) end)
sim.bot("b", function(env) env:sleep(10) end)
local function reaches(env)
  local names = {}
  for i = 1, 4 do
    if pcall(function() env:connect("n" .. i .. ".net:1", "50ms") end) then names[#names + 1] = i end
  end
  return table.concat(names)
end
sim.service("n1.net:probe", function(env)
  env:sleep(2)
  env:gauge("divided", reaches(env))
  env:sleep(2)
  env:gauge("healed", reaches(env))
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:partition({ "n1.net", "n2" }, { "n3.net", "n{4..9}.net", "botnet" })
  plan:sleep(2)
  plan:heal({ "n3.net", "n{4..9}.net", "botnet" }, { "n1.net", "n2" })
end)
sim.check("one", function(run)
  local faults = run:faults("partition")
  return #faults == 1 and faults[1].where == "{n1.net, n2}<>{n3.net, n{4..9}.net, botnet}"
    and run:gauges("divided")["n1.net"] == "12" and run:gauges("healed")["n1.net"] == "1234",
    tostring(run:gauges("divided")["n1.net"])
end)
---
-- a side without anything
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:partition({}, "net") --! "bad argument #1 to 'partition': expected a network, a match of machines, or an array"
end)
---
-- a side of something else
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:partition("net", { "botnet", 7 }) --! "bad argument #2 to 'partition': element 2: expected a string, got the number 7"
end)
---
-- a glob spares bots, a name and a range do not
local sim = require "lab"
sim.service("s.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(5) end)
sim.bot("c{1..2}", function(env) env:sleep(5) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  for _, verb in ipairs { "stop", "kill", "power_fail", "wipe" } do
    plan[verb](plan, "*")
    plan:start("*")
  end
  plan:pause("*")
  plan:resume("*")
  plan:clock("*", { offset = 1 })
  plan:reboot("*")
  assert(#plan:machines("*") == 4)
  plan:kill("c{1..2}.botnet")
  plan:stop("b.botnet")
  plan:sleep(1)
  plan:start("*")
  plan:wait_for_bots()
  assert(plan:now() == 9)
end)
sim.check("harm", function(run)
  local where = {}
  for _, f in ipairs(run:faults()) do where[#where + 1] = f.where end
  where = table.concat(where, " ")
  return where == ("s.net "):rep(7) .. "c1.botnet c2.botnet b.botnet", where
end)
---
-- a glob that only means bots
local sim = require "lab"
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(function(plan)
  plan:start("*")
  plan:kill("*.botnet") --! "matches only bots, which a glob spares: name them"
end)
---
-- nor does a monkey strike one
local sim = require "lab"
local monkey = require("sim.chaos").graceful_monkey
sim.service("s.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(60) end)
sim.plan(function(plan)
  plan:go("all", monkey {})
  plan:go("glob", monkey { machines = { "*" }, wipe = 0 })
  plan:wait_for_bots()
end)
sim.check("struck", function(run)
  for _, f in ipairs(run:faults()) do
    if f.where ~= "s.net" then return false, f.where end
  end
  return #run:faults() > 4 and run:faults()[1].id:find("^plan/") ~= nil
end)
---
-- what a check sees of faults
local sim = require "lab"
sim.service("s.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:partition("net", "botnet", { mode = "clog" })
  plan:clock("s.net", { offset = "20ms", drift_ppm = 50 })
  plan:sleep(1)
  plan:heal()
  plan:reboot("s.net", { grace = "1s", down = "3s" })
  plan:link("net", "net", { loss = 0.5, delay = "2ms" }, { oneway = true })
  plan:kill("s.net")
end)
sim.check("faults", function(run)
  local eq = require("sim.assert").equal
  local apart, clock, reboot, link, kill = unpack((function()
    local found = {}
    for _, kind in ipairs { "partition", "clock", "reboot", "link", "kill" } do
      found[#found + 1] = run:faults(kind)[1]
    end
    return found
  end)())
  eq(1, apart.at) eq(2, apart.ended) eq("clog", apart.parameters.mode) eq(false, apart.parameters.oneway)
  eq(nil, clock.ended) eq(0.02, clock.parameters.offset) eq(50, clock.parameters.drift_ppm)
  eq(2, reboot.at) eq(5, reboot.ended) eq(1, reboot.parameters.grace) eq(3, reboot.parameters.down)
  eq(false, reboot.parameters.wipe)
  eq(0.5, link.parameters.loss) eq("2ms", link.parameters.delay) eq(nil, link.ended)
  eq(nil, kill.ended) eq(nil, next(kill.parameters))
end)
