-- Maelstrom's services. Each is a machine of its own, and forgets nothing while it is on.
local json = require "sim.json"

local function equal(a, b) return json.encode(a) == json.encode(b) end

-- apply answers a request about a key that has a value, or none, and returns what to write:
-- nil when the value stays.
local function apply(body, value)
  local missing = value == nil
  if body.type == "read" and not missing then return { type = "read_ok", value = value } end
  if body.type == "write" then return { type = "write_ok" }, body.value end
  if body.type == "cas" and missing and body.create_if_not_exists then return { type = "cas_ok" }, body.to end
  if missing then return { type = "error", code = 20, text = "key does not exist" } end
  if equal(body.from, value) then return { type = "cas_ok" }, body.to end
  return { type = "error", code = 22, text = "current value " .. json.encode(value) .. " is not " .. json.encode(body.from) }
end

local services = {}

-- Linearizable: all requests see the one state there is.
services["lin-kv"] = function()
  local values = {}
  return function(message)
    local key = json.encode(message.body.key)
    local answer, written = apply(message.body, values[key])
    if written ~= nil then values[key] = written end
    return answer
  end
end

-- Sequential: a request that changes nothing may see one of the last 32 states, but no client goes
-- back. Of each key its versions are kept, with the number of the state in which each came.
services["seq-kv"] = function(random)
  local versions, last, seen = {}, 0, {}
  local function at(key, state)
    local list = versions[key] or {}
    for i = #list, 1, -1 do
      if list[i].state <= state then return list[i].value end
    end
  end
  local function write(key, value)
    last = last + 1
    local list = { { state = last, value = value } }
    for i = #(versions[key] or {}), 1, -1 do
      table.insert(list, 1, versions[key][i])
      if versions[key][i].state <= last - 32 then break end
    end
    versions[key] = list
  end
  return function(message)
    local key = json.encode(message.body.key)
    local state = random:int(math.max(seen[message.src] or 0, last - 31, 0), last)
    local answer, written = apply(message.body, at(key, state))
    if written ~= nil then
      answer, written = apply(message.body, at(key, last))
      if written ~= nil then write(key, written) end
      state = last
    end
    seen[message.src] = state
    return answer
  end
end

-- Eventual: five replicas, one of which answers. Each request lets one learn what another has: the
-- last write wins, by Lamport clocks.
services["lww-kv"] = function(random)
  local replicas = {}
  for i = 1, 5 do replicas[i] = { clock = 0, values = {} } end
  local function merge(from, into)
    into.clock = math.max(into.clock, from.clock)
    for key, theirs in pairs(from.values) do
      local own = into.values[key]
      if not own or own.time < theirs.time or
        own.time == theirs.time and json.encode(own.value) < json.encode(theirs.value) then
        into.values[key] = theirs
      end
    end
  end
  return function(message)
    merge(random:pick(replicas), random:pick(replicas))
    local replica, key = random:pick(replicas), json.encode(message.body.key)
    local answer, written = apply(message.body, (replica.values[key] or {}).value)
    if written ~= nil then
      replica.values[key] = { time = replica.clock, value = written }
      replica.clock = replica.clock + 1
    end
    return answer
  end
end

-- A timestamp oracle, linearizable: each request gets the next number.
services["lin-tso"] = function()
  local last = -1
  return function()
    last = last + 1
    return { type = "ts_ok", ts = last }
  end
end

local M = { names = { "lin-kv", "seq-kv", "lww-kv", "lin-tso" } }

-- serve answers requests to a service of this name.
function M.serve(node)
  local answer = services[node.id](node.env.random)
  for _, kind in ipairs(node.id == "lin-tso" and { "ts" } or { "read", "write", "cas" }) do
    node:handle(kind, function(message) node:reply(message, answer(message)) end)
  end
  node:listen()
end

local KV, TSO = {}, {}
KV.__index, TSO.__index = KV, TSO

-- client makes a client of a service, for a node.
function M.client(name)
  local class = name == "lin-tso" and TSO or KV
  return function(node, timeout)
    if type(node) ~= "table" or not node.rpc then error("expected the node, such as maelstrom." .. name:gsub("-", "_") .. "(node)", 2) end
    if not node.known[name] then
      error('there is no ' .. name .. ': maelstrom.test { services = { "' .. name .. '" } }', 2)
    end
    return setmetatable({ node = node, name = name, timeout = timeout }, class)
  end
end

-- read returns a value, or nil when there is no such key.
function KV:read(key)
  local ok, answer = pcall(self.node.rpc, self.node, self.name, { type = "read", key = key }, self.timeout)
  if ok then return answer.value end
  if answer.code ~= 20 then error(answer, 0) end
end

function KV:write(key, value)
  self.node:rpc(self.name, { type = "write", key = key, value = value }, self.timeout)
end

-- cas writes to when the value is from, or when there is none and create.
function KV:cas(key, from, to, create)
  self.node:rpc(self.name, { type = "cas", key = key, from = from, to = to, create_if_not_exists = create or false },
    self.timeout)
end

-- ts returns the next timestamp.
function TSO:ts() return self.node:rpc(self.name, { type = "ts" }, self.timeout).ts end

return M
