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
a.net=1 b.net=9
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
---
-- an invariant misses no value, and sees the gauges as they stood then
local sim = require "lab"
sim.bot("bot", function(env)
  for i = 1, 3 do env:gauge("n", i) env:gauge("sum", i * 10) end
  env:sleep(1)
  env:gauge("n", 9) env:gauge("n", nil) env:gauge("n", nil) env:gauge("n", 9) env:gauge("n", nil) env:gauge("n", 7)
end)
local seen = {}
local function show(world)
  local n, sum = world:gauges("n")["bot.botnet"], world:gauges("sum")["bot.botnet"]
  return ("%s/%s(%d)"):format(tostring(n), tostring(sum), #world:changed())
end
sim.always("sees all", function(world) seen[#seen + 1] = show(world) end)
sim.always("sees the same", function(world) assert(seen[#seen] == show(world), show(world)) end)
sim.check("saw", function(run)
  local got = table.concat(seen, " ")
  return got == "1/nil(1) 1/10(1) 2/10(1) 2/20(1) 3/20(1) 3/30(1) 9/30(1) nil/30(1) 9/30(1) nil/30(1) 7/30(1)", got
end)
---
-- gauges that are set together change together; what dies together is gone together
local sim = require "lab"
for _, name in ipairs { "a.net:x", "a.net:y" } do
  sim.service(name, function(env)
    env:gauges { leader = env.service == "a.net:x", term = 1, up = "yes" }
    env:sleep(1)
    env:gauges { leader = env.service == "a.net:y", term = 2, up = "yes" }
    env:sleep(10)
  end)
end
sim.bot("bot", function(env)
  env:sleep(5)
  assert(not pcall(env.gauges, env, { leader = false, term = {} }))
  assert(not pcall(env.gauges, env, { 1 }))
  assert(not pcall(env.gauges, env))
end)
sim.plan(function(plan) plan:start("*") plan:sleep(2) plan:kill("a.net") end)
local seen = {}
sim.always("together", function(world) -- the empty one: the fault itself
  local changed = {}
  for _, g in ipairs(world:changed()) do changed[#changed + 1] = g.name end
  table.sort(changed)
  seen[#seen + 1] = table.concat(changed, " ")
end)
sim.check("saw", function(run)
  local got = table.concat(seen, "; ")
  return got == "leader term up; leader term up; leader term; leader term; ; leader leader term term up up", got
end)
sim.check("what is down", function(run)
  local standing, down = run:gauges("leader")
  assert(next(standing) == nil)
  return down["a.net:x"] == false and down["a.net:y"] == true and run:gauges("term")["a.net:x"] == nil
end)
---
-- a service that boots again has no last values
local sim = require "lab"
sim.service("a.net", function(env) env:gauge("boots", "one") env:sleep(1) error("x") end, { restart = { after = 1 } })
sim.bot("bot", function(env) env:sleep(2.5) end)
sim.check("it is up", function(run)
  local standing, down = run:gauges("boots")
  return standing["a.net"] == "one" and next(down) == nil
end)
