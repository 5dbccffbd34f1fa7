-- Raft. The planted bug: the log is on the disk, and the term and the vote are not. A node that has
-- voted and lost its power votes again in the same term, so that two nodes lead it.
-- Repaired, term and vote are on the disk before anybody hears of them (3.8).
--
--   simlua scripts/gallery/raft_term_lost.lua --seed 1
--   simlua scripts/gallery/raft_term_lost.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "one leader a term"
-- test: seeds 1-20 set fixed=true pass
local chaos = require "sim.chaos"
local sim = require "sim"
local world = require "shared.raft_register"

function world.class:hard_state() return { term = 0 } end

world.cluster()

sim.plan(chaos.every({ "2s", "8s" }, chaos.then_heal({ "10ms", "500ms" },
  chaos.power_fail { machines = "node*", targets = { "one", "minority", "all" } })))
