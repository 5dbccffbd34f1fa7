-- Maelstrom's txn-rw-register, totally available: each node does transactions on what it knows, at one moment, and stores
-- what they write under a time that is later than that of all it has read; now and then it tells another node all it
-- knows. Of two writes the later one wins. No partition stops it, and what it guarantees is read committed: all that a
-- transaction follows, by reading or by overwriting, has an earlier time, so that there is no circle of these.
--
--   simlua scripts/maelstrom/txn_rw_register.lua
--   simlua scripts/maelstrom/txn_rw_register.lua --set consistency_models=serializable      # which is too much
--
-- test: seeds 1-20 pass
-- test: seeds 1-20 set nemesis=kill,power_fail,clock set availability=none set p_loss=0.2 pass
-- test: seeds 1-5 set consistency_models=serializable fail "txn-rw-register"
local maelstrom = require "sim.maelstrom"
local json = require "sim.json"

maelstrom.test {
  workload = "txn-rw-register",
  node_count = 2,
  concurrency = 4,
  rate = 50,
  latency = "10ms",
  nemesis = "partition",
  consistency_models = "read-committed",
  availability = "total",
  node = function(node)
    local env, db = node.env, node.env:open("registers")
    local registers, clock = {}, 0                  -- by key: {value, time, node}

    local function later(a, b) return a.time > b.time or a.time == b.time and a.node > b.node end

    local function learn(key, register)
      clock = math.max(clock, register.time)
      if not registers[key] or later(register, registers[key]) then registers[key] = register end
    end
    db:view(function(tx) tx:each("", learn) end)

    node:handle("txn", function(message)
      clock = clock + 1
      local results, written, time = {}, {}, clock
      for i, op in ipairs(message.body.txn) do
        local f, key, value = op[1], tostring(op[2]), op[3]
        if f == "w" then written[key] = { value = value, time = time, node = node.id } end
        local seen = written[key] or registers[key]
        results[i] = f == "w" and op or { f, op[2], seen and seen.value or json.null }
      end
      if next(written) then
        db:update(function(tx)
          for key, register in pairs(written) do
            local stored = tx:get(key)
            if not stored or later(register, stored) then tx:put(key, register) end
          end
        end)
        for key, register in pairs(written) do learn(key, register) end
      end
      node:reply(message, { type = "txn_ok", txn = results })
    end)

    node:handle("gossip", function(message)
      for key, register in pairs(message.body.registers) do learn(key, register) end
    end)

    node:handle("init", function()
      while true do
        env:sleep(0.1 + env.random:float() * 0.1)
        local peer = env.random:pick(node.node_ids)
        if peer ~= node.id then node:send(peer, { type = "gossip", registers = registers }) end
      end
    end)
  end,
}
