-- an empty loop
--! crash: bomb\.lua:\d+: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env) while true do end end)
---
-- an empty loop in a pcall in a loop
--! crash: bomb\.lua:\d+: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  while true do pcall(function() while true do end end) end
end)
---
-- a service that starts again
--! pass: every bot has returned
local sim = require "sim"
sim.service("s.net", function(env) while true do end end, { restart = { after = "1s" } })
sim.bot("b.net", function(env) env:sleep("10s") end)
---
-- repeat pcall until
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  repeat local ok = pcall(env.connect, env, "nobody.net") until ok
end)
---
-- sleep(0)
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env) while true do env:sleep(0) end end)
---
-- sleep(0) of a plan
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env) env:sleep(1) end)
sim.plan(function(plan) while true do plan:sleep(0) end end)
---
-- a clock that does not move
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.connect("net", "net", { delay = 0 })
sim.service("s.net", function(env)
  env:serve(80, function(conn) while true do conn:send(conn:receive()) end end)
end)
sim.bot("b.net", function(env)
  local conn = env:connect("s.net:80")
  while true do
    conn:send(1)
    conn:receive()
  end
end)
---
-- processes that wake each other
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local ping, pong = env:channel(), env:channel()
  env:go(function() while true do pong:send(ping:receive()) end end)
  while true do
    ping:send(1)
    pong:receive()
  end
end)
---
-- metamethods that call each other
--! crash: bomb\.lua:5: stack overflow
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end })
  env:log(t[1])
end)
---
-- a chain of __index without end
--! crash: bomb\.lua:7: too many recursions in gettable
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  setmetatable(t, { __index = t })
  env:log(t.x)
end)
---
-- __newindex without end
--! crash: bomb\.lua:7: too many recursions in settable
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  setmetatable(t, { __newindex = t })
  t.x = 1
end)
---
-- __concat that concatenates
--! crash: bomb\.lua:6: stack overflow
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = setmetatable({}, {})
  getmetatable(t).__concat = function(a, b) return a .. b end
  env:log(t .. "x")
end)
---
-- __tostring of itself
--! crash: bomb\.lua:7: stack overflow
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = setmetatable({}, {})
  getmetatable(t).__tostring = tostring
  env:log(tostring(t))
end)
---
-- an error whose text is an error
--! crash: bomb\.lua:5: error object \{\}
local sim = require "sim"
sim.bot("b.net", function(env)
  error(setmetatable({}, { __tostring = function() error("again") end }))
end)
---
-- a handler that fails
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local function fail() error("again") end
  while true do xpcall(fail, fail) end
end)
---
-- a pattern that backtracks
--! crash: bomb\.lua:\d+: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  env:log(("a"):rep(1000):find(("a*"):rep(20) .. "b"))
end)
---
-- a pattern that looks at much again and again
--! crash: bomb\.lua:\d+: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  env:log(("a"):rep(1e7):find(".-.-b"))
end)
---
-- a glob that backtracks
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.service(("a"):rep(50) .. ".net", function(env) end)
sim.bot("b.net", function(env) env:sleep(1) end)
sim.plan(function(plan)
  while true do pcall(plan.machines, plan, ("*a"):rep(20) .. "b") end
end)
---
-- a sort that never ends
--! crash: bomb\.lua:\d+: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 1e5 do t[i] = i % 7 end
  while true do pcall(table.sort, t, function(a, b) return true end) end
end)
---
-- a sort of long strings
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 30 do t[i] = ("x"):rep(1e6) .. i end
  while true do
    env.random:shuffle(t)
    table.sort(t)
  end
end)
---
-- long strings that are compared
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local a = ("x"):rep(2 ^ 24 - 1)
  local b = ("x"):rep(2 ^ 24 - 1)
  local n = 0
  while a == b and a <= b do n = n + 1 end
end)
---
-- long strings as keys
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t, s = {}, ("x"):rep(2 ^ 24 - 1)
  while true do t[s] = not t[s] end
end)
---
-- 60,000 arguments
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 60000 do t[i] = i end
  local function count(...) return select("#", ...) end
  while true do count(unpack(t)) end
end)
---
-- 60,000 arguments into tables
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 60000 do t[i] = i end
  local function pack(...) return { ... } end
  while true do pack(unpack(t)) end
