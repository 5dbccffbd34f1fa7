-- A key-value store on a cluster of five. Raft, the module sim.raft, keeps the nodes' copies
-- the same while they crash, lose power and are cut off from each other all the time. The client
-- gives each write a number, by which the store knows one that it has done already.
--
--   simlua scripts/raft.lua
--   simlua scripts/raft.lua --seed 7 --set nodes=3 --set writes=100
--
-- test: seeds 1-30 pass
-- test: seeds 1-20 plan swarm pass
local sim = require "sim"
local chaos = require "sim.chaos"
local raft = require "sim.raft"
local rpc = require "sim.rpc"

sim.param("nodes", 5, "nodes of the cluster")
sim.param("writes", 30, "values the client writes")

sim.connect("lan", "lan", { delay = sim.normal("2ms", "500us"), loss = 0.001 })
sim.connect("botnet", "lan", sim.profile.internet)

local members, addresses = {}, {}
for n = 1, sim.params.nodes do
  members[n] = "node" .. n .. ".lan"
  addresses[n] = members[n] .. ":80"
end

sim.service("node{1.." .. sim.params.nodes .. "}.lan", function(env)
  local store = { values = {}, writes = 0 }

  local function apply(write)
    if write.number > store.writes then -- else it is done already
      store.values[write.key] = write.value
      store.writes = write.number
    end
    return store.writes
  end

  local node = raft:start(env, {
    members = members, apply = apply, heartbeat = "100ms",
    snapshot = function() return store end, restore = function(state) store = state end, snapshot_every = 20,
  })

  rpc.serve(env, 80, {
    write = function(write)
      local writes = node:propose(write)
      if env:fault_point("committed, not answered", 0.05) then env:crash("1s") end
      return writes
    end,
    read = function(key)
      node:read()
      return store.values[key]
    end,
  })
end)

sim.bot("client", function(env)
  local cluster = raft.client(env, addresses, { timeout = "2s" })
  local expected = {}
  for number = 1, sim.params.writes do
    local key = "k" .. env.random:int(1, 5)
    expected[key] = "v" .. number
    env:measure("write", cluster.call, cluster, "write", { number = number, key = key, value = expected[key] })
    env:expect("what is read", expected[key], env:measure("read", cluster.call, cluster, "read", key))
    env:sleep("500ms")
  end
  for key, value in pairs(expected) do
    env:expect("at the end", value, cluster:call("read", key), key)
  end
end)

sim.plan(function(plan)
  plan:start("*")
  plan:go("reboots", chaos.graceful_monkey { machines = "node*", every = { "2s", "6s" }, down = { "1s", "4s" }, wipe = 0 })
  plan:go("divisions", chaos.every({ "4s", "12s" }, chaos.then_heal("3s", chaos.partition {
    machines = "node*", targets = { "minority", "majorities_ring" },
  })))
  plan:go("power", function(own)
    while true do
      own:sleep(own.random:sample(sim.uniform("5s", "15s")))
      for node in pairs(own:gauge("raft leader")) do
        if own.random:chance(0.5) then
          own:power_fail(node)
          own:sleep("2s")
          own:start(node)
        end
      end
    end
  end)
end)

raft.invariants()
