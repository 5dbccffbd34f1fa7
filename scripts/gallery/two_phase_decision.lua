-- Two-phase commit. The planted bug: the coordinator does not write its decision down. One that dies when
-- it has told one bank to commit does not know that any more; the other bank asks, and is told to abort.
-- Repaired, the decision is on the disk before anybody hears of it.
--
--   simlua scripts/gallery/two_phase_decision.lua --seed 1
--   simlua scripts/gallery/two_phase_decision.lua --seed 1 --set fixed=true
--
-- test: seeds 1-20 fail "one outcome for all"
-- test: seeds 1-20 set fixed=true pass
local sim = require "sim"
local protocol = require "shared.two_phase"

if not sim.params.fixed then
  function protocol.log() end
end

protocol.declare()
