-- many calls in flight over one connection, answered as they are done
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env)
  rpc.serve(env, 1, {
    after = function(delay) env:sleep(delay) return delay end,
    who = function(_, call) return { call.attempt, call.from:match("^[^:]*"), type(call.id) } end,
  })
end)
sim.bot("b", function(env)
  local client, order, all = rpc.client(env, "s.net:1"), {}, {}
  for _, delay in ipairs { 0.3, 0.1, 0.2 } do
    all[#all + 1] = env:go(function()
      local done = client:call("after", delay)
      order[#order + 1] = done
    end)
  end
  for _, p in ipairs(all) do p:join() end
  env:expect("as they were done", { 0.1, 0.2, 0.3 }, order)
  env:expect("at once", true, env:now() < 0.31)
  env:expect("about the call", { 1, "b.botnet", "string" }, client:call("who"))
  client:close()
  env:expect("again", 0.1, client:call("after", 0.1))
end)
sim.check("two connections", function(run) return run:machines()["b.botnet"].open <= 1 end)
---
-- what a handler raises with a kind is the caller's; it is not tried again
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env)
  local calls = 0
  rpc.serve(env, 1, {
    refuse = function(n) calls = calls + 1 error { kind = "conflict", message = "it is " .. n } end,
    calls = function() return calls end,
  })
end)
sim.bot("b", function(env)
  local client = rpc.client(env, "s.net:1")
  local ok, err = pcall(client.call, client, "refuse", 7)
  env:expect("kind", { false, "conflict", "it is 7" }, { ok, err.kind, tostring(err) })
  env:expect("once", 1, client:call("calls"))
  env:expect("no method", "bad_request", select(2, pcall(client.call, client, "nothing")).kind)
  local ok = pcall(env.measure, env, "refused", client.call, client, "refuse", 1)
end)
sim.check("counted under its kind", function(run) return run:operations("refused").kinds.conflict == 1 end)
---
-- any other error is one of the service
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env)
  rpc.serve(env, 1, {
    broken = function() local x = nil; return x.y end, --! "attempt to index"
  })
end)
sim.bot("b", function(env) pcall(function() rpc.client(env, "s.net:1"):call("broken") end) env:sleep(1) end)
---
-- a server that dies is tried again, with the same id, until it is back
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env)
  local db = env:open("seen")
  rpc.serve(env, 1, {
    add = function(n, call)
      return db:update(function(tx)
        if not tx:get(call.id) then
          tx:put(call.id, true)
          tx:put("sum", (tx:get("sum") or 0) + n)
        end
        return tx:get("sum")
      end)
    end,
  })
end)
sim.plan(function(plan)
  plan:start("*")
  while true do
    plan:sleep("700ms")
    plan:power_fail("s.net")
    plan:sleep("300ms")
    plan:start("s.net")
  end
end)
sim.bot("b", function(env)
  local client = rpc.client(env, "s.net:1", { timeout = "200ms", attempts = 20, backoff = { "10ms", "100ms" } })
  local sum
  for i = 1, 20 do
    sum = client:call("add", 1)
    env:sleep("90ms")
  end
  env:expect("each once", 20, sum)
end)
---
-- attempts are bounded, and the last error is raised
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env) env:serve(1, function(conn) env:sleep(1000) end) end)
sim.bot("b", function(env)
  local client = rpc.client(env, "s.net:1", { timeout = "1s", attempts = 3, backoff = { 1, 1 } })
  local ok, err = pcall(client.call, client, "x")
  env:expect("timeout", { false, "timeout" }, { ok, err.kind })
  env:expect("three attempts, two pauses", true, env:now() >= 4 and env:now() <= 5)
  local start = env:now()
  pcall(client.call, client, "x", nil, { attempts = 1, timeout = "100ms" })
  env:expect("one", true, env:now() - start < 0.2)
end)
---
-- a connection that is silent for a whole timeout is given up, though an answer has come just before
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s{1..2}.net", function(env) rpc.serve(env, 1, { who = function() return env.index end }) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("150ms")
  plan:pause("s1.net")