end)
---
-- the length of holes
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 1e6 do t[i] = i end
  for i = 1e6, 2, -1 do t[i] = nil end
  local n = 0
  while true do n = n + #t end
end)
---
-- the first of a table whose keys are gone
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 5e5 do t["k" .. i] = true end
  for i = 1, 5e5 do t["k" .. i] = nil end
  while true do next(t) end
end)
---
-- insertion at the front
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 1e6 do t[i] = i end
  while true do
    table.insert(t, 1, 0)
    table.remove(t, 1)
  end
end)
---
-- recursion
--! crash: bomb\.lua:5: stack overflow
local sim = require "sim"
sim.bot("b.net", function(env)
  local function f(n) return 1 + f(n + 1) end
  env:log(f(1))
end)
---
-- recursion in tail position
--! crash: bomb\.lua:\d+: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  local function f(n) return f(n + 1) end
  env:log(f(1))
end)
---
-- recursion through pcall
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local function f()
    pcall(f)
    pcall(f)
  end
  while true do f() end
end)
---
-- coroutines inside coroutines
--! crash: bomb\.lua:5: stack overflow: more than 150 pcalls and coroutines
local sim = require "sim"
sim.bot("b.net", function(env)
  local function inside() return coroutine.wrap(inside)() end
  inside()
end)
---
-- coroutines without end
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  while true do coroutine.wrap(function() coroutine.yield() end)() end
end)
---
-- a gsub of a gsub
--! crash: bomb\.lua:6: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  local s = ("x"):rep(1e7)
  while true do s:gsub("y", "z") end
end)
---
-- strings that are made and forgotten
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env) while true do local s = ("x"):rep(1e7) end end)
---
-- letters of long strings
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local s = ("xX"):rep(5e6)
  while true do s:upper():lower():reverse() end
end)
---
-- numbers of many digits
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local s = ("1"):rep(1e7)
  while true do tonumber(s) end
end)
---
-- table.concat again and again
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 5e5 do t[i] = i end
  while true do table.concat(t) end
end)
---
-- expectations of much
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local a, b = {}, {}
  for i = 1, 2e5 do a[i], b[i] = { i }, { i } end
  while true do env:expect("same", a, b) end
end)
---
-- a set against a set, of tables
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local a, b = {}, {}
  for i = 1, 2e4 do a[{ i }], b[{ i }] = true, true end
  while true do env:expect("same", a, b) end
end)
---
-- equal tables inside themselves
--! pass: every bot has returned
local sim = require "sim"
sim.bot("b.net", function(env)
  local a, b = {}, {}
  for _ = 1, 60 do a, b = { a, a }, { b, b } end
  env:expect("same", a, b)
  env:log(a)
end)
---
-- what is logged again and again
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 1e6 do t[i] = i end
  while true do env:log(t) end
end)
---
-- a shuffle again and again
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  local t = {}
  for i = 1, 1e6 do t[i] = i end
  while true do env.random:shuffle(t) end
end)
---
-- a choice of a hundred thousand channels
--! crash: bomb\.lua:\d+: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  local all = {}
  for i = 1, 1e5 do all[i] = env:channel() end
  while true do pcall(env.wait_any, env, all, "1ns") end
end)
---
-- a transaction that turns in circles
--! crash: bomb\.lua:\d+: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  env:open("data"):update(function(tx)
    while true do tx:put("k", 1) end
  end)
end)
---
-- keys that are read again and again
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env)
  env:open("data"):update(function(tx)
    for i = 1, 1000 do tx:put("k" .. i, ("x"):rep(1e4)) end
    while true do tx:each("", function() end) end
  end)
end)
---
-- a check that turns in circles
--! fail: 5 million instructions
local sim = require "sim"
sim.bot("b.net", function(env) end)
sim.check("law", function() while true do end end)
---
-- an invariant that turns in circles
--! fail: bomb\.lua:8: 5 million instructions without waiting
local sim = require "sim"
sim.bot("b.net", function(env)
  env:gauge("g", 1)
  env:sleep(1)
end)
sim.always("law", function() while true do end end)
---
-- a plan that turns in circles
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
sim.bot("b.net", function(env) env:sleep(1) end)
sim.plan(function(plan) while true do pcall(plan.kill, plan, "nobody") end end)
