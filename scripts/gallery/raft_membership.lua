-- Raft. The planted bug: a leader adds and removes members while an earlier change is not committed, even one
-- of another leader. Majorities of two clusters that differ by more than one member need not have a node in
-- common, so each can elect a leader, and commit.
-- Repaired, it waits until the change before, and an entry of its own term, are committed (4.1, and the
-- correction of 2015).
--
--   simlua scripts/gallery/raft_membership.lua --seed 1
--   simlua scripts/gallery/raft_membership.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail
-- test: seeds 1-20 set fixed=true pass
local rpc = require "sim.rpc"
local sim = require "sim"
local world = require "shared.raft_register"

function world.class:may_change() return true end

world.cluster()

sim.bot("operator", function(env) -- takes three out at once, and puts all back
  local nodes = {}
  for n = 1, 5 do nodes[n] = rpc.client(env, "node" .. n .. ".lan:80", { timeout = "1s", attempts = 1 }) end
  local function change(verb, n)
    for _, node in ipairs(nodes) do -- only who leads does it
      env:go(pcall, node.call, node, "change", { verb = verb, machine = "node" .. n .. ".lan" })
    end
  end
  while env:now() < sim.params.seconds do
    local order = env.random:shuffle { 1, 2, 3, 4, 5 }
    for i = 1, 3 do change("remove", order[i]) end
    env:sleep(env.random:sample(sim.uniform("200ms", "1s")))
    for i = 1, 5 do
      change("add", order[i])
      env:sleep("100ms")
    end
  end
end)

sim.plan(function(plan) -- cuts off the leader, with one other
  plan:start("*")
  while true do
    plan:sleep(plan.random:sample(sim.uniform("1s", "4s")))
    local leader, few, rest = next(plan:gauge("raft leader")), {}, {}
    for _, node in ipairs(plan.random:shuffle(plan:machines("node*"))) do
      table.insert((node == leader or #few == 0) and few or rest, node)
    end
    plan:partition(few, rest)
    plan:sleep(plan.random:sample(sim.uniform("1s", "3s")))
    plan:heal()
  end
end)
