-- A client of the backend engine that fails over between gateways.
--
--   local backend = require "sim.backend"
--   local api = backend.client(env, { "api1.public:443", "api2.public:443" })
--   api:add_item(0, 1)
--
-- - `client(env, gateways)` makes a client, for one process of a service or bot
-- - `add_item(item, quantity)` puts so many of an item into the inventory
-- - `move_item(from, to, quantity)` makes so many of one item into another
-- - `count()` returns how many there are of all items together
--
-- Items and quantities are whole numbers. A command is tried until it is
-- answered, with the same sequence number each time, so that a backend that has
-- done it already can say so. A gateway that fails is left alone for 15 seconds.
-- What a backend rejects is an error.
local M = {}

local Client = {}
Client.__index = Client

local marked_down = 15 -- seconds that a gateway which failed is left alone
local connect_timeout = "5s"
local answer_timeout = "10s"
local pause = "500ms" -- before a gateway that is marked down is tried all the same

function M.client(env, gateways)
  if type(gateways) ~= "table" or #gateways == 0 then
    error('client: gateways is an array of addresses, for example { "api1.public:443" }', 2)
  end
  return setmetatable({
    env = env, gateways = gateways, down_until = {}, sequence = 0,
    -- a client that boots again begins to count anew, so it needs another name
    name = env.service .. "-" .. env.random:int(0, 999999999),
  }, Client)
end

-- preferred returns the first gateway that is not marked down, or else the one
-- that comes back first and false.
function Client:preferred()
  local now, best = self.env:now(), nil
  for _, gateway in ipairs(self.gateways) do
    local down_until = self.down_until[gateway] or 0
    if down_until <= now then return gateway, true end
    if not best or down_until < self.down_until[best] then best = gateway end
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
    self.conn = self.env:connect(self.gateway, connect_timeout)
  end
  self.conn:send(request)
  return self.conn:receive(answer_timeout)
end

local reasons = {
  timeout = "no answer from %s", refused = "%s refused the connection", reset = "connection reset by %s",
  closed = "%s closed the connection", no_route = "no route to %s",
}

-- failed marks the gateway down and says so.
function Client:failed(what, why)
  self:disconnect()
  self.down_until[self.gateway] = self.env:now() + marked_down
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
  self.sequence = self.sequence + 1
  request.client, request.sequence = self.name, self.sequence
  return self.env:measure(request.op, self.call, self, what, request)
end

function Client:add_item(item, quantity)
  self:command(string.format("add %d of %d", quantity, item), { op = "add_item", item = item, quantity = quantity })
end

function Client:move_item(from, to, quantity)
  self:command(string.format("move %d from %d to %d", quantity, from, to),
    { op = "move_item", from = from, to = to, quantity = quantity })
end

function Client:count()
  return self.env:measure("count", self.call, self, "count", { op = "count" }).count
end

return M
