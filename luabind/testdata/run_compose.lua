-- every, at, after, between and then_heal say when
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s{1..3}.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(60) end)
sim.plan(chaos.together {
  kills = chaos.between(10, 31, chaos.every(5, chaos.then_heal(2, chaos.kill { machines = "s1*" }))),
  late = chaos.at(40, chaos.after(2, chaos.pause { machines = { "s2.net" } })),
  ended = chaos.until_time(8, chaos.after(7, chaos.power_fail { machines = "s3.net" })),
  never = chaos.until_time(8, chaos.after(8, chaos.wipe())),
})
sim.check("times", function(run)
  local seen = {}
  for _, f in ipairs(run:faults()) do seen[#seen + 1] = f.id .. " " .. f.where .. " " .. f.at .. "-" .. tostring(f.ended) end
  seen = table.concat(seen, ", ")
  return seen == "plan/ended#1 s3.net 7-8, plan/kills#1 s1.net 15-17, plan/kills#2 s1.net 20-22, plan/kills#3 s1.net 25-27, "
    .. "plan/kills#4 s1.net 30-31, plan/late#1 s2.net 42-nil", seen
end)
---
-- a part that takes longer than its turn is not late for ever, and one's own functions are parts
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(20) end)
local at = {}
sim.plan(chaos.every(2, chaos.in_turn {
  function(plan) plan:log(plan:now()) at[#at + 1] = plan:now() end,
  chaos.then_heal(3, chaos.kill()),
  function(plan) if plan:now() > 15 then assert(table.concat(at, " ") == "2 5 8 11 14") end end,
}))
---
-- in_turn does all of them each time, at one moment where nothing waits, and mix one, which may wait and is undone
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s{1..4}.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(39.5) end)
sim.plan(chaos.together {
  all = chaos.every(2, chaos.then_heal(1, chaos.in_turn { chaos.kill { machines = "s1*" }, chaos.pause { machines = "s2*" } })),
  one = chaos.every(2, chaos.then_heal(1, chaos.mix {
    chaos.kill { machines = "s3*" },
    chaos.in_turn { function(plan) plan:sleep(0.5) end, chaos.pause { machines = "s4*" } },
  })),
})
sim.check("struck", function(run)
  local n = {}
  for _, f in ipairs(run:faults()) do
    n[f.where] = (n[f.where] or 0) + 1
    local odd = f.where == "s4.net" and 0.5 or 0
    assert(f.at % 2 == odd and f.ended == f.at + 1, f.id .. " " .. f.at)
  end
  assert(n["s1.net"] == 19 and n["s2.net"] == 19, "in_turn")
  return n["s3.net"] > 4 and n["s4.net"] > 4 and n["s3.net"] + n["s4.net"] == 19, n["s3.net"] .. " and " .. n["s4.net"]
end)
---
-- in plan:go, nothing is started
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s{1..2}.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(function(plan)
  plan:start("b.*")
  plan:start("s1.net")
  plan:go("kills", chaos.every(1, chaos.kill { machines = "s1.net" }))
end)
sim.check("boots", function(run)
  local m = run:machines()
  return m["s1.net"].boots == 1 and m["s1.net"].kills == 1 and m["s2.net"].boots == 0
end)
---
-- what an outer part ends is undone at once, the inner parts too
local sim = require "lab"
local chaos = require "sim.chaos"
sim.connect("net", "far", { delay = "1ms" })
sim.machine("s1.net", { clock = { offset = "5ms" } })
sim.service("s{1..2}.net", function(env) env:sleep("10500ms") env:gauge("clock", env:now() - env:monotonic()) env:sleep(1000) end)
sim.service("t.far", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(chaos.until_time(10, chaos.in_turn {
  chaos.packet { between = { "botnet", "net" }, loss = 1 },
  chaos.packet { between = { "net", "far" }, delay = "1s" },
  chaos.partition { targets = "networks", mode = "reject" },
  chaos.partition { between = { "botnet", { "s1.net", "t.far" } }, oneway = true },
  chaos.then_heal(100, chaos.clock_bump { machines = "s1.net", by = { 10, 20 } }),
}))
sim.check("healed", function(run)
  for _, f in ipairs(run:faults()) do
    if f.ended ~= 10 then return false, f.id .. " ended at " .. tostring(f.ended) end
  end
  local clock = run:gauges("clock")["s1.net"]
  return #run:faults() == 7 and math.abs(clock - 0.005) < 1e-6, #run:faults() .. " faults, clock " .. tostring(clock)
end)
---
-- a strobe jumps to and fro
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s.net", function(env)
  local jumps, last = 0, 0
  for i = 1, 100 do
    env:sleep(0.1)
    local off = math.floor(math.abs(env:now() - env:monotonic()) + 0.5)
    if off ~= last then jumps, last = jumps + 1, off end
    env:gauge("jumps", jumps)
  end
end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(chaos.after("1050ms", chaos.clock_strobe { by = 10, period = 1, lasts = "4500ms" }))
sim.check("jumps", function(run) return run:gauges("jumps")["s.net"] == 6 and #run:faults("clock") == 3 end)
---
-- targets say how many
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s{1..5}.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(function(plan)
  plan:start("*")
  for _, name in ipairs { "one", "majority", "all", 2, 9 } do chaos.then_heal(0.1, chaos.kill { targets = name })(plan) end
  for _ = 1, 10 do chaos.then_heal(0.1, chaos.pause { targets = "minority" })(plan) end
  for _ = 1, 10 do chaos.then_heal(0.1, chaos.wipe { targets = { "one", "all" } })(plan) end
end)
sim.check("so many", function(run)
  local function sizes(kind)
    local at, n, all = nil, 0, {}
    for _, f in ipairs(run:faults(kind)) do
      if f.at ~= at then n = n + 1 all[n] = 0 end
      at, all[n] = f.at, all[n] + 1
    end
    return table.concat(all, " ")
  end
  assert(sizes("kill") == "1 3 5 2 5", sizes("kill"))
  assert(sizes("pause"):find("^[12 ]+$") and sizes("pause"):find("1") and sizes("pause"):find("2"), sizes("pause"))
  assert(sizes("wipe"):find("^[15 ]+$") and sizes("wipe"):find("1") and sizes("wipe"):find("5"), sizes("wipe"))
end)
---
-- kinds of partitions, as the machines see them
local sim = require "lab"
local chaos = require "sim.chaos"
local n, hears = 5, {}
sim.service("s{1..5}.net", function(env)
  env:go(function() env:serve(1, function(conn) conn:send(conn:receive()) end) end)
  for round = 0, 6 do
    env:sleep_until(10 * round + 5)
    local heard = 1
    for i = 1, n do
      local ok = i ~= env.index and pcall(function()
        local conn = env:connect("s" .. i .. ".net:1", "1s")
        conn:send(1)
        conn:receive("1s")
      end)
      if ok then heard = heard + 1 end
    end
    env:gauge("round" .. round, heard)
  end
end)
sim.bot("b", function(env) env:sleep(80) end)
local parts = {}
for i, kind in ipairs { "one", "minority", "majority", "halves", "majorities_ring", "bridge", "minority_third" } do
  parts[i] = chaos.at(10 * i - 8, chaos.then_heal(7.9, chaos.partition { targets = kind }))
end
sim.plan(chaos.in_turn(parts))
sim.check("views", function(run)
  local function views(round)
    local sizes = {}
    for i = 1, n do sizes[i] = run:gauges("round" .. round)["s" .. i .. ".net"] end
    table.sort(sizes)
    return table.concat(sizes)
  end
  assert(views(0) == "14444", views(0))
  assert(views(1) == "14444" or views(1) == "22333", views(1))
  assert(views(2) == "22333", views(2))
  assert(views(3) == "22333", views(3))
  assert(views(4) == "33333", views(4))
  assert(views(5) == "33335", views(5))
  assert(views(6) == "14444", views(6))
end)
---
-- primaries, as a gauge says
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s{1..5}.net", function(env)
  env:gauge("leader", env.index == 3)
  env:gauge("term", env.index == 4 and 7 or 0)
  env:sleep(1000)
end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(chaos.in_turn {
  chaos.after(1, chaos.kill { primaries = "leader" }),
  chaos.after(1, chaos.partition { machines = "s*", primaries = "term" }),
  chaos.after(1, chaos.pause { primaries = "nobody", targets = "all" }),
})
sim.check("struck", function(run)
  local seen = {}
  for _, f in ipairs(run:faults()) do seen[#seen + 1] = f.kind .. " " .. f.where end
  seen = table.concat(seen, ", ")
  return seen:find("^kill s3.net, partition s4.net<>{") ~= nil, seen
end)
---
-- what cannot be parted
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(function(plan)
  local ok, err = pcall(chaos.partition { machines = "s*" }, plan)
  assert(not ok and err:find("it takes two machines"), err)
  ok, err = pcall(chaos.kill { machines = "b*" }, plan)
  assert(not ok and err:find("matches only bots, which a glob spares"), err)
end)
---
-- a word is no plan itself
local sim = require "lab"
sim.bot("b", function(env) env:sleep(20) end)
sim.plan(function(plan)
  local ok, err = pcall(require("sim.chaos").kill, plan)
  assert(not ok and err == "chaos.kill is no plan itself, it makes one: write chaos.kill {}", err)
  plan:start("*")
end)
---
-- a swarm keeps within its bounds, and ends: everything is as it was when it has recovered
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s{1..5}.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(5) end)
sim.bot("c", function(env) env:sleep(50) end)
sim.limits { idle = "10m" }
local swarm = { kill = true, power_fail = true, wipe = true, pause = true, partition = true, clog = true, loss = true,
  clock = true, storm = "40s", recovery = "20s", every = { "1s", "4s" }, lasts = { "500ms", "4s" } }
sim.plan(chaos.swarm(swarm))
sim.check("bounds", function(run)
  local down, most, kinds = {}, 0, {}
  for _, f in ipairs(run:faults()) do
    kinds[f.kind] = true
    if f.at >= 40 or not f.ended or f.ended > 40 then return false, f.id .. " from " .. f.at .. " to " .. tostring(f.ended) end
    if f.kind == "kill" or f.kind == "power_fail" or f.kind == "wipe" or f.kind == "pause" then
      for where, until_ in pairs(down) do if until_ <= f.at then down[where] = nil end end
      if down[f.where] then return false, f.id .. " strikes what is down" end
      down[f.where] = f.ended
      local n = 0
      for _ in pairs(down) do n = n + 1 end
      most = math.max(most, n)
    end
  end
  for _, kind in ipairs { "kill", "power_fail", "wipe", "pause", "partition", "link", "clock" } do
    if not kinds[kind] then return false, "no " .. kind end
  end
  return most == 2 and run.time == 60, "at most " .. most .. " down, ended at " .. run.time
end)
---
-- a swarm ends with the bots, too
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s{1..3}.net", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep("7500ms") end)
sim.plan(chaos.swarm { pause = true, partition = true, clog = true, clock = true, every = 2, lasts = 100, recovery = 2 })
sim.check("ends", function(run)
  local cut = 0
  for _, f in ipairs(run:faults()) do
    if f.at >= 7.5 or f.ended > 7.5 then return false, f.id .. " ended at " .. f.ended end
    if f.ended == 7.5 then cut = cut + 1 end
  end
  return cut > 0 and run.time == 9.5, cut .. " ended with the bots, the run at " .. run.time
end)
---
-- and without bots
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("s{1..3}.net", function(env) while env:now() < 95 do env:sleep(1) end end, { restart = { after = "1s" } })
sim.limits { time = "100s" }
sim.plan(chaos.swarm { machines = "s{1..2}.net", clock = false })
sim.check("time", function(run)
  local last = 0
  for _, f in ipairs(run:faults()) do last = math.max(last, f.ended or f.at) end
  return last <= 50 and run.time >= 95, "last fault at " .. last .. ", ended at " .. run.time
end)
---
-- a time limit leaves room for both phases
local sim = require "lab"
local chaos = require "sim.chaos"
sim.bot("b.net", function(env) env:sleep(20) end)
sim.service("s.net", function(env) env:sleep(20) end)
sim.limits { time = "30s" }
sim.plan(function(plan)
  local ok, err = pcall(chaos.swarm { storm = "20s", recovery = "11s" }, plan)
  assert(not ok and err == "chaos.swarm: storm and recovery take 31 s, but sim.limits ends the run at 30 s", err)
  plan:start("*")
end)
---
-- a plan tells what it is
local sim = require "lab"
sim.bot("b", function(env) env:sleep(5) end)
sim.limits { time = "1m" }
sim.plan(function(plan)
  assert(plan.name == "plan" and plan:limits().time == 60 and plan:limits().idle == 300)
  local names = {}
  for i, pair in ipairs(plan:networks()) do names[i] = table.concat(pair, "-") end
  assert(table.concat(names, " ") == "net-net net-botnet botnet-botnet", table.concat(names, " "))
  local drawn = plan:stream("x"):int(1, 1e9)
  assert(drawn == plan:stream("x"):int(1, 1e9) and drawn ~= plan:stream("y"):int(1, 1e9))
  plan:go("deep", function(own) assert(own.name == "plan/deep") end)
  plan:start("*")
end)
---
-- a stream has a name
local sim = require "lab"
sim.bot("b", function(env) env:sleep(5) end)
sim.plan(function(plan)
  plan:stream("plan") --! "plan:stream: .plan. is no name of a stream"
end)
---
-- nothing begins when the time is up, in turn neither, and a monkey has finished by then
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("n{1..3}.net", function(env) env:sleep("1h") end)
sim.limits { time = "100s" }
sim.plan(chaos.together {
  turns = chaos.until_time("10s", chaos.in_turn { chaos.then_heal("20s", chaos.pause {}), chaos.pause {} }),
  monkey = chaos.between("10s", "30s", chaos.graceful_monkey { every = { "1s", "4s" }, down = { "1s", "9s" } }),
})
sim.check("none after, all undone", function(run)
  for _, f in ipairs(run:faults()) do
    local ends = f.kind == "pause" and 10 or 30
    if f.at >= ends or f.ended > ends then return false, f.id .. " " .. f.at .. " to " .. f.ended end
  end
  return #run:faults("pause") == 1 and #run:faults("reboot") > 2, #run:faults()
end)
---
-- a storm that ends with the bots begins nothing then, also where harm has lasted longer than its gap
local sim = require "lab"
local chaos = require "sim.chaos"
sim.service("n{1..5}.net", function(env) env:sleep("1h") end)
sim.bot("b", function(env) env:sleep("42.2s") end)
sim.plan(chaos.swarm { clog = true, partition = true, pause = true, clock = true, kill = true, loss = true,
  wipe = false, power_fail = true, disk = true, every = "1s", lasts = "10s" })
sim.check("none after", function(run)
  for _, f in ipairs(run:faults()) do
    if f.at >= 42.2 or f.ended > 42.2 then return false, f.id .. " " .. f.at .. " to " .. f.ended end
  end
  return #run:faults() > 20
end)