end)
sim.bot("b", function(env)
  local client = rpc.client(env, { "s1.net:1", "s2.net:1" }, { timeout = "500ms", attempts = 2 })
  local last
  while env:now() < 1 do last = client:call("who") end -- one after the other, without a pause
  env:expect("the other answers", 2, last)
end)
---
-- connecting is part of an attempt, also when another process began it
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env) end)
sim.plan(function(plan)
  plan:start("*")
  plan:power_fail("s.net")
end)
sim.bot("b", function(env)
  local client = rpc.client(env, "s.net:1", { timeout = "1s", attempts = 1 })
  env:go(function() pcall(client.call, client, "x") end)
  env:sleep("700ms")
  local ok, err = pcall(client.call, client, "x")
  env:expect("a second after it began", { "timeout", 1.7 }, { err.kind, env:now() })
end)
---
-- an answer that comes between two attempts counts; one that asks to try again does not
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env)
  local calls = 0
  rpc.serve(env, 1, {
    late = function() calls = calls + 1 env:sleep("700ms") return "done" end,
    busy = function() calls = calls + 1 env:sleep("700ms") error { kind = "unavailable", message = "later" } end,
    calls = function() return calls end,
  })
end)
sim.bot("b", function(env)
  local client = rpc.client(env, "s.net:1", { timeout = "500ms", attempts = 2, backoff = { 1, 1 } })
  env:go(function() for _ = 1, 50 do client:call("calls") env:sleep("100ms") end end) -- it is not given up
  env:expect("late", "done", client:call("late"))
  env:expect("once", 1, client:call("calls"))
  env:expect("again", "timeout", select(2, pcall(client.call, client, "busy")).kind)
  env:expect("twice more", 3, client:call("calls"))
end)
---
-- the next address is tried when one is lost
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s{1..3}.net", function(env) rpc.serve(env, 1, { who = function() return env.index end }) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:power_fail("s1.net")
  plan:kill("s2.net")
end)
sim.bot("b", function(env)
  local client = rpc.client(env, { "s1.net:1", "s2.net:1", "s3.net:1" })
  env:expect("first", 1, client:call("who"))
  env:sleep(2)
  env:expect("third", 3, client:call("who"))
end)
---
-- a server asked to stop answers what it has begun, and refuses what comes
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env) rpc.serve(env, 1, { work = function() env:work("500ms") return "done" end }) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("100ms")
  plan:stop("s.net", { grace = 2 })
