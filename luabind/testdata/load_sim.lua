-- a whole scenario
local sim = require "sim"
local n = sim.param("iterations", 30, "how often")
assert(n == 30 and sim.params.iterations == 30)
for name, value in pairs(sim.params) do assert(name == "iterations" and value == 30) end
assert(next(sim.params) == "iterations")
sim.param("name", "x")
sim.param("fast", true)
sim.connect("botnet", "public", sim.profile.mobile_3g)
sim.connect("public", "internal", { delay = sim.uniform("1ms", 0.002), loss = 0.01, log = "none" }, sim.profile.ideal)
sim.connect("internal", "internal", { delay = "1ms", tcp = "simple" })
sim.service("cl.internal", sim.engine.commit_log { port = 443, storage = "memory" })
sim.service("api1.public", sim.engine.backend { port = 443, commit_log = "cl.internal:443" })
sim.service("kv.internal:a", function(env) end, { restart = { after = "1s" } })
sim.service("kv.internal:b", function(env) end)
sim.machine("kv.internal", { clock = { offset = "-20ms", drift_ppm = 50 } })
sim.bot("mover", function(env) end)
sim.bot("other", function(env) end, { network = "public" })
sim.bot("third.public", function(env) end)
sim.plan(function(plan) end)
sim.always("one", function(world) end)
sim.check("two", function(run) end)
sim.limits { time = "10m", idle = 60, steps = 10e6 }
assert(sim.profile.ideal == sim.profile.ideal)
assert(sim.profile.mobile_3g.loss == 0.01)
local p = {}
for k, v in pairs(sim.profile.internet) do p[k] = v end
p.loss = 0.5
sim.connect("public", "public", p)
assert(sim.seconds("1m30s") == 90 and sim.seconds(0.25) == 0.25)
for _, d in ipairs { sim.constant(1), sim.normal("1ms", "2ms"), sim.lognormal("1ms", 0.5), sim.exponential(1), sim.pareto("1ms", 1.5) } do
  assert(type(d) == "userdata")
end
---
local sim = require "sim"
sim.conect("a", "b", {}) --! "sim: unknown name .conect.; did you mean .connect."
---
local sim = require "sim"
sim.limits { time = 1 }
sim.limit = 3 --! "cannot set"
---
local sim = require "sim"
sim.connect("a", "b", sim.profile.internett) --! "sim.profile: unknown profile .internett.; did you mean .internet."
---
local sim = require "sim"
sim.connect("a", "b") --! "bad argument #3 to 'connect': expected a profile"
---
local sim = require "sim"
sim.connect("a", "b", { los = 0.1 }) --! "unknown option .los.; did you mean .loss."
---
local sim = require "sim"
sim.connect("a", "b", { loss = 1.5 }) --! "option .loss.: a probability is a number from 0 to 1, not 1.5"
---
local sim = require "sim"
sim.connect("a", "b", { loss = "much" }) --! "a number from 0 to 1"
---
local sim = require "sim"
sim.connect("a", "b", { delay = "5 apples" }) --! "option .delay.: expected a duration .*got .5 apples."
---
local sim = require "sim"
sim.connect("a", "b", { tcp = "fast" }) --! "option .tcp.: unknown preset .fast."
---
local sim = require "sim"
sim.uniform("2s", "1s") --! "the second duration"
---
local sim = require "sim"
sim.constant(-1) --! "not negative"
---
local sim = require "sim"
sim.seconds("ten") --! "expected a duration .seconds, or a string such as .250ms.., got .ten."
---
local sim = require "sim"
sim.service("api", function() end) --! "machine .api. is on no network: write machine.network"
---
local sim = require "sim"
sim.service("api.x", 5) --! "bad argument #2 to 'service': expected a function.env., or an engine"
---
local sim = require "sim"
sim.service("api.x", function() end, { restart = { afer = 1 } }) --! "sim.service: restart: unknown option .afer.; did you mean .after."
---
local sim = require "sim"
sim.service("api.x", function() end, { restart = true }) --! "option .restart.: expected a table, .after"
---
local sim = require "sim"
sim.service("api.x", function() end, { grase = 1 }) --! "unknown option .grase.; there is restart"
---
local sim = require "sim"
sim.service("api.x", function() end)
sim.service("api.x", function() end) --! "declared twice; the first time at load_sim.lua:"
---
local sim = require "sim"
sim.service("api.x", sim.engine.comit_log {}) --! "sim.engine: unknown engine .comit_log.; did you mean .commit_log."
---
local sim = require "sim"
sim.engine.commit_log { port = 70000 } --! "sim.engine.commit_log: option .port.: expected a whole number from 1 to 65535, got the number 70000"
---
local sim = require "sim"
sim.engine.commit_log { prot = 443 } --! "unknown option .prot.; did you mean .port."
---
local sim = require "sim"
sim.engine.commit_log { storage = "tape" } --! "option .storage.: expected one of .disk. and .memory., got .tape."
---
local sim = require "sim"
sim.engine.backend { port = 443 } --! "commit_log"
---
local sim = require "sim"
sim.engine.commit_log(443) --! "expected a table of options"
---
local sim = require "sim"
sim.bot(1, function() end) --! "bad argument #1 to 'bot': expected a string, got the number 1"
---
local sim = require "sim"
sim.bot("a", nil) --! "bad argument #2 to 'bot': expected a function.env., .* got nothing"
---
local sim = require "sim"
sim.bot("a.b", function() end, { network = "c" }) --! "names its network already"
---
local sim = require "sim"
sim.machine("a.b", { clok = {} }) --! "unknown option .clok.; did you mean .clock."
---
local sim = require "sim"
sim.machine("a.b", { clock = { drift_ppm = 1.5 } }) --! "option .drift_ppm.: expected a whole number"
---
local sim = require "sim"
sim.plan(5) --! "expected a function.plan."
---
local sim = require "sim"
sim.plan(function() end)
sim.plan(function() end) --! "there is a plan already"
---
local sim = require "sim"
sim.always("x", function() end)
sim.check("x", function() end) --! "a name that no other check has"
---
local sim = require "sim"
sim.check("x", {}) --! "expected a function"
---
local sim = require "sim"
sim.limits { tim = 1 } --! "unknown option .tim.; did you mean .time."
---
local sim = require "sim"
sim.limits { time = 0 } --! "a duration above 0"
---
local sim = require "sim"
sim.limits { steps = 0.5 } --! "option .steps.: expected a whole number"
---
local sim = require "sim"
sim.limits { 5 } --! "options have names"
---
local sim = require "sim"
sim.param("n", {}) --! "expected a default: a number, a string, true or false, got an empty table"
---
local sim = require "sim"
sim.param("n", 1)
sim.param("n", 2) --! "parameter .n. is declared twice"
---
local sim = require "sim"
sim.param("iterations", 1)
print(sim.params.iteration) --! "sim.params: unknown parameter .iteration.; did you mean .iterations."
---
require "smi" --! "cannot require .smi.: there is no such module; did you mean .sim."
---
require "../x" --! "a module is named by letters"
---
require "sim.nothing" --! "there is no such module"
---
local sim = require "sim"
sim.expect("a")
sim.expect("b", { required = true })
sim.expect("a") --! "bad argument #1 to 'expect': expected a name that is declared once"
---
local sim = require "sim"
sim.expect("b", { require = true }) --! "sim.expect: unknown option .require.; did you mean .required."
---
local sim = require "sim"
sim.limits { stop_at_first_failure = 1 } --! "option .stop_at_first_failure.: expected true or false"
