-- Raft. The planted bug: a leader answers reads from what it has, and does not ask whether it still
-- leads. One that was cut off answers with what was, while others have elected another.
-- Repaired, a majority confirms it first (read index, 6.4).
--
--   simlua scripts/gallery/stale_leader.lua --seed 2
--   simlua scripts/gallery/stale_leader.lua --seed 2 --set fixed=true
--
-- test: seeds 1-20 fail "linearizable"
-- test: seeds 1-20 set fixed=true pass
local chaos = require "sim.chaos"
local sim = require "sim"
local world = require "shared.raft_register"

function world.class:confirm() end

world.pause = sim.uniform("50ms", "300ms")
world.cluster { election = { "150ms", "1500ms" } } -- who is cut off notices late

sim.plan(chaos.every({ "2s", "6s" }, chaos.then_heal({ "1s", "4s" },
  chaos.partition { machines = "node*", targets = "minority" })))
