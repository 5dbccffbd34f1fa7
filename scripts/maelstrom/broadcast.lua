-- Maelstrom's broadcast: a node stores what is new to it, and floods it: it tells all its neighbours but the one it
-- heard it from, again and again until each has acknowledged it. After a boot it tells them all that is on its disk.
--
-- With `--set reliable=false` a message is told once, and nobody acknowledges: then a broadcast costs 2E-(N-1) messages
-- in a graph of N nodes and E edges, and N-1 in a tree.
--
--   simlua scripts/maelstrom/broadcast.lua
--   simlua scripts/maelstrom/broadcast.lua --set node_count=25 --set topology=tree4 --set latency=100ms --set nemesis=none
--
-- test: seeds 1-20 pass
-- test: seeds 1-5 set topology=line set node_count=9 set nemesis=partition set p_loss=0.1 pass
-- test: seeds 1-5 set topology=total set nemesis=pause,clock pass
-- test: seeds 1-5 set topology=tree4 set node_count=25 set latency=100ms pass
-- test: seeds 1-5 set reliable=false set nemesis=none set topology=line set p_loss=0.1 fail-all
local sim = require "sim"
local maelstrom = require "sim.maelstrom"

sim.param("reliable", true, "whether messages are acknowledged, and told again until they are")

maelstrom.test {
  workload = "broadcast",
  latency = "10ms",
  nemesis = "partition,kill,power_fail",
  topology = "grid",
  node = function(node)
    local env, db = node.env, node.env:open("messages")
    local messages, known, neighbours = {}, {}, {}

    local function tell(neighbour, message)
      local body = { type = "broadcast", message = message }
      if not sim.params.reliable then return node:send(neighbour, body) end
      repeat until pcall(node.rpc, node, neighbour, body) or env:stopping()
    end

    local function learn(message, from)
      known[message] = true
      messages[#messages + 1] = message
      for _, neighbour in ipairs(neighbours) do
        if neighbour ~= from then env:go(tell, neighbour, message) end
      end
    end

    node:handle("topology", function(told)
      neighbours = told.body.topology[node.id]
      db:view(function(tx)
        tx:each("", function(_, message) learn(message) end)
      end)
    end)

    node:handle("broadcast", function(told)
      local message = told.body.message
      if not known[message] then
        db:update(function(tx) tx:put(tostring(message), message) end)
        if not known[message] then learn(message, told.src) end  -- it may have come again meanwhile
      end
      node:reply(told, { type = "broadcast_ok" })
    end)

    node:handle("read", function(asked)
      node:reply(asked, { type = "read_ok", messages = messages })
    end)
  end,
}
