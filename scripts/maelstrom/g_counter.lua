-- Maelstrom's g-counter over its service seq-kv. Each node has a key that only it writes, by cas: a late copy of an old
-- request changes nothing. A read of seq-kv may be of the past; but nobody goes back, so after a write of its own a node
-- sees all that was there then.
--
--   simlua scripts/maelstrom/g_counter.lua
--
-- test: seeds 1-20 pass
-- test: seeds 1-5 set p_loss=0.1 set nemesis=partition,pause pass
local maelstrom = require "sim.maelstrom"

maelstrom.test {
  workload = "g-counter",
  node_count = 3,
  rate = 50,
  latency = "10ms",
  nemesis = "partition,kill,power_fail",
  services = { "seq-kv" },
  node = function(node)
    local kv, lock = maelstrom.seq_kv(node), node.env:channel(1)

    -- locked lets one process of the node write at a time.
    local function locked(fn, ...)
      lock:send(true)
      local ok, result = pcall(fn, ...)
      lock:receive()
      if not ok then error(result, 0) end
      return result
    end

    -- again tries until there is an answer. What came of a cas that had none, a read of the own key tells.
    local function again(fn, ...)
      while true do
        local ok, result = pcall(fn, ...)
        if ok then return result end
        if result.code ~= 0 then error(result, 0) end
      end
    end

    local function sync() again(kv.write, kv, "sync " .. node.id, node.last_id) end

    -- add writes a sum with a mark of its own: where cas fails, an attempt that nobody answered has done it, if the mark
    -- is there; or else one of an earlier boot came late.
    local function add(delta)
      local done
      repeat
        sync()
        local from = again(kv.read, kv, node.id)
        local to = { sum = (from and from.sum or 0) + delta, mark = node.last_id }
        local ok, err = pcall(again, kv.cas, kv, node.id, from, to, true)
        if not ok and err.code ~= 22 then error(err, 0) end
        done = ok or again(kv.read, kv, node.id).mark == to.mark
      until done
    end

    node:handle("add", function(message)
      if message.body.delta > 0 then locked(add, message.body.delta) end
      node:reply(message, { type = "add_ok" })
    end)

    node:handle("read", function(message)
      locked(sync)
      local value = 0
      for _, id in ipairs(node.node_ids) do value = value + (again(kv.read, kv, id) or { sum = 0 }).sum end
      node:reply(message, { type = "read_ok", value = value })
    end)
  end,
}
