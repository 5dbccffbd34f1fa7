-- what holds once, in services and in the world
local sim = require "lab"
sim.bot("b", function(env)
  for i = 1, 3 do
    env:gauge("n", i)
    env:sometimes("two", i == 2)
    env:sometimes("nil is no", nil)
    if i == 3 then env:reachable("three") end
    if i == 4 then env:unreachable("four") end
  end
end)
sim.sometimes("a two", function(world) return world:gauges("n")["b.botnet"] == 2 end)
sim.sometimes("nothing is no", function() end)
---
-- a property of liveness, over what changed
local sim = require "lab"
sim.service("a.net", function(env)
  env:sleep("3s")
  env:gauge("leader", true)
  env:sleep("1h")
end)
sim.bot("b", function(env) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("1s")
  plan:partition("net", "botnet")
  plan:calm()
end)
local seen = 0
sim.eventually("a leader", { within = "5s", after = "heal" }, function(world)
  seen = seen + #world:changed()
  return world:gauges("leader")["a.net"] == true and seen == 1, "no leader"
end)
---
-- what was refused is not declared, though the error was caught
local sim = require "sim"
for _, declare in ipairs { sim.always, sim.sometimes, sim.check } do assert(not pcall(declare, "refused", 5)) end
assert(not pcall(sim.eventually, "refused", { within = "1s" }, 5))
assert(not pcall(sim.limits, { time = -1 }))
assert(not pcall(sim.expect, "refused", { required = 5 }))
sim.service("n2.net", function() end)
assert(not pcall(sim.service, "n{1..3}.net", function() end))
sim.limits { time = "1h" }
sim.expect("refused", { required = true })
sim.always("refused", function() return true end)
sim.check("n2 only", function(run) return run:machines()["n2.net"].boots == 1 and not run:machines()["n1.net"] end)
sim.bot("b", function(env)
  env:gauge("x", 1)
  env:expect("refused", 1, 1)
end)
