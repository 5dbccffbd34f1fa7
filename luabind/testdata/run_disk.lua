-- work queues for the cores of a machine, first come first served
local sim = require "lab"
sim.machine("m.net", { cores = 2 })
sim.service("m.net:long", function(env) env:work("4s") end)
sim.service("m.net:short", function(env)
  local started, done = env:now(), {}
  for i = 1, 3 do
    env:go(function()
      env:work("1s")
      done[i] = env:now() - started
    end)
  end
  env:sleep("5s")
  env:expect("done", { 1, 2, 3 }, done)
end)
sim.service("free.net", function(env)
  local processes = {}
  for i = 1, 10 do processes[i] = env:go(env.work, env, "1s") end
  for _, process in ipairs(processes) do process:join() end
  env:expect("without limit", 1, env:now())
end)
sim.bot("b", function(env) env:sleep(10) end)
---
-- what a plan does to disks: each is a fault, which stands until the disk is as declared
local sim = require "lab"
sim.machine("a.net", { disk = { preset = "hdd", capacity = "1mb" } })
sim.service("a.net", function(env) env:open("db"):update(function(tx) tx:put("k", "v") end) env:sleep("1h") end)
sim.service("b.net", function(env) env:sleep("1h") end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:disk("a", { slow = 10, bandwidth = "20mb", read = sim.uniform("1ms", "2ms"), sync_error = 0.5 })
  plan:disk("b.net", { stall = "2s" })
  plan:sleep(1)
  plan:disk("*", { capacity = "64mb" })
  plan:sleep(1)
  plan:disk("*")
  plan:disk("b.net", { stall = "5s", slow = 2 })
  plan:sleep(6)
  plan:disk("b.net", sim.disk.ssd)
  plan:disk("b.net", { slow = 1 })
  plan:swap_disks("a", "b.net")
  plan:sleep(1)
  plan:start("*")
end)
sim.check("faults", function(run)
  local told = {}
  for i, f in ipairs(run:faults()) do
    local words = { f.id, f.kind, f.where, f.at .. "-" .. tostring(f.ended) }
    for name, value in pairs(f.parameters) do words[#words + 1] = name .. "=" .. tostring(value) end
    told[i] = table.concat(words, " ")
  end
  local want = {
    "plan#1 disk a.net 1-2 read=1ms to 2ms slow=10 bandwidth=20mb sync_error=0.5",
    "plan#2 disk b.net 1-3 stall=2",
    "plan#3 disk a.net 2-3 capacity=64mb",
    "plan#4 disk b.net 2-3 capacity=64mb",
    "plan#5 disk b.net 3-9 slow=2 stall=5",
    "plan#6 disk b.net 9-9",
    "plan#7 disk b.net 9-nil slow=1",
    "plan#8 swap_disks a.net | b.net 9-10",
  }
  for i = 1, math.max(#told, #want) do
    if told[i] ~= want[i] then return false, tostring(told[i]) .. "; expected " .. tostring(want[i]) end
  end
end)
---
-- the disk comes into the other machine with all that was synced
local sim = require "lab"
local function keep(env)
  local db = env:open("db")
  local owner = db:view(function(tx) return tx:get("owner") end)
  if not owner then
    db:update(function(tx) tx:put("owner", env.machine) end)
  else
    env:gauge("finds", owner)
  end
  env:sleep("1h")
end
sim.service("a.net", keep)
sim.service("b.net", keep)
sim.bot("b", function(env) env:sleep(5) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:swap_disks("a", "b.net")
  plan:start("*")
end)
sim.check("swapped", function(run)
  local finds = run:gauges("finds")
  return finds["a.net"] == "b.net" and finds["b.net"] == "a.net", tostring(finds["a.net"])
end)
