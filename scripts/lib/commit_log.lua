-- A client of the engine `sim.engine.commit_log`, or of a service that speaks its
-- messages.
--
--   local commit_log = require "sim.commit_log"
--   local log = commit_log.client(env, "cl.net:443")
--   local position, next = log:append({ { type = "added", item = 1 } })
--   local events, next = log:read(0, { wait = "5s" })
--
-- - `client(env, address[, {timeout = "5s", log = name}])` makes a client, for one
--   process of a service or bot; it connects when it is first used, and again after
--   an error of the connection. A call takes so long at most, and what it waits for
--   events. With `log`, it talks to the log of that name only
-- - `append(events[, {expect = position}])` puts an array of values at the end of the
--   log, and returns the position of the first and the next one that is free. With
--   `expect` it does so at that position or not at all
-- - `read(from[, {max = n, wait = d}])` returns an array of events from a position on, and
--   the next position that is free. When there are none it waits so long for some, a
--   minute at most
-- - `save_snapshot(name, position, state)` keeps what the events below a position come
--   to, unless the one kept is further on, and returns the position of that one
-- - `load_snapshot(name[, {from = position}])` returns the position of the snapshot of that
--   name, 0 when there is none, and its state when that is beyond `from`
-- - `head()` returns the next position that is free, and the name of the log
-- - `close()` ends the connection; the client can be used again
--
-- Errors are tables with kind and message. What the log refuses has a kind of
-- its own, and nothing has happened: `"conflict"` (with `next`), `"other_log"`,
-- `"bad_request"`, `"full"`, `"no_space"`, `"storage"`. After any other error of an
-- append its outcome is unknown; `"unknown"` is the log's own word for it.
local names = require "sim.options.names"

local M = {}

local Client = {}
Client.__index = Client

local text = { __tostring = function(err) return err.message end }

-- options reads a table of options.
local function options(where, given, known)
  if given ~= nil then names.check(where, given, known, 3) end
  return given or {}
end

function M.client(env, address, given)
  if type(address) ~= "string" then error('client: the address is "machine.network:port"', 2) end
  local o = options("client", given, { "timeout", "log" })
  local timeout = names.seconds("client", "timeout", o.timeout or "5s", 2)
  return setmetatable({ env = env, address = address, timeout = timeout, log = o.log }, Client)
end

function Client:close()
  if self.conn then pcall(self.conn.close, self.conn) end
  self.conn = nil
end

-- exchange sends a request and returns the answer, for which the log may wait.
local function exchange(self, request, wait)
  local deadline = self.env:monotonic() + wait + self.timeout
  if not self.conn then self.conn = self.env:connect(self.address, self.timeout) end
  self.conn:send(request)
  return self.conn:receive(math.max(0, deadline - self.env:monotonic()))
end

local function failed(kind, message, next)
  error(setmetatable({ kind = kind, message = message, next = next }, text), 0)
end

-- call returns an answer, or raises what the log refuses.
local function call(self, request, wait)
  request.log = self.log
  local ok, answer = pcall(exchange, self, request, wait or 0)
  if not ok then
    self:close()
    error(answer, 0)
  end
  if type(answer) == "table" and answer.ok == true then return answer end
  if type(answer) == "table" and type(answer.code) == "string" then
    if answer.code == "unknown" then self:close() end -- the log reloads
    failed(answer.code, "commit log: " .. answer.code .. ": " .. tostring(answer.message), answer.next)
  end
  self:close()
  failed("io", self.address .. " does not answer as a commit log does")
end

function Client:append(events, given)
  local o = options("append", given, { "expect" })
  local answer = call(self, { op = "append", events = events, expect = o.expect })
  return answer.position, answer.next
end

function Client:read(from, given)
  local o = options("read", given, { "max", "wait" })
  local wait = names.seconds("read", "wait", o.wait or 0, 2)
  local answer = call(self, { op = "read", from = from, max = o.max, wait_ms = math.floor(wait * 1000 + 0.5) }, wait)
  return answer.events, answer.next
end

function Client:save_snapshot(name, position, state)
  return call(self, { op = "save_snapshot", name = name, position = position, state = state }).position
end

function Client:load_snapshot(name, given)
  local o = options("load_snapshot", given, { "from" })
  local answer = call(self, { op = "load_snapshot", name = name, from = o.from })
  return answer.position, answer.state
end

function Client:head()
  local answer = call(self, { op = "head" })
  return answer.next, answer.log
end

return M
