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
--   an error of the connection. With `log`, it talks to the log of that name only
-- - `append(events[, {expect = position}])` puts an array of values at the end of the
--   log, and returns the position of the first and the next one that is free. With
--   `expect` it does so at that position or not at all
-- - `read(from[, {max = n, wait = d}])` returns an array of events from a position on, and
--   the next position that is free. When there are none it waits so long for some
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
local sim = require "sim"

local M = {}

local Client = {}
Client.__index = Client

local text = { __tostring = function(err) return err.message end }

-- options reads a table of options.
local function options(where, given, allowed)
  if given == nil then return {} end
  if type(given) ~= "table" then error(where .. ": a table of options is expected, not " .. tostring(given), 3) end
  for name in pairs(given) do
    if not allowed[name] then
      local known = {}
      for each in pairs(allowed) do known[#known + 1] = each end
      error(where .. ": " .. require("sim.chaos.options").unknown("option", tostring(name), known), 3)
    end
  end
  return given
end

-- seconds reads a duration.
local function seconds(env, name, value)
  local ok, constant = pcall(sim.constant, value)
  if ok then return env.random:sample(constant) end
  error("commit_log: " .. name .. ' is a duration such as "5s", not ' .. tostring(value), 3)
end

function M.client(env, address, given)
  if type(address) ~= "string" then error('client: the address is "machine.network:port"', 2) end
  local o = options("client", given, { timeout = true, log = true })
  local timeout = seconds(env, "timeout", o.timeout or "5s")
  return setmetatable({ env = env, address = address, timeout = timeout, log = o.log }, Client)
end

function Client:close()
  if self.conn then pcall(self.conn.close, self.conn) end
  self.conn = nil
end

-- exchange sends a request and returns the answer, for which the log may wait.
local function exchange(self, request, wait)
  if not self.conn then self.conn = self.env:connect(self.address, self.timeout) end
  self.conn:send(request)
  return self.conn:receive(wait + self.timeout)
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
  local o = options("append", given, { expect = true })
  local answer = call(self, { op = "append", events = events, expect = o.expect })
  return answer.position, answer.next
end

function Client:read(from, given)
  local o = options("read", given, { max = true, wait = true })
  local wait = seconds(self.env, "wait", o.wait or 0)
  local answer = call(self, { op = "read", from = from, max = o.max, wait_ms = math.floor(wait * 1000 + 0.5) }, wait)
  return answer.events, answer.next
end

function Client:save_snapshot(name, position, state)
  return call(self, { op = "save_snapshot", name = name, position = position, state = state }).position
end

function Client:load_snapshot(name, given)
  local o = options("load_snapshot", given, { from = true })
  local answer = call(self, { op = "load_snapshot", name = name, from = o.from })
  return answer.position, answer.state
end

function Client:head()
  local answer = call(self, { op = "head" })
  return answer.next, answer.log
end

return M
