-- a live link becomes slow, then lossy, then what it was
local sim = require "lab"
sim.service("s.net", function(env)
  env:serve(1, function(conn) while true do conn:send(conn:receive()) end end)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:link("botnet", "net", { delay = "1s", name = "slow" })
  plan:sleep(10)
  plan:link("net", "botnet")
  plan:sleep(10)
  plan:link("botnet", "net", { loss = 1 }, { oneway = true })
  plan:sleep(10)
  plan:link("botnet", "net")
end)
sim.bot("b", function(env)
  local function ask()
    local before, conn = env:now(), env:connect("s.net:1", "5s")
    conn:send(1)
    conn:receive("5s")
    conn:close()
    return math.floor((env:now() - before) * 1000 + 0.5)
  end
  env:expect("declared", 4, ask())
  env:sleep(2)
  env:expect("slow", 4000, ask())
  env:sleep(8)
  env:expect("restored", 4, ask())
  env:sleep(8)
  env:expect("lossy", "timeout", select(2, pcall(ask)).kind)
  env:sleep(8)
  env:expect("restored again", 4, ask())
end)
sim.check("faults", function(run)
  local where = {}
  for i, f in ipairs(run:faults("link")) do where[i] = f.where end
  assert(table.concat(where, " ") == "botnet>net net>botnet botnet>net",
    table.concat(where, " "))
  assert(#run:faults("loss") == run:links()["botnet>net"].lost and #run:faults("loss") > 0, "loss")
  return run:links()["net>botnet"].lost == 0
end)
---
-- changes go over what the link is now; up is from the first network to the second
local sim = require "lab"
sim.service("s.net", function(env)
  env:serve(1, function(conn) while true do conn:send(conn:receive()) end end)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:link("net", "botnet", { up = { delay = "20ms" }, down = { delay = "300ms" } })
  plan:link("botnet", "net", sim.profile.dial, { oneway = true })
  plan:link("botnet", "net", { rate = 0, jitter = 0, delay = "500ms", reorder = 0 })
  plan:link("net", "botnet", { delay = "20ms" }, { oneway = true })
end)
sim.bot("b", function(env)
  env:sleep(1)
  local conn, before = env:connect("s.net:1"), env:now()
  conn:send(1)
  conn:receive()
  env:expect("round trip", 520, math.floor((env:now() - before) * 1000 + 0.5))
end)
---
-- every harm of a link is counted, and is a fault
local sim = require "lab"
sim.service("s.net", function(env)
  env:serve(1, function(conn) while true do conn:send(conn:receive()) end end)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:link("botnet", "net", {
    jitter = "5ms", delay = "10ms", duplicate = 0.2, corrupt = 0.2, reorder = 0.1, gap = 2,
    gemodel = { p = 0.05, r = 0.5 }, rate = "1mbit", limit = 2,
  })
end)
sim.bot("b", function(env)
  env:sleep("100ms")
  local conn = env:connect("s.net:1")
  for i = 1, 50 do conn:send(("x"):rep(2000)) env:expect("answer", 2000, #conn:receive()) end
end)
sim.check("faults", function(run)
  local there, back = run:links()["botnet>net"], run:links()["net>botnet"]
  for kind, counter in pairs { duplicate = "duplicated", corrupt = "corrupted", queue_drop = "queue_dropped", loss = "lost" } do
    local n = #run:faults(kind)
    assert(n > 0 and n >= there[counter] + back[counter], kind .. " " .. n .. " " .. there[counter] .. " " .. back[counter])
  end
  assert(#run:faults("corrupt_undetected") == 0, "corrupt_undetected")
end)
---
-- a partition drops, rejects or clogs
local sim = require "lab"
sim.service("s.net", function(env)
  env:serve(1, function(conn) while true do conn:send(conn:receive()) end end)
end)
sim.plan(function(plan)
  plan:start("*")
  for _, mode in ipairs { "drop", "reject", "clog" } do
    plan:sleep(1)
    plan:partition("botnet", "net", { mode = mode })
    plan:sleep("1500ms")
    plan:heal("botnet", "net")
    plan:sleep(7.5)
  end
end)
sim.bot("b", function(env)
  local function ask()
    local before, conn = env:now(), env:connect("s.net:1", "1s")
    conn:send(1)
    conn:receive("1s")
    return math.floor((env:now() - before) * 1000 + 0.5)
  end
  local seen = {}
  for i = 1, 3 do
    env:sleep(i * 10 - 8.5 - env:now())
    local before, ok, err = env:now(), pcall(ask)
    seen[i] = (ok and "ok" or err.kind) .. " " .. math.floor((env:now() - before) * 1000 + 0.5)
  end
  env:expect("drop", "timeout 1000", seen[1])
  env:expect("reject", "refused 0", seen[2])
  env:expect("clog: connect and wait", "timeout 1000", seen[3])
end)
---
-- what a clogged partition held arrives when it is healed
local sim = require "lab"
sim.service("s.net", function(env)
  env:serve(1, function(conn) while true do env:gauge("got", conn:receive()) env:gauge("at", env:now()) end end)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:partition("botnet", "net", { mode = "clog", oneway = true })
  plan:sleep("100ms")
  plan:heal()
end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:1")
  env:sleep("1050ms")
  conn:send("late")
  env:sleep(1)
end)
sim.check("late", function(run)
  local at = run:gauges("at")["s.net"]
  assert(run:gauges("got")["s.net"] == "late" and at >= 1.1 and at < 1.11, tostring(at))
end)
---
-- networks that are not connected
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:link("botnet", "moon", { loss = 1 }) --! "no link connects network .botnet. with .moon."
end)
---
-- a change that contradicts what the link is
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:link("botnet", "net", { reorder = 0.5, keep_order = true }) --! "plan:link: reorder: it contradicts keep_order"
end)
---
-- a change of a key that does not exist
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:link("botnet", "net", { delya = 1 }) --! "plan:link: unknown option .delya.; did you mean .delay."
end)
---
-- a value that cannot be
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:link("botnet", "net", { down = { loss = 2 } }) --! "plan:link: down: option .loss.: a probability is a number from 0 to 1, not 2"
end)
---
-- a log of a machine that does not exist
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:link("botnet", "net", { log = "c.net" }) --! "plan:link: log: .none., .faults., .all. or the name of a machine, not .c.net."
end)
---
-- something else than a table
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:link("botnet", "net", "slow") --! "bad argument #3 to 'link': expected a profile"
end)
---
-- a mode that does not exist
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:partition("botnet", "net", { mode = "clogg" }) --! "plan:partition: option .mode.: expected one of .drop., .reject. and .clog., got .clogg."
end)
