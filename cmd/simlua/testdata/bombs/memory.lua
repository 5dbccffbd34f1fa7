-- upvalues
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local f
  for i = 1, 1e9 do
    local inner, text = f, ("x"):rep(1e6) .. i
    f = function() return inner, text end
  end
end)
---
-- tables over slices
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  while true do
    for _ = 1, 1e4 do all[#all + 1] = { {} } end
    env:sleep("1ms")
  end
end)
---
-- a string that doubles
--! crash: bomb\.lua:6: the string would have 33554432 bytes; at most 16 MiB are allowed
local sim = require "sim"
sim.bot("b.net", function(env)
  local s = "x"
  while true do s = s .. s end
end)
---
-- a string that doubles, in a pcall
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local s = "x"
  while true do pcall(function() while true do s = s .. s end end) end
end)
---
-- strings in a table
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  for i = 1, 1e9 do all[i] = ("x"):rep(1e6) .. i end
end)
---
-- strings as keys
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  for i = 1, 1e9 do all[("x"):rep(1e6) .. i] = true end
end)
---
-- table.concat of much
--! crash: bomb\.lua:7: the string would have \d+ bytes; at most 16 MiB are
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  for i = 1, 1000 do all[i] = ("x"):rep(1e5) end
  env:log(#table.concat(all))
end)
---
-- string.rep of too much
--! crash: bomb\.lua:4: string.rep: the string would have 1000000000000 bytes; at most
local sim = require "sim"
sim.bot("b.net", function(env) env:log(#("x"):rep(1e12)) end)
---
-- a gsub that grows
--! crash: bomb\.lua:4: the string would have \d+ bytes; at most 16 MiB are
local sim = require "sim"
sim.bot("b.net", function(env) env:log(#("x"):rep(1e6):gsub("x", ("y"):rep(1000))) end)
---
-- string.format of much
--! crash: bomb\.lua:6: the string would have \d+ bytes; at most 16 MiB are
local sim = require "sim"
sim.bot("b.net", function(env)
  local s = ("x"):rep(1e7)
  env:log(#string.format("%s%s%s%s", s, s, s, s))
end)
---
-- closures
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  while true do
    for i = 1, 1e4 do all[#all + 1] = function() return i end end
    env:sleep("1ms")
  end
end)
---
-- coroutines that have begun
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  while true do
    for _ = 1, 1e3 do
      local co = coroutine.create(coroutine.yield)
      coroutine.resume(co)
      all[#all + 1] = co
    end
    env:sleep("1ms")
  end
end)
---
-- channels that are full
--! void or crash: more than .* of memory in use|simulated time did not move on|bomb\.lua:8: send to a channel: the channels of this service hold 10000000
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  while true do
    local channel = env:channel(1e4)
    for i = 1, 1e4 do channel:send(i) end
    all[#all + 1] = channel
    env:sleep("1ms")
  end
end)
---
-- values in a channel
--! stuck: nothing left to do: b\.net has not returned: it waits since 0s \(send at bomb\.lua:6\)
local sim = require "sim"
sim.bot("b.net", function(env)
  local channel = env:channel(100)
  while true do channel:send(("x"):rep(1e5)) end
end)
---
-- messages that nobody receives
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.connect("net", "net", sim.profile.lan)
sim.service("s.net", function(env)
  local conns, listener = {}, env:listen(80)
  while true do conns[#conns + 1] = listener:accept() end
end)
sim.bot("b.net", function(env)
  local conns = {}
  while true do
    local conn = env:connect("s.net:80")
    conn:write(("x"):rep(3e6))
    conns[#conns + 1] = conn
  end
end)
---
-- one connection that nobody reads
--! stuck: idle limit of 5m: b\.net has not returned.*\(send at
local sim = require "sim"
sim.connect("net", "net", sim.profile.lan)
sim.service("s.net", function(env)
  local conn = env:listen(80):accept()
  env:sleep("1000h")
end)
sim.bot("b.net", function(env)
  local conn = env:connect("s.net:80")
  while true do conn:send(("x"):rep(1e6)) end
end)
---
-- connections
--! crash: bomb\.lua:11: connect to s\.net:80: 
local sim = require "sim"
sim.connect("net", "net", sim.profile.lan)
sim.service("s.net", function(env)
  local conns, listener = {}, env:listen(80)
  while true do conns[#conns + 1] = listener:accept() end
end)
sim.bot("b.net", function(env)
  local conns = {}
  while true do conns[#conns + 1] = env:connect("s.net:80") end
end)
---
-- ports
--! crash: bomb\.lua:6: bad argument #1 to .listen.: expected a whole number from 1 to 65535
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  for port = 1, 1e9 do all[port] = env:listen(port) end
end)
---
-- gauges
--! crash: a run has at most 10000 gauges
local sim = require "sim"
sim.bot("b.net", function(env)
  for i = 1, 1e9 do
    env:gauge("g" .. i, i)
    if i % 1000 == 0 then env:sleep("1ms") end
  end
end)
---
-- operations
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  for i = 1, 1e9 do
    env:measure(("o"):rep(1e4) .. i, function() end)
    if i % 1000 == 0 then env:sleep("1ms") end
  end
end)
---
-- expectations named at run time
--! crash: a run has at most 10000 names of expectations
local sim = require "sim"
sim.bot("b.net", function(env)
  for i = 1, 1e9 do
    env:expect("order " .. i, 1, 1)
    if i % 1000 == 0 then env:sleep("1ms") end
  end
end)
---
-- expectations that fail
--! stuck: idle limit of 5m
local sim = require "sim"
sim.bot("b.net", function(env)
  while true do
    env:expect("order", 1, 2)
    env:sleep("1ms")
  end
end)
---
-- lines of the log
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  while true do env:log(("x"):rep(1e6)) end
end)
---
-- processes
--! void or crash: more than .* of memory in use|simulated time did not move on|too many processes: the limit is 100000
local sim = require "sim"
sim.bot("b.net", function(env)
  while true do
    for _ = 1, 1000 do env:go(function() env:sleep("1000h") end) end
    env:sleep("1ms")
  end
end)
---
-- processes that start processes
--! void or crash: more than .* of memory in use|simulated time did not move on|too many processes: the limit is 100000
local sim = require "sim"
sim.bot("b.net", function(env)
  local function fork()
    env:go(fork)
    env:go(fork)
    env:sleep("1ms")
  end
  fork()
  env:sleep("1000h")
end)
---
-- databases
--! crash: bomb\.lua:5: open database d65 of b\.net: no space left: a machine keeps at most 64
local sim = require "sim"
sim.bot("b.net", function(env)
  for i = 1, 1e9 do env:open("d" .. i) end
end)
---
-- a transaction without end
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  env:open("data"):update(function(tx)
    for i = 1, 1e9 do tx:put("k" .. i, ("x"):rep(1e6)) end
  end)
end)
---
-- names of fault points
--! crash: bomb\.lua:5: env:fault_point: fault point "p1001": a service has at most
local sim = require "sim"
sim.bot("b.net", function(env)
  for i = 1, 1e9 do env:fault_point("p" .. i, 0.5) end
end)
---
-- processes of the plan
--! crash: bomb\.lua:7: plan:go: process "p10001": a plan starts at most 10000 processes in a run
local sim = require "sim"
sim.bot("b.net", function(env) env:sleep("1h") end)
sim.plan(function(plan)
  for i = 1, 1e9 do
    plan:go("p" .. i, function(own) own:sleep("1000h") end)
    if i % 1000 == 0 then plan:sleep("1ms") end
  end
end)
---
-- partitions without healing
--! crash: bomb\.lua:8: partition net<>net: 100000 stand already, and no more can
local sim = require "sim"
sim.bot("b.net", function(env) env:sleep("1h") end)
sim.plan(function(plan)
  plan:start("*")
  while true do
    plan:partition("net", "net")
    plan:sleep("1ns")
  end
end)
---
-- a table inside itself, twice, many times
--! crash: bomb\.lua:9: cannot send more than 1 MiB
local sim = require "sim"
sim.connect("net", "net", sim.profile.lan)
sim.service("s.net", function(env) env:serve(80, function(conn) conn:receive() end) end)
sim.bot("b.net", function(env)
  local t = {}
  for _ = 1, 50 do t = { t, t } end
  env:connect("s.net:80"):send(t)
end)
---
-- a table of a million entries in every boot
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
local shared = {}
for i = 1, 3e5 do shared[i] = { i } end
sim.service("s{1..1000}.net", function(env) return shared[env.index] end)
sim.bot("b.net", function(env) env:sleep(1) end)
---
-- holes
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  while true do
    local t = {}
    for i = 1, 1e4 do t[i * 1000] = i end
    all[#all + 1] = t
    env:sleep("1ms")
  end
end)
