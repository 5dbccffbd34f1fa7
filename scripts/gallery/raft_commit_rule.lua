-- Raft, figure 8 of the paper. The planted bug: a leader takes an entry of an earlier term for
-- committed when a majority has a copy of it. Another node, which lacks the entry, can still be
-- elected by the others, and overwrites it: two nodes apply different entries at one index.
-- Repaired, a leader counts copies of entries of its own term only; with these, all before them are
-- committed.
--
--   simlua scripts/gallery/raft_commit_rule.lua --seed 2
--   simlua scripts/gallery/raft_commit_rule.lua --seed 2 --set fixed=true
--
-- test: seeds 1-18 fail "nodes apply the same"
-- test: seeds 1-18 set fixed=true pass
local sim = require "sim"
local world = require "shared.raft_register"

function world.class:committable() return true end

world.delay = sim.uniform("5ms", "50ms")
world.cluster { batch = 1, heartbeat = "200ms", election = { "300ms", "900ms" } }

-- moment waits until the power of a new leader is to be cut: before others have its first entry,
-- when some have it, or when it has committed something.
local function moment(plan, leader)
  local kind, applied = plan.random:int(1, 3), plan:gauge("raft applied")[leader]
  if kind < 3 then return plan:sleep(kind == 1 and "2ms" or plan.random:sample(sim.uniform("10ms", "50ms"))) end
  local ends = plan:now() + 1
  while plan:gauge("raft applied")[leader] == applied and plan:now() < ends do plan:sleep("5ms") end
end

sim.plan(function(plan)
  plan:start("*")
  local cuts = 0
  while plan:now() < sim.params.seconds - 10 do -- then there is peace, for clients to be answered
    plan:sleep("5ms")
    local leader = next(plan:gauge("raft leader"))
    if leader then
      moment(plan, leader)
      plan:power_fail(leader)
      cuts = cuts + 1
      plan:go("start" .. cuts, function(own)
        own:sleep(own.random:sample(sim.uniform("100ms", "2s")))
        own:start(leader)
      end)
    end
  end
end)
