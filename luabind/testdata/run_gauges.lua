-- an invariant sees what changed, and what stands
local sim = require "lab"
sim.service("a.net:x", function(env) env:gauge("load", 1) env:sleep(1) env:gauge("load", 2) env:sleep(2) end)
sim.service("a.net:y", function(env) env:sleep(2) env:gauge("load", 3) env:sleep(10) end)
sim.service("b.net", function(env) env:gauge("load", 9) env:gauge("other", true) env:sleep(10) end)
sim.bot("bot", function(env) env:sleep(5) end)
local seen, sum = {}, {}
sim.always("sees", function(world)
  for _, g in ipairs(world:changed()) do
    seen[#seen + 1] = ("%g %s %s %s"):format(world.now, g.service, g.name, tostring(g.value))
    if g.name == "load" then sum[g.service] = g.value end
  end
  local load, keys = world:gauges("load"), {}
  for key, value in pairs(load) do
    keys[#keys + 1] = key .. "=" .. value
    assert(load[key] == value, "index and pairs differ")
  end
  assert(next(world:gauges("none")) == nil and next(load) ~= nil)
  table.sort(keys)
  seen[#seen + 1] = table.concat(keys, " ")
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(3)
  plan:kill("a*:y")
end)
sim.check("saw", function()
  local want = [[
0 a.net:x load 1
a.net=1
0 b.net load 9
0 b.net other true
a.net=1 b.net=9
1 a.net:x load 2
a.net=2 b.net=9
2 a.net:y load 3
a.net:x=2 a.net:y=3 b.net=9
a.net:x=2 a.net:y=3 b.net=9
3 a.net:y load nil
a.net=2 b.net=9]]
  local got = table.concat(seen, "\n")
  return got == want, got
end)
---
-- what an invariant is shown of gauges, it cannot change
local sim = require "lab"
sim.bot("bot", function(env) env:gauge("up", 1) env:sleep(1) env:gauge("up", 2) end)
sim.always("guarded", function(world)
  local up = world:gauges("up")
  for _, change in ipairs {
    function() up["bot.botnet"] = 7 end, function() up.x = 1 end, function() up[1000] = 1 end,
    function() setmetatable(up, {}) end,
  } do
    local ok, message = pcall(change)
    assert(not ok, "changed")
  end
  rawset(up, "x", 1)
  local n = 0
  for key in pairs(world:gauges("up")) do n = n + 1 end
  assert(n == 1 and world:gauges("up")["bot.botnet"] == up["bot.botnet"])
end)
---
-- a gauge that wanders from machine to machine
local sim = require "lab"
for i = 1, 60 do
  sim.service(("n%02d.net"):format(i), function(env)
    env:sleep(i) env:gauge("token", i) env:sleep(1) env:gauge("token", nil) env:sleep(100)
  end)
end
sim.bot("bot", function(env) env:sleep(70) end)
sim.always("one token", function(world)
  local n, at = 0, nil
  for machine, i in pairs(world:gauges("token")) do n = n + 1 assert(machine == ("n%02d.net"):format(i)) end
  return n <= 2, n .. " tokens"
end)
