-- Maelstrom's pn-counter, as a CRDT: what each node has added (p) and taken away (n) is only changed by itself, and only
-- grows, so that of two versions the larger one is the later. A node stores its own, and tells others all it knows.
--
--   simlua scripts/maelstrom/pn_counter.lua
--
-- test: seeds 1-20 pass
-- test: seeds 1-5 set p_loss=0.3 set nemesis=pause,clock pass
local maelstrom = require "sim.maelstrom"

maelstrom.test {
  workload = "pn-counter",
  latency = "10ms",
  nemesis = "partition,kill,power_fail",
  node = function(node)
    local env, db = node.env, node.env:open("counter")
    local counts = {}
    for _, id in ipairs(node.node_ids) do counts[id] = { p = 0, n = 0 } end
    local own = counts[node.id]
    db:view(function(tx) own.p, own.n = tx:get("p") or 0, tx:get("n") or 0 end)

    node:handle("add", function(message)
      local delta = message.body.delta
      local sign = delta < 0 and "n" or "p"
      own[sign] = db:update(function(tx)
        local sum = (tx:get(sign) or 0) + math.abs(delta)
        tx:put(sign, sum)
        return sum
      end)
      node:reply(message, { type = "add_ok" })
    end)

    node:handle("read", function(message)
      local value = 0
      for _, count in pairs(counts) do value = value + count.p - count.n end
      node:reply(message, { type = "read_ok", value = value })
    end)

    node:handle("gossip", function(message)
      for id, theirs in pairs(message.body.counts) do
        counts[id].p, counts[id].n = math.max(counts[id].p, theirs.p), math.max(counts[id].n, theirs.n)
      end
    end)

    node:handle("init", function()
      while true do
        env:sleep(0.2 + env.random:float() * 0.2)
        local peer = env.random:pick(node.node_ids)
        if peer ~= node.id then node:send(peer, { type = "gossip", counts = counts }) end
      end
    end)
  end,
}
