-- values and bytes, and who sent them
local sim = require "lab"
sim.service("echo.net", function(env)
  local socket = env:datagram(53)
  while true do
    local value, from = socket:receive()
    socket:send_to(from, { value, from })
  end
end)
sim.bot("b", function(env)
  local socket = env:datagram()
  env:expect("a free port", true, socket.port >= 10000)
  for i, value in ipairs { 1, "grüße", { a = { 1, 2 } }, false } do
    socket:send_to("echo.net:53", value)
    local answer, from = socket:receive("1s")
    env:expect("value " .. i, { value, "b.botnet:" .. socket.port }, answer)
    env:expect("from " .. i, "echo.net:53", from)
  end
  local bytes = env:datagram(7)
  bytes:write_to("b.botnet:" .. socket.port, "\0\255{}")
  env:expect("bytes", "\0\255{}", (socket:read()))
  bytes:write_to("b.botnet:7", "")
  env:expect("no bytes", "", (bytes:read()))
end)
---
-- errors of the world
local sim = require "lab"
sim.bot("b", function(env)
  local socket = env:datagram(53)
  local function kind(fn, ...)
    local ok, err = pcall(fn, ...)
    return not ok and err.kind
  end
  env:expect("in use", "in_use", kind(env.datagram, env, 53))
  env:listen(53)
  env:expect("no machine", "no_route", kind(socket.send_to, socket, "nobody.net:53", 1))
  env:expect("nothing comes", "timeout", kind(socket.receive, socket, "1s"))
  socket:write_to("b.botnet:53", "\1\2")
  socket:send_to("b.botnet:53", 3)
  env:expect("no value", "io", kind(socket.receive, socket))
  env:expect("the next", 3, (socket:receive()))
  env:go(function() env:sleep(1) socket:close() end)
  env:expect("closed", "closed", kind(socket.receive, socket))
  env:expect("send", "closed", kind(socket.send_to, socket, "b.botnet:53", 1))
end)
---
-- a stop ends the wait, and a kill the port
local sim = require "lab"
sim.service("s.net", function(env)
  local socket = env:datagram(53)
  env:expect("boots", true, socket.port == 53)
  env:gauge("heard", (socket:receive()))
  local ok, err = pcall(socket.receive, socket)
  env:expect("stopped", "stopped", err.kind)
end)
sim.bot("b", function(env)
  env:datagram():send_to("s.net:53", "before")
  env:sleep(5)
  env:datagram():send_to("s.net:53", "after")
  env:sleep(10)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:kill("s.net")
  plan:start("s.net")
  plan:sleep(6)
  plan:stop("s.net")
end)
sim.check("messages", function(run)
  local link = run:links()["botnet>net"]
  return link.messages == 2 and link.delivered == 2 and link.no_port == 0
end)
---
-- a kill between two datagrams takes what has arrived
local sim = require "lab"
sim.service("s.net", function(env)
  local socket = env:datagram(53)
  env:sleep(1)
  env:gauge("heard", pcall(socket.receive, socket, "1s"))
  env:sleep(100)
end)
sim.bot("b", function(env)
  env:datagram():send_to("s.net:53", "lost")
  env:sleep(10)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(0.5)
  plan:kill("s.net")
  plan:sleep(0.5)
  plan:start("s.net")
end)
sim.check("nothing is left", function(run) return run:gauges("heard")["s.net"] == false end)
