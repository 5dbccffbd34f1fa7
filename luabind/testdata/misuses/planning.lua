local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:kil("b.botnet") end) --! plan: unknown name "kil"; did you mean "kill"?
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan.kill("b.botnet") end) --! kill is a method: call it with a colon, as plan:kill(…)
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:kill() end) --! bad argument #1 to 'kill': expected a match of machines, such as "api*", got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:kill("kv.net") end) --! no machine matches "kv.net"; there are b.botnet
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:kill("b.[") end) --! "b.[" is not a glob: syntax error in pattern
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:kill({ "b.botnet" }) end) --! bad argument #1 to 'kill': expected a match of machines, such as "api*", got a table
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:kill("*") end) --! "*" matches only bots, which a glob spares: name them, or use a range
---
local sim = require "lab"
sim.service("kv.net", function(env) env:sleep(100) end)
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:stop("kv.net", "5s") end) --! bad argument #2 to 'stop': expected a table of options, got "5s"
---
local sim = require "lab"
sim.service("kv.net", function(env) env:sleep(100) end)
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:stop("kv.net", { grace = -1 }) end) --! plan:stop: option "grace": expected a duration that is not negative, got the number -1
---
local sim = require "lab"
sim.service("kv.net", function(env) env:sleep(100) end)
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:reboot("kv.net", { wipe = 1 }) end) --! plan:reboot: option "wipe": expected true or false, got the number 1
---
local sim = require "lab"
sim.service("kv.net", function(env) env:sleep(100) end)
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:clock("kv.net", "20ms") end) --! bad argument #2 to 'clock': expected a table of options, got "20ms"
---
local sim = require "lab"
sim.service("kv.net", function(env) env:sleep(100) end)
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:clock("kv.net", {}) end) --! bad argument #2 to 'clock': expected a table with offset, drift_ppm, or both, got an empty table
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:partition("net") end) --! bad argument #2 to 'partition': expected a network, a match of machines, or an array of those, got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:partition("net", "botnet", { mode = "block" }) end) --! plan:partition: option "mode": expected one of "drop", "reject" and "clog", got "block"
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:partition("net", "nett") end) --! no machine matches "nett"; there are b.botnet
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:heal("net", "nett") end) --! no machine matches "nett"; there are b.botnet
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:link("net", "nowhere", { loss = 0.1 }) end) --! no link connects network "net" with "nowhere"
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:link("net", "net", { los = 0.1 }) end) --! plan:link: unknown option "los"; did you mean "loss"?
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:link("net", "net", 0.1) end) --! bad argument #3 to 'link': expected a profile such as sim.profile.internet or {delay = "20ms", loss = 0.01}, got the number 0.1
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:go(function(own) end) end) --! bad argument #1 to 'go': expected a string, got a function
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan)
  plan:go("chaos", function(own) end)
  plan:go("chaos", function(own) end) --! plan:go: the plan has started a process "chaos" before: each has a name of its own, for its faults
end)
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:go("a#b", function(own) end) end) --! plan:go: "a#b" is no name of a process of the plan: letters, digits, - and _
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:sleep("long") end) --! bad argument #1 to 'sleep': expected a duration (seconds, or a string such as "250ms"), got "long"
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) env:sleep(1) end) --! attempt to index global 'env' (a nil value) with key 'sleep'
---
--! stuck: nothing left to do: b.botnet was never started; a plan starts everything with plan:start("*")
local sim = require "lab"
sim.service("kv.net", function(env) env:serve(80, function(conn) conn:send(1) end) end)
sim.bot("b", function(env) env:connect("kv.net:80", "1s"):receive() end)
sim.plan(function(plan) plan:sleep("1s") end)
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:machines() end) --! bad argument #1 to 'machines': expected a match of machines, such as "api*", got nothing
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.check("faults", function(run) return #run:faults("reboots") == 0 end) --! run:faults: unknown kind of fault "reboots"; did you mean "reboot"?
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.check("links", function(run) return run:links()["net>botnt"].lost == 0 end) --! attempt to index field 'net>botnt' (a nil value) with key 'lost'
---
local sim = require "lab"
local chaos = require "sim.chaos"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(chaos.packet { loss = 10 }) --! chaos.packet: option "loss": a probability is a number from 0 to 1, not 10
---
local sim = require "lab"
local chaos = require "sim.chaos"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(chaos.every("5s", chaos.packet { delay = "slow" })) --! chaos.packet: option "delay": expected a duration (seconds, or a string such as "250ms") or a distribution such as sim.uniform("10ms", "20ms"), got "slow"
---
local sim = require "lab"
local chaos = require "sim.chaos"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(chaos.packet { rate = "fast" }) --! chaos.packet: option "rate": expected a rate: a whole number of bits a second, or a string such as "1.6mbit" (bit, kbit, mbit, gbit, tbit), got "fast"
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:disk("b", { slwo = 10 }) end) --! plan:disk: unknown option "slwo"; did you mean "slow"?
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:disk("b", {}) end) --! bad argument #2 to 'disk': expected a table of what becomes different, such as {slow = 10} or {stall = "2s"}, got an empty table
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:disk("b", { bandwidth = "20mbit" }) end) --! plan:disk: option "bandwidth": expected bytes: a whole number, or a string such as "20mb" (b, kb, mb, gb), got "20mbit"
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:disk("b", { stall = 0 }) end) --! plan:disk: option "stall": expected a duration above 0, got the number 0
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:disk("b", { slow = 0.5 }) end) --! plan:disk: slow: a factor from 1 to 1000000, not 0.5
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:disk({ slow = 2 }) end) --! bad argument #1 to 'disk': expected a match of machines, such as "api*", got a table
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:rot("b", { value = "*", file = "*" }) end) --! plan:rot: value, meta and file are three kinds of rot: give one of them
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:rot("b", { page = 3 }) end) --! plan:rot: unknown option "page"; there is value, meta and file
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:rot("b", { file = "[" }) end) --! rot: "[" is not a glob: syntax error in pattern
---
local sim = require "lab"
sim.bot("b{1..2}", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:swap_disks("b*", "b1") end) --! "b*" matches 2 machines: name one
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:swap_disks("b", "b.botnet") end) --! b and b.botnet are the same machine: it takes two to swap disks
---
local chaos = require "sim.chaos"
chaos.bitflip { file = "[" } --! chaos.bitflip: option "file": expected a glob over names, such as "*", got "["
---
local chaos = require "sim.chaos"
chaos.kill { machines = { "api*", "db[" } } --! chaos.kill: option "machines": expected a match of machines, or an array of matches ("db[" is not a glob: syntax error in pattern), got a table
---
local chaos = require "sim.chaos"
chaos.kill { machines = "api{3..1}" } --! chaos.kill: option "machines": expected a match of machines, or an array of matches ("api{3..1}": the range {3..1} is empty: it goes from the lower number to the higher), got "api{3..1}"
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:pause("b.botnet", "5s") end) --! 'pause' takes a match of machines only, got "5s" as well
---
local sim = require "lab"
sim.bot("b{1..2}", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:kill("b1.botnet", "b2.botnet") end) --! 'kill' takes a match of machines only, got "b2.botnet" as well
---
local sim = require "lab"
sim.bot("b", function(env) env:sleep(1) end)
sim.plan(function(plan) plan:reboot("b.botnet", { down = "1s" }, "b.botnet") end) --! 'reboot' takes a match of machines and a table only, got "b.botnet" as well
