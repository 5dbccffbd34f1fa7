local sim = require "lab"
sim.bot("b", function(env) env:slep(1) end) --! env: unknown name "slep"; did you mean "sleep"?
---
local sim = require "lab"
sim.bot("b", function(env) env.sleep(1) end) --! sleep is a method: call it with a colon, as env:sleep(…)
---
local sim = require "lab"
sim.bot("b", function(env) sleep(1) end) --! attempt to call global 'sleep' (a nil value)
---
local sim = require "lab"
sim.bot("b", function() env:sleep(1) end) --! attempt to index global 'env' (a nil value) with key 'sleep'
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep() end) --! bad argument #1 to 'sleep': expected a duration (seconds, or a string such as "250ms"), got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep("1 second") end) --! bad argument #1 to 'sleep': expected a duration (seconds, or a string such as "250ms"), got "1 second"
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(-1) end) --! bad argument #1 to 'sleep': expected a duration that is not negative, got the number -1
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(0 / 0) end) --! bad argument #1 to 'sleep': expected a duration (seconds, or a string such as "250ms"), got the number nan
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(math.huge) end) --! bad argument #1 to 'sleep': expected a duration (seconds, or a string such as "250ms"), got the number inf
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(sim.uniform("1s", "2s")) end) --! bad argument #1 to 'sleep': expected a duration (seconds, or a string such as "250ms"), got a distribution
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep_until("10s") end) --! bad argument #1 to 'sleep_until': expected a time in seconds, such as env:now() + 5, got "10s"
---
local sim = require "lab"
sim.bot("b", function(env) env:kill("s.net") end) --! env: unknown name "kill"; there is machine, service, index, random, now, monotonic, sleep, sleep_until, work, go, channel, condition, wait_any, stopping, fault_point, crash, power_fail, halt, log, warn, error, connect, listen, serve, datagram, open, remove_database, file, files, sync_dir, expect, expect_true, sometimes, reachable, unreachable, measure, gauge and gauges
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:connect("s.net:80") --! plan: unknown name "connect"; there is random, name, start, stop, kill, power_fail, reboot, wipe, pause, resume, clock, partition, heal, calm, link, disk, rot, swap_disks, go, wait_for_bots, gauge, wait_any, machines, bots, networks, limits, stream, sleep, now and log
end)
---
local sim = require "lab"
sim.bot("b", function(env) sim.service("more.net", function(env) end) end) --! sim.service is part of the declaration: call it at the top level of the script, not from a function that runs later
---
local sim = require "lab"
sim.bot("b", function(env) sim.limits { time = "1s" } end) --! sim.limits is part of the declaration: call it at the top level of the script, not from a function that runs later
---
local sim = require "lab"
sim.bot("b", function(env) env.name = "b" end) --! env cannot be changed
---
local sim = require "lab"
sim.bot("b", function(env) env:connect("s.net") end) --! an address is written machine.network:port, for example api1.public:443; not "s.net"
---
local sim = require "lab"
sim.bot("b", function(env) env:connect("s.net", 80) end) --! an address is written machine.network:port, for example api1.public:443; not "s.net"
---
local sim = require "lab"
sim.bot("b", function(env) env:connect("s:80") end) --! connect to s:80: no route to host: no machine is called "s"
---
local sim = require "lab"
sim.bot("b", function(env) env:connect("http://s.net:80") end) --! an address is written machine.network:port, for example api1.public:443; not "http://s.net:80"
---
local sim = require "lab"
sim.bot("b", function(env) env:connect("s.net:http") end) --! an address is written machine.network:port, for example api1.public:443; not "s.net:http"
---
local sim = require "lab"
sim.bot("b", function(env) env:connect("s.net:99999") end) --! an address is written machine.network:port, for example api1.public:443; not "s.net:99999"
---
local sim = require "lab"
sim.bot("b", function(env) env:connect("server.net:80") end) --! connect to server.net:80: no route to host: no machine is called "server.net"
---
local sim = require "lab"
sim.service("s.far", function(env) env:serve(80, function(conn) end) end)
sim.bot("b", function(env) env:connect("s.far:80") end) --! connect to s.far:80: no route to host: no link connects network "botnet" with "far"
---
local sim = require "lab"
sim.service("s.net", function(env) env:sleep(100) end)
sim.bot("b", function(env) env:connect("s.net:80") end) --! connect to s.net:80: connection refused
---
local sim = require "lab"
sim.bot("b", function(env) env:listen(0) end) --! bad argument #1 to 'listen': expected a whole number from 1 to 65535, got the number 0
---
local sim = require "lab"
sim.bot("b", function(env) env:listen("80") end) --! bad argument #1 to 'listen': expected a whole number from 1 to 65535, got "80"
---
local sim = require "lab"
sim.bot("b", function(env)
  env:listen(80)
  env:listen(80) --! listen on b.botnet:80: address in use
end)
---
local sim = require "lab"
sim.bot("b", function(env) env:serve(function(conn) end) end) --! bad argument #2 to 'serve': expected a function, got nothing
---
local sim = require "lab"
local function handle(conn) end
sim.bot("b", function(env) env:serve(80, handle()) end) --! bad argument #2 to 'serve': expected a function, got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:go(env:sleep(1)) end) --! bad argument #1 to 'go': expected a function, got nothing
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) conn:recieve() end) end) --! conn: unknown name "recieve"; did you mean "receive"?
sim.bot("b", function(env)
  env:connect("s.net:80")
  env:sleep(1)
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:80")
  conn:close()
  conn:send("late") --! write to s.net:80: closed
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:80")
  conn.send("hello") --! send is a method: call it with a colon, as conn:send(…)
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  env:connect("s.net:80"):send() --! bad argument #1 to 'send': expected a value, got nothing
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  env:connect("s.net:80"):send({ reply = function() end }) --! cannot send a function (at .reply)
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  local t = {}
  t.self = t
  env:connect("s.net:80"):send(t) --! cannot send a table that contains itself (at .self)
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) conn:send("no table") end) end)
sim.bot("b", function(env)
  local answer = env:connect("s.net:80"):receive()
  env:log(answer.ok.value) --! attempt to index field 'ok' (a nil value) with key 'value'
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) conn:receive() end) end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:80")
  conn:send("hello")
  conn:receive() --! receive from s.net:80: closed
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) env:sleep(100) end) end)
sim.bot("b", function(env)
  env:connect("s.net:80"):receive("1s") --! read from s.net:80: timeout
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) env:sleep(100) end) end)
sim.bot("b", function(env)
  local conn = env:connect("s.net:80")
  env:go(function() conn:receive() end) --! receive from s.net:80: in use
  conn:receive()
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) env:sleep(100) end) end)
sim.bot("b", function(env)
  env:connect("s.net:80"):read(0) --! bad argument #1 to 'read': expected a whole number from 1 to 1048576, got the number 0
end)
---
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) env:sleep(100) end) end)
sim.bot("b", function(env)
  env:connect("s.net:80"):write({ "bytes" }) --! bad argument #1 to 'write': expected a string, got a table
end)
---
local sim = require "lab"
local first
sim.service("s.net", function(env)
  first = env
  env:sleep(100)
end)
sim.bot("b", function(env) first:log("another's") end) --! attempt to index upvalue 'first' (a nil value) with key 'log'
---
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("a/b") --! open: "a/b" is no name of a database: letters, digits and _, inside also - and dots
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):put("k", 1) --! db: unknown name "put"; there is update, view, sync and bucket
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data").update(function(tx) end) --! update is a method: call it with a colon, as db:update(…)
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx) tx:put("k") end) --! bad argument #2 to 'put': expected a value (tx:delete removes a key), got nothing
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx) tx:put(7, "seven") end) --! bad argument #1 to 'put': expected a string, got the number 7
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx) tx:put("", 1) end) --! bad argument #1 to 'put': expected a key that is not empty, got ""
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):view(function(tx) tx:put("k", 1) end) --! a view only reads: use db:update
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  local kept
  env:open("data"):update(function(tx) kept = tx end)
  kept:get("k") --! the transaction has ended: tx is valid inside the function that got it
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data"):update(function(tx) env:sleep(1) end) --! db:update must not wait, and sleep does: only the transaction's own calls belong here
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  db:update(function() db:view(function() end) end) --! db:update must not wait, and view does: only the transaction's own calls belong here
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  local db = env:open("data")
  db:update(function() error("no") end) --! no
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  env:open("data", { sync = false }) --! env:open: unknown option "sync"; there is no_sync and sync_every
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  local answer = env:now() > 5 and {} or nil
  if answer then env:log(answer) end
  env:log(answer.ok) --! attempt to index a nil value with key 'ok'
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  local conn = nil
  conn:send(1) --! attempt to index local 'conn' (a nil value) with key 'send'
