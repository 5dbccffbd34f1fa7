-- Maelstrom's workloads: what clients ask, what is a history of it, and the check that judges it.
--
-- Each is a function(client) that returns next(): the next operation, {f, key, value, body, field, result}; and final():
-- the last one, when all is at peace, which may have after(), the one after it. The output is the field of the answer that
-- is named, and must be there, or what result makes of it. One without a body asks nobody.
local sim = require "sim"
local check = require "sim.check"
local json = require "sim.json"

local M = {}

-- unique makes numbers that no other client makes.
local function unique(client)
  local n = client.index - client.clients
  return function()
    n = n + client.clients
    return n
  end
end

local function read(f, field)
  return function() return { f = f, body = { type = "read" }, field = field } end
end

local same = "the echo is what was said" -- a name that is no literal is not known in other workloads

M.echo = {
  new = function(client)
    return function()
      local text = "Please echo " .. client.random:int(0, 127)
      return { f = "echo", value = text, body = { type = "echo", echo = text }, field = "echo", result = function(echo)
        client.env:expect(same, text, echo)
        return echo
      end }
    end
  end,
}

M["unique-ids"] = {
  check = function(history) return check.unique_ids { history = history } end,
  new = function()
    return function()
      return { f = "generate", body = { type = "generate" }, field = "id" }
    end
  end,
}

-- set is about elements that are added, and read all at once.
local function set(kind, field, all)
  local function last(client)
    return { f = "read", body = { type = "read" }, field = all, result = function(elements)
      local sorted = {}
      for i, element in ipairs(elements) do sorted[i] = element end
      table.sort(sorted)
      client.env:gauge("read in the end", ("%d elements, checksum %08x"):format(#sorted, sim.crc32(json.encode(sorted))))
      return elements
    end }
  end
  return {
    agree = true,
    check = function(history) return check.set_full { history = history } end,
    new = function(client)
      local fresh, reading = unique(client), read("read", all)
      return function()
        if client.random:chance(0.5) then return reading() end
        local element = fresh()
        return { f = "add", value = element, body = { type = kind, [field] = element } }
      end, function() return last(client) end
    end,
  }
end

M.broadcast = set("broadcast", "message", "messages")
M["g-set"] = set("add", "element", "value")

local function counter(least, most)
  return {
    check = function(history) return check.counter { history = history, final = true } end,
    new = function(client)
      local reading = read("read", "value")
      return function()
        if client.random:chance(0.5) then return reading() end
        local delta = client.random:int(least, most)
        return { f = "add", value = delta, body = { type = "add", delta = delta } }
      end, read("final_read", "value")
    end,
  }
end

M["g-counter"] = counter(0, 4)
M["pn-counter"] = counter(-5, 4)

M["lin-kv"] = {
  check = function(history) return check.linearizable { history = history, model = "cas_register" } end,
  new = function(client)
    local random = client.random
    return function()
      local f, key = random:pick { "read", "write", "cas" }, random:int(0, 4)
      local a, b = random:int(0, 4), random:int(0, 4)
      if f == "read" then
        return { f = f, key = key, body = { type = f, key = key }, field = "value", missing = true }
      elseif f == "write" then
        return { f = f, key = key, value = a, body = { type = f, key = key, value = a } }
      end
      return { f = f, key = key, value = { a, b }, body = { type = f, key = key, from = a, to = b } }
    end
  end,
}

-- kafka: a client reads on from what it has seen of the keys that are assigned to it. Operations are transactions of one
-- send or poll: as such they need no key.
local function polled(state, msgs)
  local seen = {}
  for key, list in pairs(msgs) do
    if #list > 0 then
      seen[key] = list
      state.offsets[key] = list[#list][1] + 1
    end
  end
  return seen
end

-- commit tells what was seen. When nobody answers, it was seen all the same.
local function commit(client, seen)
  local last = {}
  for key, list in pairs(seen) do last[key] = list[#list][1] end
  if next(last) == nil then return end
  local ok, err = pcall(client.node.rpc, client.node, client.dest, { type = "commit_offsets", offsets = last })
  if not ok and err.code == 10 then error(err, 0) end
end

local every_key = { "k1", "k2", "k3" }

local function assign(client, state)
  local keys = {}
  for i, key in ipairs(every_key) do
    if client.random:chance(0.5) or i == 3 and #keys == 0 then keys[#keys + 1] = key end
  end
  local body = { type = "list_committed_offsets", keys = keys }
  return { f = "assign", value = keys, body = body, field = "offsets", result = function(committed)
    local offsets = {}
    for _, key in ipairs(keys) do offsets[key] = state.offsets[key] or (committed[key] or -1) + 1 end
    state.offsets = offsets
  end }
end

-- from_the_beginning is what a new consumer does: it has no keys, then all, and polls until there is no more.
local function from_the_beginning(state, poll)
  local failures = 0
  local function polls()
    local op, got = poll(), nil
    local result = op.result
    function op.result(msgs)
      local output = result(msgs)
      got = next(output[1][2]) ~= nil
      return output
    end
    function op.after()
      if got == nil then failures = failures + 1 end
      if got or got == nil and failures < 10 then return polls() end
    end
    return op
  end
  local all = { f = "assign", value = every_key, body = { type = "list_committed_offsets", keys = every_key }, field = "offsets",
    result = function() end, after = function()
      for _, key in ipairs(every_key) do state.offsets[key] = 0 end
      return polls()
    end }
  return { f = "assign", value = {}, after = function() return all end }
end

M.kafka = {
  check = function(history) return check.log { history = history } end,
  new = function(client)
    local state, fresh = { offsets = {} }, unique(client)
    local function poll()
      local body = { type = "poll", offsets = state.offsets }
      return { f = "txn", value = { { "poll" } }, body = body, field = "msgs", result = function(msgs)
        local seen = polled(state, msgs)
        commit(client, seen)
        return { { "poll", seen } }
      end }
    end
    return function()
      local what = client.random:float()
      if next(state.offsets) == nil or what < 0.1 then return assign(client, state) end
      if what < 0.5 then return poll() end
      local key, value = "k" .. client.random:int(1, 3), fresh()
      return { f = "txn", value = { { "send", key, value } }, body = { type = "send", key = key, msg = value },
        field = "offset", result = function(offset) return { { "send", key, { offset, value } } } end }
    end, function() return from_the_beginning(state, poll) end
  end,
}

local function txn(write, judge)
  return {
    check = judge,
    new = function(client)
      local fresh = unique(client)
      return function()
        local asked, body = {}, {}
        for i = 1, client.random:int(1, 4) do
          local key = client.random:int(1, 8)
          local writes = client.random:chance(0.5)
          asked[i] = writes and { write, key, fresh() } or { "r", key }
          body[i] = writes and asked[i] or { "r", key, json.null }
        end
        return { f = "txn", value = asked, body = { type = "txn", txn = body }, field = "txn" }
      end
    end,
  }
end

M["txn-list-append"] = txn("append", function(history, consistency)
  return check.list_append { history = history, consistency = consistency }
end)
M["txn-rw-register"] = txn("w", function(history, consistency)
  return check.rw_register { history = history, consistency = consistency, wfr_keys = true }
end)

return M
