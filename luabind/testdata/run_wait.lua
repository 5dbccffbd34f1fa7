-- a channel passes values from hand to hand, in order
local sim = require "lab"
sim.bot("b", function(env)
  local ch, got = env:channel(), {}
  env:go(function()
    for i = 1, 3 do ch:send(i) got[#got + 1] = "sent " .. i end
    ch:close()
  end)
  env:sleep(1)
  env:expect("nobody took one", 0, #got)
  while true do
    local ok, v = pcall(ch.receive, ch)
    if not ok then env:expect("end", "closed", v.kind) break end
    got[#got + 1] = v
  end
  env:expect("order", "1 sent 1 sent 2 2 3 sent 3", table.concat(got, " "))
  env:expect("no time", 1, env:now())
end)
---
-- a channel holds as many as it was made for, nil too, and what is in it outlives close
local sim = require "lab"
sim.bot("b", function(env)
  local ch = env:channel(2)
  local t = {}
  ch:send(t)
  ch:send(nil)
  local ok, err = pcall(ch.send, ch, 3, "5ms")
  env:expect("full", { false, "timeout" }, { ok, err.kind })
  env:expect("waited", 0.005, env:now())
  env:go(function() ch:send(4) end)
  env:sleep(1)
  env:expect("the same table", true, ch:receive() == t)
  env:expect("nil is a value", nil, ch:receive())
  ch:close()
  ch:close()
  env:expect("what had come", 4, ch:receive())
  env:expect("then the end", "closed", select(2, pcall(ch.receive, ch)).kind)
  env:expect("for senders too", "closed", select(2, pcall(ch.send, ch, 5)).kind)
end)
---
-- who waits is served in the order of coming; one who gave up is passed over
local sim = require "lab"
sim.bot("b", function(env)
  local ch, got = env:channel(), {}
  for i = 1, 4 do
    env:go(function()
      local ok, v = pcall(ch.receive, ch, i == 2 and "10ms" or 10)
      got[#got + 1] = i .. (ok and v or v.kind)
    end)
  end
  env:sleep(1)
  ch:send("a") ch:send("b")
  env:sleep(0)
  ch:close()
  env:sleep(0)
  env:expect("served", "2timeout 1a 3b 4closed", table.concat(got, " "))
end)
---
-- closing a channel ends the wait of those who send
local sim = require "lab"
sim.bot("b", function(env)
  local ch = env:channel()
  local p = env:go(function() return select(2, pcall(ch.send, ch, 1)).kind end)
  env:sleep(1)
  ch:close()
  env:expect("sender", "closed", p:join())
end)
---
-- a condition wakes one, or all, in the order they came, and remembers nothing
local sim = require "lab"
sim.bot("b", function(env)
  local c, got = env:condition(), {}
  c:signal()
  c:broadcast()
  for i = 1, 4 do env:go(function() c:wait() got[#got + 1] = i end) end
  env:sleep(1)
  c:signal()
  env:sleep(1)
  env:expect("one", { 1 }, got)
  c:broadcast()
  env:sleep(0)
  env:expect("all", { 1, 2, 3, 4 }, got)
  local ok, err = pcall(c.wait, c, "250ms")
  env:expect("nobody", { false, "timeout" }, { ok, err.kind })
  env:expect("waited", 2.25, env:now())
end)
---
-- a quorum without polling
local sim = require "lab"
sim.bot("b", function(env)
  local votes, voted = 0, env:condition()
  for i = 1, 5 do
    env:go(function() env:sleep(i) votes = votes + 1 voted:signal() end)
  end
  while votes < 3 do voted:wait() end
  env:expect("as soon as can be", 3, env:now())
end)
---
-- join returns what the function does, as often as it is asked
local sim = require "lab"
sim.bot("b", function(env)
  local p = env:go(function(a, b) env:sleep(1) return a + b, nil, "three" end, 1, 2)
  local ok, err = pcall(p.join, p, "100ms")
  env:expect("not yet", { false, "timeout" }, { ok, err.kind })
  for _ = 1, 2 do
    local a, b, c = p:join()
    env:expect("results", { 3, "three" }, { a, c })
  end
  env:expect("nothing", 0, select("#", env:go(function() end):join()))
  env:expect("in time", 1, env:now())
end)
---
-- join raises what the function does
local sim = require "lab"
sim.bot("b", function(env)
  local object = { "broken" }
  local p = env:go(function() env:sleep(1) error(object) end)
  for _ = 1, 2 do
    local ok, err = pcall(p.join, p)
    env:expect("raised", true, not ok and err == object)
  end
  local p = env:go(function() env:connect("b.botnet:9") end)
  env:expect("world", "refused", select(2, pcall(p.join, p)).kind)
end)
---
-- an error that nobody waits for is one of the service
local sim = require "lab"
sim.bot("b", function(env)
  local p = env:go(function()
    error("alone") --! "alone"
  end)
  env:sleep(1)
  p:join()
end)
---
-- a process without end is not excused by who waits for it
local sim = require "lab"
sim.bot("b", function(env)
  local p = env:go(function()
    while true do end --! "0.3 million instructions without waiting"
  end)
  pcall(p.join, p)
end)
---
-- the first of several
local sim = require "lab"
sim.bot("b", function(env)
  local inbox, changed = env:channel(), env:condition()
  local p = env:go(function() env:sleep(3) return "done", 2 end)
  env:go(function() env:sleep(1) inbox:send("letter") env:sleep(1) changed:signal() end)
  local function first() return env:wait_any({ inbox, changed, p }, 10) end
  local which, value = first()
  env:expect("channel", true, which == inbox and value == "letter" and env:now() == 1)
  local which, value = first()
  env:expect("condition", true, which == changed and value == nil and env:now() == 2)
  local which, a, b = first()
  env:expect("process", true, which == p and a == "done" and b == 2 and env:now() == 3)
  env:expect("still", p, (first()))
  local ok, err = pcall(env.wait_any, env, { inbox, changed }, "1s")
  env:expect("none", { false, "timeout" }, { ok, err.kind })
end)
---
-- what another source has woken takes nothing from the rest
local sim = require "lab"
sim.bot("b", function(env)
  local a, b, changed = env:channel(), env:channel(), env:condition()
  local p = env:go(function() return (env:wait_any { a, b, changed }) end)
  local q = env:go(function() changed:wait() return "signal" end)
  env:go(function() b:send(1) end)
  env:sleep(1)
  env:expect("woken by b", true, p:join() == b)
  local full = env:go(function() a:send("for a") end)
  env:sleep(1)
  env:expect("nobody took it", "for a", a:receive())
  changed:signal()
  env:expect("the signal was not lost", "signal", q:join())
end)
---
-- a failing process and a closed channel end the wait for any
local sim = require "lab"
sim.bot("b", function(env)
  local ch = env:channel()
  local p = env:go(function() env:sleep(1) error({ kind = "own" }) end)
  env:expect("failed", "own", select(2, pcall(env.wait_any, env, { ch, p })).kind)
  env:go(function() env:sleep(1) ch:close() end)
  env:expect("closed", "closed", select(2, pcall(env.wait_any, env, { ch, env:condition() })).kind)
end)
---
-- a request to stop ends every wait, but nothing that can be done at once
local sim = require "lab"
sim.service("s.net", function(env)
  local full, empty, changed = env:channel(1), env:channel(1), env:condition()
  full:send(1)
  local p = env:go(function() changed:wait() end)
  local kinds = {}
  local function try(fn, ...)
    local ok, err = pcall(fn, ...)
    kinds[#kinds + 1] = ok and "ok" or err.kind
  end
  try(empty.receive, empty)
  try(full.send, full, 2)
  try(changed.wait, changed)
  try(env.wait_any, env, { empty, changed })
  try(env.sleep_until, env, 1000)
  try(full.receive, full)
  try(empty.send, empty, 1)
  env:go(function() end)
  env:gauge("kinds", table.concat(kinds, " "))
  env:work(1)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:stop("s.net", { grace = 5 })
  plan:log("stopped")
end)
sim.bot("b", function(env) env:sleep("1500ms") end)
sim.check("kinds", function(run)
  local kinds = run:gauges("kinds")["s.net"]
  return kinds == "stopped stopped stopped stopped stopped ok ok", tostring(kinds)
end)
---
-- a kill ends them without a word
local sim = require "lab"
sim.service("s.net", function(env)
  local ch = env:channel()
  local p = env:go(function() while true do pcall(ch.receive, ch) env:gauge("alive", true) end end)
  pcall(p.join, p)
  env:gauge("alive", true)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(1)
  plan:kill("s.net")
end)
sim.bot("b", function(env) env:sleep(5) end)
sim.check("dead", function(run) return run:gauges("alive")["s.net"] == nil end)
---
-- a pause holds back who waits and who signals
local sim = require "lab"
sim.service("s.net", function(env)
  local ch = env:channel(10)
  env:go(function() for i = 1, 10 do env:sleep(1) ch:send(i) end end)
  while true do env:gauge("got", ch:receive()) end
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("2500ms")
  plan:pause("s.net")
end)
sim.bot("b", function(env) env:sleep(8) end)
sim.check("got", function(run) return run:gauges("got")["s.net"] == 2 end)
---
-- many that come and go leave nothing behind
local sim = require "lab"
sim.bot("b", function(env)
  local changed = env:condition()
  local p = env:go(function() changed:wait() return true end)
  for _ = 1, 2000 do pcall(changed.wait, changed, "1us") end
  changed:signal()
  env:expect("the first still is", true, p:join())
end)
---
-- time goes on for who sleeps for what is left
local sim = require "lab"
sim.bot("b", function(env)
  local deadline = 0.1 + 0.2
  while env:now() < deadline do env:sleep(deadline - env:now()) end
  env:sleep(1e-15)
  env:sleep("0.3ns")
  env:expect("a nanosecond each", true, env:now() > deadline + 1.5e-9 and env:now() < deadline + 4e-9)
end)
---
-- sleep_until waits for a time on the machine's clock
local sim = require "lab"
sim.machine("fast.net", { clock = { drift_ppm = 500000 } })
sim.machine("slow.net", { clock = { offset = "-2s", drift_ppm = -500000 } })
local function sleeper(env)
  env:sleep_until(6)
  env:gauge("clock", env:now())
  env:gauge("true time", env:monotonic())
end
sim.service("fast.net", sleeper)
sim.service("slow.net", sleeper)
sim.bot("b", function(env)
  env:sleep_until(3)
  env:expect("then", 3, env:now())
  env:sleep_until(2)
  env:sleep_until(-1)
  env:expect("the past is over", 3, env:now())
  env:sleep(27)
end)
sim.check("clocks", function(run)
  local clock, now = run:gauges("clock"), run:gauges("true time")
  return clock["fast.net"] == 6 and now["fast.net"] == 4 and clock["slow.net"] == 6 and now["slow.net"] == 16,
    tostring(clock["fast.net"]) .. " " .. tostring(now["fast.net"])
end)
---
-- a change of the clock moves the moment, and not that of monotonic
local sim = require "lab"
sim.service("s.net", function(env)
  local before = env:monotonic()
  env:sleep_until(10)
  env:gauge("ahead", env:monotonic() - before)
  env:sleep_until(20)
  env:gauge("back", env:monotonic() - before)
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep(4)
  plan:clock("s.net", { offset = 8 })
  plan:sleep(1)
  plan:clock("s.net", { offset = -5 })
end)
sim.bot("b", function(env) env:sleep(50) end)
sim.check("woken", function(run)
  local ahead, back = run:gauges("ahead")["s.net"], run:gauges("back")["s.net"]
  return ahead == 4 and back == 25, tostring(ahead) .. " " .. tostring(back)
end)
---
-- a loop that swallows the request to stop
local sim = require "lab"
sim.service("s.net", function(env)
  local function ask() env:connect("s.net:1") end
  repeat local ok = pcall(ask) until ok
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("1ms")
  local before = plan:now()
  plan:stop("s.net", { grace = "3s" })
  assert(plan:now() == before + 3, "killed after its grace")
end)
sim.bot("b", function(env) env:sleep(5) end)
---
-- one that does not
local sim = require "lab"
sim.service("s.net", function(env)
  local function ask() env:connect("s.net:1") end
  repeat local ok = pcall(ask) until ok or env:stopping()
end)
sim.plan(function(plan)
  plan:start("*")
  plan:sleep("1ms")
  plan:stop("s.net")
end)
sim.bot("b", function(env) env:sleep(5) end)
---
-- a method in a pcall says its name
local sim = require "lab"
sim.bot("b", function(env)
  local ch = env:channel()
  local ok, err = pcall(ch.receive, ch, -0.5)
  env:expect("method", "bad argument #1 to 'receive': expected a duration that is not negative, got the number -0.5", err)
  local ok, err = pcall(env.sleep, 1)
  env:expect("colon", true, err:find("sleep is a method") ~= nil)
  local ok, err = pcall(string.rep)
  env:expect("library", "bad argument #1 to '?' (string expected, got nil)", err)
end)
---
-- a channel that holds too much
local sim = require "lab"
sim.bot("b", function(env)
  env:channel(1e7) --! "bad argument #1 to 'channel': expected a whole number from 0 to 1000000"
end)
---
-- a wait for what is no source
local sim = require "lab"
sim.bot("b", function(env)
  env:wait_any { env:channel(), env } --! "wait_any: element 2: expected a channel, a condition or a process, got an env"
end)
---
-- a wait for nothing
local sim = require "lab"
sim.bot("b", function(env)
  env:wait_any({}) --! "bad argument #1 to 'wait_any': expected an array of channels, conditions and processes"
end)
---
-- a time that is none
local sim = require "lab"
sim.bot("b", function(env)
  env:sleep_until("5s") --! "bad argument #1 to 'sleep_until': expected a time in seconds, such as env:now"
end)
---
-- a transaction waits for nothing
local sim = require "lab"
sim.bot("b", function(env)
  local ch, db = env:channel(1), env:open("data")
  db:update(function() ch:send(1) end) --! "db:update must not wait, and send does"
end)
