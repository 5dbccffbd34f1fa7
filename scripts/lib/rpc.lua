-- Remote procedure calls: a server with named handlers, and a client with
-- timeouts, retries and many calls in flight over one connection.
--
--   local rpc = require "sim.rpc"
--
--   sim.service("bank.net", function(env)
--     local balance = 0
--     rpc.serve(env, 443, {
--       deposit = function(amount) balance = balance + amount return balance end,
--     })
--   end)
--
--   sim.bot("client", function(env)
--     local bank = rpc.client(env, "bank.net:443", { timeout = "1s", attempts = 5 })
--     env:log("balance", bank:call("deposit", 10))
--   end)
--
-- - `serve(env, port, handlers)` answers calls until the service is asked to
--   stop. Each call runs in a process of its own, so handlers may wait. A handler
--   gets the argument of the call and a table `{id, attempt, from}`, and returns
--   the answer: one value. An error that is a table with a kind is sent to the
--   caller; any other is an error of the service
-- - `client(env, address[, options])` makes a client, for all processes of a
--   service or bot; it connects when it is first used. With an array of addresses
--   it goes to the next one when it has lost a connection
-- - `client:call(method[, argument[, options]])` returns the handler's answer, or
--   raises an error with kind and message: the handler's own, `"bad_request"` when
--   there is no such method, or what the network said last
-- - `client:close()` ends the connection; calls in flight try again over another
--
-- Options of a client, and of a single call:
--
-- - `timeout = "1s"`: how long one attempt may take, connecting included
-- - `attempts = 5`: how often a call is tried, `math.huge` for as long as it takes. What
--   is tried again is what ended with a kind of the network or with `"unavailable"`
-- - `backoff = {"50ms", "2s"}`: the pause before the second attempt, and the longest;
--   each is twice the one before, and half of it is left to chance
--
-- A call that failed may have been done, and one that was tried again may be done
-- twice. All attempts of a call carry the same `id`, by which a handler can tell. A
-- connection on which nothing has come back within a timeout is given up. An answer that
-- comes after its attempt has timed out still counts.
--
-- A request is `{id, method, argument, attempt}`, and its answer `{id, ok = true,
-- result}` or `{id, ok = false, kind, message}`.
local names = require "sim.options.names"

local M = {}

local again = {}
for _, kind in ipairs { "timeout", "refused", "reset", "closed", "no_route", "addr_not_available", "unavailable" } do
  again[kind] = true
end

local text = { __tostring = function(err) return err.message end }

local function failure(kind, message) return setmetatable({ kind = kind, message = message }, text) end

-- --- server

-- answer runs one handler and returns what to send.
local function answer(env, handlers, from, request)
  local handler = type(request.method) == "string" and handlers[request.method]
  if not handler then
    return { id = request.id, ok = false, kind = "bad_request", message = "no method " .. tostring(request.method) }
  end
  local call = { id = request.id, attempt = request.attempt, from = from }
  local ok, result = pcall(handler, request.argument, call)
  if ok then return { id = request.id, ok = true, result = result } end
  if type(result) ~= "table" or type(result.kind) ~= "string" or env:stopping() and result.kind == "stopped" then
    error(result, 0)
  end
  return { id = request.id, ok = false, kind = result.kind, message = tostring(result.message or result.kind) }
end

-- respond sends what a handler has answered. That the caller is gone by then is
-- no error.
local function respond(env, handlers, conn, request)
  local response = answer(env, handlers, conn.remote, request)
  local ok, err = pcall(conn.send, conn, response)
  if not ok and type(err) == "string" then error(err, 0) end
end

-- session takes the calls of one connection. When the service is asked to stop, it
-- stays open for what is still to be answered.
local function session(env, handlers, conn)
  while true do
    local ok, request = pcall(conn.receive, conn)
    if not ok and request.kind == "stopped" then return end
    if not ok or type(request) ~= "table" or request.id == nil then -- or it speaks another protocol
      conn:close()
      return
    end
    env:go(respond, env, handlers, conn, request)
  end
end

function M.serve(env, port, handlers)
  if type(handlers) ~= "table" then
    error("serve: handlers is a table of functions, for example { get = function(key) … end }", 2)
  end
  for name, handler in pairs(handlers) do
    if type(name) ~= "string" or type(handler) ~= "function" then
      error("serve: handlers." .. tostring(name) .. " is a function with a name, not a " .. type(handler), 2)
    end
  end
  local listener = env:listen(port)
  while true do
    local ok, conn = pcall(listener.accept, listener)
    if not ok then
      listener:close()
      error(conn, 0)
    end
    env:go(session, env, handlers, conn)
  end
end

-- --- client

local Client = {}
Client.__index = Client

local defaults = { timeout = "1s", attempts = 5, backoff = { "50ms", "2s" } }

