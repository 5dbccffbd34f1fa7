-- each service of a range has its number, and a VM of its own
local sim = require "lab"
local shared = 0
sim.service("node{8..10}.net", function(env)
  shared = shared + 1
  assert(shared == 1 and env.index == tonumber(env.machine:match("%d+")))
  env:gauge("index", env.index)
  env:sleep(1000)
end)
sim.service("single.net", function(env)
  assert(env.index == nil)
  env:gauge("single", true)
  env:sleep(1000)
end)
sim.bot("client{01..03}", function(env) env:gauge("bot", env.index) env:sleep(1) end)
sim.check("indices", function(run)
  local got = run:gauges("index")
  assert(got["node8.net"] == 8 and got["node9.net"] == 9 and got["node10.net"] == 10, "nodes")
  assert(run:gauges("single")["single.net"], "single")
  local bots = run:gauges("bot")
  return bots["client01.botnet"] == 1 and bots["client03.botnet"] == 3
end)
---
-- a plan means machines by a range, too
local sim = require "lab"
sim.service("node{1..12}.net", function(env) env:sleep(1000) end)
sim.service("db.net:shard{1..3}", function(env) env:sleep(1000) end)
sim.bot("b", function(env) env:sleep(30) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:kill("node{9..11}.net")
  plan:kill("db:shard{2..5}")
  plan:reboot("node{1..2}")
  plan:partition("node{1..6}.net", "node{7..12}.net")
end)
sim.check("struck", function(run)
  local struck = {}
  for _, f in ipairs(run:faults()) do struck[#struck + 1] = f.where end
  local got = table.concat(struck, " ")
  return got == "node9.net node10.net node11.net db.net:shard2 db.net:shard3 node1.net node2.net " ..
    "node{1..6}.net<>node{7..12}.net", got
end)
---
-- a range that finds nothing
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:start("*")
  plan:kill("api{1..9}.net") --! "no machine matches .api{1..9}.net."
end)
---
-- a range that is none
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:start("*")
  plan:kill("b{2..1}") --! "the range {2..1} is empty"
end)
---
-- a name that env does not have
local sim = require "lab"
sim.bot("b", function(env)
  return env.indx --! "env: unknown name .indx.; did you mean .index."
end)
