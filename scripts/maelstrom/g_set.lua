-- Maelstrom's g-set, a set that only grows: a node stores what is added before it answers, and now and then tells another
-- one all that it has.
--
--   simlua scripts/maelstrom/g_set.lua
--
-- test: seeds 1-20 pass
-- test: seeds 1-5 set p_loss=0.3 set nemesis=pause,clock pass
local maelstrom = require "sim.maelstrom"

maelstrom.test {
  workload = "g-set",
  latency = "10ms",
  nemesis = "partition,kill,power_fail",
  node = function(node)
    local env, db = node.env, node.env:open("set")
    local elements, known = {}, {}
    local function learn(element)
      if not known[element] then
        known[element] = true
        elements[#elements + 1] = element
      end
    end
    db:view(function(tx)
      tx:each("", function(_, element) learn(element) end)
    end)

    node:handle("add", function(message)
      local element = message.body.element
      db:update(function(tx) tx:put(tostring(element), element) end)
      learn(element)
      node:reply(message, { type = "add_ok" })
    end)

    node:handle("read", function(message)
      node:reply(message, { type = "read_ok", value = elements })
    end)

    node:handle("gossip", function(message)
      for _, element in ipairs(message.body.elements) do learn(element) end
    end)

    node:handle("init", function()
      while true do
        env:sleep(0.2 + env.random:float() * 0.2)
        local peer = env.random:pick(node.node_ids)
        if peer ~= node.id then node:send(peer, { type = "gossip", elements = elements }) end
      end
    end)
  end,
}
