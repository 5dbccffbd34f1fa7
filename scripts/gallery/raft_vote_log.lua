-- Raft. The planted bug: a node votes for whoever asks first, and does not compare logs. A node that
-- was cut off is elected without what was committed meanwhile, and overwrites it.
-- Repaired, a node votes for a candidate whose log is no older than its own (3.6.1).
--
--   simlua scripts/gallery/raft_vote_log.lua --seed 1
--   simlua scripts/gallery/raft_vote_log.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local world = require "shared.raft_register"

function world.class:up_to_date() return true end

world.cluster()

sim.plan(function(plan) -- lets two nodes fall behind, and then kills the leader
  plan:start("*")
  while true do
    plan:sleep(plan.random:sample(sim.uniform("2s", "5s")))
    local leader, behind, rest = next(plan:gauge("raft leader")), {}, {}
    for _, node in ipairs(plan.random:shuffle(plan:machines("node*"))) do
      table.insert(node ~= leader and #behind < 2 and behind or rest, node)
    end
    plan:partition(behind, rest)
    plan:sleep(plan.random:sample(sim.uniform("1s", "3s")))
    plan:heal()
    if leader then
      plan:kill(leader)
      plan:sleep("500ms")
      plan:start(leader)
    end
  end
end)
