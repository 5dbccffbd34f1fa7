-- values come back equal
local sim = require "lab"
sim.service("echo.net", function(env)
  env:serve(1, function(conn)
    while true do conn:send(conn:receive()) end
  end)
end)
sim.bot("b", function(env)
  local conn = env:connect("echo.net:1")
  env:expect("remote", "echo.net:1", conn.remote)
  local values = { 1, -1, 0.5, 2 ^ 53, "", "grüße", "\255\0", true, false, {}, { 1, 2, { 3 } }, { a = { b = "c" } },
    { [1] = "x", [3] = "y", z = true } }
  for i, value in ipairs(values) do
    conn:send(value)
    env:expect("value " .. i, value, conn:receive("1s"))
  end
  conn:send(nil)
  env:expect("nil", nil, conn:receive())
  local sent = { 1 }
  conn:send(sent)
  sent[1] = 2
  env:expect("a copy", { 1 }, conn:receive())
  conn:close()
  conn:close()
end)
---
-- a large value takes many segments
local sim = require "lab"
sim.service("echo.net", function(env)
  env:serve(1, function(conn) conn:send(conn:receive()) end)
end)
sim.bot("b", function(env)
  local t = {}
  for i = 1, 20000 do t[i] = "item " .. i end
  local conn = env:connect("echo.net:1")
  conn:send(t)
  env:expect("all of it", t, conn:receive())
end)
---
-- bytes, lines and values on one connection
local sim = require "lab"
sim.service("s.net", function(env)
  local conn = env:listen(7):accept()
  conn:write("hello\r\nworld\nxyz")
  conn:send({ n = 1 })
  conn:write("")
  conn:write("end\n")
  conn:close()
end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:7")
  env:expect("line", "hello", conn:read_line())
  env:expect("line 2", "world", conn:read_line("1s"))
  env:expect("bytes", "xyz", conn:read(3))
  env:expect("value", { n = 1 }, conn:receive())
  env:expect("last", "end", conn:read_line())
  local ok, err = pcall(conn.read, conn, 1)
  env:expect("end", "closed", err.kind)
end)
---
-- every kind of error of the network
local sim = require "lab"
sim.machine("mute.net", {})
sim.service("mute.net", function(env) env:listen(1) env:sleep(1000) end)
sim.service("rude.net", function(env)
  local l = env:listen(1)
  env:expect("port", 1, l.port)
  while true do l:accept():close() end
end)
sim.service("far.away", function(env) env:sleep(1000) end)
sim.bot("b", function(env)
  local function kind(fn, ...)
    local ok, err = pcall(fn, ...)
    if ok then return "none" end
    if type(err) ~= "table" then return err end
    assert(tostring(err) == err.message and ("" .. err) == err.message and #err.message > 0)
    return err.kind
  end
  env:expect("no machine", "no_route", kind(env.connect, env, "nobody.net:1"))
  env:expect("no link", "no_route", kind(env.connect, env, "far.away:1"))
  env:expect("no listener", "refused", kind(env.connect, env, "rude.net:2"))
  local conn = env:connect("mute.net:1")
  env:expect("no answer", "timeout", kind(conn.receive, conn, "2s"))
  env:expect("no line", "timeout", kind(conn.read_line, conn, "2s"))
  env:expect("at once", "timeout", kind(conn.read, conn, 5, 0))
  local conn = env:connect("rude.net:1")
  env:expect("ended", "closed", kind(conn.receive, conn))
  local l = env:listen(5)
  env:expect("taken", "in_use", kind(env.listen, env, 5))
  env:expect("nobody comes", "timeout", kind(l.accept, l, "1s"))
  l:close()
  l:close()
  env:listen(5)
  env:expect("one reader", "in_use", (function()
    local conn, got = env:connect("mute.net:1"), nil
    env:go(function() got = kind(conn.receive, conn, "1s") end)
    env:sleep("1ms")
    return kind(conn.receive, conn)
  end)())
  env:sleep(5)
end)
---
-- bytes that are no value
local sim = require "lab"
sim.service("s.net", function(env) env:serve(1, function(conn) conn:write("\255\255\255") env:sleep(9) end) end)
sim.bot("b", function(env)
  local ok, err = pcall(function() return env:connect("s.net:1"):receive() end)
  env:expect("kind", "io", err.kind)
end)
---
-- a machine without power resets nothing, a killed service does
local sim = require "lab"
sim.service("s.net", function(env) env:serve(1, function(conn) conn:receive() end) end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:kill("s.net")
end)
sim.bot("b", function(env)
  local ok, err = pcall(function() return env:connect("s.net:1"):receive() end)
  env:expect("kind", "reset", err.kind)
end)
---
-- an error of the world ends one connection only
local sim = require "lab"
local served = 0
sim.service("s.net", function(env)
  env:serve(1, function(conn)
    conn:receive("1s")
    conn:send("thanks")
    conn:receive()
  end)
end)
sim.bot("b", function(env)
  local silent = env:connect("s.net:1")
  local ok, err = pcall(silent.receive, silent)
  env:expect("closed after its timeout", "closed", err.kind)
  local conn = env:connect("s.net:1")
  conn:send(1)
  env:expect("still served", "thanks", conn:receive())
  conn:close()
  env:sleep(5)
end)
---
-- an error of the script in a handler is one of the service
local sim = require "lab"
sim.service("s.net", function(env)
  env:serve(1, function(conn)
    local n = conn:receive()
    conn:send(n + 1) --! "attempt to perform arithmetic|cannot perform add operation"
  end)
end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:1")
  conn:send({})
  conn:receive()
end)
---
-- an error of the world that nobody catches
local sim = require "lab"
sim.bot("b", function(env)
  env:connect("b.botnet:9") --! "connection refused"
end)
---
-- an error of the world raised again
local sim = require "lab"
sim.bot("b", function(env)
  local ok, err = pcall(env.connect, env, "b.botnet:9")
  error(err) --! "connection refused"
end)
---
-- a function cannot be sent
local sim = require "lab"
sim.service("s.net", function(env) env:serve(1, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  env:connect("s.net:1"):send({ items = { 1, { cb = print } } }) --! "cannot send a function \(at \.items\[2\]\.cb\)"
end)
---
-- nor can a connection
local sim = require "lab"
sim.service("s.net", function(env) env:serve(1, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:1")
  conn:send({ conn }) --! "cannot send a conn \(at \[1\]\)"
end)
---
-- a stop reaches whoever waits
local sim = require "lab"
sim.service("s.net", function(env)
  local l = env:listen(1)
  local ok, err = pcall(l.accept, l)
  env:expect("accept", "stopped", err.kind)
  env:expect("stopping", true, env:stopping())
  local ok, err = pcall(env.sleep, env, 1)
  env:expect("sleep", "stopped", err.kind)
  env:work("100ms")
  env:gauge("cleaned up", true)
  env:sleep(1)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:stop("s.net", { grace = "1s" })
  env_time = plan:now()
end)
sim.bot("b", function(env) env:sleep(3) end)
sim.check("in time", function(run)
  return run:machines()["s.net"].kills == 0, "it was killed"
end)
---
-- a port is taken towards one server and free towards another
local sim = require "lab"
sim.machine("b.botnet", { tcp = { first_port = 20000, last_port = 20000 } })
local function idle(env) env:serve(1, function(conn) conn:read(1) end) end
sim.service("a.net", idle)
sim.service("b.net", idle)
sim.bot("b", function(env)
  env:connect("a.net:1")
  env:connect("b.net:1")
  local ok, err = pcall(env.connect, env, "a.net:1")
  env:expect("kind", "addr_not_available", not ok and err.kind)
  env:expect("message", "connect to a.net:1: cannot assign requested address: all ports from 20000 to 20000 are in use",
    tostring(err))
end)
---
-- messages are counted by link, whatever packets they take
local sim = require "lab"
sim.service("s{1..2}.net", function(env)
  env:serve(1, function(conn)
    conn:send(#conn:receive())
    conn:write("bytes\n")
    conn:read_line()
    if env.index == 1 then
      local other = env:connect("s2.net:1")
      other:send("x")
      other:receive()
    end
  end)
end)
sim.bot("b", function(env)
  for i = 1, 2 do
    local conn = env:connect("s" .. i .. ".net:1")
    conn:send(("x"):rep(100000))
    env:expect("length", 100000, conn:receive())
    conn:read_line()
    conn:write("bytes\n")
  end
  env:sleep(1)
end)
sim.check("messages", function(run)
  local links = run:links()
  local there, back, inside = links["botnet>net"], links["net>botnet"], links["net>net"]
  return there.messages == 2 and there.sent > 100 and back.messages == 2 and inside.messages == 2,
    there.messages .. " " .. back.messages .. " " .. inside.messages
end)