-- read_options reads options over others.
local function read_options(given, base)
  names.check("rpc", given, { "timeout", "attempts", "backoff" }, 3)
  local attempts, backoff = given.attempts or base.attempts, given.backoff or base.backoff
  if attempts ~= math.huge then names.whole("rpc", "attempts", attempts, 3) end
  if type(backoff) ~= "table" or #backoff ~= 2 then
    names.wrong("rpc", "backoff", '{first, longest} such as {"50ms", "2s"}', backoff, 3)
  end
  return {
    timeout = names.seconds("rpc", "timeout", given.timeout or base.timeout, 3), attempts = attempts,
    backoff = { names.seconds("rpc", "backoff", backoff[1], 3), names.seconds("rpc", "backoff", backoff[2], 3) },
  }
end

function M.client(env, address, options)
  if type(address) == "string" then address = { address } end
  if type(address) ~= "table" or #address == 0 then
    error('rpc: the address is "machine.network:port", or an array of such', 2)
  end
  return setmetatable({
    env = env, addresses = address, at = 1, connected = env:condition(),
    calls = 0, answers = 0, pending = {}, flying = 0, landed = 0,
    options = read_options(options or {}, defaults),
    -- a client that boots again must not use the ids of its past
    name = env.service .. "-" .. env.random:int(0, 999999999) .. "-",
  }, Client)
end

-- lost gives a connection up: calls that wait for it fail, the next goes elsewhere.
local function lost(self, conn, err)
  if self.conn ~= conn then return end
  self.conn, self.at = nil, self.at % #self.addresses + 1
  pcall(conn.close, conn)
  for _, call in pairs(self.pending) do
    if call.conn == conn and not call.answer then
      call.answer = { ok = false, kind = err.kind, message = tostring(err) }
      call.answered:signal()
    end
  end
end

-- read hands the answers of a connection to those who wait for them.
local function read(self, conn)
  while true do
    local ok, answer = pcall(conn.receive, conn)
    if not ok then return lost(self, conn, answer) end
    if type(answer) ~= "table" or type(answer.ok) ~= "boolean" then
      return lost(self, conn, failure("io", conn.remote .. " does not answer as a server of sim.rpc does"))
    end
    self.answers = self.answers + 1
    local call = self.pending[answer.id]
    if call and not call.answer then
      call.answer = answer
      call.answered:signal()
    end
  end
end

-- connection returns the one there is, or makes it: one process does, others wait.
local function connection(self, deadline)
  local function left() return math.max(0, deadline - self.env:monotonic()) end
  while self.connecting do self.connected:wait(left()) end
  if self.conn then return self.conn end
  self.connecting = true
  local ok, conn = pcall(self.env.connect, self.env, self.addresses[self.at], left())
  self.connecting = false
  if ok then
    self.conn = conn
    self.env:go(read, self, conn)
  else
    self.at = self.at % #self.addresses + 1
  end
  self.connected:broadcast()
  if not ok then error(conn, 0) end
  return conn
end

-- result returns what an answer brings, or raises what it says.
local function result(answer)
  if answer.ok then return answer.result end
  error(failure(tostring(answer.kind), tostring(answer.message)), 0)
end

-- attempt sends a call once and returns its answer, or raises. An answer to an attempt
-- before that has come meanwhile will do, unless it is one that asks to try again.
local function attempt(self, call, request, timeout)
  local deadline, late = self.env:monotonic() + timeout, call.answer
  call.conn, call.answer = nil, nil
  if late and late.id and (late.ok or not again[late.kind]) then return result(late) end
  local conn = connection(self, deadline)
  local before = self.answers
  call.conn = conn
  conn:send(request)
  while not call.answer do
    local ok, err = pcall(call.answered.wait, call.answered, math.max(0, deadline - self.env:monotonic()))
    if not ok then
      if err.kind == "timeout" and self.answers == before then lost(self, conn, err) end
      error(err, 0)
    end
  end
  return result(call.answer)
end

-- forget drops a call that has ended. A table remembers keys that were removed, so
-- one that has too many of those makes room for another.
local function forget(self, id)
  self.pending[id] = nil
  self.flying, self.landed = self.flying - 1, self.landed + 1
  if self.landed > 100 + self.flying then
    local left = {}
    for other, call in pairs(self.pending) do left[other] = call end
    self.pending, self.landed = left, 0
  end
end

-- pause waits before attempt n.
local function pause(self, n, backoff)
  local longest = math.min(backoff[2], backoff[1] * 2 ^ (n - 2))
  self.env:sleep(longest * (0.5 + 0.5 * self.env.random:float()))
end

function Client:call(method, argument, options)
  if type(method) ~= "string" then error("call: the method is a name, not " .. tostring(method), 2) end
  local o = self.options
  if options then o = read_options(options, o) end
  self.calls = self.calls + 1
  local id = self.name .. self.calls
  local call = { answered = self.env:condition() }
  self.pending[id], self.flying = call, self.flying + 1
  for n = 1, o.attempts do
    if n > 1 then pause(self, n, o.backoff) end
    local request = { id = id, method = method, argument = argument, attempt = n }
    local ok, result = pcall(attempt, self, call, request, o.timeout)
    if ok then
      forget(self, id)
      return result
    end
    if n == o.attempts or type(result) ~= "table" or not again[result.kind] then
      forget(self, id)
      error(result, 0)
    end
  end
end

function Client:close()
  if self.conn then lost(self, self.conn, failure("closed", "the client was closed")) end
end

return M