end)
---
local sim = require "lab"
sim.bot("b", function(env) env:expect(true, true) end) --! bad argument #1 to 'expect': expected a string, got the boolean true
---
local sim = require "lab"
sim.bot("b", function(env)
  env:expect("found", 1, ("abc"):find("a")) --! bad argument #4 to 'expect': expected a message, which is a string (put parentheses around a call that returns several values), got the number 1
end)
---
local sim = require "lab"
sim.bot("b", function(env) env:expect_true("paid", 1) end) --! bad argument #2 to 'expect_true': expected true, false or nil, as x ~= nil gives; or write env:expect(name, want, got), got the number 1
---
local sim = require "lab"
sim.bot("b", function(env) env:expect_true("paid", 1 == 1, { "lost" }) end) --! bad argument #3 to 'expect_true': expected a message, which is a string (put parentheses around a call that returns several values), got a table
---
local sim = require "lab"
sim.bot("b", function(env) env:measure(function() end) end) --! bad argument #1 to 'measure': expected a string, got a function
---
local sim = require "lab"
sim.bot("b", function(env) env:measure("ask", env:now()) end) --! bad argument #2 to 'measure': expected a function, got the number 0
---
local sim = require "lab"
sim.bot("b", function(env) env:gauge("up") end)
sim.check("up", function(run) return run:gauge("up") end) --! run: unknown name "gauge"; did you mean "gauges"?
---
local sim = require "lab"
sim.bot("b", function(env) env:gauge("state", { "up" }) end) --! bad argument #2 to 'gauge': expected a number, a string or a boolean, got a table
---
local sim = require "lab"
sim.bot("b", function(env) env:gauges("up", 1) end) --! bad argument #1 to 'gauges': expected a table, got "up"
---
local sim = require "lab"
sim.bot("b", function(env) env:fault_point("here", 5) end) --! env:fault_point: a probability is a number from 0 to 1, not 5
---
local sim = require "lab"
sim.bot("b", function(env) env:fault_point("a#b", 0.5) end) --! env:fault_point: a fault point has a name of 1 to 100 bytes on one line, without #; not "a#b"
---
local sim = require "lab"
sim.bot("b", function(env) env.random:int(10) end) --! bad argument #2 to 'int': expected a whole number, got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env.random:int(5, 1) end) --! random:int(5, 1): the second number is smaller than the first
---
local sim = require "lab"
sim.bot("b", function(env) env.random:pick({}) end) --! bad argument #1 to 'pick': expected an array with something in it, got an empty table
---
local sim = require "lab"
sim.bot("b", function(env) env.random:chance("half") end) --! bad argument #1 to 'chance': expected a number, got "half"
---
local sim = require "lab"
sim.bot("b", function(env) env.random() end) --! attempt to call a non-function object
---
local sim = require "lab"
sim.bot("b", function(env) env:channel(-1) end) --! bad argument #1 to 'channel': expected a whole number from 0 to 1000000, got the number -1
---
local sim = require "lab"
sim.bot("b", function(env)
  local channel = env:channel()
  channel:close()
  channel:send(1) --! send to a channel: closed
end)
---
local sim = require "lab"
sim.bot("b", function(env) env:wait_any(env:channel(), env:channel()) end) --! bad argument #1 to 'wait_any': expected an array of channels, conditions and processes, got a channel
---
local sim = require "lab"
sim.bot("b", function(env)
  env:go(function() return nil + 1 end) --! cannot perform add operation between nil and number
  env:sleep(1)
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  local p = env:go(function() env:sleep(10) end)
  p:join("1s") --! join: timeout
end)
---
local sim = require "lab"
sim.bot("b", function(env) coroutine.yield(1) end) --! yield outside of a coroutine, or through a pcall
---
local sim = require "lab"
sim.bot("b", function(env) os.execute("sleep 1") end) --! os is not available: a simulation has no operating system; time is env:now()
---
local sim = require "lab"
sim.bot("b", function(env) env:log(math.random()) end) --! chance comes from the seed of the run: use env.random, as in env.random:int(1, 6)
---
local sim = require "lab"
sim.bot("b", function(env) while env:now() < 10 do end end) --! 0.3 million instructions without waiting: an infinite loop?
---
local sim = require "lab"
sim.bot("b", function(env) error { code = 7 } end) --! error object {code = 7}
---
local sim = require "lab"
sim.bot("b", function(env) error() end) --! error object nil
---
local sim = require "lab"
sim.bot("b", function(env) assert(false) end) --! assertion failed!
---
local sim = require "lab"
sim.bot("b", function(env) assert(env:now() == 1, "one") end) --! one
---
--! stuck: idle limit of 5m: b.botnet has not returned, but it still ran at 2ms (receive at running.lua:374): no log line, operation, fault or change of a gauge since 0s; sim.limits { idle = "10m" } allows more
local sim = require "lab"
sim.service("s.net", function(env) env:serve(80, function(conn) env:sleep(1e6) end) end)
sim.bot("b", function(env) env:connect("s.net:80"):receive() end)
---
--! stuck: idle limit of 5m: b.botnet has not returned, but it still ran at 5m (sleep at running.lua:378): no log line, operation, fault or change of a gauge since 0s; sim.limits { idle = "10m" } allows more
local sim = require "lab"
sim.bot("b", function(env) while true do env:sleep(1) end end)
---
--! stuck: time limit of 10s: b.botnet has not returned: it waits since 10s (sleep at running.lua:386); sim.limits { time = "20s" } allows more
local sim = require "lab"
sim.limits { time = "10s" }
sim.bot("b", function(env)
  while true do
    env:log("on and on")
    env:sleep(1)
  end
end)
---
--! fail: it returned nil
local sim = require "lab"
sim.bot("b", function(env) end)
sim.check("forgets to return what it found", function(run) return nil end)
---
--! fail: the function must return true or false, and a message; it returned the number 0
local sim = require "lab"
sim.bot("b", function(env) end)
sim.check("zero is true", function(run) return 0 end)
---
local sim = require "lab"
sim.bot("b", function(env) env:gauge("n", 1) end)
sim.always("asks what it is not", function(world) return world.gauges("n") end) --! gauges is a method: call it with a colon, as world:gauges(…)
---
local sim = require "lab"
sim.bot("b", function(env) env:gauge("n", 1) end)
sim.always("waits", function(world) world:sleep(1) end) --! world: unknown name "sleep"; there is now, gauges and changed
---
local sim = require "lab"
sim.bot("b", function(env) end)
sim.check("reads nothing", function(run) return run:operations("ask").p99 < 1 end) --! attempt to compare nil with number
---
--! fail: required, and never tested
local sim = require "lab"
sim.expect("paid", { required = true })
sim.bot("b", function(env) end)
---
local sim = require "lab"
sim.bot("b", function(env) env:log() end) --! bad argument #1 to 'log': expected something to write, got nothing
---
--! fail: b.botnet: expected true, got nil
local sim = require "lab"
sim.bot("b", function(env) env:expect("paid", true) end)
---
--! pass: every bot has returned
local sim = require "lab"
sim.bot("b", function(env) env:go(function() env:sleep("1h") end) end)
---
local sim = require "lab"
sim.param("rounds", 1)
sim.bot("b", function(env) sim.params.rounds = 2 end) --! sim.params cannot be changed: sim.param("rounds", default) declares a parameter, --set rounds=value sets it
---
local sim = require "lab"
sim.bot("b", function(env) env:gauge(("g"):rep(201), 1) end) --! gauge "gggggggggggggggggggg"…: a name has at most 200 bytes, not 201
---
local sim = require "lab"
sim.bot("b", function(env) env:gauges { [("g"):rep(300)] = 1 } end) --! gauge "gggggggggggggggggggg"…: a name has at most 200 bytes, not 300
---
local sim = require "lab"
sim.bot("b", function(env)
  local all = {}
  for i = 1, 10001 do all[i] = env:condition() end
  env:wait_any(all, "1s") --! wait_any: at most 10000 channels, conditions and processes, not 10001
end)
---
local sim = require "lab"
sim.bot("b", function(env)
  local name = "retried"
  env:sometimes(name, true) --! bad argument #1 to 'sometimes': expected a name that is a literal in the script, env:sometimes("…"): it must be known before the run, so that one that never comes to it shows it, got "retried"
end)
---
local sim = require "lab"
sim.bot("b", function(env) env:sometimes("retried", 3) end) --! bad argument #2 to 'sometimes': expected true, false or nil, as x ~= nil gives, got the number 3
---
local sim = require "lab"
sim.bot("b", function(env) env:reachable("part " .. 1) end) --! bad argument #1 to 'reachable': expected a name that is a literal in the script, env:reachable("…"): it must be known before the run, so that one that never comes to it shows it, got "part 1"
---
local sim = require "lab"
sim.bot("b", function(env) env:unreachable() end) --! bad argument #1 to 'unreachable': expected a string, got nothing
---
--! fail: b.botnet: it was reached
local sim = require "lab"
sim.bot("b", function(env) env:unreachable("the impossible") end)
---
local sim = require "lab"
sim.bot("b", function(env) env:gauge("n", 1) end)
sim.sometimes("two", function(world) return world:gauges("n").x.y end) --! attempt to index field 'x' (a nil value) with key 'y'
---
--! fail: the function must return true or false, and a message; it returned the number 1
local sim = require "lab"
sim.bot("b", function(env) env:gauge("n", 1) end)
sim.sometimes("two", function(world) return 1 end)
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep("1s") end)
sim.plan(function(plan) plan:start("*") plan.calm() end) --! calm is a method: call it with a colon, as plan:calm(…)
---
local sim = require "lab"
sim.bot("b", function(env) env:datagram(0) end) --! bad argument #1 to 'datagram': expected a whole number from 1 to 65535, got the number 0
---
local sim = require "lab"
sim.bot("b", function(env) env:datagram(53):send_to("b.botnet", 1) end) --! send_to: an address is written machine.network:port, for example api1.public:443; not "b.botnet"
---
local sim = require "lab"
sim.bot("b", function(env) env:datagram(53):send_to("b.botnet:53") end) --! bad argument #2 to 'send_to': expected a value, got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:datagram(53):send_to("b.botnet:53", env) end) --! cannot send a env
---
local sim = require "lab"
sim.bot("b", function(env) env:datagram(53):write_to("b.botnet:53", ("x"):rep(65508)) end) --! send to b.botnet:53: a datagram of 65508 bytes; 65507 fit into the link's mtu of 65535, and it is not fragmented
---
local sim = require "lab"
sim.bot("b", function(env) env:datagram(53):send("b.botnet:53", 1) end) --! socket: unknown name "send"; there is port, send_to, receive, write_to, read and close
---
local sim = require "lab"
sim.bot("b", function(env) env:datagram(53) env:datagram(53) end) --! datagrams on b.botnet:53: address in use
