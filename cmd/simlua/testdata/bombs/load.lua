-- a loop
--! mistake: bomb\.lua:\d+: 5 million instructions without waiting
while true do end
---
-- a loop in a pcall
--! mistake: bomb\.lua:\d+: 5 million instructions without waiting
while true do pcall(function() while true do end end) end
---
-- strings
--! void: more than .* of memory in use|simulated time did not move on
local all = {}
for i = 1, 1e9 do all[i] = ("x"):rep(1e6) .. i end
---
-- long strings that are compared
--! void: more than .* of memory in use|simulated time did not move on
local a, b = ("x"):rep(2 ^ 24 - 1), ("x"):rep(2 ^ 24 - 1)
while a == b do end
---
-- prints
--! void: more than .* of memory in use|simulated time did not move on
while true do print(("x"):rep(1e6)) end
---
-- machines
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
for i = 1, 1e9 do sim.bot("b" .. i, function(env) end) end
---
-- a million machines, again and again
--! mistake: bomb\.lua:4: a scenario has at most 1000000 services; with these it would have 2000000
local sim = require "sim"
for i = 1, 100 do sim.service("s{1..1000000}.net" .. i, function(env) end) end
---
-- checks
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
for i = 1, 1e9 do sim.check("c" .. i, function() end) end
---
-- expectations
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
for i = 1, 1e9 do sim.expect("e" .. i) end
---
-- parameters
--! void: more than .* of memory in use|simulated time did not move on
local sim = require "sim"
for i = 1, 1e9 do sim.param("p" .. i, i) end
---
-- links
--! mistake: bomb\.lua:4: a scenario has at most 100000 links
local sim = require "sim"
for i = 1, 1e9 do sim.connect("a", "n" .. i, { delay = "1ms" }) end
