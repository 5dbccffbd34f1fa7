-- a plan sees machines and time
local sim = require "lab"
sim.service("api1.net", function(env) env:sleep(1000) end)
sim.service("api2.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(60) end)
sim.plan(function(plan)
  assert(plan:now() == 0)
  assert(table.concat(plan:machines("api*"), " ") == "api1.net api2.net")
  assert(#plan:machines("*") == 3)
  assert(#plan:machines("*.botnet") == 1)
  plan:start("*")
  plan:sleep("1500ms")
  assert(plan:now() == 1.5)
  local name = plan.random:pick(plan:machines("api*"))
  assert(name:find("^api"))
  plan:log("striking ", 1, true, nil)
end)
---
-- what a plan does is counted
local sim = require "lab"
sim.service("s.net", function(env) env:sleep(1000) end)
sim.service("u.net", function(env) while true do pcall(env.sleep, env, 1000) env:work(1) end end)
sim.bot("b", function(env) env:sleep(100) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:stop("s.net")
  plan:start("s.net")
  plan:kill("s.net")
  plan:start("s.net")
  local before = plan:now()
  plan:reboot("s.net", { down = "3s" })
  assert(plan:now() == before + 3, "down for 3 s")
  local before = plan:now()
  plan:stop("u.net", { grace = "2s" })
  assert(plan:now() == before + 2, "killed after its grace")
  plan:wipe("u.net")
  plan:power_fail("s.net")
  plan:start("*")
end)
sim.check("facts", function(run)
  local s, u = run:machines()["s.net"], run:machines()["u.net"]
  assert(s.boots == 5 and s.kills == 2, "s.net " .. s.boots .. " " .. s.kills)
  assert(u.boots == 2 and u.kills == 1 and u.wipes == 1, "u.net")
  assert(s.downtime >= 3 and s.open == 0 and s.commits == 0, "downtime")
  local kinds = {}
  for _, f in ipairs(run:faults()) do
    kinds[#kinds + 1] = f.kind
    assert(f.id:find("^plan#") and f.at >= 1 and f.where:find("%.net"), "fault")
  end
  assert(table.concat(kinds, " ") == "stop kill reboot stop wipe power_fail", table.concat(kinds, " "))
  assert(#run:faults("kill") == 1 and #run:faults("loss") == 0, "by kind")
  assert(run.time == 100 and run.seed == 1 and run.reason == "every bot has returned", run.reason)
end)
---
-- partitions and their end
local sim = require "lab"
sim.service("s.net", function(env)
  env:serve(1, function(conn) while true do conn:send(conn:receive()) end end)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  local apart = plan:partition("botnet", "s.net")
  plan:heal(plan:partition("botnet", "s.net"))
  plan:sleep(10)
  assert(tostring(apart) == "botnet<>s.net", tostring(apart))
  plan:heal(apart)
  plan:heal(apart)
  plan:partition("net", "botnet", { oneway = true })
  plan:heal()
end)
sim.bot("b", function(env)
  local function ask() local c = env:connect("s.net:1", "1s") c:send(1) return c:receive("1s") end
  env:expect("before", 1, ask())
  env:sleep(2)
  local ok, err = pcall(ask)
  env:expect("cut off", { false, "timeout" }, { ok, err.kind })
  env:sleep(15)
  env:expect("healed", 1, ask())
end)
sim.check("packets", function(run)
  local there, back = run:links()["botnet>net"], run:links()["net>botnet"]
  assert(there.partitioned > 0 and there.lost == 0, "partitioned")
  assert(there.sent == there.delivered + there.partitioned + there.in_flight, "there")
  return back.delivered > 0 and back.bytes > 0
end)
---
-- pause freezes a machine and resume lets it go on
local sim = require "lab"
sim.service("s.net", function(env)
  for i = 1, 10 do env:sleep(1) env:gauge("ticks", i) end
  env:sleep(1000)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("2500ms")
  plan:pause("s.net")
  plan:sleep(10)
  plan:resume("s.net")
end)
sim.bot("b", function(env) env:sleep(14) end)
sim.check("ticks", function(run)
  local n = run:gauges("ticks")["s.net"]
  return n == 4, "it ticked " .. tostring(n)
end)
---
-- a clock that is set wrong
local sim = require "lab"
sim.service("s.net", function(env)
  env:sleep(2)
  env:expect("ahead", 12, env:now())
  env:sleep(2)
  env:expect("timers are true", 14, env:now())
  env:gauge("seen", true)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:clock("s.net", { offset = "10s", drift_ppm = 0 })
end)
sim.bot("b", function(env) env:sleep(5) end)
sim.check("seen", function(run) return run:gauges("seen")["s.net"] end)
---
-- a match that finds nothing
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:start("*")
  plan:kill("api*") --! "no machine matches .api\*."
end)
---
-- an option that does not exist
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:start("*")
  plan:reboot("*", { donw = 1 }) --! "plan:reboot: unknown option .donw.; did you mean .down."
end)
---
-- a kind of fault that does not exist is an error of the check
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.check("faults", function(run)
  local ok, err = pcall(run.faults, run, "los")
  return not ok and err:find('did you mean "loss"') ~= nil
end)
---
-- a check that returns nothing or true holds
local sim = require "lab"
sim.bot("b", function(env) env:gauge("g", 1) end)
sim.check("nothing", function() end)
sim.check("true", function() return true end)
sim.always("nothing too", function() end)
