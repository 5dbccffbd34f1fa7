-- Maelstrom's kafka, logs by their keys. Each key belongs to one node, which alone gives out its offsets and has its log on
-- the disk; others ask it. What was asked and never answered may have been done: that error goes on to the client.
--
--   simlua scripts/maelstrom/kafka.lua
--
-- test: seeds 1-20 pass
-- test: seeds 1-5 set p_loss=0.2 set nemesis=pause,clock pass
local maelstrom = require "sim.maelstrom"

maelstrom.test {
  workload = "kafka",
  node_count = 2,
  concurrency = 4,
  rate = 50,
  latency = "10ms",
  nemesis = "partition,kill,power_fail",
  node = function(node)
    local db = node.env:open("logs")
    local commits = db:bucket("commits")
    local logs = {}

    local function log_of(key)
      logs[key] = logs[key] or {}
      return logs[key]
    end
    db:view(function(tx)
      tx:each("", function(_, entry) table.insert(log_of(entry.key), { entry.offset, entry.msg }) end)
    end)

    local function owner(key) return node.node_ids[tonumber(key:match("%d+")) % #node.node_ids + 1] end

    -- others asks nodes for what is theirs of a table, in messages of a type, and returns what is of this node; collect
    -- gets each answer.
    local function others(kind, field, map, collect)
      local asked, mine = {}, {}
      for key, value in pairs(map) do
        local id = owner(key)
        if id == node.id then mine[key] = value else asked[id] = asked[id] or {} asked[id][key] = value end
      end
      for id, entries in pairs(asked) do
        local answer = node:rpc(id, { type = kind, [field] = entries }, "500ms")
        if collect then collect(answer) end
      end
      return mine
    end

    local appending = node.env:channel(1)                    -- one append at a time, so that offsets have no holes
    local function append(key, msg)
      appending:send(true)
      local log = log_of(key)
      local offset = #log
      db:update(function(tx)
        tx:put(("%s %08d"):format(key, offset), { key = key, offset = offset, msg = msg })
      end)
      log[offset + 1] = { offset, msg }
      appending:receive()
      return offset
    end

    node:handle("send", function(message)
      local key, msg = message.body.key, message.body.msg
      local id, offset = owner(key), nil
      if id == node.id then
        offset = append(key, msg)
      else
        offset = node:rpc(id, { type = "send", key = key, msg = msg }, "500ms").offset
      end
      node:reply(message, { type = "send_ok", offset = offset })
    end)

    node:handle("poll", function(message)
      local msgs = {}
      local mine = others("poll", "offsets", message.body.offsets, function(answer)
        for key, list in pairs(answer.msgs) do msgs[key] = list end
      end)
      for key, offset in pairs(mine) do
        local log, list = log_of(key), {}
        for i = offset + 1, math.min(#log, offset + 20) do list[#list + 1] = log[i] end
        msgs[key] = list
      end
      node:reply(message, { type = "poll_ok", msgs = msgs })
    end)

    node:handle("commit_offsets", function(message)
      local mine = others("commit_offsets", "offsets", message.body.offsets)
      commits:update(function(tx)
        for key, offset in pairs(mine) do tx:put(key, math.max(offset, tx:get(key) or 0)) end
      end)
      node:reply(message, { type = "commit_offsets_ok" })
    end)

    node:handle("list_committed_offsets", function(message)
      local offsets, wanted = {}, {}
      for _, key in ipairs(message.body.keys) do wanted[key] = true end
      local mine = {}
      for key in pairs(wanted) do
        local id = owner(key)
        if id == node.id then
          mine[#mine + 1] = key
        else
          local answer = node:rpc(id, { type = "list_committed_offsets", keys = { key } }, "500ms")
          offsets[key] = answer.offsets[key]
        end
      end
      commits:view(function(tx)
        for _, key in ipairs(mine) do offsets[key] = tx:get(key) end
      end)
      node:reply(message, { type = "list_committed_offsets_ok", offsets = offsets })
    end)
  end,
}
