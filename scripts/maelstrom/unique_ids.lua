-- Maelstrom's unique-ids: an id is the node, the number of its boot, and a count. The number of the boot is on the
-- disk before the first id of it is known to anybody, so that neither crashes nor clocks make one twice.
--
--   simlua scripts/maelstrom/unique_ids.lua
--   simlua scripts/maelstrom/unique_ids.lua --set nemesis=kill,power_fail,clock --set availability=none
--
-- test: seeds 1-20 pass
-- test: seeds 1-20 set nemesis=kill,power_fail,pause,clock set availability=none pass
local maelstrom = require "sim.maelstrom"

maelstrom.test {
  workload = "unique-ids",
  node_count = 3,
  rate = 100,
  time_limit = "30s",
  nemesis = "partition",
  availability = "total",
  node = function(node)
    local boot, count = nil, 0
    node.env:open("boots"):update(function(tx)
      boot = (tx:get("boots") or 0) + 1
      tx:put("boots", boot)
    end)
    node:handle("generate", function(message)
      count = count + 1
      node:reply(message, { type = "generate_ok", id = node.id .. "-" .. boot .. "-" .. count })
    end)
  end,
}
