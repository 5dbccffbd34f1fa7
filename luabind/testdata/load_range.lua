-- many machines in one declaration
local sim = require "sim"
sim.connect("rack{1..3}", "core", { delay = "1ms" }, { delay = "2ms" })
sim.connect("rack{1..3}", "rack{1..3}", { delay = "1ms" })
sim.connect("botnet", "core", { delay = "1ms" })
sim.service("node{01..10}.rack1", function(env) end)
for rack = 2, 3 do sim.service("node{1..10}.rack" .. rack, function(env) end) end
sim.service("db.core:shard{1..4}", sim.engine.commit_log {}, { restart = { after = 1 } })
sim.machine("node{01..05}.rack1", { clock = { offset = "20ms" } })
sim.bot("client{1..3}", function(env) end)
sim.bot("other{1..3}:a", function(env) end, { network = "core" })
---
local sim = require "sim"
sim.service("node{}.lan", function(env) end) --! "\"node{}.lan\": a range is written {1..10}: two whole numbers, not negative"
---
local sim = require "sim"
sim.service("node{3..1}.lan", function(env) end) --! "the range {3..1} is empty: it goes from the lower number to the higher"
---
local sim = require "sim"
sim.service("node{1..0}.lan", function(env) end) --! "the range {1..0} is empty"
---
local sim = require "sim"
sim.service("node{0..1000000}.lan", function(env) end) --! "the range {0..1000000} has 1000001 names; at most 1000000 are allowed"
---
local sim = require "sim"
sim.service("rack{1..2}node{1..2}.lan", function(env) end) --! "a name has one range; declare in a loop over the other"
---
local sim = require "sim"
sim.service("node{1..2}", function(env) end) --! "machine .node{1..2}. is on no network: write machine.network, for example .node{1..2}.internal."
---
local sim = require "sim"
sim.service("node1.lan", function(env) end)
sim.service("node{0..2}.lan", function(env) end) --! "service .node1.lan. is declared twice; the first time at load_range.lua:"
---
local sim = require "sim"
sim.bot("client{a..c}", function(env) end) --! "a range is written {1..10}"
---
local sim = require "sim"
sim.bot("client{1..2}.lan", function(env) end, { network = "lan" }) --! "names its network already"
---
local sim = require "sim"
sim.bot("client", function(env) end, { network = "lan{1..}" }) --! "a range is written {1..10}"
---
local sim = require "sim"
sim.machine("node{2..1}.lan", {}) --! "the range {2..1} is empty"
---
local sim = require "sim"
sim.connect("rack{1..2", "core", { delay = "1ms" }) --! "a range is written {1..10}"
---
local sim = require "sim"
sim.connect("rack{1..400}", "az{1..400}", { delay = "1ms" }) --! "a scenario has at most 100000 links; with these it would have 160000"
---
local sim = require "sim"
sim.connect("rack{1..2}", "rack{1..2}", { up = { delay = "1ms" } }) --! "the link of network .rack{1..2}. with itself has one direction"