end)
sim.bot("b", function(env)
  local client = rpc.client(env, "s.net:1", { attempts = 1 })
  env:expect("done", "done", client:call("work"))
  local ok, err = pcall(client.call, client, "work")
  env:expect("gone", false, ok)
end)
---
-- thousands of calls, some in flight when the server dies
local sim = require "lab"
local rpc = require "sim.rpc"
sim.service("s.net", function(env)
  rpc.serve(env, 1, { double = function(n) env:sleep("3ms") return 2 * n end })
end, { restart = { after = "50ms" } })
sim.plan(function(plan)
  plan:start("*")
  for _ = 1, 20 do
    plan:sleep("137ms")
    plan:kill("s.net")
    plan:start("s.net")
  end
end)
sim.bot("b", function(env)
  local client, sum, workers = rpc.client(env, "s.net:1", { attempts = 100 }), 0, {}
  for w = 1, 8 do
    workers[w] = env:go(function()
      for n = 1, 300 do
        local doubled = client:call("double", n)
        sum = sum + doubled
      end
    end)
  end
  for w = 1, 8 do workers[w]:join() end
  env:expect("sum", 8 * 300 * 301, sum)
end)
---
-- mistakes
local sim = require "lab"
local rpc = require "sim.rpc"
sim.bot("b", function(env)
  local function fails(pattern, fn, ...)
    local ok, err = pcall(fn, ...)
    env:expect(pattern, true, not ok and tostring(err):find(pattern, 1, true) ~= nil)
  end
  fails("handlers is a table of functions", rpc.serve, env, 1)
  fails("handlers.get is a function with a name, not a number", rpc.serve, env, 1, { get = 1 })
  fails("the address is", rpc.client, env, 7)
  fails('unknown option "retries"; there is timeout, attempts, backoff', rpc.client, env, "b.botnet:1", { retries = 1 })
  fails('option "timeout": expected a duration such as "250ms", got "soon"', rpc.client, env, "b.botnet:1", { timeout = "soon" })
  fails('option "backoff": expected {first, longest}', rpc.client, env, "b.botnet:1", { backoff = 1 })
  for _, attempts in ipairs { 0, 2.5, 0 / 0, -math.huge, "5" } do
    fails('option "attempts": expected a whole number from 1 on, got', rpc.client, env, "b.botnet:1", { attempts = attempts })
  end
  fails("the method is a name", rpc.client(env, "b.botnet:1").call, {}, 7)
end)
---
-- the client of the commit log
local sim = require "lab"
local commit_log = require "sim.commit_log"
sim.service("cl.net", sim.engine.commit_log { port = 1 })
sim.bot("b", function(env)
  env:sleep("10ms") -- until the log has made its database
  local log = commit_log.client(env, "cl.net:1")
  local next, name = log:head()
  env:expect("empty", 0, next)
  local position, next = log:append({ "a", { b = 1 } })
  env:expect("appended", { 0, 2 }, { position, next })
  local ok, err = pcall(log.append, log, { "c" }, { expect = 1 })
  env:expect("conflict", { false, "conflict", 2 }, { ok, err.kind, err.next })
  env:expect("at the end", 2, (log:append({ "c" }, { expect = 2 })))
  local events, next = log:read(1)
  env:expect("read", { { { b = 1 }, "c" }, 3 }, { events, next })
  env:expect("bounded", { "a" }, (log:read(0, { max = 1 })))
  env:go(function() env:sleep(6) commit_log.client(env, "cl.net:1"):append({ "late" }) end)
  env:expect("waited for", { "late" }, (log:read(3, { wait = "10s" })))
  env:expect("in time", true, env:now() > 6 and env:now() < 7)
  env:expect("nothing", {}, (log:read(4, { wait = "100ms" })))
  env:expect("no snapshot", { 0 }, { log:load_snapshot("stock") })
  env:expect("saved", 3, log:save_snapshot("stock", 3, { items = 7 }))
  env:expect("not replaced", 3, log:save_snapshot("stock", 2, { items = 6 }))
  env:expect("loaded", { 3, { items = 7 } }, { log:load_snapshot("stock") })
  env:expect("known", { 3 }, { log:load_snapshot("stock", { from = 3 }) })
  log:close()
  env:expect("again", 4, (log:head()))
  local other = commit_log.client(env, "cl.net:1", { log = "another", timeout = "1s" })
  env:expect("other log", "other_log", select(2, pcall(other.read, other, 0)).kind)
  env:expect("bad", "bad_request", select(2, pcall(log.append, log, {})).kind)
  env:expect("nobody", "refused", select(2, pcall(function() commit_log.client(env, "cl.net:2"):head() end)).kind)
  env:expect("options", false, (pcall(log.read, log, 0, { wiat = 1 })))
end)
---
-- a log that cannot tell closes its connection next: the client makes another
local sim = require "lab"
local commit_log = require "sim.commit_log"
sim.service("cl.net", function(env)
  env:serve(1, function(conn)
    conn:receive()
    conn:send { ok = false, code = "unknown", message = "the disk failed", next = 0, log = "x" }
    conn:close()
  end)
end)
sim.bot("b", function(env)
  local log = commit_log.client(env, "cl.net:1")
  for _ = 1, 2 do
    local ok, err = pcall(log.append, log, { "a" })
    env:expect("unknown", { false, "unknown" }, { ok, err.kind })
    env:sleep("1s")
  end
end)
---
-- a server that speaks something else
local sim = require "lab"
local commit_log, rpc = require "sim.commit_log", require "sim.rpc"
sim.service("s.net", function(env)
  env:serve(1, function(conn) while true do conn:receive() conn:send(env.random:pick { 1, "x", true, {} }) end end)
end)
sim.service("t.net", function(env) rpc.serve(env, 1, {}) end)
sim.bot("b", function(env)
  local log = commit_log.client(env, "s.net:1")
  for _ = 1, 20 do
    local ok, err = pcall(log.head, log)
    env:expect("no log", { "io", "s.net:1 does not answer as a commit log does" }, { err.kind, tostring(err) })
  end
  local client = rpc.client(env, "s.net:1", { attempts = 2, timeout = "100ms" })
  local ok, err = pcall(client.call, client, "x")
  env:expect("no rpc", { "io", "s.net:1 does not answer as a server of sim.rpc does" }, { err.kind, tostring(err) })
  local conn = env:connect("t.net:1")
  conn:send("hello")
  env:expect("no client of rpc", "closed", select(2, pcall(conn.receive, conn)).kind)
end)
