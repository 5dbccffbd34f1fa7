-- Two-phase commit. The planted bug: a bank that has said that it can commit, and does not hear the decision
-- in time, aborts. The coordinator has died in between: the decision was to commit, and the other bank did.
-- Repaired, it asks the coordinator until it has an answer: who has voted is in doubt, and must wait.
--
--   simlua scripts/gallery/two_phase_timeout.lua --seed 1
--   simlua scripts/gallery/two_phase_timeout.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "one outcome for all"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local protocol = require "shared.two_phase"

if not sim.params.fixed then
  function protocol.doubt() return "abort" end
end

protocol.declare()
