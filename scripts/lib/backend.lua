-- A client of the backend engine that fails over between gateways.
--
--   local backend = require "sim.backend"
--   local api = backend.client(env, { "api1.public:443", "api2.public:443" })
--   api:add_item(0, 1)
--
-- Every command has an id of its own, the same one at each try, so that a
-- backend that has done it already can say so. A gateway that fails is left
-- alone for a while. A command is tried until it is answered.
local M = {}

local Client = {}
Client.__index = Client

local markedDown = 15      -- seconds a gateway that failed is left alone
local connectTimeout = "5s"
local answerTimeout = "10s"
local pause = 0.5          -- seconds before a gateway that is marked down is tried all the same

-- client(env, gateways) makes a client of one process of a service or bot.
function M.client(env, gateways)
  if type(gateways) ~= "table" or #gateways == 0 then
    error('client: gateways is an array of addresses, for example { "api1.public:443" }', 2)
  end
  return setmetatable({
    env = env, gateways = gateways, downUntil = {}, commands = 0,
    -- a client that boots again must not use the ids of its past
    name = env.service .. "-" .. env.random:int(0, 999999999),
  }, Client)
end

-- preferred returns the first gateway that is not marked down, or else the one
-- that comes back first and false.
function Client:preferred()
  local now, best = self.env:now(), nil
  for _, gateway in ipairs(self.gateways) do
    local downUntil = self.downUntil[gateway] or 0
    if downUntil <= now then return gateway, true end
    if not best or downUntil < self.downUntil[best] then best = gateway end
  end
  return best, false
end

function Client:disconnect()
  if self.conn then pcall(self.conn.close, self.conn) end
  self.conn = nil
end

-- try sends a request to one gateway and returns its answer, or raises.
function Client:try(request)
  if not self.conn then
    local gateway, up = self:preferred()
    if not up then self.env:sleep(pause) end
    self.gateway = gateway
    self.conn = self.env:connect(self.gateway, connectTimeout)
  end
  self.conn:send(request)
  return self.conn:receive(answerTimeout)
end

local reasons = {
  timeout = "no answer from %s", refused = "%s refused the connection", reset = "connection reset by %s",
  closed = "%s closed the connection", no_route = "no route to %s",
}

-- failed marks the gateway down and says so.
function Client:failed(what, why)
  self:disconnect()
  self.downUntil[self.gateway] = self.env:now() + markedDown
  self.env:warn(string.format("%s for '%s', trying %s", why, what, (self:preferred())))
end

-- call sends a request until it is answered.
function Client:call(what, request)
  while true do
    local ok, answer = pcall(self.try, self, request)
    if ok and answer.ok then return answer end
    if ok and answer.code ~= "unavailable" then
      error(string.format("%s: %s: %s", what, tostring(answer.code), tostring(answer.message)), 0)
    end
    if ok then
      self:failed(what, self.gateway .. " is not available")
    else
      local reason = type(answer) == "table" and reasons[answer.kind]
      if not reason then error(answer, 0) end
      self:failed(what, string.format(reason, self.gateway))
    end
  end
end

function Client:command(what, request)
  self.commands = self.commands + 1
  request.id = self.name .. "-" .. self.commands
  return self.env:measure(request.op, self.call, self, what, request)
end

-- add_item(item, quantity) puts so many of an item into the inventory.
function Client:add_item(item, quantity)
  self:command(string.format("add %d of %d", quantity, item), { op = "add_item", item = item, quantity = quantity })
end

-- move_item(from, to, quantity) makes so many of one item into another.
function Client:move_item(from, to, quantity)
  self:command(string.format("move %d from %d to %d", quantity, from, to),
    { op = "move_item", from = from, to = to, quantity = quantity })
end

-- count() returns how many there are of all items together.
function Client:count()
  return self.env:measure("count", self.call, self, "count", { op = "count" }).count
end

return M
