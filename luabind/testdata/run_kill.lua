-- whoever catches everything dies all the same, and nothing it does then is seen
local sim = require "lab"
local stubborn = {
  pcall = function(env) while true do pcall(env.sleep, env, 1) env:gauge("round", env:now()) end end,
  nested = function(env)
    while true do pcall(pcall, pcall, function() while true do pcall(env.sleep, env, 1) end end) end
  end,
  xpcall = function(env)
    while true do xpcall(function() env:sleep(1) end, function() env:sleep(1) return "handled" end) end
  end,
  wrap = function(env)
    while true do
      pcall(coroutine.wrap(function() while true do pcall(env.sleep, env, 1) end end))
    end
  end,
  resume = function(env)
    while true do
      local co = coroutine.create(function() while true do env:sleep(1) coroutine.yield() end end)
      while coroutine.status(co) ~= "dead" do coroutine.resume(co) end
    end
  end,
  metamethod = function(env)
    local t = setmetatable({}, { __index = function() while true do pcall(env.sleep, env, 1) end end })
    while true do pcall(function() return t.x end) end
  end,
  tostring = function(env)
    local t = setmetatable({}, { __tostring = function() env:sleep(1) return "t" end })
    while true do pcall(tostring, t) end
  end,
  sort = function(env)
    while true do pcall(table.sort, { 3, 2, 1 }, function(a, b) pcall(env.sleep, env, 1) return a < b end) end
  end,
  gsub = function(env) while true do pcall(string.gsub, "abc", ".", function() env:sleep(1) end) end end,
  measure = function(env) while true do pcall(env.measure, env, "m", function() pcall(env.sleep, env, 1) end) end end,
  process = function(env)
    for _ = 1, 3 do env:go(function() while true do pcall(env.sleep, env, 1) end end) end
    while true do pcall(env.sleep, env, 1) end
  end,
  accept = function(env) local l = env:listen(1) while true do pcall(l.accept, l) end end,
  serve = function(env) while true do pcall(env.serve, env, 2, function() end) end end,
  receive = function(env)
    local conn = env:connect("quiet.net:1")
    while true do pcall(conn.receive, conn) end
  end,
  db = function(env)
    local db = env:open("data")
    while true do pcall(db.update, db, function(tx) tx:put("k", 1) end) end
  end,
  work = function(env) while true do pcall(env.work, env, 1) end end,
  busy = function(env) while true do local x = 0 for i = 1, 1000 do x = x + i end pcall(env.sleep, env, "1ms") end end,
}
local names = {}
for name in pairs(stubborn) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do
  local run = stubborn[name]
  sim.service("stubborn.net:" .. name, function(env)
    pcall(run, env)
    env:gauge("zombie", name)
    env:log("the kill was survived")
    while true do pcall(env.sleep, env, 1) env:gauge("zombie", name) end
  end)
end
sim.service("quiet.net", function(env) env:serve(1, function() env:sleep(1000) end) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("2500ms")
  plan:kill("stubborn.net")
end)
sim.bot("b", function(env) env:sleep(6) end)
sim.check("all were killed", function(run)
  local machine = run:machines()["stubborn.net"]
  return machine.kills == #names and machine.open == 0, machine.kills .. " of " .. #names
end)
sim.check("none came back", function(run) return next(run:gauges("zombie")) == nil and next(run:gauges("round")) == nil end)
---
-- they are killed at the end of their grace, too
local sim = require "lab"
sim.service("s.net", function(env)
  while true do
    local ok, err = pcall(env.sleep, env, 1)
    if not ok then env:work("300ms") end
  end
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:stop("s.net", { grace = "2s" })
  assert(plan:now() == 3)
end)
sim.bot("b", function(env) env:sleep(6) end)
sim.check("killed", function(run) return run:machines()["s.net"].kills == 1 end)
---
-- power cuts in the middle of everything, again and again
local sim = require "lab"
sim.service("s.net", function(env)
  local db = env:open("data")
  env:go(function() while true do db:update(function(tx) tx:put("n", (tx:get("n") or 0) + 1) end) end end)
  env:serve(1, function(conn)
    while true do
      conn:send(db:view(function(tx) return tx:get("n") end))
      env:sleep("10ms")
    end
  end)
end)
sim.plan(function(plan)
  plan:start("*")
  for i = 1, 50 do
    plan:sleep(plan.random:float() / 100)
    plan:power_fail("s.net")
    plan:start("s.net")
  end
end)
sim.bot("b", function(env)
  for i = 1, 50 do
    pcall(function() env:connect("s.net:1", "100ms"):receive("100ms") end)
  end
end)
sim.check("booted", function(run) return run:machines()["s.net"].boots == 51 end)
---
-- a loop that never waits
local sim = require "lab"
sim.bot("b", function(env)
  while true do end --! "instructions without waiting: an infinite loop"
end)
---
-- nor one that catches errors
local sim = require "lab"
sim.bot("b", function(env)
  while true do pcall(function() while true do end end) end --! "instructions without waiting: an infinite loop"
end)
---
-- nor one in a coroutine of another process
local sim = require "lab"
sim.bot("b", function(env)
  env:go(function()
    coroutine.wrap(function()
      while true do end --! "instructions without waiting: an infinite loop"
    end)()
  end)
  env:sleep(1)
end)
