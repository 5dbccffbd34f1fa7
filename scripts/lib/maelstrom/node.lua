-- A node, or a client, of Maelstrom's protocol over datagrams.
local errors = require "sim.maelstrom.errors"
local json = require "sim.json"

local Node = {}
Node.__index = Node

local port = 8000

-- new makes the node that a machine is called after, n1 on n1.net. A world has ids, a list
-- of nodes, services, and where it was declared.
function Node.new(env, world)
  local known, id = {}, env.machine:match("^[^.]+")
  for _, each in ipairs(world.ids) do known[each] = true end
  for _, each in ipairs(world.services) do known[each] = true end
  return setmetatable({
    env = env, id = id, node_ids = world.ids, known = known, where = world.where, handlers = {}, pending = {},
    socket = env:datagram(known[id] and port or nil), clients = {}, finished = 0,
    -- Answers to an earlier boot mean nothing to this one. Ids as large as these are no indices of an array.
    last_id = env.random:int(100000, 999999) * 1000,
  }, Node)
end

local function address(self, id)
  if self.known[id] then return id .. ".net:" .. port end
  return self.clients[id]
end

-- transmit sends a message; what is wrong with it is told at a level above its caller.
local function transmit(self, dest, body, level)
  if type(body) ~= "table" or type(body.type) ~= "string" then
    error('a body is a table with a type, such as { type = "echo" }', level + 1)
  end
  local to = address(self, dest)
  if not to then
    error('node "' .. tostring(dest) .. '" does not exist: there is ' .. table.concat(self.node_ids, ", "), level + 1)
  end
  local ok, err = pcall(function()
    self.socket:write_to(to, json.encode { src = self.id, dest = dest, body = body })
  end)
  if not ok then error(type(err) == "string" and err:gsub("^%S+:%d+:%s*", "") or err, level + 1) end
end

function Node:handle(kind, fn)
  if type(kind) ~= "string" or type(fn) ~= "function" then
    error('handle: expected a type of messages and a function(message), such as node:handle("echo", fn)', 2)
  end
  if self.handlers[kind] then error('handle: "' .. kind .. '" has a handler already', 2) end
  self.handlers[kind] = fn
end

function Node:send(dest, body) transmit(self, dest, body, 2) end

local function with(body, key, value)
  local copy = {}
  for k, v in pairs(type(body) == "table" and body or {}) do copy[k] = v end
  copy[key] = value
  return copy
end

-- reply answers a message that has asked for it, by a msg_id.
function Node:reply(message, body)
  if type(message) ~= "table" or type(message.body) ~= "table" then
    error("reply: expected a message, as its handler gets it, and a body", 2)
  end
  if message.body.msg_id then transmit(self, message.src, with(body, "in_reply_to", message.body.msg_id), 2) end
end

-- forget drops a call that has ended. A table remembers keys that were removed, so one
-- that has too many of those makes room for another.
local function forget(self, id)
  self.pending[id], self.finished = nil, self.finished + 1
  if self.finished > 1000 then
    local left = {}
    for other, reply in pairs(self.pending) do left[other] = reply end
    self.pending, self.finished = left, 0
  end
end

function Node:rpc(dest, body, timeout)
  self.last_id = self.last_id + 1
  local id, reply = self.last_id, self.env:channel(1)
  self.pending[id] = reply
  transmit(self, dest, with(body, "msg_id", id), 2)
  local ok, answer = pcall(reply.receive, reply, timeout or "1s")
  forget(self, id)
  if not ok and answer.kind == "timeout" then
    error(errors.new("timeout", dest .. " has not answered " .. body.type), 0)
  end
  if not ok then error(answer, 0) end
  if answer.type == "error" then error(errors.of(answer.code, answer.text), 0) end
  return answer
end

-- run calls a handler. An error of the protocol is the answer.
local function run(self, handler, message)
  local ok, err = pcall(handler, message)
  if ok then return end
  if type(err) ~= "table" or not err.code then error(err, 0) end
  self:reply(message, { type = "error", code = err.code, text = err.text })
end

local function refuse(self, message)
  local kind = message.body.type
  local text = ('%s has no handler for "%s", which %s sends: node:handle("%s", fn)'):format(self.id, kind, message.src, kind)
  if not message.body.msg_id then error(self.where .. text, 0) end
  self:reply(message, { type = "error", code = 10, text = text })
end

-- deliver takes a message to who waits for it, or to its handler, in a process of its own.
function Node:deliver(message)
  local body = message.body
  local reply = self.pending[body.in_reply_to or 0]
  local handler = self.handlers[body.type]
  if reply then
    pcall(reply.send, reply, body, 0) -- a second answer finds no room
  elseif handler then
    self.env:go(run, self, handler, message)
  elseif not body.in_reply_to then
    refuse(self, message)
  end
end

local function is_message(message)
  return type(message) == "table" and type(message.src) == "string" and type(message.body) == "table" and
    type(message.body.type) == "string"
end

-- listen delivers what arrives, until the service is asked to stop.
function Node:listen()
  while true do
    local text, from = self.socket:read()
    local ok, message = pcall(json.decode, text)
    if ok and is_message(message) then
      if not self.known[message.src] then self.clients[message.src] = from end
      self:deliver(message)
    else
      self.env:warn("no message of Maelstrom's protocol from " .. from .. ": " .. text:sub(1, 100))
    end
  end
end

return Node
