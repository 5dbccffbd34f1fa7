-- A primary and a backup. The planted bug: the backup takes over when it has not heard from the primary for a
-- second. When they are cut off from each other, there are two primaries.
-- Repaired, a witness on a third machine decides: who has its lease is the primary, and stops when he
-- cannot renew it.
--
--   simlua scripts/gallery/split_brain.lua --seed 1
--   simlua scripts/gallery/split_brain.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "one primary"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local chaos = require "sim.chaos"
local rpc = require "sim.rpc"

sim.param("fixed", false, "whether a witness decides")

sim.connect("lan", "lan", { delay = "2ms" })
sim.connect("botnet", "lan", { delay = "2ms" })

local lease = 1 -- seconds

sim.service("witness.lan", function(env)
  local owner, ends = nil, env:monotonic() + lease -- a lease of before may still hold
  rpc.serve(env, 80, {
    ask = function(who)
      if owner ~= who and env:monotonic() < ends then return false end
      owner, ends = who, env:monotonic() + lease
      return true
    end,
  })
end)

sim.service("server{1..2}.lan", function(env)
  local once = { timeout = "300ms", attempts = 1 }
  local peer = rpc.client(env, "server" .. 3 - env.index .. ".lan:80", once)
  local witness = rpc.client(env, "witness.lan:80", once)
  local first, primary_until, heard = env.index == 1, 0, env:monotonic()

  local function call(client, method)
    local ok, answer = pcall(client.call, client, method, env.machine)
    return ok and answer
  end

  local function heartbeat()
    local asked = env:monotonic()
    if sim.params.fixed then
      if call(witness, "ask") then primary_until = asked + lease end
    elseif first or asked > heard + lease then
      primary_until = math.huge
      call(peer, "lead")
    else
      primary_until = 0 -- the first is there
    end
  end

  env:go(rpc.serve, env, 80, { lead = function() heard = env:monotonic() end })
  env:go(function()
    while true do
      heartbeat()
      env:sleep("200ms")
    end
  end)
  while true do
    env:gauge("primary", env:monotonic() < primary_until - 0.05 or nil)
    env:sleep("10ms")
  end
end)

sim.bot("watcher", function(env) env:sleep("30s") end)

sim.always("one primary", function(world)
  local primaries = {}
  for server in pairs(world:gauges("primary")) do table.insert(primaries, server) end
  return #primaries <= 1, table.concat(primaries, " and ") .. " are primaries"
end)

sim.plan(chaos.after("5s", chaos.every({ "1s", "5s" }, chaos.then_heal({ "500ms", "3s" },
  chaos.partition { machines = "*.lan", targets = "one" }))))
